import type { DatabaseSync } from 'node:sqlite'
import type { BoardId } from '../../shared/ids.ts'
import type { Ledger } from './ledger.ts'
import type { DocId } from './log.ts'
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
    has: async id => one(id) !== undefined,
  }
}
