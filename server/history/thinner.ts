import { createProcesses } from '../processes.ts'
import type { DocId, Seq } from '../storage/log.ts'
import type { History, NewStrip } from '../storage/sqlite-history.ts'
import { comesBackMs } from './ages.ts'

/** Thins what is kept of boards as it gets older: a document after the other, each by a process of its own. */
export interface Thinner {
  /** Looks whether there is something to thin, and thins one document; resolves when that is done. */
  sweep(): Promise<void>
}

interface Needs {
  readonly history: Pick<History, 'due' | 'swap'>
  readonly dataDir: string
  /** Milliseconds since 1970. */
  readonly date: () => number
  /** Told of strips that were damaged and are left out. */
  readonly damaged: (doc: DocId, strips: number) => void
  readonly failed: (error: unknown) => void
}

/** What a process says of what it made; what is in the strips comes after it. */
export type Said = { readonly strips: readonly (Omit<NewStrip, 'base' | 'data'> & { readonly hasBase: boolean })[]; readonly replaced: readonly Seq[]; readonly damaged: number } | undefined

/** A board that many work on has something to thin all the time. */
const notSoonerMs = 3_600_000
/** MiB. */
const mostMemory = 512

export function createThinner({ history, dataDir, date, damaged, failed }: Needs): Thinner {
  const tooMuch = () => new Error('What is kept of a board could not be thinned in the time and memory there is for it.')
  const processes = createProcesses({ entry: new URL('./thin-process.ts', import.meta.url), heap: mostMemory, full: tooMuch, tooMuch })
  const lately = new Map<DocId, number>()
  let isAtWork = false

  const thin = async (doc: DocId): Promise<void> => {
    const { head, parts } = await processes.ask<Said>([dataDir, doc, String(date())])
    if (!head) return
    if (head.damaged) damaged(doc, head.damaged)
    const left = [...parts]
    const instead = head.strips.map(({ hasBase, ...about }): NewStrip => ({ ...about, base: hasBase ? left.shift() : undefined, data: left.shift() ?? new Uint8Array() }))
    await history.swap(doc, instead, head.replaced)
  }

  return {
    async sweep() {
      if (isAtWork) return
      isAtWork = true
      try {
        const now = date()
        for (const [doc, at] of lately) if (now - at > notSoonerMs || at > now) lately.delete(doc)
        const next = (await history.due(now, comesBackMs)).find(doc => !lately.has(doc))
        if (next === undefined) return
        lately.set(next, now)
        await thin(next)
      } catch (error) {
        failed(error)
      } finally {
        isAtWork = false
      }
    },
  }
}
