import { UpdateFault, UpdateReader } from '../../shared/document/read-update.ts'
import { roots as knownRoots } from '../../shared/document/stored.ts'
import { readPieces, readRanges } from './bytes.ts'
import { cutWhereNeeded } from './cuts.ts'
import { indexIn, type Piece, type Row, type Rows, type Shared, Unusual } from './pieces.ts'
import { placeAll } from './places.ts'

/**
 * What a log of Yjs updates says, by the names of its roots, without building the document: for whoever reads a board once and lets
 * it go. Records are Maps, and their texts strings. Nothing where the updates hold what no board stores, or wait for
 * others; Yjs knows what to make of that.
 */
export function rootsOf(updates: readonly Uint8Array[]): ReadonlyMap<string, ReadonlyMap<string, unknown>> | undefined {
  try {
    const placed = placeAll(piecesOf(updates))
    return new Map(Array.from(placed, ([name, shared]) => [name, rootIn(shared)]))
  } catch (error) {
    // Somebody may store what they like; it is no mistake of ours.
    if (error instanceof Unusual || error instanceof UpdateFault) return undefined
    throw error
  }
}

/** What each client did, of all updates together; what is deleted is gone. */
function piecesOf(updates: readonly Uint8Array[]): Rows {
  const rows = new Map<number, Row>()
  const readers = updates.map(update => new UpdateReader(update, { roots: knownRoots.canvas, makes: true }))
  for (const reader of readers) readPieces(reader, rows)
  const deleted = readers.flatMap(readRanges)
  cutWhereNeeded(rows, deleted)
  for (const { client, from, to } of deleted) {
    const row = rows.get(client)
    if (!row || from >= row.end) continue
    for (let i = indexIn(row, from), piece = row.pieces[i]; piece && piece.clock < to; piece = row.pieces[++i]) {
      if (piece.kind !== 'garbage') piece.kind = 'gone'
      piece.content = undefined
    }
  }
  return rows
}

/** What a map holds, where what it holds itself is read by `read`. The very map, with values in place of pieces: another one would double what a board takes. */
function mapIn({ named }: Shared, read: (shared: Shared) => unknown): Map<string, unknown> {
  const map: Map<string, unknown> = named
  for (const [name, first] of named) {
    // Whoever set a name last stands behind all others, and what was set before is gone.
    let last = first
    while (last.next) last = last.next
    const value = last.kind === 'shared' ? read(last.content as Shared) : valueOf(last)
    if (value === undefined) map.delete(name)
    else map.set(name, value)
  }
  return map
}

/** A board keeps records in a root, and texts in a record; whatever else somebody put there, and however deep, nobody reads. */
const rootIn = (root: Shared): Map<string, unknown> => mapIn(root, record => (record.type === 'map' ? mapIn(record, textIn) : undefined))

function textIn({ type, first }: Shared): string | undefined {
  if (type !== 'text') return undefined
  let letters = ''
  for (let piece = first; piece; piece = piece.next) if (piece.kind === 'letters') letters += piece.content as string
  return letters
}

/** What a piece stands for that is known by a name; nothing where it is gone, or no value. */
function valueOf({ kind, content }: Piece): unknown {
  if (kind === 'value') return content
  return kind === 'values' || kind === 'letters' ? (content as string | unknown[]).at(-1) : undefined
}
