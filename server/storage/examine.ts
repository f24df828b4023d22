import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { damaged, inOneLine, restoreSaid, StoreError, storeError } from './faults.ts'
import { storeFiles } from './files.ts'
import { changesIn } from './ledger.ts'
import type { DocId } from './log.ts'
import { type Position, readPosition } from './position-file.ts'
import { rowsOf, type TableName, tables } from './rows.ts'
import { bring, schemaVersion } from './schema.ts'
import { signingKeyIn, storeNameOf } from './signing-key.ts'
import { headIn, readLogOn } from './sqlite-log.ts'
import { sumOfFile } from './sqlite-templates.ts'

/*
 * What is looked at before a store is used. Looking at every page takes about a second for a gigabyte, so that larger stores are
 * looked at where damage would pass for something else: the tables that say which boards, links and people there are, whole, and
 * where each document ends. What documents hold is checked as each is read.
 */

/** Bytes of database up to which every page of it is looked at. */
export const mostLookedThrough = 256 * 2 ** 20

/** How far a store goes. */
export interface Extent {
  /** Entries written to all documents ever. */
  readonly written: number
  /** Number of the newest document, and row of the newest entry. */
  readonly heads: number
  readonly entries: number
}

/**
 * Looks at a store that is to be written to, without changing anything of it; throws a StoreError where something is wrong. Returns how far
 * it goes, where it is of this version.
 */
export function examine(folder: string, most = mostLookedThrough): Extent | undefined {
  const said = readPosition(folder)
  const db = new DatabaseSync(join(folder, storeFiles.database), { readOnly: true, timeout: 2_000 })
  try {
    // Damage is said a little earlier.
    db.exec('PRAGMA cell_size_check = ON')
    const version = mustBeKnown(db, folder)
    mustHoldTogether(db, folder, bytesOf(db) > most ? tablesOf(db).filter(name => !checkedWhenRead.has(name)) : undefined)
    if (version < schemaVersion) return undefined
    mustBeComplete(db, folder)
    const extent = extentOf(db, folder)
    mustReach(db, folder, extent.written, said)
    return extent
  } finally {
    db.close()
  }
}

/** Looks at a store that is only read, while a server may be writing to it. `said` was read before it was opened. */
export function examineForReading(db: DatabaseSync, folder: string, said: Position | undefined): void {
  const version = mustBeKnown(db, folder)
  if (version < schemaVersion) throw new StoreError(`These boards were kept by an older version of Manyfutures (store version ${version}; this one writes ${schemaVersion}). Start the server once: it brings them up to date.`)
  db.exec('BEGIN')
  try {
    mustHoldTogether(db, folder, readBeside)
    mustBeComplete(db, folder)
    mustReach(db, folder, (db.prepare('SELECT coalesce(sum(seq), 0) AS written FROM head').get() as { written: number }).written, said)
  } finally {
    if (db.isTransaction) db.exec('COMMIT')
  }
}

/** Looks at everything: each page, row, entry and snapshot. */
export async function examineAll(db: DatabaseSync, folder: string, said: Position | undefined): Promise<void> {
  const version = mustBeKnown(db, folder)
  mustHoldTogether(db, folder)
  if (version < schemaVersion) return
  mustBeComplete(db, folder)
  mustReach(db, folder, extentOf(db, folder).written, said)
  for (const name of Object.keys(tables) as TableName[]) {
    for (const row of rowsOf(db, name, folder).each()) if (name === 'template' && sumOfFile(row[4] as string) !== row[3]) throw damaged('A saved template', folder)
  }
  const log = readLogOn(db, folder)
  for (const { doc } of db.prepare('SELECT doc FROM head ORDER BY nth').iterate() as Iterable<{ doc: DocId }>) await log.load(doc)
}

/** The version of a store that has the tables of it. */
function mustBeKnown(db: DatabaseSync, folder: string): number {
  const path = join(folder, storeFiles.database)
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  if (version > schemaVersion) throw new StoreError(`The boards in ${folder} were kept by a newer version of Manyfutures (store version ${version}; this one knows ${schemaVersion}). Start that version, or restore a backup.`)
  if (version <= 0) throw new StoreError(`${path} holds no boards: it is damaged, or another program made it. ${restoreSaid} If no boards were ever kept here, remove it.`)
  const there = partsOf(db)
  for (const [name, sql] of partsOfVersion(version)) if (there.get(name) !== sql) throw damaged(`The table of contents (${name})`, folder)
  return version
}

