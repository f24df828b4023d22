import { docIdOf } from './documents.ts'
import { type Exported, exportOf, type Leaving, type Source } from './exporting.ts'
import { boardTooLarge, noBoard, tooManyExports } from './http/problems.ts'
import { createProcesses } from './processes.ts'

/** Writes boards, as they are on disk, in the formats they leave in: large ones one after another, each by a process of its own. */
export interface Exports {
  /** Rejects with a sentence where too many wait already, or where it takes more memory than there is for one. */
  write(leaving: Leaving): Promise<Exported>
}

/** Bytes of a document that is written where it is asked for: starting a process would take longer. */
const small = 96 * 2 ** 10
/** MiB of objects one export may take; a board of 10,000 cards takes a fifth. */
const mostMemory = 768

export function createExports(store: Source, dataDir: string): Exports {
  const processes = createProcesses({ entry: new URL('./export-process.ts', import.meta.url), heap: mostMemory, full: tooManyExports, tooMuch: boardTooLarge })
  const writtenBeside = async (leaving: Leaving): Promise<Exported | undefined> => {
    const { head, parts } = await processes.ask<{ readonly title: string } | undefined>([dataDir, JSON.stringify(leaving)])
    const [bytes] = parts
    return head && bytes && { title: head.title, bytes }
  }
  return {
    async write(leaving) {
      const size = await store.log.weigh(docIdOf(leaving.board, 'canvas'))
      const written = size <= small ? await exportOf(store, leaving) : await writtenBeside(leaving)
      if (!written) throw noBoard()
      return written
    },
  }
}
