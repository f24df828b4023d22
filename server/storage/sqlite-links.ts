import type { DatabaseSync } from 'node:sqlite'
import type { BoardId } from '../../shared/ids.ts'
import type { Role } from '../../shared/protocol.ts'
import type { Ledger } from './ledger.ts'
import type { Link, Links } from './register.ts'
import { rowsOf, type Values } from './rows.ts'

export const linkValues = ({ id, board, role, hash, created, closed }: Link): Values => [id, board, role, hash, created, closed ?? null]

function linkIn(row: Values): Link {
  const [id, board, role, hash, created, closed] = row as [string, BoardId, Role, Uint8Array, number, number | null]
  return { id, board, role, hash, created, closed: closed ?? undefined }
}

/** The links of boards, one row each; closed ones stay. */
export function linksOn(db: DatabaseSync, folder: string, ledger: Ledger): Links {
  const rows = rowsOf(db, 'link', folder)
  const ofBoard = rows.all('WHERE board = ? ORDER BY created, id')
  const byHash = rows.one('WHERE board = ? AND hash = ?')
  const byId = rows.one('WHERE board = ? AND id = ?')
  const howMany = db.prepare('SELECT count(*) AS count FROM link WHERE board = ?')
  const read = (row: Values | undefined): Link | undefined => row && linkIn(row)
  return {
    add: async link => ledger.write(() => rows.insert(linkValues(link))),
    all: async board => ofBoard(board).map(linkIn),
    find: async (board, hash) => read(byHash(board, hash)),
    get: async (board, id) => read(byId(board, id)),
    count: async board => (howMany.get(board) as { count: number }).count,
    close: async (board, id, when) =>
      ledger.write(() => {
        const link = read(byId(board, id))
        if (link && link.closed === undefined) rows.put(linkValues({ ...link, closed: when }))
      }),
  }
}
