import * as decoding from 'lib0/decoding'
import type { WebSocket } from 'ws'
import { close, type Close, message, sync } from '../shared/protocol.ts'
import { type Bucket, createBucket } from './bucket.ts'
import { causeOf } from './causes.ts'
import type { Config } from './config.ts'
import type { DropCause } from './metrics.ts'
import { heartbeat } from './presence.ts'
import { canWrite } from './rights.ts'
import type { Member, PersonHere, Room } from './room.ts'

/*
 * One connection: how much it may send, how much it may leave unread, and what each of its frames is. Sync frames are never
 * dropped one by one, since every change builds on the one before: who sends too fast is read more slowly, and who reads too
 * slowly gets all it missed as one change. Presence may be dropped; nobody's work is in it.
 */

/** A stock client gives up after 30 s without a message. */
const heartbeatMs = 20_000
/** How often somebody who fell behind is looked at. */
const lookMs = 250
/** Changes a reader may send before it is shown out; stock clients send a few while they learn their role. */
const maxRefused = 10

export interface Connection {
  readonly ws: WebSocket
  readonly room: Room
  readonly person: PersonHere
  readonly link: string
  readonly config: Config
  readonly now: () => number
  /** Something was not taken or not sent, and why. */
  readonly dropped: (cause: DropCause) => void
}

/** Joins a connection to its room until it ends; `early` is what it sent while the document was loading. */
export function attend({ ws, room, person, link, config, now, dropped }: Connection, early: readonly Buffer[]): void {
  let lastSent = now()
  let behind: Uint8Array | undefined
  let looking: NodeJS.Timeout | undefined
  const cut = (cause: DropCause): void => {
    dropped(cause)
    ws.terminate()
  }

  const waitFor = (member: Member, since: number): void => {
    looking ??= setInterval(() => {
      if (ws.bufferedAmount <= config.backlog / 16) room.catchUp(member)
      else if (now() - since > config.slowSeconds * 1_000) cut('slow')
    }, lookMs)
  }

  const member: Member = {
    person,
    link,
    presence: undefined,
    owed: [],
    unread: () => ws.bufferedAmount,
    get behind() {
      return behind
    },
    set behind(vector) {
      behind = vector
      if (vector) waitFor(member, now())
      else {
        clearInterval(looking)
        looking = undefined
      }
    },
    send(frame) {
      if (ws.bufferedAmount > config.maxUnread) return cut('slow')
      lastSent = now()
      ws.send(frame)
    },
    end: reason => end(ws, reason),
    refuse(reason) {
      const cause = causeOf(reason)
      if (cause && cause !== 'observer') dropped(cause) // Each of an observer's frames was counted when it came.
      end(ws, reason)
    },
  }

  const gate = createGate(ws, config, now, dropped)
  let refused = 0
  const take = (data: Buffer, isBinary: boolean): void => {
    if (!isBinary) return member.refuse(close.protocol)
    if (!gate(data)) return
    const problem = receive(member, room, data, config, dropped, () => ++refused >= maxRefused)
    if (problem) member.refuse(problem)
  }

  let alive = true
  const beat = setInterval(() => {
    if (!alive) return cut('silent')
    alive = false
    ws.ping()
    if (now() - lastSent >= heartbeatMs - 1_000) member.send(heartbeat)
  }, heartbeatMs)
  ws.on('pong', () => (alive = true))
  ws.on('message', take)
  ws.on('close', () => {
    clearInterval(beat)
    clearInterval(looking)
    room.leave(member)
  })
  room.join(member)
  for (const data of early) take(data, true)
}

/** Looks at how much comes before looking at what: answers whether a frame is to be read at all. */
function createGate(ws: WebSocket, config: Config, now: () => number, dropped: (cause: DropCause) => void): (data: Uint8Array) => boolean {
  const frames: Bucket = createBucket(config.framesPerSecond, config.framesPerSecond * 10, now)
  const shown: Bucket = createBucket(config.presencePerSecond, config.presencePerSecond * 2, now)
  // One whole catch-up at once, and then a steady flow.
  const bytes: Bucket = createBucket(config.bytesPerSecond, config.maxSync * 2, now)
  return data => {
    if (data[0] === message.awareness && !shown.tryTake(1)) {
      dropped('presence')
      return false
    }
    const wait = Math.max(frames.take(1), bytes.take(data.length))
    if (wait > 0) {
      dropped('rate')
      ws.pause()
      setTimeout(() => ws.resume(), wait).unref()
    }
    return true
  }
}

export function end(ws: WebSocket, { code, reason }: Close): void {
  if (ws.readyState === ws.OPEN) ws.close(code, reason)
}

/** One message, from its bytes to the room; returns why the connection must end, where it must. */
function receive(member: Member, room: Room, data: Uint8Array, config: Config, dropped: (cause: DropCause) => void, isTooOften: () => boolean): Close | undefined {
  try {
    const decoder = decoding.createDecoder(data)
    const type = decoding.readVarUint(decoder)
    switch (type) {
      case message.sync: {
        const kind = decoding.readVarUint(decoder)
        const payload = decoding.readVarUint8Array(decoder)
        if (decoding.hasContent(decoder)) return close.protocol
        if (kind === sync.step1) return room.answer(member, payload)
        if (kind !== sync.step2 && kind !== sync.update) return close.protocol
        if (data.length > (kind === sync.update ? config.maxUpdate : config.maxSync)) return close.tooLarge
        if (!canWrite(member.person.role, room.kind)) {
          dropped('observer')
          return isTooOften() ? close.readOnly : undefined
        }
        return room.receive(member, payload)
      }
      case message.awareness: {
        // People are shown on the canvas; here they would be counted twice. Stock clients say who they are on every document.
        if (room.kind === 'session') return undefined
        if (data.length > config.maxPresence) {
          dropped('presence') // Too much to show; presence may be lost, work may not.
          return undefined
        }
        const payload = decoding.readVarUint8Array(decoder)
        return !decoding.hasContent(decoder) && room.presence.receive(member, payload) ? undefined : close.protocol
      }
      case message.queryAwareness:
        room.presence.welcome(member)
        return undefined
      case message.durability:
        room.mark(member, decoding.readVarUint(decoder))
        return decoding.hasContent(decoder) ? close.protocol : undefined
      default:
        return close.protocol
    }
  } catch {
    return close.protocol // It ended in the middle, or a length in it is a lie.
  }
}
