import type { UpdateReader } from '../../shared/document/read-update.ts'
import { type Piece, type Range, type Row, type Shared, Unusual } from './pieces.ts'

/** Adds what an update says was made to what is known of each client. */
export function readPieces(reader: UpdateReader, rows: Map<number, Row>): void {
  let row: Row | undefined
  let of = -1
  while (reader.next()) {
    const { client, clock, length } = reader
    if (client !== of || !row) {
      of = client
      row = rows.get(client) ?? { pieces: [], end: 0, placed: 0, index: undefined }
      rows.set(client, row)
    }
    if (clock > row.end || reader.kind === 'skip') throw new Unusual()
    // What an earlier update brought is the same here.
    if (clock + length <= row.end) continue
    if (clock < row.end) throw new Unusual()
    row.pieces.push(pieceOf(reader))
    row.end = clock + length
  }
}

function pieceOf({ client, clock, length, kind: read, content: made, home, name, after, before }: UpdateReader): Piece {
  const kind = read === 'map' || read === 'text' ? 'shared' : read === 'deleted' ? 'gone' : read === 'values' && length === 1 ? 'value' : read === 'skip' || read === 'unfit' ? 'garbage' : read
  const content = kind === 'shared' ? ({ type: read as Shared['type'], named: new Map(), first: undefined } satisfies Shared) : kind === 'value' ? (made as unknown[])[0] : made
  return { client, clock, length, kind, content, home, name, after, before, next: undefined }
}

/** What an update deletes, which follows in the same bytes. */
export function readRanges(reader: UpdateReader): Range[] {
  const ranges: Range[] = []
  while (reader.nextDeleted()) ranges.push({ client: reader.client, from: reader.clock, to: reader.clock + reader.length })
  return ranges
}
