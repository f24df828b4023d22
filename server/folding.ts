import { Worker } from 'node:worker_threads'
import type { Folded } from './fold.ts'
import type { BoardLog, DocId } from './storage/log.ts'

/** Keeps the log short: swaps what was written to a document for one snapshot that says the same. */
export interface Folding {
  /** Resolves to the bytes of the snapshot there is then, or to nothing where the log was left as it is: it is complete either way. */
  fold(doc: DocId): Promise<number | undefined>
  close(): Promise<void>
}

/** After how long without work its thread ends, and gives its memory back. */
const idleMs = 5_000

/** One document after the other, in a thread that is there only while there is something to fold. */
export function createFolding(log: BoardLog, failed: (error: unknown) => void): Folding {
  let worker: Worker | undefined
  let resting: NodeJS.Timeout | undefined
  let last: Promise<unknown> = Promise.resolve()
  let closed = false

  const rest = (): void => {
    void worker?.terminate()
    worker = undefined
  }

  const run = (updates: readonly Uint8Array[]): Promise<Folded | undefined> =>
    new Promise((done, broke) => {
      clearTimeout(resting)
      const thread = (worker ??= new Worker(new URL('./fold-worker.ts', import.meta.url)))
      thread.unref()
      const settle = (): void => {
        thread.off('message', take).off('error', end).off('exit', end)
        resting = setTimeout(rest, idleMs)
        resting.unref()
      }
      const take = (folded: Folded | undefined): void => {
        settle()
        done(folded)
      }
      // Out of memory, most likely: the log is as it was.
      const end = (error: unknown): void => {
        settle()
        if (worker === thread) worker = undefined
        broke(error instanceof Error ? error : new Error('The thread that folds boards ended.'))
      }
      thread.on('message', take).on('error', end).on('exit', end)
      thread.postMessage(updates)
    })

  const foldNow = async (doc: DocId): Promise<number | undefined> => {
    if (closed) return undefined
    try {
      const { snapshot, entries, upTo } = await log.load(doc)
      if (entries.length === 0) return snapshot?.length
      const folded = await run(snapshot ? [snapshot, ...entries] : entries)
      if (!folded) {
        failed(new Error(`What was written to ${doc} and a snapshot of it differ; it is kept as it was written.`))
        return undefined
      }
      await log.compact(doc, upTo, folded.snapshot, folded.vector)
      return folded.snapshot.length
    } catch (error) {
      failed(error)
      return undefined
    }
  }

  return {
    fold(doc) {
      const folded = last.then(() => foldNow(doc))
      last = folded
      return folded
    },
    async close() {
      closed = true
      await last
      clearTimeout(resting)
      rest()
    },
  }
}
