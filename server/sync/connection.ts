import * as decoding from 'lib0/decoding'
import { close, type Close, message, sync } from '../../shared/protocol.ts'
import { type Bucket, createBucket } from '../bucket.ts'
import type { Config } from '../config.ts'
import type { DropCause } from '../metrics.ts'
import type { Account } from '../ops/ledger.ts'
import { canWrite } from '../rights.ts'
import { causeOf } from './causes.ts'
import type { Lengths } from './document-cache.ts'
import { hangUp, type Line } from './line.ts'
import { heartbeat } from './presence.ts'
import type { Member, PersonHere, Room } from './room.ts'

/*
 * One connection: how much it may send, how much it may leave unread, and what each of its frames is. Sync frames are never
 * dropped one by one, since every change builds on the one before: who sends too fast is read more slowly, and who reads too
 * slowly gets all it missed as one change. Presence may be dropped; nobody's work is in it.
 */

/** A stock client gives up after 30 s without a message. */
const heartbeatMs = 20_000
/** How often somebody who fell behind, or whose frames wait, is looked at. */
const lookMs = 250
/** Changes a reader may send before it is shown out; stock clients send a few while they learn their role. */
const maxRefused = 10
/** Bytes of a state vector: of more client ids than a board takes. */
const maxVector = 2 ** 20
/** Longest time for which somebody is not read because of one frame. */
const longestPauseMs = 10_000
/** Bytes of a frame that is read whole however little room there is, and how often a larger one is asked to wait for it. */
const smallFrame = 64 * 1024
const mostRefusals = 40
/** Bytes of frames of one connection that may wait to be dealt with; then it is read no more until they were. */
const mostKept = 4 * 2 ** 20
/** Bytes before those of a ping or a pong. */
const controlHead = 6
/** A frame that is being sent comes at this rate at least, once it has had some seconds. */
const leastRate = { afterMs: 20_000, bytesPerSecond: 4_096 } as const

/** Bytes before those of a frame by a client: what it is, how long, and its mask. */
const headOf = (bytes: number): number => (bytes < 126 ? 6 : bytes < 2 ** 16 ? 8 : 14)
/** What may stay counted of frames that came in parts: each part has a head of its own. Too little to be worth holding back. */
const smallRest = 64

export interface Connection {
  readonly line: Line
  readonly room: Room
  readonly person: PersonHere
  readonly link: string
  readonly config: Config
  /** What is kept for it counts against its address and the server. */
  readonly account: Account
  /** How fast bytes of it are read. */
  readonly flow: Pick<Bucket, 'take'>
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  /** Something was not taken or not sent, and why. */
  readonly dropped: (cause: DropCause) => void
}

/** Joins a connection to its room until it ends. */
export function serveConnection({ line, room, person, link, config, account, flow, now, dropped }: Connection): void {
  const { ws } = line
  let lastSent = now()
  let behind: Lengths | undefined
  let looking: NodeJS.Timeout | undefined
  let isOut = false
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
    address: line.address,
    presence: undefined,
    wrote: new Set(),
    get isOut() {
      return isOut
    },
    unread: () => ws.bufferedAmount,
    get behind() {
      return behind
    },
    set behind(has) {
      behind = has
      if (has) waitFor(member, now())
      else {
        clearInterval(looking)
        looking = undefined
      }
    },
    send(frame, sent) {
      if (ws.bufferedAmount > config.maxUnread) return cut('slow')
      lastSent = now()
      if (sent) ws.send(frame, sent)
      else ws.send(frame)
    },
    end(reason) {
      if (isOut) return
      isOut = true
      room.leave(member)
      ws.off('message', take).off('ping', answerPing).off('pong', hearPong)
      hangUp(line, reason)
    },
    refuse(reason) {
      const cause = causeOf(reason)
      if (cause && cause !== 'observer') dropped(cause) // Each of an observer's frames was counted when it came.
      member.end(reason)
    },
    dealtWith: bytes => reading.dealtWith(bytes),
  }

  const reading = createReading({ line, config, account, flow, now, dropped, cut })
  let refused = 0
  const take = (data: Buffer, isBinary: boolean): void => {
    reading.came(data.length)
    if (!isBinary) return member.refuse(close.protocol)
    if (!reading.admits(data)) return
    const problem = receive(member, room, data, config, dropped, () => ++refused >= maxRefused, bytes => reading.keep(bytes))
    if (problem) member.refuse(problem)
  }

  let isAlive = true
  const beat = setInterval(() => {
    // Whoever is read more slowly is not heard.
    if (reading.isPaused) return
    if (!isAlive) return cut('silent')
    isAlive = false
    ws.ping()
    if (now() - lastSent >= heartbeatMs - 1_000) member.send(heartbeat)
  }, heartbeatMs)
  const hearPong = (data: Buffer): void => {
    isAlive = true
    reading.control(data.length)
  }
  const answerPing = (data: Buffer): void => {
    if (reading.control(data.length) === 0 && ws.bufferedAmount <= config.backlog) ws.pong(data)
  }
  ws.on('ping', answerPing).on('pong', hearPong).on('message', take)
  ws.on('close', () => {
    clearInterval(beat)
    clearInterval(looking)
    reading.end()
    room.leave(member)
  })
  room.join(member)
  ws.resume()
}

interface Reading {
  /** A frame has come whole, of so many bytes. */
  came(bytes: number): void
  /** A ping or a pong has come, of so many bytes; returns for how long nothing more is read because of it. */
  control(bytes: number): number
  /** Whether a frame is to be looked at at all. */
  admits(data: Uint8Array): boolean
  /** So many bytes wait until somebody has time for them. */
  keep(bytes: number): void
  dealtWith(bytes: number): void
  end(): void
  readonly isPaused: boolean
}

