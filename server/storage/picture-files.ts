import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, readdirSync, rmSync } from 'node:fs'
import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { PictureHash } from '../../shared/pictures.ts'
import { faultOf, type StoreError, storeError } from './faults.ts'
import { makeFolder } from './make-folder.ts'

/** Bytes that have arrived, in a file of their own that nobody else sees. */
export interface Received {
  readonly hash: PictureHash
  readonly size: number
  /** The first bytes, for finding out what it is. */
  readonly head: Buffer
  readonly path: string
  /** Takes the file away, unless it was kept. */
  drop(): Promise<void>
}

/** Enough of a picture to know it by. */
const headLength = 4_096

/** How the files are called that are still being written; backups leave them out. */
const arriving = '.part'

/** There were more bytes than may be. */
export class TooManyBytes extends Error {}

/** Pictures on disk, each once, under the SHA-256 of its bytes. One whose bytes are others by now is said to be damaged (StoreError), and never given. */
export interface PictureFiles {
  /** Writes what arrives to a file. Throws a TooManyBytes beyond `most` of them; where it throws, nothing is left behind. */
  receive(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, most: number): Promise<Received>
  /** Puts it where it can be found; through a power cut too, once it resolves. False where the same bytes were there before. */
  keep(received: Received): Promise<boolean>
  remove(hash: PictureHash): Promise<void>
  /** Nothing where there is no such picture. */
  read(hash: PictureHash): Promise<Buffer | undefined>
  stream(hash: PictureHash): Promise<Readable | undefined>
}

/** Throws a StoreError where the folder cannot be used. */
export function openPictureFiles(folder: string): PictureFiles {
  try {
    makeFolder(folder)
    // What was arriving when the server ended never will.
    for (const name of readdirSync(folder)) if (name.endsWith(arriving)) rmSync(join(folder, name), { force: true })
  } catch (error) {
    throw faultOf(dirname(folder), error, true)
  }
  const pathOf = (hash: PictureHash): string => join(folder, hash)
  const looks = createLooks(pathOf)

  return {
    async receive(body, most) {
      const path = join(folder, `${randomUUID()}${arriving}`)
      const drop = (): Promise<void> => rm(path, { force: true })
      try {
        const file = await open(path, 'wx', 0o600)
        try {
          return { ...(await writeAll(file, body, most)), path, drop }
        } finally {
          await file.close()
        }
      } catch (error) {
        await drop()
        throw error
      }
    },
    async keep({ hash, path }) {
      if ((await looks.at(hash)) === 'whole') return false
      await rename(path, pathOf(hash))
      await syncFolder(folder)
      return true
    },
    remove: hash => rm(pathOf(hash), { force: true }),
    read: hash => readWhole(folder, hash),
    async stream(hash) {
      const is = await looks.at(hash)
      if (is === 'damaged') throw damagedPicture(pathOf(hash))
      return is === 'whole' ? createReadStream(pathOf(hash)) : undefined
    },
  }
}

const damagedPicture = (path: string): StoreError => storeError(`${path} is damaged: it is not the picture it is named after. Put it back from a backup; or remove it, and whoever has the picture adds it to the board again.`)

/** A picture's bytes; nothing where there is none. Throws a StoreError where they are others by now. */
export async function readWhole(folder: string, hash: PictureHash): Promise<Buffer | undefined> {
  const path = join(folder, hash)
  const bytes = await readFile(path).catch(absent(undefined))
  if (bytes && createHash('sha256').update(bytes).digest('hex') !== hash) throw damagedPicture(path)
  return bytes
}

type Look = 'whole' | 'damaged' | 'absent'

/** How many files are known to be what they were when they were looked at. */
const mostKnown = 10_000

/** Whether pictures are what they are named after. Each is read through once, and again when its file was touched since. */
function createLooks(pathOf: (hash: PictureHash) => string): { at(hash: PictureHash): Promise<Look> } {
  const known = new Map<PictureHash, { readonly stamp: string; readonly look: Promise<Look> }>()
  return {
    async at(hash) {
      const path = pathOf(hash)
      const found = await stat(path).catch(absent(undefined))
      if (!found) return 'absent'
      const stamp = `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`
      const before = known.get(hash)
      if (before?.stamp === stamp) return before.look
      const look = lookThrough(path, hash)
      known.delete(hash)
      known.set(hash, { stamp, look })
      if (known.size > mostKnown) for (const oldest of known.keys()) {
        known.delete(oldest)
        break
      }
      look.catch(() => known.delete(hash)) // It could not be read just now.
      return look
    },
  }
}

async function lookThrough(path: string, hash: PictureHash): Promise<Look> {
  const sum = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) sum.update(chunk as Buffer)
  return sum.digest('hex') === hash ? 'whole' : 'damaged'
}

/** Writes everything and waits for the disk; knows the bytes' name at the end. */
async function writeAll(file: FileHandle, body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, most: number): Promise<Pick<Received, 'hash' | 'size' | 'head'>> {
  const hash = createHash('sha256')
  let size = 0
  let head = Buffer.alloc(0)
  for await (const chunk of body) {
    size += chunk.length
    if (size > most) throw new TooManyBytes()
    if (head.length < headLength) head = Buffer.concat([head, chunk]).subarray(0, headLength)
    hash.update(chunk)
    await file.writeFile(chunk)
  }
  await file.sync()
  return { hash: hash.digest('hex') as PictureHash, size, head }
}

/** A new name in a folder is on the disk only once the folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const absent =
  <T>(otherwise: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT') return otherwise
    throw error
  }
