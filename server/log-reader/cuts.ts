import { indexIn, type Piece, pieceAt, type Range, type Row, type Rows, Unusual } from './pieces.ts'

/** Cuts pieces so that what was put beside a part of one, or deletes a part of one, meets whole ones. */
export function cutWhereNeeded(rows: Rows, deleted: readonly Range[]): void {
  const cuts = new Map<number, number[]>()
  const cutAt = (client: number, clock: number): void => {
    const row = rows.get(client)
    if (!row || clock >= row.end || row.pieces[indexIn(row, clock)]?.clock === clock) return
    const known = cuts.get(client)
    if (known) known.push(clock)
    else cuts.set(client, [clock])
  }
  for (const { pieces } of rows.values()) {
    for (const { after, before } of pieces) {
      if (after) cutAt(after.client, after.clock + 1)
      if (before) cutAt(before.client, before.clock)
      if (after && before && before.client === after.client && before.clock <= after.clock) {
        const both = pieceAt(rows, after)
        // Nothing stands after one letter of a word and before an earlier one of it.
        if (both.kind !== 'garbage' && both === pieceAt(rows, before)) throw new Unusual()
      }
    }
  }
  for (const { client, from, to } of deleted) {
    cutAt(client, from)
    cutAt(client, to)
  }
  for (const [client, clocks] of cuts) {
    const row = rows.get(client) as Row
    const { pieces } = row
    row.index = undefined
    clocks.sort((a, b) => a - b)
    let next = 0
    for (let piece of pieces.splice(0)) {
      for (let clock = clocks[next]; clock !== undefined && clock < piece.clock + piece.length; clock = clocks[++next]) {
        if (clock <= piece.clock) continue
        const rest = cut(piece, clock - piece.clock)
        pieces.push(piece)
        piece = rest
      }
      pieces.push(piece)
    }
  }
}

/** Shortens a piece to so many changes, and returns the rest, which was put right after them. */
function cut(piece: Piece, length: number): Piece {
  const { client, clock, kind, content } = piece
  const rest = { ...piece, clock: clock + length, length: piece.length - length, home: undefined, after: { client, clock: clock + length - 1 } }
  piece.length = length
  if (kind === 'letters' || kind === 'values') {
    const whole = content as string | unknown[]
    piece.content = whole.slice(0, length)
    rest.content = whole.slice(length)
    // Of a letter that somebody cut in two Yjs makes two signs that stand for none.
    if (typeof whole === 'string' && isHighHalf(whole.charCodeAt(length - 1))) {
      piece.content = `${whole.slice(0, length - 1)}\ufffd`
      rest.content = `\ufffd${whole.slice(length + 1)}`
    }
  }
  return rest
}

const isHighHalf = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff
