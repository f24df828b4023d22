import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { BoardId, ParticipantId } from '../../shared/ids.ts'
import { close, type Close, type Role, subprotocol } from '../../shared/protocol.ts'
import { askerOf } from '../address.ts'
import type { Config } from '../config.ts'
import { boardOf, docIdOf, docIdsOf } from '../documents.ts'
import type { DropCause } from '../metrics.ts'
import type { Ledger } from '../ops/ledger.ts'
import type { Boards, Links, People, RemovedBoards } from '../storage/register.ts'
import type { Ticket, Tickets } from '../tickets.ts'
import { admit, type Asking, createEntering, readAsking } from './admission.ts'
import { causeOf } from './causes.ts'
import { serveConnection } from './connection.ts'
import { createCrowd, type Seat } from './crowd.ts'
import { hangUp, type Line } from './line.ts'
import type { Member } from './room.ts'
import { Closed, type Rooms } from './rooms.ts'

export interface GatewayParts {
  readonly config: Config
  readonly rooms: Rooms
  readonly tickets: Tickets
  readonly boards: Boards
  readonly removed: Pick<RemovedBoards, 'all'>
  readonly links: Links
  readonly people: People
  /** Counts every byte that is kept for somebody. */
  readonly ledger: Ledger
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  /** Where people reach this server; browsers that come from elsewhere are turned away. */
  readonly publicUrl: () => string
  readonly failed: (what: string, error: unknown) => void
  /** Something was not taken or not sent, and why. */
  readonly dropped: (cause: DropCause) => void
}

export interface Gateway {
  /** People's connections that are open. */
  readonly sockets: number
  /** Ends the connections that came by a link. */
  closeLink(board: BoardId, link: string): void
  /** Ends the connections of links that were closed by somebody else than this server. */
  recheckLinks(): Promise<void>
  /** Ends the connections of one person, for good. */
  closePerson(board: BoardId, person: ParticipantId): void
  /** Ends the connections of somebody whose role was changed; they come back by themselves, with a new ticket. */
  changeRole(board: BoardId, person: ParticipantId, role: Role): void
  /** Ends every connection to a board that was removed. */
  closeBoard(board: BoardId): void
  close(): Promise<void>
}

/** Longest time that coming in may take; then one is asked to come again. */
const longestGreetingMs = 20_000

/** The door for WebSockets: who comes in, from where, and how many; everything after that is the connection's and the room's. */
export function createGateway(server: Server, parts: GatewayParts): Gateway {
  const { config, rooms, tickets, ledger, now, dropped } = parts
  const crowd = createCrowd({ ...config, now })
  const entering = createEntering()
  // Above our own limits, so that what is too large is told so with a code stock clients do not retry. Pings are answered at our pace.
  const wss = new WebSocketServer({ noServer: true, maxPayload: config.maxSync + 2 ** 20, perMessageDeflate: false, autoPong: false, handleProtocols: chosenProtocol })

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy()) // The peer went away in the middle of the handshake.
    const address = askerOf(request, config.proxies)
    const asking = readAsking(request, tickets)
    if (!asking.ticket && !crowd.mayAsk(address)) {
      dropped('crowded')
      return void socket.destroy()
    }
    // Accept first and refuse with a close code: browsers hide the status of a refused upgrade, and clients would try for ever.
    wss.handleUpgrade(request, socket, head, ws => {
      // Nothing is read before it is known who comes: what strangers send stays with the system.
      ws.pause()
      ws.on('error', () => ws.terminate()) // A broken frame ends this connection and no other.
      const line: Line = { ws, address, onBytes: came => void socket.prependListener('data', (piece: Buffer) => came(piece.length)), endSending: () => socket.end() }
      void greet(line, request, asking)
    })
  })

  const refuse = (line: Line, reason: Close): void => {
    const cause = causeOf(reason)
    if (cause) dropped(cause)
    hangUp(line, reason)
  }

  const greet = async (line: Line, request: IncomingMessage, asking: Asking): Promise<void> => {
    const tooLong = setTimeout(() => refuse(line, close.busy), longestGreetingMs)
    try {
      if (!isFromHere(request, parts)) return refuse(line, close.elsewhere)
      if (!asking.ticket) return refuse(line, asking.board && !(await parts.boards.has(asking.board)) ? close.missing : asking.reason)
      const here = crowd.enter(line.address, asking.ticket.participant)
      if (!here) return refuse(line, close.busy)
      line.ws.once('close', () => here.leave())
      const reason = await comeIn(line, here, asking.ticket, asking.kind)
      if (!reason) return
      // Whoever is turned away counts for nobody, however long they take to go.
      here.leave()
      refuse(line, reason)
    } catch (error) {
      parts.failed('A board could not be opened', error)
      refuse(line, close.retry)
    } finally {
      clearTimeout(tooLong)
    }
  }

  /** Takes somebody into a room; resolves to why not, where not. */
  const comeIn = async ({ ws, ...line }: Line, { flow }: Seat, ticket: Ticket, kind: Parameters<typeof docIdOf>[1]): Promise<Close | undefined> => {
    const entry = entering.enter(ticket)
    try {
      const admitted = await admit(ticket, parts)
      if ('code' in admitted) return admitted
      const room = await rooms.open(docIdOf(ticket.board, kind))
      if (entry.turnedAway) return entry.turnedAway
      if (room.members.size >= config.maxPeople) return close.busy
      if (ws.readyState !== ws.OPEN) return undefined
      const person = { id: ticket.participant, role: ticket.role, ...admitted }
      serveConnection({ line: { ws, ...line }, room, person, link: ticket.link, config, account: ledger.of(line.address), flow, now, dropped })
      return undefined
    } catch (error) {
      if (error instanceof Closed) return close.closed
      throw error
    } finally {
      entry.leave()
    }
  }

  const endWhere = (board: BoardId, holds: (who: { readonly link: string; readonly person: ParticipantId; readonly role: Role }) => boolean, reason: Close): void => {
    entering.turnAway(({ board: at, link, participant, role }) => at === board && holds({ link, person: participant, role }), reason)
    const isMeant = ({ link, person: { id, role } }: Member): boolean => holds({ link, person: id, role })
    for (const doc of docIdsOf(board)) for (const member of [...(rooms.find(doc)?.members ?? [])]) if (isMeant(member)) member.end(reason)
  }

  return {
    get sockets() {
      return crowd.size
    },
    closeLink: (board, closed) => endWhere(board, ({ link }) => link === closed, close.revoked),
    async recheckLinks() {
      const inUse = new Map<string, readonly [BoardId, string]>()
      const note = (board: BoardId, link: string): unknown => inUse.set(`${board} ${link}`, [board, link])
      for (const { board, link } of entering.tickets()) note(board, link)
      for (const room of rooms.live()) for (const { link } of room.members) note(boardOf(room.doc), link)
      for (const [board, link] of inUse.values()) if ((await parts.links.get(board, link))?.closed !== undefined) endWhere(board, who => who.link === link, close.revoked)
    },
    closePerson: (board, removed) => endWhere(board, ({ person }) => person === removed, close.removed),
    changeRole: (board, changed, now) => endWhere(board, ({ person, role }) => person === changed && role !== now, close.role),
    closeBoard: board => endWhere(board, () => true, close.gone),
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
