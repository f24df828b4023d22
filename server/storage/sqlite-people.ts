import type { DatabaseSync } from 'node:sqlite'
import type { BoardId, ParticipantId } from '../../shared/ids.ts'
import type { Role } from '../../shared/protocol.ts'
import type { Ledger } from './ledger.ts'
import type { People, Person } from './register.ts'
import { rowsOf, type Values } from './rows.ts'

export const personValues = ({ board, id, name, sector, link, keyHash, role }: Person): Values => [board, id, name, sector, link ?? null, keyHash ?? null, role ?? null]

function personIn(row: Values): Person {
  const [board, id, name, sector, link, keyHash, role] = row as [BoardId, ParticipantId, string, string, string | null, Uint8Array | null, Role | null]
  return { board, id, name, sector, link: link ?? undefined, keyHash: keyHash ?? undefined, role: role ?? undefined }
}

/** The people of boards, one row each; removed ones stay. */
export function peopleOn(db: DatabaseSync, folder: string, ledger: Ledger): People {
  const rows = rowsOf(db, 'person', folder)
  const one = rows.one('WHERE board = ? AND id = ?')
  const ofBoard = rows.all('WHERE board = ? ORDER BY id')
  const page = rows.all('WHERE board = ? AND id > ? ORDER BY id LIMIT ?')
  // Who came with a file has no name here.
  const howMany = db.prepare("SELECT count(*) AS \"all\", count(nullif(name, '')) AS joined FROM person WHERE board = ?")
  const get = (board: BoardId, id: ParticipantId): Person | undefined => {
    const row = one(board, id)
    return row && personIn(row)
  }
  return {
    save: async person =>
      ledger.write(() => {
        const { link, keyHash } = get(person.board, person.id) ?? person
        rows.put(personValues({ ...person, link, keyHash }))
      }),
    remove: async (board, id) =>
      ledger.write(() => {
        const person = get(board, id)
        if (person) rows.put(personValues({ ...person, link: undefined, keyHash: undefined }))
      }),
    get: async (board, id) => get(board, id),
    all: async board => ofBoard(board).map(personIn),
    page: async (board, after, most) => page(board, after, most).map(personIn),
    count: async board => howMany.get(board) as { all: number; joined: number },
  }
}
