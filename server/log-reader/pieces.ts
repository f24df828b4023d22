import type { Id } from '../../shared/document/read-update.ts'

/*
 * What Yjs updates (V1) hold, as it lies in their bytes: whoever reads a board once and lets it go needs neither Yjs' items, which
 * take several times the memory, nor its transactions. Only what boards store is known here; the rest is left to Yjs itself.
 */

/** A shared type: what it holds by name, and in a row. Of each the first piece is kept, and the others follow it. */
export interface Shared {
  readonly type: 'map' | 'text'
  readonly named: Map<string, Piece>
  first: Piece | undefined
}

/** Changes that one client made in one go. There are hundreds of thousands, so that what is not needed any more makes room for what is. */
export interface Piece extends Id {
  /** Changes in it: letters, or values. */
  length: number
  /** `gone` holds a place and nothing else; `garbage` not even that: what was put beside or into it is garbage too. */
  kind: 'letters' | 'values' | 'value' | 'shared' | 'gone' | 'garbage'
  /** A string, a list of values, one value, or a shared type. */
  content: unknown
  /** What it was put into, unless that follows from its neighbours: a root by its name, or a piece. Once it is placed, that shared type. */
  home: string | Id | Shared | undefined
  /** By which name it is in there; nothing for what stands in a row. */
  name: string | undefined
  /** The change it was put after, and the one it was put before. Once it is placed, the pieces themselves. */
  after: Id | undefined
  before: Id | undefined
  /** The next one in its place. */
  next: Piece | undefined
}

/** Everything one client did, in order and without gaps. */
export interface Row {
  readonly pieces: Piece[]
  /** The clock after the last of them. */
  end: number
  /** How many of them are placed. */
  placed: number
  /** Which piece holds each `stride`th clock; made when it is needed. */
  index: Int32Array | undefined
}

export type Rows = ReadonlyMap<number, Row>

/** Changes of one client, from a clock up to another. */
export interface Range {
  readonly client: number
  readonly from: number
  readonly to: number
}

/** Thrown where updates hold what no board stores, or only a part of what they need: Yjs knows what to make of it. */
export class Unusual extends Error {}

/** The piece that holds a change. Throws `Unusual` where it never came. */
export function pieceAt(rows: Rows, { client, clock }: Id): Piece {
  const row = rows.get(client)
  if (!row || clock >= row.end) throw new Unusual()
  return row.pieces[indexIn(row, clock)] as Piece
}

const stride = 16
/** More than anybody does on one board; an index of it takes 16 MB. */
const mostChanges = 2 ** 26

/** Which piece of a row holds a clock. Boards that people worked on for long ask this hundreds of thousands of times. */
export function indexIn(row: Row, clock: number): number {
  const { pieces } = row
  row.index ??= indexOf(row)
  let at = row.index[Math.floor(clock / stride)] ?? 0
  for (let next = pieces[at + 1]; next && next.clock <= clock; next = pieces[at + 1]) at++
  return at
}

function indexOf({ pieces, end }: Row): Int32Array {
  if (end > mostChanges) throw new Unusual()
  const index = new Int32Array(Math.ceil(end / stride))
  let at = 0
  for (let i = 0; i < index.length; i++) {
    for (let next = pieces[at + 1]; next && next.clock <= i * stride; next = pieces[at + 1]) at++
    index[i] = at
  }
  return index
}