interface ReadingNeeds {
  readonly line: Line
  readonly config: Config
  readonly account: Account
  readonly flow: Pick<Bucket, 'take'>
  readonly now: () => number
  readonly dropped: (cause: DropCause) => void
  readonly cut: (cause: DropCause) => void
}

/** How much is read of a connection: at its own pace, and no more than its address and the server have room for. */
function createReading({ line: { ws, onBytes }, config, account, flow, now, dropped, cut }: ReadingNeeds): Reading {
  const frames: Bucket = createBucket(config.framesPerSecond, config.framesPerSecond * 10, now)
  const shown: Bucket = createBucket(config.presencePerSecond, config.presencePerSecond * 2, now)
  /** Bytes of a frame that is not there yet, since when, and how many of the last piece may belong to it. */
  let partial = 0
  let since = 0
  let lastPiece = 0
  /** Bytes of frames that nobody has dealt with. */
  let kept = 0
  /** How often in a row there was no room for more. */
  let refusals = 0
  let resuming: NodeJS.Timeout | undefined
  let isFull = false
  let hasEnded = false

  const resume = (): void => {
    resuming = undefined
    if (!isFull) ws.resume()
  }
  const pauseFor = (ms: number): void => {
    ws.pause()
    clearTimeout(resuming)
    resuming = setTimeout(resume, Math.min(ms, longestPauseMs)).unref()
  }
  const slowDown = (wait: number): number => {
    if (wait > 0) {
      dropped('rate')
      pauseFor(wait)
    }
    return wait
  }
  const isTooSlow = (): boolean => {
    const took = now() - since
    return partial > smallRest && took > leastRate.afterMs && partial < ((took - leastRate.afterMs) / 1_000) * leastRate.bytesPerSecond
  }

  onBytes(bytes => {
    if (hasEnded) return
    if (partial === 0) since = now()
    partial += bytes
    lastPiece = bytes
    if (account.take(bytes)) refusals = 0
    // Small frames pass; a large one waits for room, and not for ever.
    else if (partial > smallFrame) {
      if (++refusals > mostRefusals) cut('crowded')
      else pauseFor(lookMs)
    }
  })
  const looking = setInterval(() => {
    if (resuming === undefined && !isFull && isTooSlow()) cut('slow')
  }, leastRate.afterMs).unref()

  return {
    came(bytes) {
      // What is left of the piece it ended in belongs to the next one.
      const left = Math.max(0, Math.min(partial - bytes - headOf(bytes), lastPiece))
      account.give(partial - left)
      partial = left
      since = now()
    },
    control(bytes) {
      // It may stand between the parts of a message, which is not there for that.
      const own = Math.min(partial, bytes + controlHead)
      account.give(own)
      partial -= own
      return slowDown(frames.take(1))
    },
    admits(data) {
      if (data[0] === message.awareness && !shown.tryTake(1)) {
        dropped('presence')
        return false
      }
      slowDown(Math.max(frames.take(1), flow.take(data.length)))
      return true
    },
    keep(bytes) {
      kept += bytes
      if (hasEnded || (account.take(bytes) && kept <= mostKept)) return
      // Nothing more is read until what came is dealt with.
      isFull = true
      ws.pause()
    },
    dealtWith(bytes) {
      kept -= bytes
      account.give(bytes)
      if (!isFull || kept > 0) return
      isFull = false
      if (resuming === undefined) ws.resume()
    },
    end() {
      hasEnded = true
      clearTimeout(resuming)
      clearInterval(looking)
      account.giveAll()
    },
    get isPaused() {
      return isFull || resuming !== undefined
    },
  }
}

/** One message, from its bytes to the room; returns why the connection must end, where it must. */
function receive(member: Member, room: Room, data: Uint8Array, config: Config, dropped: (cause: DropCause) => void, isTooOften: () => boolean, keep: (bytes: number) => void): Close | undefined {
  try {
    const decoder = decoding.createDecoder(data)
    const type = decoding.readVarUint(decoder)
    switch (type) {
      case message.sync: {
        const kind = decoding.readVarUint(decoder)
        const payload = decoding.readVarUint8Array(decoder)
        if (decoding.hasContent(decoder)) return close.protocol
        if (kind === sync.step1) return payload.length > maxVector ? close.tooLarge : room.replySync(member, payload)
        if (kind !== sync.step2 && kind !== sync.update) return close.protocol
        if (data.length > (kind === sync.update ? config.maxUpdate : config.maxSync)) return close.tooLarge
        if (!canWrite(member.person.role, room.kind)) {
          dropped('observer')
          return isTooOften() ? close.readOnly : undefined
        }
        // A newcomer's answer to what it was asked: it has nothing that is not here, and nobody need wake up for it.
        if (isEmptyUpdate(payload)) return undefined
        keep(payload.length)
        room.receive(member, payload)
        return undefined
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
      case message.durability: {
        const nonce = decoding.readVarUint(decoder)
        if (decoding.hasContent(decoder)) return close.protocol
        room.acknowledge(member, nonce)
        return undefined
      }
      default:
        return close.protocol
    }
  } catch {
    return close.protocol // It ended in the middle, or a length in it is a lie.
  }
}

/** An update without content. */
const isEmptyUpdate = (update: Uint8Array): boolean => update.length === 2 && update[0] === 0 && update[1] === 0
