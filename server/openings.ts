import { fileTooMuch, Problem, tooManyFiles } from './http/problems.ts'
import type { Opened } from './opening.ts'
import { createProcesses } from './processes.ts'
import { anybody, type Asker } from './turns.ts'

/** Large board files are opened one after another, each by a process of its own. */
export interface Openings {
  /** Opens the board file in a body that lies on disk; rejects with a sentence where there is none, or where too many wait already, and once its asker has gone. */
  open(path: string, today: string, asker?: Asker): Promise<Opened>
}

/** What the process says of a file; the document and the pictures come after it. */
export type Said = { readonly people: Opened['people'] } | { readonly refused: { readonly status: number; readonly title: string; readonly detail: string } }

/** Bytes of a body that is opened where it arrives: starting a process would take longer. */
export const smallBody = 24 * 2 ** 10

/** MiB; several times what the largest workshop takes. */
const leastHeap = 256

interface Needs {
  /** The largest file, in bytes. */
  readonly most: number
  /** Most records of a board. */
  readonly mostRecords: number
  /** Hears of every process that is begun. */
  readonly started?: () => void
}

export function createOpenings({ most, mostRecords, started }: Needs): Openings {
  const processes = createProcesses({ entry: new URL('./opening-process.ts', import.meta.url), heap: Math.max(leastHeap, Math.ceil((4 * most) / 2 ** 20)), full: tooManyFiles, tooMuch: fileTooMuch, started })
  return {
    async open(path, today, asker = anybody) {
      const { head, parts } = await processes.ask<Said>([path, today, String(mostRecords)], asker)
      if ('refused' in head) throw new Problem(head.refused.status, head.refused.title, head.refused.detail)
      const [content, ...pictures] = parts as [Uint8Array, ...Uint8Array[]]
      return { content, people: head.people, pictures }
    },
  }
}
