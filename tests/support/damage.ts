import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { random } from './random.ts'

/* What disks, people and programs do to files: changes anything in a folder, the same for the same seed. */

type Pick = (n: number) => number

/** How a file is damaged; each returns the bytes it has then, or nothing where it is gone. */
const ways = {
  oneBit: (bytes: Buffer, pick: Pick) => flip(bytes, pick, 1),
  someBits: (bytes: Buffer, pick: Pick) => flip(bytes, pick, 2 + pick(30)),
  noise: (bytes: Buffer, pick: Pick) => over(bytes, pick, length => Buffer.from(Uint8Array.from({ length }, () => pick(256)))),
  zeroes: (bytes: Buffer, pick: Pick) => over(bytes, pick, length => Buffer.alloc(length)),
  zeroPage: (bytes: Buffer, pick: Pick) => putPage(bytes, pick, Buffer.alloc(pageSize)),
  allZero: (bytes: Buffer) => Buffer.alloc(bytes.length),
  cut: (bytes: Buffer, pick: Pick) => bytes.subarray(0, pick(bytes.length + 1)),
  cutAtPage: (bytes: Buffer, pick: Pick) => bytes.subarray(0, pageSize * pick(Math.ceil(bytes.length / pageSize))),
  empty: () => Buffer.alloc(0),
  longer: (bytes: Buffer, pick: Pick) => Buffer.concat([bytes, pick(2) ? Buffer.alloc(1 + pick(20_000)) : Buffer.from(Uint8Array.from({ length: 1 + pick(9_000) }, () => pick(256)))]),
  copiedPage: (bytes: Buffer, pick: Pick) => putPage(bytes, pick, pageAt(bytes, pick)),
  swappedPages: (bytes: Buffer, pick: Pick) => swap(bytes, pick, pageSize, 0),
  swappedFrames: (bytes: Buffer, pick: Pick) => swap(bytes, pick, frameSize, 32),
  copiedBytes: (bytes: Buffer, pick: Pick) => over(bytes, pick, length => Buffer.from(bytes.subarray(pick(Math.max(1, bytes.length - length)))).subarray(0, length)),
  gone: () => undefined,
} as const satisfies Readonly<Record<string, (bytes: Buffer, pick: Pick) => Buffer | undefined>>

const pageSize = 4_096
/** A page in SQLite's write-ahead log, with what stands before it. */
const frameSize = pageSize + 24

function flip(bytes: Buffer, pick: Pick, count: number): Buffer {
  if (bytes.length) for (let i = 0; i < count; i++) bytes[pick(bytes.length)]! ^= 1 << pick(8)
  return bytes
}

function over(bytes: Buffer, pick: Pick, made: (length: number) => Buffer): Buffer {
  const at = pick(Math.max(1, bytes.length))
  made(Math.min(bytes.length - at, 1 + pick(pick(2) ? 40 : 9_000))).copy(bytes, at)
  return bytes
}

const pageAt = (bytes: Buffer, pick: Pick): Buffer => Buffer.from(bytes.subarray(pageSize * pick(Math.ceil(bytes.length / pageSize) || 1))).subarray(0, pageSize)

function putPage(bytes: Buffer, pick: Pick, page: Buffer): Buffer {
  page.copy(bytes, pageSize * pick(Math.ceil(bytes.length / pageSize) || 1))
  return bytes
}

function swap(bytes: Buffer, pick: Pick, size: number, begin: number): Buffer {
  const count = Math.floor((bytes.length - begin) / size)
  if (count < 2) return bytes
  const [one, other] = [begin + size * pick(count), begin + size * pick(count)]
  const kept = Buffer.from(bytes.subarray(one, one + size))
  bytes.copy(bytes, one, other, other + size)
  kept.copy(bytes, other)
  return bytes
}

const names = Object.keys(ways) as (keyof typeof ways)[]

/** Damages one file of a folder; says which, and how. Most of the time that is the database or its log, since most can go wrong there. */
export function damage(folder: string, seed: number): string {
  const pick = random(seed)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => statSync(join(folder, path)).isFile()).sort()
  const likely = files.filter(path => path === 'boards.sqlite' || path === 'boards.sqlite-wal')
  const path = (pick(3) ? likely[pick(likely.length)] : files[pick(files.length)]) as string
  const way = names[pick(names.length)] as keyof typeof ways
  const before = readFileSync(join(folder, path))
  const after = ways[way](Buffer.from(before), pick)
  if (after === undefined) rmSync(join(folder, path))
  else writeFileSync(join(folder, path), after)
  return `${path}: ${way}${after && before.equals(after) ? ', which changed nothing' : ''}`
}
