import type { DatabaseSync } from 'node:sqlite'
import type { BoardId } from '../../shared/ids.ts'
import type { PictureHash } from '../../shared/pictures.ts'
import { docIdsOf } from '../documents.ts'
import { isBusy } from './faults.ts'
import type { Ledger } from './ledger.ts'
import type { DocId } from './log.ts'
import type { RemovedBoard, RemovedBoards } from './register.ts'
import { rowsOf, type Values } from './rows.ts'

const removedIn = (row: Values): RemovedBoard => {
  const [board, at, who] = row as [BoardId, number, string]
  return { board, at, who }
}

/** What a board's own documents are forgotten by, inside a transaction; the number is how many entries there were. */
export interface Forget {
  readonly log: (doc: DocId) => number
  readonly history: (doc: DocId) => void
}

/** The boards that were removed, one row each. */
export function removedOn(db: DatabaseSync, folder: string, ledger: Ledger, forget?: Forget): RemovedBoards {
  const rows = rowsOf(db, 'removal', folder)
  const [all, one] = [rows.all('ORDER BY at, board'), rows.one('WHERE board = ?')]
  const lonely = db.prepare('SELECT hash FROM asset WHERE board = :board AND hash NOT IN (SELECT hash FROM asset WHERE board <> :board)')
  // Whatever points at a board goes before it.
  const emptying = ['link', 'person', 'audit', 'asset', 'claim', 'removal'].map(name => db.prepare(`DELETE FROM ${name} WHERE board = ?`))
  const [isolations, boards] = [db.prepare('DELETE FROM isolation WHERE doc = ?'), db.prepare('DELETE FROM board WHERE id = ?')]
  return {
    all: async () => all().map(removedIn),
    add: async ({ board, at, who }) => ledger.write(() => void rows.add([board, at, who])),
    giveBack: async board => ledger.write(() => rows.remove(board)),
    purge: async board => {
      if (!forget || !one(board)) return []
      const pictures = (lonely.all({ board }) as { hash: PictureHash }[]).map(({ hash }) => hash)
      overwriting(db, () => {
        // Known only once it is done, and needed for what is noted of it.
        const gone = { entries: 0, tables: true }
        ledger.commit(gone, () => {
          for (const doc of docIdsOf(board)) {
            gone.entries -= forget.log(doc)
            forget.history(doc)
            isolations.run(doc)
          }
          for (const each of emptying) each.run(board)
          boards.run(board)
        })
      })
      return pictures
    },
  }
}

/** What is taken away meanwhile is written over with zeroes, in the database and in its log. */
export function overwriting(db: DatabaseSync, work: () => void): void {
  db.exec('PRAGMA secure_delete = ON')
  try {
    work()
  } finally {
    db.exec('PRAGMA secure_delete = OFF')
  }
  try {
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch (error) {
    // Somebody is reading: the log is begun anew with the next checkpoint.
    if (!isBusy(error)) throw error
  }
}
