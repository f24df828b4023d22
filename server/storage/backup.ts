import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { constants, copyFile, open } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { examineAll } from './examine.ts'
import { faultOf, StoreError } from './faults.ts'
import { assetFolder, storeFiles } from './files.ts'
import { hasStore } from './find-store.ts'
import { takeLease } from './lease.ts'
import { makeFolder } from './make-folder.ts'
import { type Position, readPosition } from './position-file.ts'
import { schemaVersion } from './schema.ts'

/*
 * A backup is a folder: the store as one file, the assets beside it, and a manifest written last, with the SHA-256 of each.
 * It is put together under another name first, so that a folder with a backup's name is a whole one.
 */

/** Why a backup cannot be made or restored, as a sentence for whoever asked. */
export class BackupError extends Error {}

const { database: storeFile, lock: lockFile } = storeFiles
const manifestFile = 'manifest.json'

/** A path inside a backup: the store or an asset, and nowhere else. */
const insidePath = z.string().refine(path => path === storeFile || (path.startsWith(`${assetFolder}/`) && path.split('/').every(part => !['', '.', '..'].includes(part)) && !path.includes('\\')))

const manifestShape = z.object({
  format: z.literal('manyfutures/backup'),
  version: z.literal(1),
  /** When it was begun: everything acknowledged before is in it. */
  made: z.iso.datetime(),
  /** Version of the store inside. */
  store: z.int().nonnegative(),
  boards: z.int().nonnegative(),
  files: z.array(z.object({ path: insidePath, bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })).min(1),
})
export type Manifest = z.output<typeof manifestShape>
type FileEntry = Manifest['files'][number]

export interface Made extends Manifest {
  /** Pictures that are no longer what they are named after, and were left out. */
  readonly damaged: readonly string[]
}

/** Copies a data folder while a server may be at work in it. Resolves once the copy is whole, checked and on the disk. */
export async function backUp(from: string, to: string, now: () => number = Date.now): Promise<Made> {
  if (!hasStore(from, { write: false, again: false })) throw new BackupError(`There are no boards in ${from}. Say with DATA_DIR where they are kept.`)
  if (namesIn(to).length) throw new BackupError(`${to} is not empty, and no backup is written over anything. Name a new folder.`)
  const made = new Date(now()).toISOString()
  const partial = join(dirname(resolve(to)), `.${basename(to)}.${process.pid}.partial`)
  makeFolder(partial)
  try {
    // Before the store: what is committed meanwhile is in the store, and not in this.
    const said = readPosition(from)
    await copyStore(join(from, storeFile), join(partial, storeFile))
    const { boards, store } = await inspect(join(partial, storeFile), from, said)
    // After the store: what it names is there, since assets are never changed and outlive what names them.
    const paths = [storeFile, ...(await copyAssets(from, partial))]
    const files: FileEntry[] = []
    const damaged: string[] = []
    for (const path of paths) {
      const file = { path, ...(await settle(join(partial, path))) }
      if (path === storeFile || file.sha256 === nameIn(path)) files.push(file)
      else {
        damaged.push(path)
        rmSync(join(partial, path))
      }
    }
    const manifest: Manifest = { format: 'manyfutures/backup', version: 1, made, store, boards, files }
    writeFileSync(join(partial, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flush: true })
    rmSync(to, { recursive: true, force: true })
    renameSync(partial, to)
    return { ...manifest, damaged }
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    throw faultOf(from, error, true)
  }
}

