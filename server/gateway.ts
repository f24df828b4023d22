import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import * as decoding from 'lib0/decoding'
import { type WebSocket, WebSocketServer } from 'ws'
import { type BoardId, isId } from '../shared/ids.ts'
import { close, type Close, message, subprotocol, sync } from '../shared/protocol.ts'
import type { Config } from './config.ts'
import { docIdOf, docIdsOf, readSyncPath } from './documents.ts'
import { heartbeat } from './presence.ts'
import { canWrite, type DocKind } from './rights.ts'
import type { Member, Room } from './room.ts'
import type { Rooms } from './rooms.ts'
import type { Boards, Links, People } from './storage/register.ts'
import type { Ticket, Tickets } from './tickets.ts'

export interface GatewayParts {
  readonly config: Config
  readonly rooms: Rooms
  readonly tickets: Tickets
  readonly boards: Boards
  readonly links: Links
  readonly people: People
  readonly failed: (what: string, error: unknown) => void
}

export interface Gateway {
  /** Ends the connections that came by a link. */
  closeLink(board: BoardId, link: string): void
  close(): Promise<void>
}

/** A stock client gives up after 30 s without a message. */
const heartbeatMs = 20_000
/** Unread bytes after which a connection is cut: its client comes back and asks for what it missed. */
const maxUnread = 8 * 2 ** 20
/** Messages kept for a document that is still loading. */
const maxEarly = 64
/** Changes a reader may send before it is shown out; stock clients send a few while they learn their role. */
const maxRefused = 10

/** The door for WebSockets: who comes in, what size, what kind; everything after that is the room's. */
export function createGateway(server: Server, parts: GatewayParts): Gateway {
  const { config, rooms } = parts
  /** Links closed since the start: who was on the way in when theirs was closed is turned away at the door of the room. */
  const revoked = new Set<string>()
  // Above our own limits, so that what is too large is told so with a code stock clients do not retry.
  const wss = new WebSocketServer({ noServer: true, maxPayload: config.maxSync + 2 ** 20, perMessageDeflate: false, handleProtocols: chosenProtocol })

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy()) // The peer went away in the middle of the handshake.
    // Accept first and refuse with a close code: browsers hide the status of a refused upgrade, and clients would try for ever.
    wss.handleUpgrade(request, socket, head, ws => {
      ws.on('error', () => ws.terminate()) // A broken frame ends this connection and no other.
      void greet(ws, request)
    })
  })

  const greet = async (ws: WebSocket, request: IncomingMessage): Promise<void> => {
    const early: Buffer[] = []
    const keepEarly = (data: Buffer, isBinary: boolean) => {
      if (!isBinary || early.push(data) > maxEarly) end(ws, close.protocol)
    }
    ws.on('message', keepEarly)
    try {
      const admitted = await admit(request, parts)
      if ('code' in admitted) return end(ws, admitted)
      const { ticket, kind, name, sector } = admitted
      const room = await rooms.open(docIdOf(ticket.board, kind))
      if (revoked.has(ticket.link)) return end(ws, close.revoked)
      if (ws.readyState !== ws.OPEN) return
      ws.off('message', keepEarly)
      attend(ws, room, ticket, { name, sector }, early)
    } catch (error) {
      parts.failed('A board could not be opened', error)
      end(ws, close.retry)
    }
  }

  const attend = (ws: WebSocket, room: Room, ticket: Ticket, who: { name: string; sector: string }, early: readonly Buffer[]): void => {
    const member: Member & { lastSent: number } = {
      person: { id: ticket.participant, role: ticket.role, ...who },
      link: ticket.link,
      presence: undefined,
      waiting: false,
      lastSent: Date.now(),
      send(frame) {
        if (ws.bufferedAmount > maxUnread) return ws.terminate()
        member.lastSent = Date.now()
        ws.send(frame)
      },
      end: reason => end(ws, reason),
    }
    const refusals = { count: 0 }
    const take = (data: Buffer, isBinary: boolean): void => {
      const problem = isBinary ? receive(member, room, data, config, refusals) : close.protocol
      if (problem) member.end(problem)
    }
    let alive = true
    const beat = setInterval(() => {
      if (!alive) return ws.terminate()
      alive = false
      ws.ping()
      if (Date.now() - member.lastSent >= heartbeatMs - 1_000) member.send(heartbeat)
    }, heartbeatMs)
    ws.on('pong', () => (alive = true))
    ws.on('message', take)
    ws.on('close', () => {
      clearInterval(beat)
      room.leave(member)
    })
    room.join(member)
    for (const data of early) take(data, true)
  }

  return {
    closeLink(board, link) {
      revoked.add(link)
      for (const doc of docIdsOf(board)) {
        for (const member of rooms.find(doc)?.members ?? []) if (member.link === link) member.end(close.revoked)
      }
    },
    close: () =>
      new Promise(done => {
        for (const ws of wss.clients) ws.terminate()
        wss.close(() => done())
      }),
  }
}

const chosenProtocol = (offered: Set<string>): string | false => (offered.has(subprotocol) ? subprotocol : false)

function end(ws: WebSocket, { code, reason }: Close): void {
  if (ws.readyState === ws.OPEN) ws.close(code, reason)
}

interface Admitted {
  readonly ticket: Ticket
  readonly kind: DocKind
  readonly name: string
  readonly sector: string
}

/** Whether a connection may come in, and as whom; otherwise why not. */
async function admit(request: IncomingMessage, { tickets, boards, links, people }: GatewayParts): Promise<Admitted | Close> {
  const { board, kind } = readSyncPath(request.url ?? '') ?? {}
  if (!kind || !isId(board) || !(await boards.has(board as string as BoardId))) return close.missing
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map(each => each.trim())
  if (!offered.includes(subprotocol)) return close.protocol
  const ticket = tickets.check(offered.find(each => each !== subprotocol) ?? '')
  if (!ticket || ticket.board !== (board as string)) return close.ticket
  const link = await links.get(ticket.board, ticket.link)
  if (!link || link.closed !== undefined) return close.revoked
  const person = await people.get(ticket.board, ticket.participant)
  if (!person) return close.ticket
  return { ticket, kind, name: person.name, sector: person.sector }
}

/** One message, from its bytes to the room; returns why the connection must end, where it must. */
function receive(member: Member, room: Room, data: Uint8Array, config: Config, refusals: { count: number }): Close | undefined {
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
        if (!canWrite(member.person.role, room.kind)) return ++refusals.count >= maxRefused ? close.readOnly : undefined
        return room.receive(member, payload)
      }
      case message.awareness: {
        // People are shown on the canvas; here they would be counted twice. Stock clients say who they are on every document.
        if (room.kind === 'session') return undefined
        if (data.length > config.maxPresence) return undefined // Too much to show; presence may be lost, work may not.
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
