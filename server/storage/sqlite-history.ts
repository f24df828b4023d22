import type { DatabaseSync } from 'node:sqlite'
import { isUnreadable } from './faults.ts'
import type { Ledger } from './ledger.ts'
import type { DocId, Packed, Seq } from './log.ts'
import { sumOf, type Value } from './sums.ts'

/** What folding replaced, as strips that follow one another. */
export interface Strip {
  /** It holds what was written after one position up to another. */
  readonly since: Seq
  readonly upTo: Seq
  /** When, in milliseconds since 1970; 0 where nobody knows. */
  readonly began: number
  readonly ended: number
  readonly steps: number
  readonly due: number
  /** Bytes on disk. */
  readonly bytes: number
  /** Whether it can be read without the strip before it. */
  readonly isWhole: boolean
}

/** A strip with what is in it, packed; nothing of that where it was damaged on disk. */
export interface PackedStrip extends Strip {
  readonly held: { readonly base: Uint8Array | undefined; readonly data: Uint8Array } | undefined
}

/** A strip in place of others. */
export type NewStrip = Omit<Strip, 'bytes' | 'isWhole'> & { readonly base: Uint8Array | undefined; readonly data: Uint8Array }

/** Records that were removed between two positions, packed; nothing of them where they were damaged on disk. */
export interface PackedRemovals {
  readonly upTo: Seq
  readonly ended: number
  readonly data: Uint8Array | undefined
}

/**
 * What was on boards before. It is for looking back only: whatever of it is damaged is said to be, and keeps no board from being opened,
 * written to or compacted.
 */
export interface History {
  /** Whether the next strip of a document must bring the snapshot before it along; `most` is what all of its history may take. */
  needsBase(doc: DocId, since: Seq, snapshotBytes: number, most: number): Promise<boolean>
  /** The strips of a document, oldest first, without what is in them. */
  list(doc: DocId): Promise<readonly Strip[]>
  /** A stretch of strips with what is in them. */
  read(doc: DocId, from: Seq, upTo: Seq): Promise<readonly PackedStrip[]>
  /** What was removed of a document since some time, oldest first. */
  removals(doc: DocId, since: number): Promise<readonly PackedRemovals[]>
  /** Puts strips in place of all up to and with the last of them, where nothing was changed among these meanwhile. */
  swap(doc: DocId, instead: readonly NewStrip[], replaced: readonly Seq[]): Promise<void>
  /** Puts other removals in place of one row of them, or none. */
  rewrite(doc: DocId, upTo: Seq, data: Uint8Array | undefined): Promise<void>
  /** Documents with a strip that there may be something to thin in, and removals nobody brings back any more are gone. */
  due(now: number, comesBackMs: number): Promise<readonly DocId[]>
}

export type HistoryReader = Omit<History, 'swap' | 'rewrite' | 'due'>

interface StripRow {
  readonly doc: string
  readonly upto: number
  readonly since: number
  readonly began: number
  readonly ended: number
  readonly steps: number
  readonly due: number
  readonly base: Uint8Array | null
  readonly data: Uint8Array
  readonly sum: number
}

const sumOfStrip = ({ doc, upto, since, began, ended, steps, due, base, data }: Omit<StripRow, 'sum'>): number => sumOf('strip', [doc, upto, since, began, ended, steps, due, base, data])
const sumOfGone = (values: readonly Value[]): number => sumOf('gone', values)

/** A snapshot packs to about a third. */
const packsTo = 3

export function historyReaderOn(db: DatabaseSync): HistoryReader {
  const newest = db.prepare('SELECT upto FROM strip WHERE doc = ? ORDER BY upto DESC LIMIT 1')
  const sinceBase = db.prepare('SELECT coalesce(sum(length(data)), 0) AS bytes FROM strip WHERE doc = :doc AND upto >= (SELECT coalesce(max(upto), 0) FROM strip WHERE doc = :doc AND (base IS NOT NULL OR since = 0))')
  const all = db.prepare('SELECT since, upto, began, ended, steps, due, coalesce(length(base), 0) + length(data) AS bytes, base IS NOT NULL OR since = 0 AS whole FROM strip WHERE doc = ? ORDER BY upto')
  const one = db.prepare('SELECT * FROM strip WHERE doc = ? AND upto = ?')
  const gone = db.prepare('SELECT upto, ended FROM gone WHERE doc = ? AND ended >= ? ORDER BY upto')
  const oneGone = db.prepare('SELECT * FROM gone WHERE doc = ? AND upto = ?')

  const list = (doc: DocId): Strip[] =>
    (all.all(doc) as unknown as (Omit<Strip, 'upTo' | 'isWhole'> & { upto: number; whole: number })[]).map(({ since, upto, began, ended, steps, due, bytes, whole }) => ({ since, upTo: upto, began, ended, steps, due, bytes, isWhole: whole === 1 }))

  const heldIn = (doc: DocId, upTo: Seq): PackedStrip['held'] =>
    unlessDamaged(() => {
      const row = one.get(doc, upTo) as StripRow | undefined
      return row && sumOfStrip(row) === row.sum ? { base: row.base ?? undefined, data: row.data } : undefined
    })

  return {
    needsBase: async (doc, since, snapshotBytes, most) => {
      if (since === 0) return false
      const last = newest.get(doc) as { upto: number } | undefined
      const { bytes } = sinceBase.get({ doc }) as { bytes: number }
      return last?.upto !== since || bytes >= Math.min(snapshotBytes / packsTo, most / 8)
    },
    list: async doc => list(doc),
    read: async (doc, from, upTo) => list(doc).filter(strip => strip.upTo > from && strip.since < upTo).map(strip => ({ ...strip, held: heldIn(doc, strip.upTo) })),
    removals: async (doc, since) =>
      (gone.all(doc, since) as { upto: number; ended: number }[]).map(({ upto, ended }) => ({
        upTo: upto,
        ended,
        data: unlessDamaged(() => {
          const row = oneGone.get(doc, upto) as { doc: string; upto: number; began: number; ended: number; data: Uint8Array; sum: number } | undefined
          return row && sumOfGone([row.doc, row.upto, row.began, row.ended, row.data]) === row.sum ? row.data : undefined
        }),
      })),
  }
}

