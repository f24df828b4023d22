import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { type BoardId, isId, type ParticipantId } from '../shared/ids.ts'
import { close, type Close, type Role, subprotocol } from '../shared/protocol.ts'
import { askerOf } from './address.ts'
import { createBucket } from './bucket.ts'
import { causeOf } from './causes.ts'
import type { Config } from './config.ts'
import { attend, end } from './connection.ts'
import { docIdOf, docIdsOf, readSyncPath } from './documents.ts'
import type { DropCause } from './metrics.ts'
import type { DocKind } from './rights.ts'
import type { Member } from './room.ts'
import type { Rooms } from './rooms.ts'
import { type Boards, type Links, type People, roleOf } from './storage/register.ts'
import type { Ticket, Tickets } from './tickets.ts'

export interface GatewayParts {
  readonly config: Config
  readonly rooms: Rooms
  readonly tickets: Tickets
  readonly boards: Boards
  readonly links: Links
  readonly people: People
  readonly now: () => number
  /** Where people reach this server; browsers that come from elsewhere are turned away. */
  readonly publicUrl: () => string
  readonly failed: (what: string, error: unknown) => void
  /** Something was not taken or not sent, and why. */
  readonly dropped: (cause: DropCause) => void
}

export interface Gateway {
  /** Connections that are open. */
  readonly sockets: number
  /** Ends the connections that came by a link. */
  closeLink(board: BoardId, link: string): void
  /** Ends the connections of one person, for good. */
  closePerson(board: BoardId, person: ParticipantId): void
  /** Ends the connections of somebody whose role was changed; they come back by themselves, with a new ticket. */
  changeRole(board: BoardId, person: ParticipantId, role: Role): void
  close(): Promise<void>
}

/** Messages kept for a document that is still loading. */
const maxEarly = 64

/** The door for WebSockets: who comes in, from where, and how many; everything after that is the connection's and the room's. */
export function createGateway(server: Server, parts: GatewayParts): Gateway {
  const { config, rooms, dropped } = parts
  /** Links closed and people removed since the start: who was on the way in then is turned away at the door of the room. */
  const revoked = new Set<string>()
  /** What people were made since the start, for the same reason. */
  const changed = new Map<ParticipantId, Role>()
  const admissions = createBucket(config.joinsPerSecond, config.joinsPerSecond * 2, parts.now)
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

  const refuse = (ws: WebSocket, reason: Close): void => {
    const cause = causeOf(reason)
    if (cause) dropped(cause)
    end(ws, reason)
  }

  /** Connections by the address they come from. */
  const from = new Map<string, number>()
  const isCrowd = (ws: WebSocket, request: IncomingMessage): boolean => {
    const address = askerOf(request, config.proxies)
    const there = (from.get(address) ?? 0) + 1
    from.set(address, there)
    ws.once('close', () => {
      const left = from.get(address)! - 1
      if (left) from.set(address, left)
      else from.delete(address)
    })
    return config.maxSocketsPerAddress > 0 && there > config.maxSocketsPerAddress
  }

  const greet = async (ws: WebSocket, request: IncomingMessage): Promise<void> => {
    const early: Buffer[] = []
    const keepEarly = (data: Buffer, isBinary: boolean) => {
      if (!isBinary || early.push(data) > maxEarly) refuse(ws, close.protocol)
    }
    ws.on('message', keepEarly)
    try {
      if (wss.clients.size > config.maxSockets || isCrowd(ws, request) || !admissions.tryTake(1)) return refuse(ws, close.busy)
      if (!isFromHere(request, parts)) return refuse(ws, close.elsewhere)
      const admitted = await admit(request, parts)
      if ('code' in admitted) return refuse(ws, admitted)
      const { ticket, kind, name, sector } = admitted
      const room = await rooms.open(docIdOf(ticket.board, kind))
      if (revoked.has(ticket.link)) return refuse(ws, close.revoked)
      if (revoked.has(ticket.participant)) return refuse(ws, close.removed)
      if ((changed.get(ticket.participant) ?? ticket.role) !== ticket.role) return refuse(ws, close.role)
      if (room.members.size >= config.maxPeople) return refuse(ws, close.busy)
      if (ws.readyState !== ws.OPEN) return
      ws.off('message', keepEarly)
      const person = { id: ticket.participant, role: ticket.role, name, sector }
      attend({ ws, room, person, link: ticket.link, config, now: parts.now, dropped }, early)
    } catch (error) {
      parts.failed('A board could not be opened', error)
      refuse(ws, close.retry)
    }
  }

  const endWhere = (board: BoardId, holds: (member: Member) => boolean, reason: Close): void => {
    for (const doc of docIdsOf(board)) for (const member of rooms.find(doc)?.members ?? []) if (holds(member)) member.end(reason)
  }

  return {
    get sockets() {
      return wss.clients.size
    },
    closeLink(board, link) {
      revoked.add(link)
      endWhere(board, member => member.link === link, close.revoked)
    },
    closePerson(board, person) {
      revoked.add(person)
      endWhere(board, member => member.person.id === person, close.removed)
    },
    changeRole(board, person, role) {
      changed.set(person, role)
      endWhere(board, member => member.person.id === person && member.person.role !== role, close.role)
    },
    close: () =>
      new Promise(done => {
        for (const ws of wss.clients) ws.terminate()
        wss.close(() => done())
      }),
  }
}

const chosenProtocol = (offered: Set<string>): string | false => (offered.has(subprotocol) ? subprotocol : false)

/**
 * Whether a browser shows one of our own pages. Programs that are no browsers send no origin; they need a ticket like
 * everybody. A page elsewhere could only use a ticket it was given, and still has no business here.
 */
function isFromHere({ headers: { origin, host } }: IncomingMessage, { config, publicUrl }: GatewayParts): boolean {
  if (origin === undefined) return true
  const allowed = [publicUrl(), ...config.allowedOrigins.split(',').map(each => each.trim().replace(/\/+$/, ''))]
  return allowed.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host)
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
  if (!person.link) return close.removed
  if (ticket.role !== roleOf(person, link)) return close.role
  return { ticket, kind, name: person.name, sector: person.sector }
}
