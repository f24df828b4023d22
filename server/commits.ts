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
  /** Until there is nothing more to write. */
  let writing: Promise<void> | undefined

  /** One commit at a time: what comes while the disk is busy goes together, the more the slower the disk is. */
  const write = async (): Promise<void> => {
    await new Promise(gathered => setTimeout(gathered, everyMs))
    while (waiting.length) {
      const batch = waiting
      waiting = []
      try {
        const last = await log.append(batch.map(({ entry }) => entry))
        for (const { done } of batch) done(last)
      } catch (error) {
        for (const { failed } of batch) failed(error)
      }
    }
    writing = undefined
  }

  return {
    commit: entry =>
      new Promise((done, failed) => {
        waiting.push({ entry, done, failed })
        writing ??= write()
      }),
  }
}
