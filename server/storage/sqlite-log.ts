import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { damaged } from './faults.ts'
import type { Ledger } from './ledger.ts'
import type { BoardLog, DocId, Entry, Seq, Stored } from './log.ts'
import { noteOf } from './notes.ts'
import type { HistoryOn } from './sqlite-history.ts'
import { chained, firstOf, sumOf } from './sums.ts'

/*
 * Entries of all documents lie one after the other, as they came; each says where the one before it of its document is, and has the
 * sum of everything up to itself. A document's head has where its last one is. So a commit writes to the end of one table and to the
 * heads, and whatever is changed, missing, doubled or in another order no longer adds up.
 */

/** Where a document stands. */
export interface Head {
  /** Its number; entries have it in place of its name. */
  readonly nth: number
  readonly doc: DocId
  /** Position of its last entry. */
  readonly seq: Seq
  /** Row of its last entry. */
  readonly last: number
  /** The sum of everything up to its last entry. */
  readonly chain: number
  /** Position of the last entry its snapshot holds; 0 where there is none. */
  readonly base: Seq
  /** The sum of everything up to that one. */
  readonly root: number
  /** The snapshot's own sum; 0 where there is none. */
  readonly snapshot: number
  /** Of its snapshot and of its entries after it. */
  readonly bytes: number
}

const columns = ['nth', 'doc', 'seq', 'last', 'chain', 'base', 'root', 'snapshot', 'bytes'] as const satisfies readonly (keyof Head)[]
const valuesOf = (head: Head) => columns.map(column => head[column])
export const sumOfHead = (head: Head): number => sumOf('head', valuesOf(head))

/** A head as it lies in its row; nothing where it does not add up. */
export function headIn(row: Record<string, unknown>): Head | undefined {
  const head = row as unknown as Head & { readonly sum: number }
  return sumOfHead(head) === head.sum ? head : undefined
}

interface SnapshotRow {
  readonly seq: Seq
  readonly sha256: Uint8Array
  readonly vector: Uint8Array | null
  readonly records: number | null
}

export const sumOfSnapshot = (doc: DocId, { seq, sha256, vector, records }: SnapshotRow): number => sumOf('snapshot', [doc, seq, sha256, vector, records])

const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest()

/** Entries of one document, from one on back to the first after its snapshot. */
const walk = `
  WITH RECURSIVE back (id, seq) AS (
    SELECT :last, :seq WHERE :seq > :base
    UNION ALL SELECT entry.before, entry.seq - 1 FROM back CROSS JOIN entry ON entry.id = back.id
    WHERE entry.head = :nth AND entry.seq = back.seq AND back.seq > :base + 1
  )`

