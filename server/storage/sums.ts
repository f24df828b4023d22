import { crc32 } from 'node:zlib'

/*
 * Sums against damage on disk: what is read is what was written, or its sum differs. They are CRC-32, which misses one damaged
 * thing in four thousand million, and keeps nobody out who writes to the disk on purpose. How they are made is part of the store
 * for ever.
 */

/** What SQLite keeps in a column, as it comes back. */
export type Value = string | number | null | Uint8Array

/** Texts from this length on are summed as they are, instead of together with their neighbours. */
const longText = 512

/** The sum of a table's row: of which table it is, and each value with its kind and length, in order. */
export function sumOf(table: string, values: readonly Value[]): number {
  let text = table
  let sum = 0
  const take = (bytes: string | Uint8Array): void => {
    sum = crc32(bytes, crc32(text, sum))
    text = ''
  }
  for (const value of values) {
    if (typeof value === 'string') {
      text += `;s${value.length}:`
      if (value.length < longText) text += value
      else take(value)
    } else if (value instanceof Uint8Array) {
      text += `;b${value.length}:`
      take(value)
    } else text += `;${value}`
  }
  return signed(crc32(text, sum))
}

/** Where the sums of a document's entries begin. */
export const firstOf = (doc: string): number => signed(crc32(doc))

/** The sum of everything up to an entry: of the entry, of its note where it has one, and of all before it. */
export const chained = (before: number, data: Uint8Array, note?: string | null): number => {
  const sum = crc32(data, before >>> 0)
  return signed(note ? crc32(note, sum) : sum)
}

/** As SQLite keeps it in four bytes. */
const signed = (sum: number): number => sum | 0
