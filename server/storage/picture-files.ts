import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { access, type FileHandle, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { PictureHash } from '../../shared/pictures.ts'

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

/** Pictures on disk, each once, under the SHA-256 of its bytes. */
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

export function openPictureFiles(folder: string): PictureFiles {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // What was arriving when the server ended never will.
  for (const name of readdirSync(folder)) if (name.endsWith(arriving)) rmSync(join(folder, name), { force: true })
  const pathOf = (hash: PictureHash): string => join(folder, hash)
  const has = (hash: PictureHash): Promise<boolean> => access(pathOf(hash)).then(() => true, absent(false))

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
      if (await has(hash)) return false
      await rename(path, pathOf(hash))
      await syncFolder(folder)
      return true
    },
    remove: hash => rm(pathOf(hash), { force: true }),
    read: hash => readFile(pathOf(hash)).catch(absent(undefined)),
    stream: async hash => ((await has(hash)) ? createReadStream(pathOf(hash)) : undefined),
  }
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
