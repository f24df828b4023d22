import { docIdOf } from './documents.ts'
import { type Exported, exportOf, type Leaving, type Source } from './exporting.ts'
import type { Unreadable } from './history/unreadable.ts'
import { boardTooLarge, noBoard, noMoment, tooManyExports } from './http/problems.ts'
import { createProcesses } from './processes.ts'
import { anybody, type Asker } from './turns.ts'

/** Writes boards, as they are on disk, in the formats they leave in: large ones one after another, each by a process of its own. */
export interface Exports {
  /** Rejects with a sentence where too many wait already, or where it takes more memory than there is for one; and once its asker has gone. */
  write(leaving: Leaving, asker?: Asker): Promise<Exported>
}

/** Bytes of a document that is written where it is asked for: starting a process would take longer. */
const small = 24 * 2 ** 10
/** Bytes that somebody who takes part counts for: a file lists them. */
const person = 100
/** MiB of objects one export may take; a board of 10,000 cards takes a fifth. */
const mostMemory = 768

/** What a process says of what it wrote. */
export type Said = { readonly title: string } | Unreadable | undefined

export function createExports(store: Source, dataDir: string, started?: () => void): Exports {
  const processes = createProcesses({ entry: new URL('./export-process.ts', import.meta.url), heap: mostMemory, full: tooManyExports, tooMuch: boardTooLarge, started })
  const writtenBeside = async (leaving: Leaving, asker: Asker): Promise<Exported | Unreadable | undefined> => {
    const { head, parts } = await processes.ask<Said>([dataDir, JSON.stringify(leaving)], asker)
    const [bytes] = parts
    return typeof head === 'object' ? bytes && { title: head.title, bytes } : head
  }
  return {
    async write(leaving, asker = anybody) {
      const size = (await store.log.weigh(docIdOf(leaving.board, 'canvas'))) + person * (await store.people.count(leaving.board)).all
      // A drawing of little can be large: an axis of ten thousand years is a line a year.
      const written = size <= small && leaving.name !== 'svg' && !leaving.at ? await exportOf(store, leaving) : await writtenBeside(leaving, asker)
      if (!written) throw noBoard()
      if (typeof written === 'string') throw noMoment(written)
      return written
    },
  }
}
