import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { storeFiles } from './files.ts'

/*
 * SQLite ignores its write-ahead log from the first bad frame on, and so forgets commits without a word. A small file beside the
 * store has how much was committed: it is written after every commit and not waited for. After the end of a process it is as new as
 * the last commit; after a power cut it may be older, or torn, but it never has more than was on the disk before.
 */

/** How much of which store was committed: a number that grows with every change. */
export interface Position {
  /** A name made of the store's own secret. */
  readonly store: string
  readonly position: number
}

/** Everything in it, always of one length, so that the new takes the place of the old. */
const shape = /^manyfutures store ([0-9a-f]{16}) was written up to (\d{16}), sum \d{10}\n$/
const digits = 16
const sumDigits = 10

/** The bytes of the file; what `set` gives is the same piece of memory each time, since this is done after every commit. */
function bytesFor(store: string): { readonly length: number; set(position: number): Uint8Array } {
  const [before, between] = [`manyfutures store ${store} was written up to `, ', sum ']
  const bytes = Buffer.from(`${before}${'0'.repeat(digits)}${between}${'0'.repeat(sumDigits)}\n`, 'latin1')
  const summed = bytes.subarray(0, before.length + digits)
  const write = (value: number, end: number, count: number): void => {
    for (let [at, rest] = [end - 1, value]; at >= end - count; at--, rest = Math.floor(rest / 10)) bytes[at] = 48 + (rest % 10)
  }
  return {
    length: bytes.length,
    set(position) {
      write(position, summed.length, digits)
      write(crc32(summed) >>> 0, bytes.length - 1, sumDigits)
      return bytes
    },
  }
}

/** What the file in a folder says; nothing where there is none, or where a power cut tore it. */
export function readPosition(folder: string): Position | undefined {
  const path = join(folder, storeFiles.position)
  if (!statSync(path, { throwIfNoEntry: false })) return undefined
  const file = openSync(path, constants.O_RDONLY)
  try {
    const { length } = bytesFor('0'.repeat(16))
    const bytes = Buffer.alloc(length)
    readSync(file, bytes, 0, length, 0)
    const [, store, position] = shape.exec(bytes.toString('latin1')) ?? []
    if (store === undefined || bytes.compare(bytesFor(store).set(Number(position))) !== 0) return undefined
    return { store, position: Number(position) }
  } finally {
    closeSync(file)
  }
}

export interface PositionFile {
  write(position: number): void
  /** Makes it anew where somebody took it away; it only says what the store says too. */
  stay(position: number): void
  close(): void
}

/** Begins to write the file of a store, made where there is none. */
export function openPositionFile(folder: string, store: string): PositionFile {
  const path = join(folder, storeFiles.position)
  const open = (): number => openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  let file = open()
  const bytes = bytesFor(store)
  const write = (position: number): void => void writeSync(file, bytes.set(position), 0, bytes.length, 0)
  return {
    write,
    stay(position) {
      const [there, own] = [statSync(path, { throwIfNoEntry: false }), fstatSync(file)]
      if (there?.ino === own.ino && there.dev === own.dev) return
      const next = open()
      closeSync(file)
      file = next
      write(position)
    },
    close() {
      fsyncSync(file)
      closeSync(file)
    },
  }
}
