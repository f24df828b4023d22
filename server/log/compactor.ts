import { Worker } from 'node:worker_threads'
import { kindOf } from '../documents.ts'
import { type ToKeep, toKeepOf } from '../history/keep.ts'
import { createProcesses } from '../processes.ts'
import type { BoardLog, DocId, Packed } from '../storage/log.ts'
import type { HistoryReader } from '../storage/sqlite-history.ts'
import type { ToHydrate } from '../sync/hydrate.ts'
import { type Compacted, type Snapshot, toCompact } from './compact.ts'

/** Keeps logs short: swaps what was written to a document for one snapshot that says the same. */
export interface Compactor {
  /** Resolves to the snapshot there is then, or to nothing where the log was left as it is: it is complete either way. */
  compact(doc: DocId): Promise<Compacted | undefined>
  close(): Promise<void>
}

interface Needs {
  readonly log: BoardLog
  /** Where the store is; without it everything is done in the thread. */
  readonly dataDir?: string
  /** Where what is replaced is kept, and how many bytes of it for each board; without it nothing is. */
  readonly past?: { readonly history: Pick<HistoryReader, 'needsBase'>; readonly most: number }
  readonly failed: (error: unknown) => void
}

/** What a process says of what it made; the snapshot and its vector come after it, and what is kept of what was before. */
export type Said = { readonly upTo: number; readonly records: number; readonly packed?: (Omit<Packed, 'base' | 'data' | 'gone'> & { readonly hasBase: boolean; readonly hasGone: boolean }) | undefined } | undefined

/** After how long without work its thread ends, and gives its memory back. */
const idleMs = 5_000
/** However long a document takes in the thread, the next one is not kept waiting for ever. */
const longestMs = 60_000
/** MiB. */
const mostMemory = { thread: 256, process: 1_024 } as const
/** Bytes of a log that is compacted by a process of its own: a thread that runs out of memory may take the server along. */
const small = 2 * 2 ** 20

/** One document after the other, in a thread that is there only while there is something to compact; large ones by a process each. */
export function createCompactor({ log, dataDir, past, failed }: Needs): Compactor {
  let worker: Worker | undefined
  let resting: NodeJS.Timeout | undefined
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false
  const tooMuch = () => new Error('A board could not be compacted in the time and memory there is for it.')
  const processes = createProcesses({ entry: new URL('./compact-process.ts', import.meta.url), heap: mostMemory.process, full: tooMuch, tooMuch })

  const rest = (): void => {
    void worker?.terminate()
    worker = undefined
  }

  const inThread = (doc: DocId, stored: ToHydrate, toKeep: ToKeep | undefined): Promise<Snapshot | undefined> =>
    new Promise((done, broke) => {
      clearTimeout(resting)
      const thread = (worker ??= new Worker(new URL('./compact-worker.ts', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: mostMemory.thread } }))
      thread.unref()
      const settle = (): void => {
        clearTimeout(tooLong)
        thread.off('message', take).off('error', end).off('exit', end)
        resting = setTimeout(rest, idleMs).unref()
      }
      const take = (made: Snapshot | undefined): void => {
        settle()
        done(made)
      }
      // Out of memory, most likely: the log is as it was.
      const end = (error: unknown): void => {
        settle()
        if (worker === thread) worker = undefined
        broke(error instanceof Error ? error : new Error('The thread that compacts boards ended.'))
      }
      const tooLong = setTimeout(() => {
        void thread.terminate()
        end(tooMuch())
      }, longestMs).unref()
      thread.on('message', take).on('error', end).on('exit', end)
      thread.postMessage({ kind: kindOf(doc), stored, toKeep })
    })

  const beside = async (folder: string, doc: DocId): Promise<(Snapshot & Compacted) | undefined> => {
    const { head, parts } = await processes.ask<Said>([folder, doc, String(past?.most ?? 0)])
    const [snapshot, vector, data, ...more] = parts
    if (!head || !snapshot || !vector) return undefined
    const { packed: about, ...rest } = head
    if (!about || !data) return { ...rest, snapshot, vector }
    const { hasBase, hasGone, ...said } = about
    const [base, gone] = hasBase ? more : [undefined, ...more]
    return { ...rest, snapshot, vector, packed: { ...said, data, ...(base && { base }), ...(hasGone && gone && { gone }) } }
  }

  const keep = async (doc: DocId, made: (Snapshot & Compacted) | undefined): Promise<Compacted | undefined> => {
    if (!made) {
      failed(new Error(`What was written to ${doc} and a snapshot of it differ; it is kept as it was written.`))
      return undefined
    }
    await log.compact(doc, made.upTo, made.snapshot, made.vector, made.records, made.packed)
    return made
  }

  const compactNow = async (doc: DocId): Promise<Compacted | undefined> => {
    if (isClosed) return undefined
    try {
      if (dataDir !== undefined && (await log.weigh(doc)) > small) return await keep(doc, await beside(dataDir, doc))
      const stored = await log.load(doc)
      const { snapshot, upTo } = stored
      if (stored.entries.length === 0) return snapshot && { snapshot, upTo }
      const made = await inThread(doc, toCompact(stored), past && (await toKeepOf(past.history, doc, stored, past.most)))
      return await keep(doc, made && { ...made, upTo })
    } catch (error) {
      failed(error)
      return undefined
    }
  }

  return {
    compact(doc) {
      const compacted = last.then(() => compactNow(doc))
      last = compacted
      return compacted
    },
    async close() {
      isClosed = true
      await last
      clearTimeout(resting)
      rest()
    },
  }
}
