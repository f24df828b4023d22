import { isId } from '../shared/ids.ts'

/** Where somebody came in. */
export type Address =
  | { readonly page: 'home' }
  /** `secret` is what stood behind the `#` of a link. */
  | { readonly page: 'board'; readonly board: string; readonly secret: string | undefined }
  | { readonly page: 'nowhere' }

/** Reads the address bar and cleans it: a secret must not stay where it is copied, shared on a screen or kept in history. */
export function takeAddress(): Address {
  const { pathname, hash } = location
  const secret = hash.length > 1 ? hash.slice(1) : undefined
  if (secret) history.replaceState(null, '', pathname)
  if (pathname === '/') return { page: 'home' }
  const [, board] = /^\/boards\/([^/]+)\/?$/.exec(pathname) ?? []
  return isId(board) ? { page: 'board', board, secret } : { page: 'nowhere' }
}

/** A link somebody pasted, taken apart; nothing where it is none of this server's. */
export function readLink(text: string): { board: string; secret: string } | undefined {
  if (!URL.canParse(text.trim())) return undefined
  const { origin, pathname, hash } = new URL(text.trim())
  const [, board] = /^\/boards\/([^/]+)\/?$/.exec(pathname) ?? []
  return origin === location.origin && isId(board) && hash.length > 1 ? { board, secret: hash.slice(1) } : undefined
}
