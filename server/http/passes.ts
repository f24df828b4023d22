import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { BoardId, ParticipantId } from '../../shared/ids.ts'
import type { App } from '../app.ts'
import { linkClosed, removed, ticketNeeded } from './problems.ts'
import { askersOf, bearerOf } from './requests.ts'

const name = 'manyfutures-pictures'
/** As long as browsers keep a cookie at most; it ends earlier with the link its holder came by. */
const seconds = 400 * 86_400

/**
 * What lets a browser load a board’s pictures. An <img> sends no ticket, and an address with a secret in it would be passed on;
 * so whoever joins gets a cookie that is sent for this board’s pictures and nothing else, and opens nothing else.
 */
export interface Passes {
  /** The `set-cookie` header for somebody who joined. */
  cookieFor(board: BoardId, participant: ParticipantId): string
  /** The board of whoever may look at it, by ticket or by cookie; or throws the sentence for whoever asked. */
  readerIn(request: FastifyRequest): Promise<BoardId>
}

export function passesOf(app: App): Passes {
  const { store } = app
  const { boardIn, ticketIn } = askersOf(app)
  const passFor = (board: BoardId, participant: string): string => signedPass(store.signingKey, board, participant)

  return {
    cookieFor(board, participant) {
      const secure = app.publicUrl().startsWith('https:') ? '; Secure' : ''
      return `${name}=${passFor(board, participant)}; Path=/api/boards/${board}/assets; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`
    },
    async readerIn(request) {
      if (bearerOf(request)) return (await ticketIn(request)).board
      const board = await boardIn(request)
      const participant = passHolder(store.signingKey, board, request.headers.cookie)
      if (participant === undefined) throw ticketNeeded()
      const person = await store.people.get(board, participant as ParticipantId)
      if (!person?.link) throw removed()
      const link = await store.links.get(board, person.link)
      if (!link || link.closed !== undefined) throw linkClosed()
      return board
    },
  }
}

const signedPass = (key: Uint8Array, board: string, participant: string): string =>
  `${participant}.${createHmac('sha256', key).update(`pictures of ${board} for ${participant}`).digest('base64url')}`

/** Whose cookie for the pictures of a board a request carries, whether or not they may still look at them. */
export function passHolder(key: Uint8Array, board: string, cookies: string | undefined): string | undefined {
  const pass = cookieIn(cookies)
  const participant = pass?.split('.', 1)[0] ?? ''
  return pass !== undefined && same(pass, signedPass(key, board, participant)) ? participant : undefined
}

const cookieIn = (header = ''): string | undefined => new RegExp(`(?:^|;\\s*)${name}=([\\w.-]+)`).exec(header)?.[1]

const same = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
