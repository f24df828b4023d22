import type { DatabaseSync } from 'node:sqlite'

/** Every change of the store goes through here: nothing is answered as done that is not on the disk, where it will be found again. */
export interface Ledger {
  /** Does something in one transaction, all of it or nothing, and then it throws. `kept` is called once it is committed, whatever comes after. */
  commit<T>(what: Changed, work: () => T, kept?: (result: T) => void): T
  /** The same for a change of nothing but tables. */
  write<T>(work: () => T): T
}

interface Changed {
  /** Entries written to the log. */
  readonly entries: number
  /** Whether tables changed too: these count their changes themselves. */
  readonly tables: boolean
}

interface Needs {
  readonly db: DatabaseSync
  /** Entries written to all documents since the store was made. */
  readonly entries: number
  /** Called after each commit with how much was committed, before anybody is told; throws where it is not to be relied on. */
  readonly committed: (position: number) => void
}

export function createLedger({ db, entries: before, committed }: Needs): Ledger {
  const inTransaction = transactionsOn(db)
  const readChanges = changesIn(db)
  let entries = before
  let changes = readChanges()
  const commit: Ledger['commit'] = (what, work, kept) => {
    const result = inTransaction(work)
    kept?.(result)
    entries += what.entries
    if (what.tables) changes = readChanges()
    committed(entries + changes)
    return result
  }
  return { commit, write: work => commit({ entries: 0, tables: true }, work) }
}

/** Changes made to tables ever. */
export function changesIn(db: DatabaseSync): () => number {
  const counted = db.prepare('SELECT sum(changes) AS changes FROM tally')
  return () => (counted.get() as { changes: number }).changes
}

export function transactionsOn(db: DatabaseSync): <T>(work: () => T) => T {
  const [begin, commit, rollback] = ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'].map(sql => db.prepare(sql)) as [Statement, Statement, Statement]
  // `get` where nothing comes back: `run` makes an object of what was changed.
  return work => {
    begin.get()
    try {
      const result = work()
      commit.get()
      return result
    } catch (error) {
      // A full disk may already have rolled it back; then there is nothing to undo and saying so again would hide the cause.
      if (db.isTransaction) rollback.get()
      throw error
    }
  }
}

type Statement = ReturnType<DatabaseSync['prepare']>
