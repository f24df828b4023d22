import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { type BoardId, isId } from '../../shared/ids.ts'
import type { App } from '../app.ts'
import { docIdOf } from '../documents.ts'
import { canLead } from '../rights.ts'
import { roleOf } from '../storage/register.ts'
import type { Ticket } from '../tickets.ts'
import type { Flight } from './in-flight.ts'
import { badRequest, boardGone, linkClosed, noBoard, notAllowed, removed, ticketNeeded } from './problems.ts'

/** What a stranger sent, checked; or a sentence about the first thing that is wrong with it. */
export function read<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw badRequest(`${issue?.path.join('.') || 'The request'}: ${issue?.message ?? 'cannot be read'}.`)
}

/** The key or ticket a request came with; empty where there is none. */
export const bearerOf = (request: FastifyRequest): string => /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''

/** Who asks, about which board. Each of these answers or throws the sentence for whoever asked. */
export interface Askers {
  /** The board in the address. */
  boardIn(request: FastifyRequest): Promise<BoardId>
  /** The ticket of somebody on that board. */
  ticketIn(request: FastifyRequest): Promise<Ticket>
  /** The ticket of a facilitator of that board. */
  facilitatorIn(request: FastifyRequest): Promise<Ticket>
  /** The request in flight: from which address it came, and whether whoever asked is still there. */
  flightOf(request: FastifyRequest, reply: FastifyReply): Flight
  /** Resolves once what somebody did a moment ago to a board is on disk. */
  committed(board: BoardId): Promise<void>
}

export function askersOf({ store, tickets, limits, rooms, removing }: App): Askers {
  const askers: Askers = {
    flightOf: limits.flightOf,
    committed: async board => rooms.find(docIdOf(board, 'canvas'))?.flushed(),
    async boardIn(request) {
      const { board } = request.params as { board: string }
      if (!isId(board)) throw noBoard()
      if (!(await store.boards.has(board as string as BoardId))) throw (await removing.isRemoved(board as string as BoardId)) ? boardGone() : noBoard()
      return board as string as BoardId
    },
    async ticketIn(request) {
      const board = await askers.boardIn(request)
      const ticket = tickets.check(bearerOf(request))
      if (!ticket || ticket.board !== board) throw ticketNeeded()
      const link = await store.links.get(board, ticket.link)
      if (!link || link.closed !== undefined) throw linkClosed()
      const person = await store.people.get(board, ticket.participant)
      if (!person?.link) throw removed()
      // A ticket from before a change of role opens nothing any more; whoever holds it gets the next one with their key.
      if (ticket.role !== roleOf(person, link)) throw ticketNeeded()
      return ticket
    },
    async facilitatorIn(request) {
      const ticket = await askers.ticketIn(request)
      if (!canLead(ticket.role)) throw notAllowed()
      return ticket
    },
  }
  return askers
}
