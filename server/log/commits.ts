import { isDamaged } from '../storage/faults.ts'
import type { BoardLog, DocId, Entry, Seq } from '../storage/log.ts'

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

export function createCommits(log: BoardLog, everyMs: number, date: () => number = Date.now): Commits {
  let waiting: Waiting[] = []
  /** Until there is nothing more to write. */
  let writing: Promise<void> | undefined

  /** One commit at a time: what comes while the disk is busy goes together, the more the slower the disk is. */
  const write = async (): Promise<void> => {
    await new Promise(gathered => setTimeout(gathered, everyMs))
    while (waiting.length) {
      const batch = waiting
      waiting = []
      await writeTogether(batch)
    }
    writing = undefined
  }

  const writeTogether = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const positions = await log.append(batch.map(({ entry }) => entry))
      for (const [i, { done }] of batch.entries()) done(positions[i] ?? 0)
    } catch (error) {
      const parts = byDocument(batch)
      // One document that is damaged on disk takes no other along.
      if (isDamaged(error) && parts.length > 1) for (const part of parts) await writeTogether(part)
      else for (const { failed } of batch) failed(error)
    }
  }

  return {
    commit: entry =>
      new Promise((done, failed) => {
        waiting.push({ entry: { at: date(), ...entry }, done, failed })
        writing ??= write()
      }),
  }
}

function byDocument(batch: readonly Waiting[]): Waiting[][] {
  const parts = new Map<DocId, Waiting[]>()
  for (const each of batch) {
    const { doc } = each.entry
    const part = parts.get(doc)
    if (part) part.push(each)
    else parts.set(doc, [each])
  }
  return [...parts.values()]
}
