import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isFull } from './faults.ts'
import { storeFiles } from './files.ts'
import { transactionsOn } from './ledger.ts'
import { bring, schemaVersion } from './schema.ts'
import { signingKeyOn } from './signing-key.ts'

/* How a database begins, is brought to this version, and gives back the room it no longer needs. */

/** Makes a store in a folder, under another name first: one that has its name is whole. */
export function makeDatabase(folder: string): void {
  const path = join(folder, storeFiles.database)
  const partial = `${path}.partial`
  rmSync(partial, { force: true })
  const db = new DatabaseSync(partial)
  try {
    db.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA synchronous = FULL')
    transactionsOn(db)(() => {
      bring(db, 0)
      signingKeyOn(db, folder)
    })
  } finally {
    db.close()
  }
  renameSync(partial, path)
  const entry = openSync(folder, 'r')
  fsyncSync(entry)
  closeSync(entry)
}

/** Brings a store to this version, in one transaction: it is the old one or the new one, never half of each. */
export function bringUpToDate(db: DatabaseSync): void {
  const { user_version: found } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  if (found === schemaVersion) return
  transactionsOn(db)(() => bring(db, found))
  // What was written anew is in the log now, which keeps its size, and leaves as much room in the database.
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  giveBack(db)
}

const pagesOf = (db: DatabaseSync): { all: number; free: number } => db.prepare('SELECT page_count AS "all", freelist_count AS free FROM pragma_page_count, pragma_freelist_count').get() as { all: number; free: number }

/** What was folded leaves room behind that the next entries fill; where there is more of it than of boards, the disk gets it back. */
export function giveBack(db: DatabaseSync): void {
  const { all, free } = pagesOf(db)
  if (free > 256 && free * 2 > all) db.exec(`PRAGMA incremental_vacuum(${free - Math.floor((all - free) / 4)})`)
}

export function giveAllBack(db: DatabaseSync): void {
  try {
    db.exec('PRAGMA incremental_vacuum')
  } catch {
    // No room to move pages about, or somebody is reading: the next time will do.
  }
}

/** Stores made before room could be given back are written anew, once. On a disk without room for that they stay as they are. */
export function giveBackLater(db: DatabaseSync): void {
  const { auto_vacuum: mode } = db.prepare('PRAGMA auto_vacuum').get() as { auto_vacuum: number }
  if (mode !== 0) return
  try {
    db.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM')
  } catch (error) {
    if (!isFull(error)) throw error
  }
}
