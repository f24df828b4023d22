import * as decoding from 'lib0/decoding'

/*
 * What Yjs updates (V1) hold, as it lies in their bytes: whoever reads a board once and lets it go needs neither Yjs' items, which
 * take several times the memory, nor its transactions. Only what boards store is known here; the rest is left to Yjs itself.
 */

/** A place in what one client did. */
export interface Id {
  readonly client: number
  readonly clock: number
}

/** A shared type: what it holds by name, and in a row. Of each the first piece is kept, and the others follow it. */
export interface Shared {
  readonly type: 'list' | 'map' | 'text'
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
}

export type Rows = ReadonlyMap<number, Row>

/** Thrown where updates hold what no board stores, or only a part of what they need: Yjs knows what to make of it. */
export class Unusual extends Error {}

/** What each client did, of all updates together, without what was deleted. Throws `Unusual`. */
export function piecesOf(updates: readonly Uint8Array[]): Rows {
  const rows = new Map<number, Row>()
  const decoders = updates.map(update => decoding.createDecoder(update))
  for (const decoder of decoders) readStructs(decoder, rows)
  const deleted = decoders.flatMap(readDeleteSet)
  cutWhereNeeded(rows, deleted)
  for (const { client, from, to } of deleted) {
    const pieces = rows.get(client)?.pieces ?? []
    for (let i = indexOf(pieces, from), piece = pieces[i]; piece && piece.clock < to; piece = pieces[++i]) {
      if (piece.kind !== 'garbage') piece.kind = 'gone'
      piece.content = undefined
    }
  }
  return rows
}

/** The piece that holds a change. Throws `Unusual` where it never came. */
export function pieceAt(rows: Rows, { client, clock }: Id): Piece {
  const row = rows.get(client)
  if (!row || clock >= row.end) throw new Unusual()
  return row.pieces[indexOf(row.pieces, clock)] as Piece
}

/** The last that begins no later. */
function indexOf(pieces: readonly Piece[], clock: number): number {
  let [low, high] = [0, pieces.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((pieces[middle] as Piece).clock <= clock) low = middle
    else high = middle - 1
  }
  return low
}

// ---- decoding

/** How Yjs numbers what is in an update. */
const numbers = { garbage: 0, deleted: 1, letters: 4, shared: 7, values: 8, skip: 10 } as const
const sharedTypes = ['list', 'map', 'text'] as const
/** Bits that say what follows a number. */
const bits = { number: 31, name: 32, before: 64, after: 128 } as const

function readStructs(decoder: decoding.Decoder, rows: Map<number, Row>): void {
  /** The last id read: most changes are made to the same record as the one before. */
  let last: Id = { client: -1, clock: -1 }
  const readId = (): Id => {
    const client = decoding.readVarUint(decoder)
    const clock = decoding.readVarUint(decoder)
    return client === last.client && clock === last.clock ? last : (last = { client, clock })
  }
  for (let clients = decoding.readVarUint(decoder); clients > 0; clients--) {
    let count = decoding.readVarUint(decoder)
    const client = decoding.readVarUint(decoder)
    let clock = decoding.readVarUint(decoder)
    const row = rows.get(client) ?? { pieces: [], end: 0, placed: 0 }
    rows.set(client, row)
    if (clock > row.end) throw new Unusual()
    for (; count > 0; count--) {
      const info = decoding.readUint8(decoder)
      const number = info & bits.number
      const isItem = number !== numbers.garbage && info !== numbers.skip
      const after = isItem && info & bits.after ? readId() : undefined
      const before = isItem && info & bits.before ? readId() : undefined
      const isFirst = isItem && !after && !before
      const home = isFirst ? (decoding.readVarUint(decoder) === 1 ? readName(decoder) : readId()) : undefined
      const name = isFirst && info & bits.name ? readName(decoder) : undefined
      const piece: Piece = { client, clock, length: 1, kind: 'garbage', content: undefined, home, name, after, before, next: undefined }
      readContent(decoder, number, piece)
      clock += piece.length
      // What an earlier update brought is the same here.
      if (clock <= row.end) continue
      if (piece.clock < row.end) throw new Unusual()
      row.pieces.push(piece)
      row.end = clock
    }
  }
}

function readContent(decoder: decoding.Decoder, number: number, piece: Piece): void {
  switch (number) {
    case numbers.garbage:
      piece.length = decoding.readVarUint(decoder)
      return
    case numbers.deleted:
      piece.length = decoding.readVarUint(decoder)
      piece.kind = 'gone'
      return
    case numbers.letters: {
      const letters = decoding.readVarString(decoder)
      piece.length = letters.length
      piece.kind = 'letters'
      piece.content = letters
      return
    }
    case numbers.shared: {
      const type = sharedTypes[decoding.readVarUint(decoder)]
      if (!type) throw new Unusual()
      piece.kind = 'shared'
      piece.content = { type, named: new Map(), first: undefined } satisfies Shared
      return
    }
    case numbers.values: {
      piece.length = decoding.readVarUint(decoder)
      piece.kind = piece.length === 1 ? 'value' : 'values'
      if (piece.length === 1) piece.content = readValue(decoder)
      else {
        const values: unknown[] = []
        for (let i = 0; i < piece.length; i++) values.push(readValue(decoder))
        piece.content = values
      }
      return
    }
    default:
      throw new Unusual()
  }
}

/** How lib0 marks a string among values. */
const stringMark = 119

function readValue(decoder: decoding.Decoder): unknown {
  if (decoder.arr[decoder.pos] !== stringMark) return decoding.readAny(decoder)
  decoder.pos++
  return readName(decoder)
}

const names: (string | undefined)[] = Array.from({ length: 1024 })

/** A string that likely came before, such as a name or a person: the same string then, instead of another one. */
function readName(decoder: decoding.Decoder): string {
  const begin = decoder.pos
  const length = decoding.readVarUint(decoder)
  const { arr: bytes, pos } = decoder
  let place = length
  for (let i = pos; i < pos + length; i++) place = (place * 31 + (bytes[i] as number)) | 0
  const known = names[place & 1023]
  if (known?.length === length && isAscii(known, bytes, pos)) {
    decoder.pos += length
    return known
  }
  decoder.pos = begin
  const read = decoding.readVarString(decoder)
  if (length <= 64) names[place & 1023] = read
  return read
}

function isAscii(text: string, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[at + i] || text.charCodeAt(i) > 127) return false
  return true
}

interface Range {
  readonly client: number
  readonly from: number
  readonly to: number
}

function readDeleteSet(decoder: decoding.Decoder): Range[] {
  const ranges: Range[] = []
  for (let clients = decoding.readVarUint(decoder); clients > 0; clients--) {
    const client = decoding.readVarUint(decoder)
    for (let count = decoding.readVarUint(decoder); count > 0; count--) {
      const from = decoding.readVarUint(decoder)
      ranges.push({ client, from, to: from + decoding.readVarUint(decoder) })
    }
  }
  return ranges
}

// ---- cutting

/** Cuts pieces so that what was put beside a part of one, or deletes a part of one, meets whole ones. */
function cutWhereNeeded(rows: Rows, deleted: readonly Range[]): void {
  const cuts = new Map<number, number[]>()
  const cutAt = (client: number, clock: number): void => {
    const row = rows.get(client)
    if (!row || clock >= row.end || row.pieces[indexOf(row.pieces, clock)]?.clock === clock) return
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
    const { pieces } = rows.get(client) as Row
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
