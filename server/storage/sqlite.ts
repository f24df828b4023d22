import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { examine, type Extent, extentOf } from './examine.ts'
import { faultOf, StoreError } from './faults.ts'
import { assetFolder, storeFiles } from './files.ts'
import { hasStore } from './find-store.ts'
import { guarded } from './guarded.ts'
import { createKeeper } from './keeper.ts'
import { type Lease, takeLease } from './lease.ts'
import type { BoardLog } from './log.ts'
import { makeFolder } from './make-folder.ts'
import type { Assets, Audit, Boards, Claims, Elsewhere, Isolations, Links, People, RemovedBoards, Templates } from './register.ts'
import { openPictureFiles, type PictureFiles } from './picture-files.ts'
import { signingKeyOn, storeNameOf } from './signing-key.ts'
import { assetsOn } from './sqlite-assets.ts'
import { auditOn } from './sqlite-audit.ts'
import { boardsOn } from './sqlite-boards.ts'
import { claimsOn } from './sqlite-claims.ts'
import { elsewhereOn } from './sqlite-elsewhere.ts'
import { type History, historyOn } from './sqlite-history.ts'
import { isolationsOn } from './sqlite-isolations.ts'
import { linksOn } from './sqlite-links.ts'
import { logOn } from './sqlite-log.ts'
import { peopleOn } from './sqlite-people.ts'
import { removedOn } from './sqlite-removed.ts'
import { templatesOn } from './sqlite-templates.ts'
import { bringUpToDate, giveAllBack, giveBack, giveBackLater, makeDatabase } from './upkeep.ts'

// Whoever opens a store asks these of its errors.
export { isBusy, isFull, StoreError } from './faults.ts'

/** Writes over what is taken away between the two, in the database and in its log; the end writes the database anew. */
export interface Scrub {
  begin(): Promise<void>
  end(): Promise<void>
}

/** Everything a store keeps in its database. */
export interface Database {
  readonly log: BoardLog
  readonly history: History
  readonly boards: Boards
  readonly removed: RemovedBoards
  readonly links: Links
  readonly people: People
  readonly audit: Audit
  readonly templates: Templates
  readonly assets: Assets
  readonly claims: Claims
  readonly isolations: Isolations
  readonly elsewhere: Elsewhere
  readonly scrub: Scrub
  /** 32 random bytes made once for this store; signs tickets. */
  readonly signingKey: Uint8Array
  close(): void | Promise<void>
}

/** Where boards, their people and their pictures are kept. */
export interface Store extends Database {
  readonly pictureFiles: PictureFiles
}

/** A store that is open in this thread. */
interface Open {
  /** Resolves, with the reason, once somebody took the files away; nothing can be kept from then on. */
  readonly lost: Promise<Error>
  close(): void
}

/** SQLite before 3.51.3 can lose a commit when its log wraps around. */
const leastSqlite = [3, 51, 3] as const

/** How long a server that is just ending may keep the next one waiting. */
const leaseMs = 3_000

export interface Opening {
  /** Whether a server ran there a moment ago: then no store is made where there is none. The process above says so in the environment. */
  readonly again?: boolean
  /** Bytes up to which every page is looked at first. */
  readonly lookThrough?: number
}

