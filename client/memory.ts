import type { Preview } from '../shared/preview.ts'
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
const most = 30

export function recentBoards(): Recent[] {
  return read().sort((a, b) => b.seen - a.seen)
}

export const recentBoard = (board: string): Recent | undefined => read().find(each => each.board === board)

/** Notes what is new about a board; keeps what was known. */
export function remember(board: string, what: Partial<Recent>): void {
  const all = read()
  const known = all.find(each => each.board === board)
  const next = { board, title: '', seen: Date.now(), participant: '', key: '', role: 'observer', name: '', sector: '', ...known, ...what } as Recent
  write([next, ...all.filter(each => each.board !== board)].sort((a, b) => b.seen - a.seen).slice(0, most))
}

export function forget(board: string): void {
  write(read().filter(each => each.board !== board))
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
  try {
    localStorage.setItem(name, JSON.stringify(boards))
  } catch {
    // Storage is off or full. The board itself is on the server; only the list of recent ones is not kept.
  }
}

const isRecent = (value: unknown): value is Recent => {
  const each = value as Partial<Recent> | null
  return typeof each?.board === 'string' && typeof each.key === 'string' && typeof each.seen === 'number' && roles.some(role => role === each.role)
}

/** Who somebody was last time, to spare them typing it again. */
export function lastIdentity(): { name: string; sector: string } {
  const [last] = recentBoards()
  return { name: last?.name ?? '', sector: last?.sector ?? '' }
}
