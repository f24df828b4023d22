import type { DatabaseSync } from 'node:sqlite'
import type { BoardId } from '../../shared/ids.ts'
import { docIdsOf } from '../documents.ts'
import type { Ledger } from './ledger.ts'
import type { DocId } from './log.ts'
import { readNote } from './notes.ts'
import type { Boards, NewBoard } from './register.ts'
import { rowsOf } from './rows.ts'
import { assetValues } from './sqlite-assets.ts'
import { linkValues } from './sqlite-links.ts'
import type { LogOn } from './sqlite-log.ts'
import { personValues } from './sqlite-people.ts'

export interface ListedBoard {
  readonly id: BoardId
  /** Milliseconds since 1970. */
  readonly created: number
}

/** All boards, oldest first. */
export function boardListOn(db: DatabaseSync, folder: string): () => ListedBoard[] {
  const all = rowsOf(db, 'board', folder).all('ORDER BY created, id')
  return () => all().map(row => {
    const [id, created] = row as [BoardId, number]
    return { id, created }
  })
}

/** Which boards there are, one row each. */
export function boardsOn(db: DatabaseSync, folder: string, ledger: Ledger, put: LogOn['put']): Boards {
  const rows = rowsOf(db, 'board', folder)
  const [links, people, assets] = [rowsOf(db, 'link', folder), rowsOf(db, 'person', folder), rowsOf(db, 'asset', folder)]
  const one = rows.one('WHERE id = ?')
  const removal = rowsOf(db, 'removal', folder).one('WHERE board = ?')
  return {
    create: async (board: NewBoard) => {
      const make = () => {
        rows.insert([board.id, board.created])
        for (const link of board.links) links.insert(linkValues(link))
        for (const person of board.people) people.put(personValues(person))
        for (const asset of board.assets ?? []) assets.add(assetValues(asset))
        return put([{ doc: board.id as string as DocId, data: board.content, at: board.created }])
      }
      ledger.commit({ entries: 1, tables: true }, make, ({ kept }) => kept())
    },
    has: async id => one(id) !== undefined && removal(id) === undefined,
  }
}

/** When somebody last changed a board, in milliseconds since 1970: as far as what is kept of it tells; otherwise when it was made. */
export function lastUsedOn(db: DatabaseSync): (board: ListedBoard) => number {
  const entry = db.prepare('SELECT entry.note AS note FROM head JOIN entry ON entry.id = head.last AND entry.head = head.nth WHERE head.doc = ?')
  const strip = db.prepare('SELECT max(ended) AS ended FROM strip WHERE doc = ?')
  return ({ id, created }) => {
    const inLog = docIdsOf(id).map(doc => readNote((entry.get(doc) as { note: string | null } | undefined)?.note ?? undefined).at)
    const before = docIdsOf(id).map(doc => (strip.get(doc) as { ended: number | null }).ended ?? 0)
    return Math.max(created, ...inLog, ...before)
  }
}
