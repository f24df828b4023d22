import { readFileSync, writeSync } from 'node:fs'
import { type Debugger, Session } from 'node:inspector'
import { setTimeout as wait } from 'node:timers/promises'
import { workerData } from 'node:worker_threads'
import { countBytes } from './serving.ts'
import type { Watched } from './watchdog.ts'

/* Runs as a thread: looks whether the server still gets round to anything, and ends it where it does not. */

const { shared, process: pid } = workerData as Watched
const beats = new Int32Array(shared, 0, countBytes / Int32Array.BYTES_PER_ELEMENT)
const name = new Uint8Array(shared, countBytes)

const lookMs = 200
/** Seconds of the server's own processor after which it hangs; a machine that is busy with something else does not make it hang. */
const mostSeconds = 2
/** Looks after which it hangs whatever it did: it waits for something that never comes. Counted, since a machine that slept has a clock that jumps. */
const mostLooks = 60_000 / lookMs

/** Seconds of processor that the thread of the server took so far; nothing where the system does not say. */
function secondsTaken(): number | undefined {
  try {
    const [, rest = ''] = readFileSync(`/proc/self/task/${pid}/stat`, 'latin1').split(') ')
    const fields = rest.split(' ')
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  } catch {
    return undefined // Not a Linux: then the looks are counted.
  }
}
const ticksPerSecond = 100

/** How long it has to say where it is: soon, and later on a machine that is busy with something else. */
const stackMs = 5_000

/** What the server is in the middle of, innermost first; nothing where it does not even answer that. */
async function stackOfServer(): Promise<readonly string[]> {
  const session = new Session()
  session.connectToMainThread()
  const paused = new Promise<readonly string[]>(done => {
    session.on('Debugger.paused', ({ params }) => done(params.callFrames.slice(0, 20).map(lineOf)))
  })
  session.post('Debugger.enable')
  session.post('Debugger.pause')
  return Promise.race([paused, wait(stackMs, [])])
}

const lineOf = ({ functionName, url, location }: Debugger.CallFrame): string => `${functionName || '(nameless)'} ${url.split('/').slice(-3).join('/')}:${location.lineNumber + 1}`

let seen = Atomics.load(beats, 0)
let looks = 0
let began: number | undefined
for (;;) {
  await wait(lookMs)
  const now = Atomics.load(beats, 0)
  if (now !== seen) {
    seen = now
    looks = 0
    continue
  }
  // What it took so far is asked for once it is late: while all is well, this costs next to nothing.
  if (looks++ === 0) began = secondsTaken()
  const taken = secondsTaken()
  const isBusy = taken === undefined || began === undefined ? looks * lookMs > mostSeconds * 5_000 : taken - began >= mostSeconds
  if (!isBusy && looks < mostLooks) continue
  const doc = Buffer.from(name).toString('latin1').split('\0')[0]
  const line = { level: 60, time: Date.now(), pid, ...(doc && { doc }), stack: await stackOfServer(), msg: 'The server got round to nothing for two seconds and is ended, so that it can be started again' }
  // It may have come round meanwhile; then it only was slow.
  if (Atomics.load(beats, 0) !== now) continue
  writeSync(2, `${JSON.stringify(line)}\n`)
  process.kill(pid, 'SIGKILL')
}