/** What of a log can be read, also where a server is writing to it. */
export function readLogOn(db: DatabaseSync, folder: string): Pick<BoardLog, 'load' | 'weigh' | 'head'> & { readonly headOf: (doc: DocId) => Head | undefined } {
  const [begin, end] = [db.prepare('BEGIN'), db.prepare('COMMIT')]
  const oneHead = db.prepare(`SELECT ${columns.join(', ')}, sum FROM head WHERE doc = ?`)
  const newest = db.prepare('SELECT seq, sha256, vector, records, data FROM snapshot WHERE doc = ?')
  const anySnapshot = db.prepare('SELECT 1 FROM snapshot WHERE doc = ?')
  const entriesOf = db.prepare(`${walk} SELECT entry.sum, entry.data, entry.note FROM back CROSS JOIN entry ON entry.id = back.id WHERE entry.head = :nth AND entry.seq = back.seq`)
  entriesOf.setReturnArrays(true)
  const damage = (doc: DocId, what: string) => damaged(`${what} of ${doc}`, folder)

  const headOf = (doc: DocId): Head | undefined => {
    const row = oneHead.get(doc)
    if (row) {
      const head = headIn(row)
      if (!head || head.doc !== doc) throw damage(doc, 'The head')
      return head
    }
    if (anySnapshot.get(doc)) throw damage(doc, 'The head')
    return undefined
  }

  const snapshotOf = ({ doc, base, snapshot }: Head): (SnapshotRow & { readonly data: Uint8Array }) | undefined => {
    const row = newest.get(doc) as (SnapshotRow & { readonly data: unknown }) | undefined
    if (!row && base === 0) return undefined
    if (row?.seq !== base || !(row.data instanceof Uint8Array) || sumOfSnapshot(doc, row) !== snapshot || Buffer.compare(sha256(row.data), row.sha256) !== 0) throw damage(doc, 'The stored snapshot')
    return { ...row, data: row.data }
  }

  const entriesAfter = (head: Head): { readonly entries: Uint8Array[]; readonly notes: (string | undefined)[] } => {
    const rows = entriesOf.all({ last: head.last, seq: head.seq, base: head.base, nth: head.nth }) as unknown as [number, unknown, string | null][]
    let chain = head.root
    const entries: Uint8Array[] = []
    const notes: (string | undefined)[] = []
    for (const [sum, data, note] of rows.reverse()) {
      if (!(data instanceof Uint8Array) || (chain = chained(chain, data, note)) !== sum) throw damage(head.doc, 'An entry')
      entries.push(data)
      notes.push(note ?? undefined)
    }
    if (entries.length !== head.seq - head.base || chain !== head.chain) throw damage(head.doc, 'An entry')
    return { entries, notes }
  }

  const loadNow = (doc: DocId): Stored => {
    const head = headOf(doc)
    if (!head) return { snapshot: undefined, vector: undefined, records: undefined, entries: [], upTo: 0 }
    const snapshot = snapshotOf(head)
    const { entries, notes } = entriesAfter(head)
    const bytes = entries.reduce((sum, { length }) => sum + length, snapshot?.data.length ?? 0)
    if (bytes !== head.bytes) throw damage(doc, 'The head')
    return { snapshot: snapshot?.data, vector: snapshot?.vector ?? undefined, records: snapshot?.records ?? undefined, entries, notes, upTo: head.seq }
  }

  return {
    headOf,
    // Of one moment: what is folded meanwhile is in neither place or in both.
    load: async doc => {
      begin.get()
      try {
        return loadNow(doc)
      } finally {
        // What SQLite cannot read may have ended it.
        if (db.isTransaction) end.get()
      }
    },
    weigh: async doc => headOf(doc)?.bytes ?? 0,
    head: async doc => {
      const head = headOf(doc)
      return head && `${head.seq}-${head.base}-${(head.chain >>> 0).toString(16)}`
    },
  }
}

/** How many heads are kept at hand; others are read again when something is written to them. */
const mostHeads = 4_096

/** What a log needs to begin where it ended. */
export interface LogEnd {
  /** Number of the newest head, and row of the newest entry. */
  readonly heads: number
  readonly entries: number
}

export interface LogOn {
  readonly log: BoardLog
  /** Forgets a document for good, inside a transaction; returns how many entries it had. */
  forget(doc: DocId): number
  /** Writes entries inside a transaction; the answer must be called once that is committed. */
  put(entries: readonly Entry[]): { readonly positions: readonly Seq[]; kept(): void }
}

