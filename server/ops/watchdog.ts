import { Worker } from 'node:worker_threads'
import { countBytes } from './serving.ts'

/*
 * The last resort: a server that says nothing for two seconds of its processor is ended, so that the next one can go on for everybody else.
 * What hung, and where, is written first.
 */

export interface Watchdog {
  stop(): Promise<void>
}

export interface Watched {
  /** What `Serving` shares. */
  readonly shared: SharedArrayBuffer
  readonly process: number
}

/** How often the server says that it is there. */
const beatMs = 100

export function watch(shared: SharedArrayBuffer): Watchdog {
  const beats = new Int32Array(shared, 0, countBytes / Int32Array.BYTES_PER_ELEMENT)
  const beat = setInterval(() => Atomics.add(beats, 0, 1), beatMs).unref()
  const thread = new Worker(new URL('./watchdog-thread.ts', import.meta.url), { workerData: { shared, process: process.pid } satisfies Watched, stdout: false, stderr: false, resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 } })
  thread.unref()
  return {
    async stop() {
      clearInterval(beat)
      await thread.terminate()
    },
  }
}