/** What SQLite cannot make sense of is as good as not there. */
function unlessDamaged<T>(read: () => T | undefined): T | undefined {
  try {
    return read()
  } catch (error) {
    if (isUnreadable(error)) return undefined
    throw error
  }
}

export interface HistoryOn {
  readonly history: History
  /** Keeps what a fold replaces, inside its transaction; where it takes too much room, the oldest goes. */
  add(doc: DocId, upTo: Seq, packed: Packed): void
  /** Forgets all of a document, inside a transaction. */
  forget(doc: DocId): void
}

export function historyOn(db: DatabaseSync, ledger: Ledger): HistoryOn {
  const reading = historyReaderOn(db)
  const insert = db.prepare('INSERT OR REPLACE INTO strip (doc, upto, since, began, ended, steps, due, base, data, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const insertGone = db.prepare('INSERT OR REPLACE INTO gone (doc, upto, began, ended, data, sum) VALUES (?, ?, ?, ?, ?, ?)')
  const sizes = db.prepare('SELECT upto, coalesce(length(base), 0) + length(data) AS bytes, base IS NOT NULL OR since = 0 AS whole FROM strip WHERE doc = ? ORDER BY upto')
  const goneSizes = db.prepare('SELECT upto, length(data) AS bytes FROM gone WHERE doc = ? ORDER BY upto')
  const [removeBefore, removeGone] = [db.prepare('DELETE FROM strip WHERE doc = ? AND upto < ?'), db.prepare('DELETE FROM gone WHERE doc = ? AND upto = ?')]
  const removeOne = db.prepare('DELETE FROM strip WHERE doc = ? AND upto = ?')
  const oneGone = db.prepare('SELECT began, ended FROM gone WHERE doc = ? AND upto = ?')
  const [forgetStrips, forgetGone] = [db.prepare('DELETE FROM strip WHERE doc = ?'), db.prepare('DELETE FROM gone WHERE doc = ?')]
  const anyDue = db.prepare('SELECT DISTINCT doc FROM strip WHERE due <= ?')
  const anyOld = db.prepare('SELECT 1 FROM gone WHERE ended < ? LIMIT 1')
  const dropOld = db.prepare('DELETE FROM gone WHERE ended < ?')

  const put = (doc: DocId, { upTo: upto, since, began, ended, steps, due, base = undefined, data }: NewStrip): void => {
    const row = { doc, upto, since, began, ended, steps, due, base: base ?? null, data }
    insert.run(doc, upto, since, began, ended, steps, due, row.base, data, sumOfStrip(row))
  }

  const putGone = (doc: DocId, upTo: Seq, began: number, ended: number, data: Uint8Array): void => void insertGone.run(doc, upTo, began, ended, data, sumOfGone([doc, upTo, began, ended, data]))

  /** Half of the room is for moments, half for what was removed. */
  const trim = (doc: DocId, most: number): void => {
    const rows = sizes.all(doc) as { upto: number; bytes: number; whole: number }[]
    let bytes = rows.reduce((sum, row) => sum + row.bytes, 0)
    let first = 0
    for (const [nth, row] of rows.entries()) {
      if (row.whole) {
        first = row.upto
        if (bytes <= most / 2) break
      }
      if (rows[nth + 1]) bytes -= row.bytes
    }
    if (first > 0) removeBefore.run(doc, first)
    const gone = goneSizes.all(doc) as { upto: number; bytes: number }[]
    let kept = gone.reduce((sum, row) => sum + row.bytes, 0)
    for (const row of gone) {
      if (kept <= most / 2) break
      removeGone.run(doc, row.upto)
      kept -= row.bytes
    }
  }

  return {
    history: {
      ...reading,
      swap: async (doc, instead, replaced) => {
        const there = (sizes.all(doc) as { upto: number }[]).map(({ upto }) => upto).filter(upto => upto <= (replaced.at(-1) ?? 0))
        if (there.length !== replaced.length || there.some((upto, nth) => upto !== replaced[nth])) return
        ledger.commit({ entries: 0, tables: false }, () => {
          for (const upto of replaced) removeOne.run(doc, upto)
          for (const strip of instead) put(doc, strip)
        })
      },
      rewrite: async (doc, upTo, data) => {
        const row = oneGone.get(doc, upTo) as { began: number; ended: number } | undefined
        if (!row) return
        ledger.commit({ entries: 0, tables: false }, () => {
          if (data) putGone(doc, upTo, row.began, row.ended, data)
          else removeGone.run(doc, upTo)
        })
      },
      due: async (now, comesBackMs) => {
        if (anyOld.get(now - comesBackMs)) ledger.commit({ entries: 0, tables: false }, () => void dropOld.run(now - comesBackMs))
        return (anyDue.all(now) as { doc: DocId }[]).map(({ doc }) => doc)
      },
    },
    add(doc, upTo, { gone, most, ...strip }) {
      put(doc, { ...strip, upTo, base: strip.base })
      if (gone) putGone(doc, upTo, strip.began, strip.ended, gone)
      trim(doc, most)
    },
    forget(doc) {
      forgetStrips.run(doc)
      forgetGone.run(doc)
    },
  }
}
