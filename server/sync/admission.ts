import type { IncomingMessage } from 'node:http'
import { type BoardId, isId } from '../../shared/ids.ts'
import { close, type Close, subprotocol } from '../../shared/protocol.ts'
import { readSyncPath } from '../documents.ts'
import type { DocKind } from '../rights.ts'
import { type Boards, type Links, type People, type RemovedBoards, roleOf } from '../storage/register.ts'
import type { Ticket, Tickets } from '../tickets.ts'

/** What a connection asks for and shows, as far as that can be told without asking the store. */
export type Asking =
  | { readonly ticket: Ticket; readonly kind: DocKind }
  /** Why it will be turned away: `board` says which one it names, where it names one that could be. */
  | { readonly ticket: undefined; readonly reason: Close; readonly board: BoardId | undefined }

/** Reads the address and the sub-protocols of a handshake. */
export function readAsking({ url, headers }: IncomingMessage, tickets: Tickets): Asking {
  const { board, kind } = readSyncPath(url ?? '') ?? {}
  const turnedAway = (reason: Close): Asking => ({ ticket: undefined, reason, board: isId(board) ? (board as string as BoardId) : undefined })
  if (!kind || !isId(board)) return turnedAway(close.missing)
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map(each => each.trim())
  if (!offered.includes(subprotocol)) return turnedAway(close.protocol)
  const ticket = tickets.check(offered.find(each => each !== subprotocol) ?? '')
  return ticket?.board === (board as string) ? { ticket, kind } : turnedAway(close.ticket)
}

export interface Admitted {
  readonly name: string
  readonly sector: string
}

/** Whether whoever holds a ticket may come in now, and as whom; otherwise why not. */
export async function admit({ board, link: by, participant, role }: Ticket, { boards, removed, links, people }: { boards: Boards; removed: Pick<RemovedBoards, 'all'>; links: Links; people: People }): Promise<Admitted | Close> {
  if (!(await boards.has(board))) return (await removed.all()).some(each => each.board === board) ? close.gone : close.missing
  const link = await links.get(board, by)
  if (!link || link.closed !== undefined) return close.revoked
  const person = await people.get(board, participant)
  if (!person) return close.ticket
  if (!person.link) return close.removed
  return role === roleOf(person, link) ? { name: person.name, sector: person.sector } : close.role
}

/** Those who are on their way in: rights that change meanwhile hold for them as for those who are there. */
export interface Entering {
  /** Until `leave` is called, `turnedAway` says why it may not come in after all. */
  enter(ticket: Ticket): { readonly turnedAway: Close | undefined; leave(): void }
  /** Whoever is on the way in. */
  tickets(): readonly Ticket[]
  /** Turns away those whom something holds for. */
  turnAway(holds: (ticket: Ticket) => boolean, reason: Close): void
}

export function createEntering(): Entering {
  const entering = new Set<{ readonly ticket: Ticket; turnedAway: Close | undefined; leave(): void }>()
  return {
    enter(ticket) {
      const one = { ticket, turnedAway: undefined as Close | undefined, leave: () => void entering.delete(one) }
      entering.add(one)
      return one
    },
    tickets: () => [...entering].map(({ ticket }) => ticket),
    turnAway(holds, reason) {
      for (const one of entering) if (holds(one.ticket)) one.turnedAway ??= reason
    },
  }
}