export function logOn(db: DatabaseSync, folder: string, ledger: Ledger, end: LogEnd, history: Pick<HistoryOn, 'add'>, folded: () => void): LogOn {
  const { headOf, ...reading } = readLogOn(db, folder)
  const insertEntry = db.prepare('INSERT INTO entry (id, head, seq, before, sum, data, note) VALUES (?, ?, ?, ?, ?, ?, ?)')
  const insertHead = db.prepare(`INSERT INTO head (${columns.join(', ')}, sum) VALUES (${columns.map(() => '?').join(', ')}, ?)`)
  const updateHead = db.prepare(`UPDATE head SET ${columns.slice(2).map(column => `${column} = ?`).join(', ')}, sum = ? WHERE nth = ?`)
  const lengthAndSum = db.prepare('SELECT before, sum, length(data) AS bytes FROM entry WHERE id = ? AND head = ? AND seq = ?')
  const keepSnapshot = db.prepare(`
    INSERT INTO snapshot (doc, seq, sha256, data, vector, records) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (doc) DO UPDATE SET seq = excluded.seq, sha256 = excluded.sha256, data = excluded.data, vector = excluded.vector, records = excluded.records
  `)
  const forget = db.prepare(`${walk} DELETE FROM entry WHERE id IN (SELECT id FROM back)`)

  const removeEntries = db.prepare('DELETE FROM entry WHERE head = ?')
  const removeSnapshot = db.prepare('DELETE FROM snapshot WHERE doc = ?')
  const removeHead = db.prepare('DELETE FROM head WHERE nth = ?')
  // What was committed to it counts as a change from then on: how far the store goes never shrinks.
  const countHeadGone = db.prepare("UPDATE tally SET count = count - 1, changes = changes + ? WHERE name = 'head'")

  /** Heads as they are on disk, those used last at the end. */
  const known = new Map<DocId, Head>()
  let { heads: lastHead, entries: lastEntry } = end
  const keep = (head: Head): void => {
    known.delete(head.doc)
    known.set(head.doc, head)
    if (known.size > mostHeads) for (const doc of known.keys()) return void known.delete(doc)
  }
  const writeHead = (head: Head): void => {
    const [, , ...rest] = valuesOf(head)
    if (Number(updateHead.run(...rest, sumOfHead(head), head.nth).changes) !== 1) throw damaged(`The head of ${head.doc}`, folder)
  }

  const put = (entries: readonly Entry[]) => {
    const heads = new Map<DocId, Head>()
    const fresh = new Set<DocId>()
    let [nth, id] = [lastHead, lastEntry]
    const positions: Seq[] = []
    for (const entry of entries) {
      const { doc, data } = entry
      let head = heads.get(doc) ?? known.get(doc) ?? headOf(doc)
      if (!head) {
        fresh.add(doc)
        const root = firstOf(doc)
        head = { nth: ++nth, doc, seq: 0, last: 0, chain: root, base: 0, root, snapshot: 0, bytes: 0 }
      }
      const note = noteOf(entry) ?? null
      const chain = chained(head.chain, data, note)
      const seq = head.seq + 1
      insertEntry.get(++id, head.nth, seq, head.last, chain, data, note)
      positions.push(seq)
      heads.set(doc, { ...head, seq, last: id, chain, bytes: head.bytes + data.length })
    }
    for (const head of heads.values()) {
      if (fresh.has(head.doc)) insertHead.run(...valuesOf(head), sumOfHead(head))
      else writeHead(head)
    }
    const kept = (): void => {
      ;[lastHead, lastEntry] = [nth, id]
      for (const head of heads.values()) keep(head)
    }
    return { positions, kept }
  }

  /** The row of one of a document's entries, its sum, and the bytes of those after it. */
  const findEntry = (head: Head, seq: Seq): { readonly id: number; readonly sum: number; readonly bytesAfter: number } => {
    let [id, bytesAfter] = [head.last, 0]
    for (let at = head.seq; ; at--) {
      const row = lengthAndSum.get(id, head.nth, at) as { before: number; sum: number; bytes: number } | undefined
      if (!row) throw damaged(`An entry of ${head.doc}`, folder)
      if (at === seq) return { id, sum: row.sum, bytesAfter }
      bytesAfter += row.bytes
      id = row.before
    }
  }

  const log: BoardLog = {
    ...reading,
    append: async entries => {
      const { positions } = ledger.commit({ entries: entries.length, tables: false }, () => put(entries), ({ kept }) => kept())
      return positions
    },
    compact: async (doc, upTo, snapshot, vector, records, packed) => {
      const head = known.get(doc) ?? headOf(doc)
      if (!head || upTo <= head.base) return
      if (upTo > head.seq) throw new Error(`${doc} has ${head.seq} entries; a snapshot cannot hold ${upTo} of them.`)
      const fold = (): Head => {
        const { id, sum, bytesAfter } = findEntry(head, upTo)
        const row = { seq: upTo, sha256: sha256(snapshot), vector, records: records ?? null }
        keepSnapshot.run(doc, upTo, row.sha256, snapshot, vector, row.records)
        if (Number(forget.run({ last: id, seq: upTo, base: head.base, nth: head.nth }).changes) !== upTo - head.base) throw damaged(`An entry of ${doc}`, folder)
        const written: Head = { ...head, base: upTo, root: sum, snapshot: sumOfSnapshot(doc, row), bytes: snapshot.length + bytesAfter }
        writeHead(written)
        if (packed && packed.since === head.base) history.add(doc, upTo, packed)
        return written
      }
      ledger.commit({ entries: 0, tables: false }, fold, keep)
      folded()
    },
  }
  const forgetDoc = (doc: DocId): number => {
    const head = headOf(doc)
    if (!head) return 0
    known.delete(doc)
    removeEntries.run(head.nth)
    removeSnapshot.run(doc)
    removeHead.run(head.nth)
    countHeadGone.run(head.seq)
    return head.seq
  }
  return { log, put, forget: forgetDoc }
}