/** Opens the store in a folder: its database, and the pictures beside it. Throws a StoreError where it cannot be used. */
export function openStore(folder: string, maxBytes = 0, options: Opening = {}): Store & Open {
  const database = openDatabase(folder, maxBytes, options)
  try {
    return { ...database, pictureFiles: openPictureFiles(join(folder, assetFolder)) }
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Opens the database in a folder, makes it where there is none, and keeps every other server out until it is closed.
 * With `maxBytes` it refuses to grow beyond them, as it would on a full disk. Throws a StoreError where it cannot be used.
 */
export function openDatabase(folder: string, maxBytes = 0, options: Opening = {}): Database & Open {
  try {
    return open(folder, maxBytes, options)
  } catch (error) {
    throw faultOf(folder, error, true)
  }
}

function open(folder: string, maxBytes: number, { again = process.env['MANYFUTURES_AGAIN'] === '1', lookThrough }: Opening): Database & Open {
  mustKeepCommits()
  hasStore(folder, { write: true, again })
  makeFolder(folder)
  const lease = takeLease(folder, leaseMs)
  let db: DatabaseSync | undefined
  try {
    // Asked once more: another server may have made it since.
    const isThere = hasStore(folder, { write: true, again })
    if (!isThere) makeDatabase(folder)
    const extent = isThere ? examine(folder, lookThrough) : undefined
    db = new DatabaseSync(join(folder, storeFiles.database), { timeout: 2_000 })
    return portsOn(db, folder, { maxBytes, lease, extent })
  } catch (error) {
    db?.close()
    lease.close()
    throw error
  }
}

function mustKeepCommits(): void {
  const db = new DatabaseSync(':memory:')
  const { version } = db.prepare('SELECT sqlite_version() AS version').get() as { version: string }
  db.close()
  const refusal = sqliteRefusal(version)
  if (refusal) throw new StoreError(refusal)
}

/** Why a version of SQLite must not keep boards, as a sentence; nothing where it may. */
export function sqliteRefusal(version: string): string | undefined {
  const parts = version.split('.').map(Number)
  const other = leastSqlite.findIndex((least, i) => parts[i] !== least)
  if (other < 0 || (parts[other] ?? 0) > (leastSqlite[other] ?? 0)) return undefined
  return `This Node.js brings SQLite ${version}, which can lose commits. Use one with ${leastSqlite.join('.')} or newer.`
}

interface Known {
  readonly maxBytes: number
  readonly lease: Lease
  /** How far it goes, where that has been looked at. */
  readonly extent: Extent | undefined
}

function portsOn(db: DatabaseSync, folder: string, { maxBytes, lease, extent: seen }: Known): Database & Open {
  // FULL: a commit is on the disk when it returns, through a power cut too; NORMAL may lose the last ones.
  db.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;')
  bringUpToDate(db)
  giveBackLater(db)
  if (maxBytes > 0) {
    const { page_size: page } = db.prepare('PRAGMA page_size').get() as { page_size: number }
    db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / page))}`)
  }
  const signingKey = signingKeyOn(db, folder)
  const extent = seen ?? extentOf(db, folder)
  const keeper = createKeeper({ db, folder, store: storeNameOf(signingKey), written: extent.written })
  const { ledger } = keeper
  const past = historyOn(db, ledger)
  const { log, put, forget } = logOn(db, folder, ledger, extent, past, () => giveBack(db))
  const ports = {
    log,
    history: past.history,
    boards: boardsOn(db, folder, ledger, put),
    removed: removedOn(db, folder, ledger, { log: forget, history: past.forget }),
    links: linksOn(db, folder, ledger),
    people: peopleOn(db, folder, ledger),
    audit: auditOn(db, folder, ledger),
    templates: templatesOn(db, folder, ledger),
    assets: assetsOn(db, folder, ledger),
    claims: claimsOn(db, folder, ledger),
    isolations: isolationsOn(db, folder, ledger),
    elsewhere: elsewhereOn(db),
    scrub: {
      begin: async () => db.exec('PRAGMA secure_delete = ON'),
      end: async () => db.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA secure_delete = OFF'),
    },
  }
  return {
    ...guarded(ports, folder, keeper.mustBeThere),
    signingKey,
    lost: keeper.lost,
    close() {
      if (keeper.close() === 'lost') leftOpen.push(db)
      else {
        giveAllBack(db)
        db.close()
      }
      lease.close()
    },
  }
}

/**
 * Databases whose files somebody took away. SQLite ends its log by name: closing one would take along the log of whatever is in its
 * place by now. The system closes them when this process ends, and that leaves names alone.
 */
const leftOpen: DatabaseSync[] = []
