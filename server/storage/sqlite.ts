import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { BoardId, ParticipantId } from '../../shared/ids.ts'
import type { Role } from '../../shared/protocol.ts'
import type { BoardLog, DocId, Seq } from './log.ts'
import type { Assets, Audit, Boards, Deed, Link, Links, NewBoard, People, Person, Templates } from './register.ts'
import { openPictureFiles, type PictureFiles } from './picture-files.ts'
import { versions } from './schema.ts'
import { assetsOn, insertAssetOn } from './sqlite-assets.ts'
import { headsOn, type Heads } from './sqlite-heads.ts'
import { templatesOn } from './sqlite-templates.ts'

/** Why the store cannot be opened, as a sentence for whoever starts the server. */
export class StoreError extends Error {}

/** Everything a store keeps in its database. */
export interface Database {
  readonly log: BoardLog
  readonly heads: Heads
  readonly boards: Boards
  readonly links: Links
  readonly people: People
  readonly audit: Audit
  readonly templates: Templates
  readonly assets: Assets
  /** 32 random bytes made once for this store; signs tickets. */
  readonly signingKey: Uint8Array
  close(): void | Promise<void>
}

/** Where boards, their people and their pictures are kept. */
export interface Store extends Database {
  readonly pictureFiles: PictureFiles
}

/** What this program writes. A store with a higher number was written by a newer one. */
export const schemaVersion = versions.length

/** SQLite before 3.51.3 can lose a commit when its log wraps around. */
const leastSqlite = [3, 51, 3] as const

/** Opens the store in a folder: its database, and the pictures beside it. */
export function openStore(folder: string, maxBytes = 0): Store & { close(): void } {
  return { ...openDatabase(folder, maxBytes), pictureFiles: openPictureFiles(join(folder, 'assets')) }
}

/**
 * Opens the database in a folder, makes it where there is none, and keeps every other server out until it is closed.
 * With `maxBytes` it refuses to grow beyond them, as it would on a full disk.
 */
