import type { DatabaseSync } from 'node:sqlite'
import type { BoardId, ParticipantId } from '../../shared/ids.ts'
import type { Ledger } from './ledger.ts'
import { type Claims, mostClaims, mostClaimsEach } from './register.ts'
import { rowsOf } from './rows.ts'

interface Count {
  readonly participant: ParticipantId
  readonly count: number
  readonly newest: number
}

/** Whom client ids belong to, one row each; at most so many of a board, and so many of one person. */
export function claimsOn(db: DatabaseSync, folder: string, ledger: Ledger, most = mostClaims, mostEach = mostClaimsEach): Claims {
  const rows = rowsOf(db, 'claim', folder)
  const ofBoard = rows.all('WHERE board = ? ORDER BY nth')
  const one = rows.one('WHERE board = ? AND client = ?')
  const oldest = rows.one('WHERE board = ? AND participant = ? ORDER BY nth LIMIT 1')
  const counts = db.prepare('SELECT participant, count(*) AS count, max(nth) AS newest FROM claim WHERE board = ? GROUP BY participant ORDER BY count DESC, participant')
  const forgetOldest = (board: BoardId, participant: ParticipantId): void => {
    const [, client] = oldest(board, participant) ?? []
    if (client !== undefined) rows.remove(board, client)
  }
  return {
    all: async board => new Map(ofBoard(board).map(row => {
      const [, client, participant] = row as [string, number, ParticipantId]
      return [client, participant]
    })),
    add: async (board, client, participant) => {
      if (one(board, client)) return
      ledger.write(() => {
        const before = counts.all(board) as unknown as Count[]
        rows.insert([board, client, participant, 1 + Math.max(0, ...before.map(({ newest }) => newest))])
        const own = before.find(each => each.participant === participant)?.count ?? 0
        const [keenest] = before
        if (own >= mostEach) forgetOldest(board, participant)
        else if (keenest && before.reduce((sum, { count }) => sum + count, 0) >= most) forgetOldest(board, keenest.participant)
      })
    },
  }
}
