import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isBusy, isUnreadable, storeError } from './faults.ts'
import { obstacleIn, storeFiles } from './files.ts'

/** An exclusive lock that the operating system gives back when its holder ends, however it ends. */
export interface Lease {
  close(): void
}

/** Takes the one right to write in a folder. Waits so many milliseconds for a server that is just ending. */
export function takeLease(folder: string, patience = 0): Lease {
  const path = join(folder, storeFiles.lock)
  try {
    return lock(path, patience)
  } catch (error) {
    if (isBusy(error)) throw storeError(`Another server is using ${folder}. Stop it, or give this one a folder of its own with DATA_DIR.`, error)
    throw storeError(obstacleIn(folder, true) ?? `${path} cannot be locked: ${error instanceof Error ? error.message : String(error)}. Remove it while no server runs, and start again.`, error)
  }
}

function lock(path: string, patience: number): Lease {
  try {
    return locked(path, patience)
  } catch (error) {
    if (!isUnreadable(error)) throw error
    // Somebody wrote into it. Nobody holds it, or that would have been said first, and there is nothing in it to lose.
    truncateSync(path)
    return locked(path, patience)
  }
}

function locked(path: string, patience: number): Lease {
  const lease = new DatabaseSync(path, { timeout: patience })
  try {
    lease.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;')
    return lease
  } catch (error) {
    lease.close()
    throw error
  }
}
