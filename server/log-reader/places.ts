import type { Id } from '../../shared/document/read-update.ts'
import { type Piece, pieceAt, type Row, type Rows, type Shared, Unusual } from './pieces.ts'

/** Puts every piece where it belongs, after whatever it was put beside or into. Returns the roots. */
export function placeAll(rows: Rows): ReadonlyMap<string, Shared> {
  const roots = new Map<string, Shared>()
  const rootOf = (name: string): Shared => {
    const root = roots.get(name) ?? { type: 'map', named: new Map(), first: undefined }
    roots.set(name, root)
    return root
  }
  let [lastId, lastPiece]: [Id?, Piece?] = []
  const parentAt = (id: Id): Piece => {
    if (id !== lastId || !lastPiece) [lastId, lastPiece] = [id, pieceAt(rows, id)]
    return lastPiece
  }

  for (const start of rows.values()) {
    /** Rows that are being placed, each up to what the one before it waits for. */
    const stack: { readonly row: Row; readonly until: number }[] = [{ row: start, until: start.end }]
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const piece = top.row.pieces[top.row.placed]
      if (!piece || piece.clock > top.until) {
        stack.pop()
        continue
      }
      const { home } = piece
      const parent = typeof home === 'object' ? parentAt(home as Id) : undefined
      const after = piece.after && pieceAt(rows, piece.after)
      const before = piece.before && pieceAt(rows, piece.before)
      const needed = isMissing(piece, after, rows) ? after : isMissing(piece, before, rows) ? before : isMissing(piece, parent, rows) ? parent : undefined
      if (needed) {
        // What waits for itself never comes.
        if (stack.length > rows.size) throw new Unusual()
        stack.push({ row: rows.get(needed.client) as Row, until: needed.clock })
        continue
      }
      if (piece.kind !== 'garbage') place(piece, after, before, typeof home === 'string' ? rootOf(home) : parent ? sharedIn(parent) : homeOf(after ?? before))
      top.row.placed++
    }
  }
  return roots
}

/** Whether something that a piece needs is not placed yet. */
function isMissing({ client, clock }: Piece, needed: Piece | undefined, rows: Rows): boolean {
  if (!needed) return false
  if (needed.client !== client) {
    const { pieces, placed } = rows.get(needed.client) as Row
    const at = pieces[placed]
    return at !== undefined && needed.clock >= at.clock
  }
  // Nobody can put something beside what they are yet to make.
  if (needed.clock >= clock) throw new Unusual()
  return false
}

const sharedIn = ({ kind, content }: Piece): Shared | undefined => (kind === 'shared' ? (content as Shared) : undefined)
const homeOf = (placed: Piece | undefined): Shared | undefined => placed?.home as Shared | undefined

function place(piece: Piece, after: Piece | undefined, before: Piece | undefined, home: Shared | undefined): void {
  // Between what is there and what went with its record nobody puts anything who is not out for trouble.
  if (after && before && (after.kind === 'garbage') !== (before.kind === 'garbage')) throw new Unusual()
  if (after?.kind === 'garbage' || before?.kind === 'garbage' || !home) {
    piece.kind = 'garbage'
    return
  }
  if (after && before && (after.home !== before.home || after.name !== before.name)) throw new Unusual()
  const name = after || before ? (after ?? before)?.name : piece.name
  piece.home = home
  piece.name = name
  piece.after = after
  piece.before = before
  const first = name === undefined ? home.first : home.named.get(name)
  const next = after ? after.next : first
  const left = next && next !== before ? leftOf(piece, next) ?? after : after
  piece.next = left ? left.next : first
  if (left) left.next = piece
  else if (name === undefined) home.first = piece
  else home.named.set(name, piece)
}

/**
 * What several people put in one place at the same time stands in the one order that every program finds (YATA, as Yjs has it:
 * https://doi.org/10.1145/2957276.2957310). Returns which of those from `first` on a piece comes right after, if any.
 */
function leftOf({ client, after, before }: Piece, first: Piece): Piece | undefined {
  let left: Piece | undefined
  const passed = new Set<Id>()
  const conflicting = new Set<Id>()
  for (let other: Piece | undefined = first; other && other !== before; other = other.next) {
    passed.add(other)
    conflicting.add(other)
    if (other.after === after) {
      if (other.client < client) {
        left = other
        conflicting.clear()
      } else if (other.before === before) break
    } else if (other.after && passed.has(other.after)) {
      if (!conflicting.has(other.after)) {
        left = other
        conflicting.clear()
      }
    } else break
  }
  return left
}
