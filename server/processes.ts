import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { type Answer, takeAnswer } from './answers.ts'
import { anybody, type Asker, createTurns } from './turns.ts'

/**
 * Large pieces of work, done one after another, each by a process with a heap of its own: nobody else on the server is kept waiting,
 * what it takes is given back when it ends, and what is made to fill the memory ends that process and nothing else. A thread would
 * not do: where one runs out of memory inside V8, it takes the server along.
 */
export interface Processes {
  /**
   * Resolves to what the process answers; rejects where too many wait, where it takes more memory or time than there is, or once whoever
   * asked has gone: a process nobody waits for is ended. `input` is what the process reads where arguments are too short for it.
   */
  ask<Head>(args: readonly string[], asker?: Asker, input?: string): Promise<Answer<Head>>
}

interface Needs {
  readonly entry: URL
  /** MiB. */
  readonly heap: number
  /** What is said to whoever comes while too many wait, and where it takes too much. */
  readonly full: () => Error
  readonly tooMuch: () => Error
  /** Hears of every process that is begun. */
  readonly started?: () => void
}

const longestMs = 60_000

export function createProcesses({ entry, heap, full, tooMuch, started }: Needs): Processes {
  const turns = createTurns({ full })

  const run = async <Head>(args: readonly string[], asker: Asker, input: string | undefined): Promise<Answer<Head>> => {
    const child = spawn(process.execPath, [`--max-old-space-size=${heap}`, ...roomy, '--import', compileCache, fileURLToPath(entry), ...args], { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] })
    started?.()
    const { gone } = asker
    const ended = new Promise<number | null>((done, failed) => {
      child.once('close', done)
      child.once('error', error => failed('code' in error && lacking.has(error.code) ? full() : error))
    })
    let says = ''
    // Where there was nothing left to begin it with, it has no streams.
    const { stdin, stdout, stderr } = child as { stdin: Writable | null | undefined; stdout: Readable | null | undefined; stderr: Readable | null | undefined }
    // It may end before it has read everything; why, it says by how it ends.
    stdin?.on('error', () => undefined).end(input)
    stderr?.on('data', (data: Buffer) => (says = (says + data.toString()).slice(-4_000)))
    let late = false
    const tooLong = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, longestMs)
    const onGone = (): void => void child.kill('SIGKILL')
    gone.addEventListener('abort', onGone, { once: true })
    try {
      const [answer, code] = await Promise.all([stdout ? takeAnswer<Head>(stdout, bytes => asker.holdAnswer?.(bytes)) : undefined, ended])
      gone.throwIfAborted()
      if (answer && code === 0) return answer
      // V8 ends a process that has no memory left by SIGABRT, and the system one that takes too much by SIGKILL; any other end is our mistake.
      throw late || code === null || code === 134 ? tooMuch() : new Error(`${entry.pathname.split('/').at(-1)} ended with ${code}. ${says}`)
    } finally {
      clearTimeout(tooLong)
      gone.removeEventListener('abort', onGone)
      child.kill('SIGKILL')
    }
  }

  return { ask: <Head>(args: readonly string[], asker = anybody, input?: string) => turns.take(asker, () => run<Head>(args, asker, input)) }
}

/** Why the system could not begin a process just now: it has no room left for files, processes or memory. */
const lacking: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM'])

/** A small board fits into these MiB before V8 looks what is not needed any more: looking takes a fifth of the time of a large one. */
const roomy = ['--initial-old-space-size=96', '--max-semi-space-size=8', '--min-semi-space-size=8']

const compileCache = new URL('../scripts/compile-cache.mjs', import.meta.url).href
