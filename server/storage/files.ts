import { accessSync, constants, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'

/** What a data folder holds. Folders out there have these names. */
export const storeFiles = {
  database: 'boards.sqlite',
  /** SQLite's own: what was committed and is not in the database yet. */
  wal: 'boards.sqlite-wal',
  /** SQLite's own: an index of that, made anew whenever nobody has it open. */
  index: 'boards.sqlite-shm',
  /** How much was committed. */
  position: 'boards.head',
  /** Held by the one server that may write. */
  lock: 'server.lock',
} as const

/** Pictures, each under the SHA-256 of its bytes. */
export const assetFolder = 'assets'

/** Whoever this process runs as, as a host would look for them. */
export function userSaid(): string {
  try {
    return `user ${userInfo().username}`
  } catch {
    // In a container a user may have a number and no name.
    return `user ${process.getuid?.() ?? 'unknown'}`
  }
}

const { R_OK, W_OK, X_OK } = constants

/** Why this process cannot use what is at a path, as a sentence; nothing where it can, or where nothing is there. */
export function obstacleAt(path: string, is: 'file' | 'folder', need: number): string | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    if (!found) return undefined
    if (is === 'file' && !found.isFile()) return `${path} should be a file and is ${found.isDirectory() ? 'a folder' : 'none'}. Move it away; where boards were kept here, restore a backup.`
    if (is === 'folder' && !found.isDirectory()) return `${path} should be a folder and is none. Move it away, or name another folder with DATA_DIR.`
    accessSync(path, need)
    return undefined
  } catch (error) {
    return systemSaid(path, error)
  }
}

/** Why this process cannot work in a data folder, as a sentence that names the first thing in its way. */
export function obstacleIn(folder: string, write: boolean): string | undefined {
  const need = write ? R_OK | W_OK : R_OK
  const inside = () => Object.values(storeFiles).map(name => obstacleAt(join(folder, name), 'file', need))
  return obstacleAt(folder, 'folder', need | X_OK) ?? inside().find(sentence => sentence !== undefined) ?? obstacleAt(join(folder, assetFolder), 'folder', need | X_OK)
}

/** What the system says of a path, by its code, as a sentence. */
const systemSays: Readonly<Record<string, (path: string) => string>> = {
  EACCES: path => `${path} is closed to ${userSaid()}. Make that user its owner (chown), or start this as its owner.`,
  EPERM: path => `${path} is closed to ${userSaid()}. Make that user its owner (chown), or start this as its owner.`,
  EROFS: path => `${path} is on a file system that is read-only. Mount it for writing, or name another folder with DATA_DIR.`,
  ENOSPC: path => `There is no room left on the disk of ${path}. Make room and start again; what was saved is still there.`,
  EDQUOT: path => `There is no room left on the disk of ${path} for ${userSaid()}. Make room and start again; what was saved is still there.`,
  EIO: path => `The disk cannot read or write ${path}. Look at the disk; restore a backup on another one.`,
  EISDIR: path => `${path} should be a file and is a folder. Move it away; where boards were kept here, restore a backup.`,
  ENOTDIR: path => `${path} cannot be reached: something on the way to it is no folder. Look at DATA_DIR.`,
  EEXIST: path => `${path} should be a folder and is none. Move it away, or name another folder with DATA_DIR.`,
  ELOOP: path => `${path} cannot be reached: links on the way to it lead in a circle. Look at DATA_DIR.`,
  ENAMETOOLONG: path => `${path} is too long for this system. Name a folder with a shorter path with DATA_DIR.`,
  EMFILE: path => `${path} cannot be opened: too many files are open. Raise the limit on open files (ulimit -n).`,
  ENFILE: path => `${path} cannot be opened: too many files are open. Raise the limit on open files (ulimit -n).`,
}

/** The sentence for what the system said of a path; nothing where it said nothing known. */
export function systemSaid(path: string, error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return Object.hasOwn(systemSays, code) ? systemSays[code]?.(path) : undefined
}
