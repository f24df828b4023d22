import type { BoardId, ParticipantId } from '../shared/ids.ts'
import { comesBackMs } from './history/ages.ts'
import type { Store } from './storage/sqlite.ts'

/** Boards that are removed: closed at once, back as they were for thirty days, then gone for good. */
export interface Removing {
  remove(board: BoardId, who: ParticipantId): Promise<void>
  /** False where it was not removed, or is gone. */
  giveBack(board: BoardId): Promise<boolean>
  isRemoved(board: BoardId): Promise<boolean>
  /** Closes boards that somebody removed by command, and takes those away whose thirty days are over. */
  sweep(): Promise<void>
}

interface Needs {
  readonly store: Pick<Store, 'removed' | 'assets' | 'pictureFiles'>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Ends every connection to a board, for good, and lets it go from memory. */
  readonly close: (board: BoardId) => Promise<void>
  readonly purged: (board: BoardId) => void
}

export function createRemoving({ store: { removed, assets, pictureFiles }, now, close, purged }: Needs): Removing {
  /** Those whose connections were ended. */
  const closed = new Set<BoardId>()

  const purge = async (board: BoardId): Promise<void> => {
    for (const hash of await removed.purge(board)) if (!(await assets.isUsed(hash))) await pictureFiles.remove(hash)
    closed.delete(board)
    purged(board)
  }

  return {
    async remove(board, who) {
      await removed.add({ board, at: now(), who })
      closed.add(board)
      await close(board)
    },
    async giveBack(board) {
      closed.delete(board)
      return removed.giveBack(board)
    },
    isRemoved: async board => (await removed.all()).some(each => each.board === board),
    async sweep() {
      const all = await removed.all()
      const known = new Set(all.map(({ board }) => board))
      for (const board of closed) if (!known.has(board)) closed.delete(board)
      for (const { board, at } of all) {
        if (!closed.has(board)) {
          closed.add(board)
          await close(board)
        }
        if (now() - at >= comesBackMs) await purge(board)
      }
    },
  }
}
