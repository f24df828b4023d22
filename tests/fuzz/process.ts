import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'
import { temporaryFolder } from '../support/server.ts'

/** A real server with little memory, whose thread can be timed by its own processor and whose memory can be collected. */
export interface Watched {
  readonly url: string
  readonly folder: string
  isAlive(): boolean
  /** Why it ended, as far as it said. */
  ended(): string
  /** Milliseconds of processor that its main thread took so far: what a busy machine does not change. */
  busyMs(): number
  /** Bytes of its objects after all that is not needed any more was given back. */
  heap(): Promise<number>
  stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

/** Which checkout is served: this one, unless somebody wants to know what another one does. */
const top = process.env['SERVER_DIR'] ?? new URL('../..', import.meta.url).pathname

export async function startWatched(folder = temporaryFolder()): Promise<Watched> {
  // Alone: an end is an end, and nobody starts it again.
  const child: ChildProcess = spawn(process.execPath, ['--max-old-space-size=384', '--inspect=127.0.0.1:0', '--import', './scripts/compile-cache.mjs', 'server/main.ts', '--alone'], {
    cwd: top,
    env: { ...process.env, PORT: '0', DATA_DIR: folder, IDLE_SECONDS: '1', BOARDS_PER_MINUTE: '0', REQUESTS_PER_MINUTE: '0', JOINS_PER_SECOND: '0', FRAMES_PER_SECOND: '0', BYTES_PER_SECOND: '0', PRESENCE_PER_SECOND: '0', TICKET_SECONDS: '86400' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let says = ''
  let inspector = ''
  child.stderr!.on('data', (data: Buffer) => {
    says = (says + data.toString()).slice(-6_000)
    inspector ||= /Debugger listening on (ws:\S+)/.exec(says)?.[1] ?? ''
  })
  const gone = new Promise<void>(done => child.once('exit', () => done()))
  const url = await new Promise<string>((ready, failed) => {
    createInterface(child.stdout!).on('line', line => {
      const address = /Manyfutures is at (\S+)/.exec(line)?.[1]
      if (address) ready(address)
    })
    void gone.then(() => failed(new Error(`The server did not start: ${says}`)))
  })
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null
  return {
    url,
    folder,
    isAlive,
    ended: () => `${child.signalCode ?? child.exitCode}: ${says}`,
    // Nanoseconds on a processor, as the kernel counts them.
    busyMs: () => Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
    async heap() {
      await collect(inspector)
      return Number(/^process_heap_used_bytes (\S+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1])
    },
    async stop(signal) {
      if (isAlive()) child.kill(signal)
      await gone
    },
  }
}

/** Has a process give back what it does not need any more. */
async function collect(address: string): Promise<void> {
  const ws = new WebSocket(address)
  await new Promise(open => ws.once('open', open))
  for (let id = 1; id <= 2; id++) {
    const done = new Promise<void>(answered => ws.on('message', (data: Buffer) => (JSON.parse(data.toString()) as { id?: number }).id === id && answered()))
    ws.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }))
    await done
  }
  ws.terminate()
}

