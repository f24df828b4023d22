import type { DatabaseSync } from 'node:sqlite'
import type { BoardId, ParticipantId } from '../../shared/ids.ts'
import type { Ledger } from './ledger.ts'
import type { Audit, Deed } from './register.ts'
import { rowsOf, type Values } from './rows.ts'

function deedIn(row: Values): Deed {
  const [, board, at, who, did, about] = row as [number, BoardId, number, ParticipantId, Deed['did'], string]
  return { board, at, who, did, about }
}

/** Who did what to rights, one row each, in order. */
export function auditOn(db: DatabaseSync, folder: string, ledger: Ledger): Audit {
  const rows = rowsOf(db, 'audit', folder)
  const ofBoard = rows.all('WHERE board = ? ORDER BY seq')
  const howMany = db.prepare('SELECT count(*) AS count FROM audit WHERE board = ?')
  const newest = db.prepare('SELECT coalesce(max(seq), 0) AS seq FROM audit')
  return {
    note: async ({ board, at, who, did, about }) => ledger.write(() => rows.insert([(newest.get() as { seq: number }).seq + 1, board, at, who, did, about])),
    all: async board => ofBoard(board).map(deedIn),
    count: async board => (howMany.get(board) as { count: number }).count,
  }
}
