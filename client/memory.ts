import type { Preview } from '../shared/preview.ts'
import { isObject } from '../shared/json.ts'
import { type Role, roles } from '../shared/protocol.ts'

/*
 * What this device remembers: the boards somebody joined on it, and how to come back as themselves. It stays here; a board's
 * file and its document know nothing of it. Where storage is off, boards still work until the page is closed.
 */

export interface Membership {
  readonly board: string
  readonly participant: string
  readonly key: string
  /** What they may do: what their link says, or what a facilitator made them. */
  readonly role: Role
  /** What their link says, where that is something else. */
  readonly cameBy?: Role
  readonly name: string
  readonly sector: string
}

export interface Recent extends Membership {
  readonly title: string
  /** Milliseconds since 1970. */
  readonly seen: number
  readonly preview?: Preview
  /** Links this device made; the server keeps only what proves them. */
  readonly links?: Readonly<Partial<Record<Role, string>>>
}

const name = 'manyfutures:boards'
/** Boards of which no more is kept than that one took part; those one leads are kept however many they are. */
const most = 30

export function recentBoards(): Recent[] {
  return read().sort((a, b) => b.seen - a.seen)
}

/** Who this device is on a board: on a visit that lasts as long as its page, or as it is remembered. */
export const recentBoard = (board: string): Recent | undefined => visitOf(board) ?? rememberedBoard(board)

/** What this device remembers of a board, whatever it is on it just now. */
export const rememberedBoard = (board: string): Recent | undefined => read().find(each => each.board === board)

/** Whether this device leads a board, or holds the link that does. */
export const leads = ({ role, cameBy, links }: Recent): boolean => role === 'facilitator' || cameBy === 'facilitator' || links?.facilitator !== undefined

/** As what this device can come in; whoever made a board here can before they ever did. Nothing where it cannot. */
export const placeOf = ({ key, role, links }: Recent): Role | undefined => (key !== '' ? role : links?.facilitator !== undefined ? 'facilitator' : undefined)

/** Whether this device has a place on a board that may more than a role. */
export const holdsMore = (known: Recent, role: Role): boolean => {
  const own = placeOf(known)
  return own !== undefined && roles.indexOf(own) < roles.indexOf(role)
}

/**
 * Notes what is new about a board; keeps what was known. A lesser place than the one that is known, by another link, is one for this page
 * alone: nobody loses what they lead by looking at what others see.
 */
export function remember(board: string, what: Partial<Recent>): void {
  const all = read()
  const known = all.find(each => each.board === board)
  const { participant, key, role, cameBy, name, sector, ...about } = what
  const place = { participant, key, role, cameBy, name, sector }
  const visit = visitOf(board)
  const isOther = participant !== undefined && known !== undefined && participant !== known.participant
  if (isOther && (visit?.participant === participant || (role !== undefined && holdsMore(known, role)))) {
    const next = fill(board, { ...visit, ...defined(place) })
    keepVisit(next)
    return keep(all, { ...known, ...about, seen: about.seen ?? Date.now() })
  }
  if (participant !== undefined) keepVisit(undefined, board)
  keep(all, fill(board, { seen: Date.now(), ...known, ...about, ...defined(place) }))
}

export function forget(board: string): void {
  keepVisit(undefined, board)
  write(read().filter(each => each.board !== board))
}

/** Forgets who somebody was on a board, once that opens nothing any more. */
export function forgetPlace(board: string): void {
  keepVisit(undefined, board)
  const known = rememberedBoard(board)
  if (!known) return
  const { participant: _participant, key: _key, role: _role, cameBy: _cameBy, ...others } = known
  keep(read(), fill(board, others))
}

const fill = (board: string, what: Partial<Recent>): Recent => ({ board, title: '', seen: Date.now(), participant: '', key: '', role: 'observer', name: '', sector: '', ...what })

const defined = <T extends object>(values: T): Partial<T> => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>

function keep(all: readonly Recent[], next: Recent): void {
  const sorted = [next, ...all.filter(each => each.board !== next.board)].sort((a, b) => b.seen - a.seen)
  let others = 0
  write(sorted.filter(each => leads(each) || ++others <= most))
}

const visitName = (board: string): string => `manyfutures:visit:${board}`

/** Who this page is on a board for as long as it is open, where that is less than what is remembered. */
function visitOf(board: string): Recent | undefined {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(visitName(board)) ?? 'null')
    return stored !== null && isRecent(stored) ? { ...rememberedBoard(board), ...stored } : undefined
  } catch {
    return undefined // Storage is off, or holds something else.
  }
}

function keepVisit(visit: Recent | undefined, board = visit?.board ?? ''): void {
  try {
    if (visit) sessionStorage.setItem(visitName(board), JSON.stringify({ ...visit, links: undefined }))
    else sessionStorage.removeItem(visitName(board))
  } catch {
    // Storage is off: the visit lasts until the page is loaded again.
  }
}

function read(): Recent[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(name) ?? '[]')
    return Array.isArray(stored) ? stored.filter(isRecent) : []
  } catch {
    return [] // Storage is off, or holds something else: nothing is remembered.
  }
}

function write(boards: readonly Recent[]): void {
  // Where there is little room, ways into boards go before their thumbnails.
  const plain = boards.map(({ preview: _preview, ...board }) => board)
  for (const tried of [boards, plain]) {
    try {
      return localStorage.setItem(name, JSON.stringify(tried))
    } catch {
      // Storage is off or full. The board itself is on the server; only the list of recent ones is not kept.
    }
  }
}

const isRecent = (value: unknown): value is Recent => {
  const each = value as Partial<Recent> | null
  return typeof each?.board === 'string' && typeof each.key === 'string' && typeof each.seen === 'number' && roles.some(role => role === each.role) && [each.title, each.name, each.sector, each.participant].every(text => typeof text === 'string') && (each.links === undefined || isObject(each.links))
}

/** Who somebody was last time, to spare them typing it again. */
export function lastIdentity(): { name: string; sector: string } {
  const [last] = recentBoards()
  return { name: last?.name ?? '', sector: last?.sector ?? '' }
}
