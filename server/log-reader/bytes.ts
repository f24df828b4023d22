import * as decoding from 'lib0/decoding'
import { type Id, type Piece, type Range, type Row, type Shared, Unusual } from './pieces.ts'

/* The bytes of an update, as Yjs writes them (V1). Only what boards store is known here. */

/** How Yjs numbers what is in an update. */
const numbers = { garbage: 0, deleted: 1, letters: 4, shared: 7, values: 8, skip: 10 } as const
const sharedTypes = ['list', 'map', 'text'] as const
/** Bits that say what follows a number. */
const bits = { number: 31, name: 32, before: 64, after: 128 } as const

/** Adds what was made to what is known of each client. */
export function readStructs(decoder: decoding.Decoder, rows: Map<number, Row>): void {
  /** The last id read: most changes are made to the same record as the one before. */
  let last: Id = { client: -1, clock: -1 }
  const readId = (): Id => {
    const client = decoding.readVarUint(decoder)
    const clock = decoding.readVarUint(decoder)
    return client === last.client && clock === last.clock ? last : (last = { client, clock })
  }
  const told = new Set<number>()
  for (let clients = decoding.readVarUint(decoder); clients > 0; clients--) {
    let count = decoding.readVarUint(decoder)
    const client = decoding.readVarUint(decoder)
    let clock = decoding.readVarUint(decoder)
    // Told of twice in one update, Yjs hears the second only.
    if (told.has(client)) throw new Unusual()
    told.add(client)
    const row = rows.get(client) ?? { pieces: [], end: 0, placed: 0, index: undefined }
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

/** What was deleted, which follows in the same bytes. */
export function readDeleteSet(decoder: decoding.Decoder): Range[] {
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
