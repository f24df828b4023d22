import type { FastifyRequest } from 'fastify'
import type { Tickets } from '../tickets.ts'
import { passHolder } from './passes.ts'
import { bearerOf } from './requests.ts'

/** Who somebody is to what counts requests: a participant of a board; nothing for strangers, who are known by their address alone. */
export type Holders = (request: FastifyRequest) => string | undefined

/** By the ticket or the cookie for pictures that a request carries, however old: signed by this server, or nobody's. */
export const createHolders =
  (tickets: Pick<Tickets, 'signed'>, signingKey: Uint8Array): Holders =>
  request => {
    const bearer = bearerOf(request)
    const ticket = bearer ? tickets.signed(bearer) : undefined
    if (ticket) return `${ticket.board} ${ticket.participant}`
    const { board } = (request.params ?? {}) as { board?: unknown }
    if (bearer || typeof board !== 'string' || request.headers.cookie === undefined) return undefined
    const participant = passHolder(signingKey, board, request.headers.cookie)
    return participant && `${board} ${participant}`
  }
