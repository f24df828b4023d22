import { isId, type RecordId } from '../shared/ids.ts'

/** Where somebody came in. */
export type Address =
  | { readonly page: 'home' }
  /** `secret` is what stood behind the `#` of a link. `show` is what of the board is to be seen, where the link says so. */
  | { readonly page: 'board'; readonly board: string; readonly secret: string | undefined; readonly show: RecordId | undefined }
  /** `part` is where on the report to begin reading. */
  | { readonly page: 'report'; readonly board: string; readonly secret: string | undefined; readonly part: RecordId | undefined }
  | { readonly page: 'nowhere' }

const boardPath = /^\/boards\/([^/]+)(\/report)?\/?$/
/** A place on a page. It is no secret: it may be seen, copied and kept. */
const place = /^#(show|part)=(.*)$/

/** What an address means. */
export function readAddress(pathname: string, hash: string): Address {
  if (pathname === '/') return { page: 'home' }
  const [, board, report] = boardPath.exec(pathname) ?? []
  if (!isId(board)) return { page: 'nowhere' }
  const [, name, id] = place.exec(hash) ?? []
  const secret = name === undefined ? secretIn(hash) : undefined
  const where = (wanted: string): RecordId | undefined => (name === wanted && isId(id) ? id : undefined)
  return report ? { page: 'report', board, secret, part: where('part') } : { page: 'board', board, secret, show: where('show') }
}

/** Reads the address bar and cleans it: a secret must not stay where it is copied, shared on a screen or kept in history. */
export function takeAddress(): Address {
  const { pathname, hash } = location
  const address = readAddress(pathname, hash)
  const isAtPlace = ('show' in address && address.show !== undefined) || ('part' in address && address.part !== undefined)
  if (hash && !isAtPlace) history.replaceState(null, '', pathname)
  return address
}

export const boardAddress = (board: string): string => `/boards/${board}`
export const reportAddress = (board: string): string => `/boards/${board}/report`
/** Where a card, a structure or a drawing is seen on its board. */
export const placeOnBoard = (board: string, id: RecordId): string => `${boardAddress(board)}#show=${id}`
export const partOfReport = (key: string): string => `part=${key}`

/** A link somebody pasted, taken apart; nothing where it is none of this server's. */
export function readLink(text: string): { board: string; secret: string } | undefined {
  if (!URL.canParse(text.trim())) return undefined
  const { origin, hostname, port, pathname, hash } = new URL(text.trim())
  const address = readAddress(pathname, hash)
  const isHere = origin === location.origin || (isOwnMachine(hostname) && isOwnMachine(location.hostname) && port === location.port)
  return isHere && 'secret' in address && address.secret !== undefined ? { board: address.board, secret: address.secret } : undefined
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
