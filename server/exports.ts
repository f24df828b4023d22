import { Worker } from 'node:worker_threads'
import { exportText, type Leaving } from './exporting.ts'
import { boardTooLarge, tooManyExports } from './http/problems.ts'

/** Writes boards in the formats they leave in: large ones one after another, each in a thread of its own. */
export interface Exports {
  /** Resolves to the file's text; rejects with a sentence where too many wait already, or where it takes more memory than there is for one. */
  write(leaving: Leaving): Promise<string>
}

/** Bytes of a document that is written where it is asked for: starting a thread would take longer. */
const small = 96 * 2 ** 10
/** MiB of objects one export may take; a board of 10,000 cards takes a quarter. */
const mostMemory = 768
/** How many may wait for their turn; whoever comes after them is asked to come back. */
const mostWaiting = 16

export function createExports(): Exports {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  return {
    async write(leaving) {
      if (leaving.content.length <= small) return exportText(leaving)
      if (waiting >= mostWaiting) throw tooManyExports()
      waiting++
      const mine = last.then(() => writeApart(leaving)).finally(() => waiting--)
      last = mine.catch(() => undefined)
      return mine
    },
  }
}

function writeApart(leaving: Leaving): Promise<string> {
  return new Promise((done, failed) => {
    const thread = new Worker(new URL('./export-worker.ts', import.meta.url), { workerData: leaving, resourceLimits: { maxOldGenerationSizeMb: mostMemory } })
    thread.once('message', done)
    thread.once('error', (error: Error & { code?: string }) => failed(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? boardTooLarge(error) : error))
    thread.once('exit', code => failed(new Error(`The thread that writes exports ended with ${code}.`)))
  })
}