/** Tables, indexes and triggers by name, as they were made. */
function partsOf(db: DatabaseSync): Map<string, string> {
  const rows = db.prepare("SELECT type || ' ' || name AS name, coalesce(sql, '') AS sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_sequence'").all() as { name: string; sql: string }[]
  return new Map(rows.map(({ name, sql }) => [name, sql.replace(/\s+/g, '')]))
}

const knownParts = new Map<number, ReadonlyMap<string, string>>()

function partsOfVersion(version: number): ReadonlyMap<string, string> {
  const known = knownParts.get(version)
  if (known) return known
  const db = new DatabaseSync(':memory:')
  try {
    bring(db, 0, version)
    const parts = partsOf(db)
    knownParts.set(version, parts)
    return parts
  } finally {
    db.close()
  }
}

/** Documents are checked as they are read; everything else is not told from what was never there unless it is whole. */
const checkedWhenRead: ReadonlySet<string> = new Set(['entry', 'snapshot', 'entry_before', 'strip', 'gone'])

/** What is read while a server is at work. */
const readBeside = ['board', 'link', 'person', 'secret', 'asset', 'isolation', 'removal', 'head', 'tally'] as const

const bytesOf = (db: DatabaseSync): number => (db.prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size').get() as { bytes: number }).bytes
const tablesOf = (db: DatabaseSync): string[] => (db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[]).map(({ name }) => name)

/** SQLite finds its way through these tables, or through everything. */
function mustHoldTogether(db: DatabaseSync, folder: string, names?: readonly string[]): void {
  for (const what of names?.map(name => `"${name.replaceAll('"', '""')}"`) ?? ['1']) {
    const { integrity_check: found } = db.prepare(`PRAGMA integrity_check(${what})`).get() as { integrity_check: string }
    if (found !== 'ok') throw storeError(`${join(folder, storeFiles.database)} is damaged and cannot be read: ${inOneLine(found)}. ${restoreSaid}`)
  }
}

/** Every table has the rows it had. */
function mustBeComplete(db: DatabaseSync, folder: string): void {
  const tallies = new Map((db.prepare('SELECT name, count, sum FROM tally').all() as { name: string; count: number; sum: number }[]).map(tally => [tally.name, tally]))
  for (const name of [...Object.keys(tables), 'head']) {
    const { count, sum } = db.prepare(`SELECT count(*) AS count, ${name === 'head' ? '0' : 'coalesce(sum(sum), 0)'} AS sum FROM ${name}`).get() as { count: number; sum: number }
    const tally = tallies.get(name)
    if (tally?.count !== count || tally.sum !== sum) throw damaged(`The list of every ${name}`, folder)
  }
}

/** How far a store goes, from the heads of its documents, each of which is checked. */
export function extentOf(db: DatabaseSync, folder: string): Extent {
  let [written, heads, entries] = [0, 0, 0]
  for (const row of db.prepare('SELECT * FROM head ORDER BY nth').iterate()) {
    const head = headIn(row)
    if (!head) throw damaged('The head of a document', folder)
    written += head.seq
    heads = head.nth
    entries = Math.max(entries, head.last)
  }
  return { written, heads, entries }
}

/** What was committed is there. */
function mustReach(db: DatabaseSync, folder: string, written: number, said: Position | undefined): void {
  if (!said) return
  const [path, position] = [join(folder, storeFiles.database), join(folder, storeFiles.position)]
  const key = signingKeyIn(db, folder)
  if (key && storeNameOf(key) !== said.store) throw new StoreError(`${path} and ${position} belong to different stores. Put back the one that is missing; where ${storeFiles.database} is the right one, remove ${storeFiles.position}.`)
  const missing = said.position - written - changesIn(db)()
  if (missing <= 0) return
  const gone = missing === 1 ? 'the last change is missing' : `the last ${missing} changes are missing`
  throw storeError(`${path} is damaged: ${gone}, because ${storeFiles.wal} beside it was damaged, cut or removed, or an older copy was put in its place. Restore a backup; or, to go on without them, remove ${position}: what people did then comes back from their devices.`)
}
