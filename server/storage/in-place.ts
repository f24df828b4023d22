import { realpathSync, type Stats, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { storeFiles } from './files.ts'

/*
 * A file that is removed, renamed or replaced stays what it was for whoever has it open: SQLite goes on committing into what nobody
 * will find again. So the file that was opened is compared with the one at its path.
 */

type Name = keyof typeof storeFiles

interface Known {
  readonly path: string
  readonly dev: number
  readonly ino: number
}

export interface InPlace {
  /** Which of the files that a commit depends on is no longer where it was; nothing where all are. Cheap. */
  whatMoved(): Moved | undefined
  /** The same of all files, and without relying on what was seen before. */
  whatMovedAtAll(): Moved | undefined
}

export interface Moved {
  readonly file: Name
  readonly path: string
  readonly how: 'removed' | 'replaced' | 'emptied'
}

/** Remembers which files are open; they must be there. */
export function watchPlace(folder: string): InPlace {
  // A database may be a link to one in another folder; what SQLite makes is beside that one then.
  const beside = dirname(realpathSync(join(folder, storeFiles.database)))
  const isHere = beside === realpathSync(folder)
  const known = new Map<Name, Known>()
  for (const name of ['database', 'wal', 'index', 'lock'] as const) {
    const path = join(isHere || name === 'database' || name === 'lock' ? folder : beside, storeFiles[name])
    const { dev, ino } = statSync(path)
    known.set(name, { path, dev, ino })
  }
  const look = (file: Name): Moved | undefined => {
    const { path, dev, ino } = known.get(file) as Known
    const how = howMoved(path, dev, ino, file === 'database')
    return how && { file, path, how }
  }
  const committed = (): Moved | undefined => look('database') ?? look('wal')

  /**
   * When something was last added to the folder, renamed or removed, where all was in place after that. The system counts time in ticks:
   * only what is longer ago than any of them tells that nothing was done since.
   */
  let quiet: { readonly ino: number; readonly dev: number; readonly mtimeMs: number } | undefined
  const isQuiet = (now: Stats | undefined): boolean => now !== undefined && quiet?.mtimeMs === now.mtimeMs && quiet.ino === now.ino && quiet.dev === now.dev

  return {
    whatMoved() {
      const now = statOf(folder)
      if (isQuiet(now)) return undefined
      const moved = committed()
      if (isHere && !moved && now && Date.now() - now.mtimeMs > tickMs) quiet = now
      return moved
    },
    whatMovedAtAll: () => committed() ?? look('index') ?? look('lock'),
  }
}

/** Longer than any system's tick, in milliseconds. */
const tickMs = 3_000

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    // Whatever keeps this process from its path keeps the next one from it too.
    return undefined
  }
}

function howMoved(path: string, dev: number, ino: number, isFull: boolean): Moved['how'] | undefined {
  const found = statOf(path)
  if (!found) return 'removed'
  if (found.dev !== dev || found.ino !== ino) return 'replaced'
  return isFull && found.size === 0 ? 'emptied' : undefined
}
