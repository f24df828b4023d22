import type { BoardLog, Entry, Seq } from './storage/log.ts'

/** Gathers the entries of all boards into one commit every few milliseconds: one wait for the disk serves everybody. */
export interface Commits {
  /** Resolves once the entry would survive a power cut. */
  commit(entry: Entry): Promise<Seq>
}

interface Waiting {
  readonly entry: Entry
  readonly done: (seq: Seq) => void
  readonly failed: (error: unknown) => void
}

export function createCommits(log: BoardLog, everyMs: number): Commits {
  let waiting: Waiting[] = []
  let timer: NodeJS.Timeout | undefined

  const write = async (): Promise<void> => {
    timer = undefined
    const batch = waiting
    waiting = []
    try {
      const last = await log.append(batch.map(({ entry }) => entry))
      for (const { done } of batch) done(last)
    } catch (error) {
      for (const { failed } of batch) failed(error)
    }
  }

  return {
    commit: entry =>
      new Promise((done, failed) => {
        waiting.push({ entry, done, failed })
        timer ??= setTimeout(() => void write(), everyMs)
      }),
  }
}
