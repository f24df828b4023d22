import type { DatabaseSync } from 'node:sqlite'
import type { BoardId, ParticipantId } from '../../shared/ids.ts'
import type { PictureHash, PictureType } from '../../shared/pictures.ts'
import type { Ledger } from './ledger.ts'
import type { Asset, Assets } from './register.ts'
import { rowsOf, type Values } from './rows.ts'

export const assetValues = ({ board, hash, type, size, by, at }: Asset): Values => [board, hash, type, size, by ?? null, at]

function assetIn(row: Values): Asset {
  const [board, hash, type, size, by, at] = row as [BoardId, PictureHash, PictureType, number, ParticipantId | null, number]
  return { board, hash, type, size, by: by ?? undefined, at }
}

/** Which pictures a board has, one row each; their bytes are files. */
export function assetsOn(db: DatabaseSync, folder: string, ledger: Ledger): Assets {
  const rows = rowsOf(db, 'asset', folder)
  const one = rows.one('WHERE board = ? AND hash = ?')
  const any = db.prepare('SELECT 1 FROM asset WHERE hash = ? LIMIT 1')
  const ofBoard = db.prepare('SELECT coalesce(sum(size), 0) AS bytes FROM asset WHERE board = ?')
  const ofStore = db.prepare(`
    SELECT coalesce(sum(size), 0) + (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size) AS bytes
    FROM (SELECT DISTINCT hash, size FROM asset)
  `)
  return {
    add: async asset => ledger.write(() => void rows.add(assetValues(asset))),
    get: async (board, hash) => {
      const row = one(board, hash)
      return row && assetIn(row)
    },
    weigh: async board => ({ board: (ofBoard.get(board) as { bytes: number }).bytes, store: (ofStore.get() as { bytes: number }).bytes }),
    isUsed: async hash => any.get(hash) !== undefined,
  }
}