/** Puts a backup into an empty folder, or changes nothing. Keeps every server out meanwhile. */
export async function restore(from: string, into: string): Promise<Manifest> {
  const manifest = readManifest(from)
  if (manifest.store > schemaVersion) throw new BackupError(`This backup was made by a newer version of Manyfutures (store version ${manifest.store}; this one knows ${schemaVersion}). Restore it with that version.`)
  for (const file of manifest.files) await mustBeWhole(from, file)

  const before = namesIn(into)
  if (before.includes(lockFile)) lease(into).close()
  if (before.some(name => name !== lockFile)) throw new BackupError(`${into} is not empty, and nothing is restored over boards. Move it aside, or restore into another folder with --into.`)
  makeFolder(into)
  const held = lease(into)
  try {
    // The store comes last: a folder without it is no half of one.
    for (const { path } of manifest.files.toReversed()) {
      mkdirSync(dirname(join(into, path)), { recursive: true, mode: 0o700 })
      await copyFile(join(from, path), join(into, `${path}.partial`), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
      renameSync(join(into, `${path}.partial`), join(into, path))
    }
    for (const file of manifest.files) await mustBeWhole(into, file)
    await inspect(join(into, storeFile), into)
    return manifest
  } catch (error) {
    for (const name of namesIn(into)) if (name !== lockFile) rmSync(join(into, name), { recursive: true, force: true })
    throw faultOf(into, error, true)
  } finally {
    held.close()
  }
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : [])

function lease(folder: string): { close(): void } {
  try {
    return takeLease(folder)
  } catch (error) {
    if (error instanceof StoreError) throw new BackupError(`A server is using ${folder}. Stop it first, or restore into another folder with --into.`, { cause: error })
    throw error
  }
}

async function copyStore(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 5_000 })
  try {
    // One moment of the store for the whole copy; without it every commit of the server would start the copy anew.
    source.exec('BEGIN')
    source.prepare('SELECT count(*) FROM sqlite_schema').get()
    await backup(source, to)
  } finally {
    source.close()
  }
  const copy = new DatabaseSync(to)
  try {
    copy.exec('PRAGMA journal_mode = DELETE') // One file; the server goes back to its own journal when it opens it.
  } finally {
    copy.close()
  }
}

/** What a store holds, after looking at everything in it; throws where it is damaged. Sentences name the folder it is of. */
async function inspect(path: string, folder: string, said?: Position): Promise<{ boards: number; store: number }> {
  try {
    const db = new DatabaseSync(path, { readOnly: true })
    try {
      await examineAll(db, folder, said)
      const { boards } = db.prepare('SELECT count(*) AS boards FROM board').get() as { boards: number }
      const { user_version: store } = db.prepare('PRAGMA user_version').get() as { user_version: number }
      return { boards, store }
    } finally {
      db.close()
    }
  } catch (error) {
    throw new BackupError(`The store is damaged: ${error instanceof Error ? error.message : String(error)} Keep your last good backup.`, { cause: error })
  }
}

/** Copies the assets of a data folder; resolves to their paths in order. Uploads that are still under way are left out. */
async function copyAssets(from: string, to: string): Promise<string[]> {
  const folder = join(from, assetFolder)
  if (!existsSync(folder)) return []
  const paths: string[] = []
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !isSettled(entry.name)) continue
    const path = join(assetFolder, entry.parentPath.slice(folder.length + 1), entry.name).replaceAll('\\', '/')
    mkdirSync(dirname(join(to, path)), { recursive: true, mode: 0o700 })
    await copyFile(join(from, path), join(to, path), constants.COPYFILE_FICLONE)
    paths.push(path)
  }
  return paths.sort()
}

/** Assets are named by what they hold; anything else is still being written. */
const isSettled = (name: string): boolean => /^[0-9a-f]{64}(\.[a-z0-9]{1,5})?$/.test(name)
const nameIn = (path: string): string => basename(path).slice(0, 64)

/** Size and SHA-256 of a file that is on the disk, not only on its way there. */
async function settle(path: string): Promise<{ bytes: number; sha256: string }> {
  const file = await open(path)
  try {
    await file.sync()
    const hash = createHash('sha256')
    let bytes = 0
    for await (const chunk of file.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
      hash.update(chunk)
      bytes += chunk.length
    }
    return { bytes, sha256: hash.digest('hex') }
  } finally {
    await file.close()
  }
}

function readManifest(folder: string): Manifest {
  if (!existsSync(join(folder, manifestFile))) throw new BackupError(`${folder} is no backup: it holds no ${manifestFile}. Name the folder that npm run backup made.`)
  try {
    return manifestShape.parse(JSON.parse(readFileSync(join(folder, manifestFile), 'utf8')))
  } catch (error) {
    throw new BackupError(`The backup is damaged: its ${manifestFile} cannot be read. Use another backup; nothing was changed.`, { cause: error })
  }
}

async function mustBeWhole(folder: string, { path, bytes, sha256 }: FileEntry): Promise<void> {
  const found = existsSync(join(folder, path)) ? await settle(join(folder, path)) : undefined
  if (!found) throw new BackupError(`The backup is damaged: ${path} is missing. Use another backup; nothing was changed.`)
  if (found.bytes !== bytes || found.sha256 !== sha256) throw new BackupError(`The backup is damaged: ${path} is not what was written. Use another backup; nothing was changed.`)
}
