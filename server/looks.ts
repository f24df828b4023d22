import type { BoardId } from '../shared/ids.ts'
import { docIdOf } from './documents.ts'
import { boardTooLarge, noBoard, tooManyPreviews } from './http/problems.ts'
import { lookOf } from './looking.ts'
import { createCache } from './ops/cache.ts'
import { createProcesses } from './processes.ts'
import { createSharing } from './sharing.ts'
import type { BoardLog } from './storage/log.ts'
import type { Asker } from './turns.ts'

/** What links show of boards before anybody joins: worked out once for what is on disk, however many ask. */
export interface Looks {
  /** JSON of a board’s title, focus, sectors and preview. Rejects with a sentence where too many wait. */
  of(board: BoardId, asker: Asker): Promise<string>
}

/** Bytes of a document that is looked at where it is asked for: starting a process would take longer. */
const small = 96 * 2 ** 10
/** MiB. */
const mostMemory = 512
/** Bytes of what is kept: some hundred boards. */
const mostKept = 8 * 2 ** 20

interface Needs {
  readonly store: { readonly log: Pick<BoardLog, 'load' | 'weigh' | 'head'> }
  readonly dataDir: string
  /** Hears of every process that is begun. */
  readonly started?: () => void
}

export function createLooks({ store, dataDir, started }: Needs): Looks {
  const processes = createProcesses({ entry: new URL('./look-process.ts', import.meta.url), heap: mostMemory, full: tooManyPreviews, tooMuch: boardTooLarge, started })
  const cache = createCache<{ readonly head: string | undefined; readonly look: string }>(mostKept)
  const sharing = createSharing<string>()

  const beside = async (board: BoardId, asker: Asker): Promise<string | undefined> => {
    const { parts } = await processes.ask<boolean>([dataDir, board], asker)
    return parts[0] && Buffer.from(parts[0]).toString()
  }

  return {
    async of(board, asker) {
      const doc = docIdOf(board, 'canvas')
      const head = await store.log.head(doc)
      const known = cache.get(board)
      if (known && known.head === head) return known.look
      return sharing.share(`${board} ${head}`, asker, async theirs => {
        const look = (await store.log.weigh(doc)) <= small ? await lookOf(store, board) : await beside(board, theirs)
        if (look === undefined) throw noBoard()
        // It may show what came a moment later; then the next one who asks finds another head, and looks again.
        cache.set(board, { head, look }, 2 * look.length)
        return look
      })
    },
  }
}
