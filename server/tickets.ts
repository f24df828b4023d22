import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { BoardId, ParticipantId } from '../shared/ids.ts'
import { type Role, roles } from '../shared/protocol.ts'

/** What a connection may do, for a short while: signed by the server, carried by the client. */
export interface Ticket {
  readonly board: BoardId
  readonly participant: ParticipantId
  readonly role: Role
  /** The link it was given out for; when that is closed, so is the connection. */
  readonly link: string
  /** Milliseconds since 1970. */
  readonly expires: number
}

export interface Tickets {
  /** Letters, digits, `-`, `_` and one `.`: a WebSocket sub-protocol may hold nothing else. */
  issue(ticket: Ticket): string
  /** The ticket a text is, if this server signed it and it has not expired. */
  check(text: string): Ticket | undefined
  /** The same, though it may have expired: it opens nothing then, and still tells who asks. */
  signed(text: string): Ticket | undefined
}

export function createTickets(key: Uint8Array, now: () => number): Tickets {
  const sign = (body: string): string => createHmac('sha256', key).update(body).digest('base64url')
  const tickets: Tickets = {
    issue: ({ board, participant, role, link, expires }) => {
      const body = Buffer.from(JSON.stringify([board, participant, role, link, expires])).toString('base64url')
      return `${body}.${sign(body)}`
    },
    signed: text => {
      const [body = '', signature = '', ...more] = text.split('.')
      if (more.length || !sameBytes(Buffer.from(signature), Buffer.from(sign(body)))) return undefined
      const [board, participant, role, link, expires] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [BoardId, ParticipantId, Role, string, number]
      return roles.includes(role) ? { board, participant, role, link, expires } : undefined
    },
    check: text => {
      const ticket = tickets.signed(text)
      return ticket && ticket.expires > now() ? ticket : undefined
    },
  }
  return tickets
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b)

/** 24 random bytes: what stands behind the `#` of a link, and what brings a person back as themselves. */
export const newSecret = (): string => randomBytes(24).toString('base64url')

export const hashOf = (secret: string): Uint8Array => createHash('sha256').update(secret).digest()

export const isSecretOf = (hash: Uint8Array | undefined, secret: string): boolean => hash !== undefined && sameBytes(hash, hashOf(secret))
