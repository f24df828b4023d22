import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { fileTooMuch, Problem, tooManyFiles } from './http/problems.ts'
import type { Opened } from './opening.ts'

/**
 * Large board files are opened one after another, each by a process with a heap of its own: people on other boards are not kept
 * waiting, and a file made to fill the memory ends that process and nothing else. A thread would not do: where one runs out
 * of memory inside the parser, it takes the server along.
 */
export interface Openings {
  /** Opens the board file in a body that lies on disk; rejects with a sentence where there is none, or where too many wait already. */
  open(path: string, today: string): Promise<Opened>
}

export type Answer = { readonly opened: Opened } | { readonly refused: { readonly status: number; readonly title: string; readonly detail: string } }

/** Bytes of a body that is opened where it arrives: starting a process would take longer. */
export const smallBody = 256 * 2 ** 10

/** How many may wait for their turn; whoever comes after them is asked to come back. */
const mostWaiting = 16
/** MiB; several times what the largest workshop takes. */
const leastHeap = 256
const longestMs = 60_000

/** `most` is the largest file, in bytes. */
export function createOpenings(most: number): Openings {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  return {
    async open(path, today) {
      if (waiting >= mostWaiting) throw tooManyFiles()
      waiting++
      const mine = last.then(() => openApart(path, today, Math.max(leastHeap, Math.ceil((4 * most) / 2 ** 20)))).finally(() => waiting--)
      last = mine.catch(() => undefined)
      return mine
    },
  }
}

const entry = fileURLToPath(new URL('./opening-process.ts', import.meta.url))

function openApart(path: string, today: string, heap: number): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const child = fork(entry, [path, today], { execArgv: [`--max-old-space-size=${heap}`, '--max-semi-space-size=8'], serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    let says = ''
    child.stderr?.on('data', (data: Buffer) => (says = (says + data.toString()).slice(-4_000)))
    let late = false
    const tooLong = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, longestMs)
    child.once('error', reject)
    child.once('message', (answer: Answer) => ('opened' in answer ? resolve(answer.opened) : reject(new Problem(answer.refused.status, answer.refused.title, answer.refused.detail))))
    child.once('close', code => {
      clearTimeout(tooLong)
      // V8 ends a process that has no memory left by SIGABRT, and the system one that takes too much by SIGKILL; any other end is our mistake.
      reject(late || code === null || code === 134 ? fileTooMuch() : new Error(`A board file could not be opened: the process ended with ${code}. ${says}`))
    })
  })
}
