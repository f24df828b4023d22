import type { DatabaseSync } from 'node:sqlite'
import type { BoardId, ParticipantId } from '../../shared/ids.ts'
import type { PictureHash, PictureType } from '../../shared/pictures.ts'
import type { Asset, Assets } from './register.ts'

export function insertAssetOn(db: DatabaseSync): (asset: Asset) => void {
  const insert = db.prepare('INSERT INTO asset (board, hash, type, size, by, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
  return ({ board, hash, type, size, by, at }) => void insert.run(board, hash, type, size, by ?? null, at)
}

/** Which pictures a board has, one row each; their bytes are files. */
export function assetsOn(db: DatabaseSync): Assets {
  interface Row {
    type: string
    size: number
    by: string | null
    at: number
  }
  const insert = insertAssetOn(db)
  const one = db.prepare('SELECT type, size, by, at FROM asset WHERE board = ? AND hash = ?')
  const any = db.prepare('SELECT 1 FROM asset WHERE hash = ? LIMIT 1')
  const ofBoard = db.prepare('SELECT coalesce(sum(size), 0) AS bytes FROM asset WHERE board = ?')
  const ofStore = db.prepare(`
    SELECT coalesce(sum(size), 0) + (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size) AS bytes
    FROM (SELECT DISTINCT hash, size FROM asset)
  `)
  return {
    add: async asset => insert(asset),
    get: async (board: BoardId, hash: PictureHash) => {
      const row = one.get(board, hash) as Row | undefined
      return row && { board, hash, type: row.type as PictureType, size: row.size, by: (row.by ?? undefined) as ParticipantId | undefined, at: row.at }
    },
    weigh: async board => ({ board: (ofBoard.get(board) as { bytes: number }).bytes, store: (ofStore.get() as { bytes: number }).bytes }),
    isUsed: async hash => any.get(hash) !== undefined,
  }
}