export function openDatabase(folder: string, maxBytes = 0): Database & { close(): void } {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const lease = takeLease(folder)
  try {
    const db = new DatabaseSync(join(folder, 'boards.sqlite'), { timeout: 2_000 })
    // FULL: a commit is on the disk when it returns, through a power cut too; NORMAL may lose the last ones.
    db.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;')
    migrate(db)
    giveBackLater(db)
    if (maxBytes > 0) {
      const { page_size: page } = db.prepare('PRAGMA page_size').get() as { page_size: number }
      db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / page))}`)
    }
    return {
      log: logOn(db),
      heads: headsOn(db),
      boards: boardsOn(db),
      links: linksOn(db),
      people: peopleOn(db),
      audit: auditOn(db),
      templates: templatesOn(db),
      assets: assetsOn(db),
      signingKey: signingKeyOn(db),
      close: () => {
        try {
          db.exec('PRAGMA incremental_vacuum')
        } catch {
          // No room to move pages about, or somebody is reading: the next time will do.
        }
        db.close()
        lease.close()
      },
    }
  } catch (error) {
    lease.close()
    throw error
  }
}

/** An exclusive lock the operating system gives back when this process ends, however it ends. */
export function takeLease(folder: string): DatabaseSync {
  const lease = new DatabaseSync(join(folder, 'server.lock'))
  try {
    lease.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;')
    return lease
  } catch (error) {
    lease.close()
    if (isBusy(error)) throw new StoreError(`Another server is using ${folder}. Stop it, or give this one a folder of its own with DATA_DIR.`, { cause: error })
    throw error
  }
}

const codeOf = (error: unknown): number => (error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0)
export const isBusy = (error: unknown): boolean => codeOf(error) === 5 || codeOf(error) === 6

/** Whether the store, or the disk below it, refused because there is no room left. */
export const isFull = (error: unknown): boolean => codeOf(error) === 13 || (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT'))

/** Why a version of SQLite must not keep boards, as a sentence; nothing where it may. */
export function sqliteRefusal(version: string): string | undefined {
  const parts = version.split('.').map(Number)
  const other = leastSqlite.findIndex((least, i) => parts[i] !== least)
  if (other < 0 || (parts[other] ?? 0) > (leastSqlite[other] ?? 0)) return undefined
  return `This Node.js brings SQLite ${version}, which can lose commits. Use one with ${leastSqlite.join('.')} or newer.`
}

/** Brings a store to this version, in one transaction: it is the old one or the new one, never half of each. */
function migrate(db: DatabaseSync): void {
  const { version: library } = db.prepare('SELECT sqlite_version() AS version').get() as { version: string }
  const refusal = sqliteRefusal(library)
  if (refusal) throw new StoreError(refusal)
  const { user_version: found } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  if (found > schemaVersion) {
    throw new StoreError(`These boards were kept by a newer version of Manyfutures (store version ${found}; this one knows ${schemaVersion}). Start that version, or restore a backup.`)
  }
  if (found < schemaVersion) inTransaction(db, () => db.exec(`${versions.slice(found).join('')} PRAGMA user_version = ${schemaVersion};`))
}

const pagesOf = (db: DatabaseSync): { all: number; free: number } => db.prepare('SELECT page_count AS "all", freelist_count AS free FROM pragma_page_count, pragma_freelist_count').get() as { all: number; free: number }

/** What was folded leaves room behind that the next entries fill; where there is more of it than of boards, the disk gets it back. */
function giveBack(db: DatabaseSync): void {
  const { all, free } = pagesOf(db)
  if (free > 256 && free * 2 > all) db.exec(`PRAGMA incremental_vacuum(${free - Math.floor((all - free) / 4)})`)
}

/** Stores made before room could be given back are written anew, once. On a disk without room for that they stay as they are. */
function giveBackLater(db: DatabaseSync): void {
  const { auto_vacuum: mode } = db.prepare('PRAGMA auto_vacuum').get() as { auto_vacuum: number }
  if (mode !== 0) return
  try {
    db.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM')
  } catch (error) {
    if (!isFull(error)) throw error
  }
}

function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    // A full disk may already have rolled it back; then there is nothing to undo and saying so again would hide the cause.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest()

export function logOn(db: DatabaseSync): BoardLog {
  const insert = db.prepare('INSERT INTO entry (doc, data) VALUES (?, ?)')
  const newest = db.prepare('SELECT seq, sha256, data, vector FROM snapshot WHERE doc = ?')
  const after = db.prepare('SELECT seq, data FROM entry WHERE doc = ? AND seq > ? ORDER BY seq')
  const keep = db.prepare(`
    INSERT INTO snapshot (doc, seq, sha256, data, vector) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (doc) DO UPDATE SET seq = excluded.seq, sha256 = excluded.sha256, data = excluded.data, vector = excluded.vector WHERE excluded.seq > snapshot.seq
  `)
  const forget = db.prepare('DELETE FROM entry WHERE doc = ? AND seq <= ?')
  const weigh = db.prepare(`
    SELECT coalesce((SELECT length(data) FROM snapshot WHERE doc = :doc), 0)
      + coalesce((SELECT sum(length(data)) FROM entry WHERE doc = :doc AND seq > coalesce((SELECT seq FROM snapshot WHERE doc = :doc), 0)), 0) AS bytes
  `)
  return {
    append: async entries =>
      inTransaction(db, () => {
        let last: Seq = 0
        for (const { doc, data } of entries) last = Number(insert.run(doc, data).lastInsertRowid)
        return last
      }),
    load: async (doc: DocId) => {
      const snapshot = newest.get(doc) as { seq: number; sha256: Uint8Array; data: Uint8Array; vector: Uint8Array | null } | undefined
      if (snapshot && Buffer.compare(sha256(snapshot.data), snapshot.sha256) !== 0) throw new StoreError(`The stored snapshot of ${doc} is damaged. Restore a backup.`)
      const rows = after.all(doc, snapshot?.seq ?? 0) as { seq: number; data: Uint8Array }[]
      return { snapshot: snapshot?.data, vector: snapshot?.vector ?? undefined, entries: rows.map(row => row.data), upTo: rows.at(-1)?.seq ?? snapshot?.seq ?? 0 }
    },
    weigh: async doc => (weigh.get({ doc }) as { bytes: number }).bytes,
    compact: async (doc, upTo, snapshot, vector) => {
      inTransaction(db, () => {
        const { changes } = keep.run(doc, upTo, sha256(snapshot), snapshot, vector)
        if (changes) forget.run(doc, upTo)
      })
      giveBack(db)
    },
  }
}

function boardsOn(db: DatabaseSync): Boards {
  const insertBoard = db.prepare('INSERT INTO board (id, created) VALUES (?, ?)')
  const insertEntry = db.prepare('INSERT INTO entry (doc, data) VALUES (?, ?)')
  const one = db.prepare('SELECT 1 FROM board WHERE id = ?')
  const link = insertLinkOn(db)
  const person = savePersonOn(db)
  const asset = insertAssetOn(db)
  return {
    create: async ({ id, created, links, people, content, assets = [] }: NewBoard) =>
      inTransaction(db, () => {
        insertBoard.run(id, created)
        for (const each of links) link(each)
        for (const each of people) person(each)
        for (const each of assets) asset(each)
        insertEntry.run(id, content)
      }),
    has: async id => one.get(id) !== undefined,
  }
}

function insertLinkOn(db: DatabaseSync): (link: Link) => void {
  const insert = db.prepare('INSERT INTO link (id, board, role, hash, created, closed) VALUES (?, ?, ?, ?, ?, ?)')
  return ({ id, board, role, hash, created, closed }) => void insert.run(id, board, role, hash, created, closed ?? null)
}

export function linksOn(db: DatabaseSync): Links {
  interface Row {
    id: string
    board: string
    role: string
    hash: Uint8Array
    created: number
    closed: number | null
  }
  const columns = 'SELECT id, board, role, hash, created, closed FROM link WHERE board = ?'
  const ofBoard = db.prepare(`${columns} ORDER BY created, id`)
  const byHash = db.prepare(`${columns} AND hash = ?`)
  const byId = db.prepare(`${columns} AND id = ?`)
  const end = db.prepare('UPDATE link SET closed = ? WHERE board = ? AND id = ? AND closed IS NULL')
  const insert = insertLinkOn(db)
  const read = (row: unknown): Link | undefined => {
    if (row === undefined) return undefined
    const { id, board, role, hash, created, closed } = row as Row
    return { id, board: board as BoardId, role: role as Role, hash, created, closed: closed ?? undefined }
  }
  return {
    add: async link => insert(link),
    all: async board => ofBoard.all(board).map(row => read(row) as Link),
    find: async (board, hash) => read(byHash.get(board, hash)),
    get: async (board, id) => read(byId.get(board, id)),
    close: async (board, id, when) => void end.run(when, board, id),
  }
}

function savePersonOn(db: DatabaseSync): (person: Person) => void {
  const upsert = db.prepare(
    'INSERT INTO person (board, id, name, sector, link, key_hash, role) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (board, id) DO UPDATE SET name = excluded.name, sector = excluded.sector, role = excluded.role',
  )
  return ({ board, id, name, sector, link, keyHash, role }) => void upsert.run(board, id, name, sector, link ?? null, keyHash ?? null, role ?? null)
}

export function peopleOn(db: DatabaseSync): People {
  interface Row {
    id: string
    board: string
    name: string
    sector: string
    link: string | null
    key_hash: Uint8Array | null
    role: string | null
  }
  const columns = 'SELECT board, id, name, sector, link, key_hash, role FROM person WHERE board = ?'
  const one = db.prepare(`${columns} AND id = ?`)
  const ofBoard = db.prepare(`${columns} ORDER BY id`)
  const save = savePersonOn(db)
  const page = db.prepare(`${columns} AND id > ? ORDER BY id LIMIT ?`)
  // Who came with a file has no name here.
  const count = db.prepare("SELECT count(*) AS \"all\", count(nullif(name, '')) AS joined FROM person WHERE board = ?")
  const remove = db.prepare('UPDATE person SET link = NULL, key_hash = NULL WHERE board = ? AND id = ?')
  const read = (row: unknown): Person | undefined => {
    if (row === undefined) return undefined
    const { id, board, name, sector, link, key_hash: keyHash, role } = row as Row
    return { id: id as ParticipantId, board: board as BoardId, name, sector, link: link ?? undefined, keyHash: keyHash ?? undefined, role: (role ?? undefined) as Role | undefined }
  }
  return {
    save: async person => save(person),
    remove: async (board, id) => void remove.run(board, id),
    get: async (board, id) => read(one.get(board, id)),
    all: async board => ofBoard.all(board).map(row => read(row) as Person),
    page: async (board, after, most) => page.all(board, after, most).map(row => read(row) as Person),
    count: async board => count.get(board) as { all: number; joined: number },
  }
}

function auditOn(db: DatabaseSync): Audit {
  const insert = db.prepare('INSERT INTO audit (board, at, who, did, about) VALUES (?, ?, ?, ?, ?)')
  const ofBoard = db.prepare('SELECT board, at, who, did, about FROM audit WHERE board = ? ORDER BY seq')
  const count = db.prepare('SELECT count(*) AS count FROM audit WHERE board = ?')
  return {
    note: async ({ board, at, who, did, about }) => void insert.run(board, at, who, did, about),
    all: async board => ofBoard.all(board) as unknown as Deed[],
    count: async board => (count.get(board) as { count: number }).count,
  }
}

function signingKeyOn(db: DatabaseSync): Uint8Array {
  db.prepare("INSERT INTO secret (name, value) VALUES ('tickets', randomblob(32)) ON CONFLICT DO NOTHING").run()
  return (db.prepare("SELECT value FROM secret WHERE name = 'tickets'").get() as { value: Uint8Array }).value
}
