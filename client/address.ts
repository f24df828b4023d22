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
  const secret = secretIn(hash)
  if (hash) history.replaceState(null, '', pathname)
  if (pathname === '/') return { page: 'home' }
  const [, board] = /^\/boards\/([^/]+)\/?$/.exec(pathname) ?? []
  return isId(board) ? { page: 'board', board, secret } : { page: 'nowhere' }
}

/** A link somebody pasted, taken apart; nothing where it is none of this server's. */
export function readLink(text: string): { board: string; secret: string } | undefined {
  if (!URL.canParse(text.trim())) return undefined
  const { origin, hostname, port, pathname, hash } = new URL(text.trim())
  const [, board] = /^\/boards\/([^/]+)\/?$/.exec(pathname) ?? []
  const secret = secretIn(hash)
  const isHere = origin === location.origin || (isOwnMachine(hostname) && isOwnMachine(location.hostname) && port === location.port)
  return isHere && isId(board) && secret ? { board, secret } : undefined
}

/** Letters and messages put a full stop or a bracket right behind a link. */
const secretIn = (hash: string): string | undefined => /^#([\w-]+)/.exec(hash)?.[1]

const isOwnMachine = (host: string): boolean => host === 'localhost' || host === '[::1]' || host.startsWith('127.')

/** A link as others can open it: a server that was told no address writes its own machine into links, whoever asks from wherever. */
export function linkForOthers(link: string): string {
  const { hostname, pathname, hash } = new URL(link)
  return isOwnMachine(hostname) ? `${location.origin}${pathname}${hash}` : link
}

/** Whether a link leads nowhere but to the machine it is opened on. */
export const isOnlyHere = (link: string): boolean => isOwnMachine(new URL(link).hostname)
