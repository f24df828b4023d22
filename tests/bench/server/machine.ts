import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/* One core for the server, one for the load, so that neither takes the other's time; what a process used is read from /proc. */

const serverCore = 0
const loadCore = 1

/** Keeps this process on the core for load. */
export function pinLoad(): void {
  if (availableParallelism() < 2) throw new Error('This bench needs two cores: one for the server, one for the load.')
  // All threads: a new one begins where the one that made it is.
  execFileSync('taskset', ['-cp', String(loadCore), String(process.pid)], { stdio: 'ignore' })
}

export interface Running {
  readonly port: number
  readonly folder: string
  /** Seconds of processor time used so far, by all its threads. */
  cpu(): number
  /** Megabytes in memory: now, and at most so far. */
  rss(): { now: number; peak: number }
  /** Bytes in its folder. */
  disk(): number
  readonly alive: () => boolean
  /** What it printed, for when it fails. */
  output(): string
  end(signal?: NodeJS.Signals): Promise<void>
}

export interface StartOptions {
  readonly command: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly ready: RegExp
  readonly folder: string
}

/** Starts a server on a free port, kept on its core; resolves once it says it is ready. */
export async function start({ command, cwd, env, ready, folder }: StartOptions): Promise<Running> {
  const port = await freePort()
  const child: ChildProcess = spawn('taskset', ['-c', String(serverCore), process.execPath, ...command], { cwd, env: { ...process.env, ...env, PORT: String(port), DATA_DIR: folder }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stderr!.on('data', (data: Buffer) => (output += data.toString()))
  const ended = new Promise<void>(done => child.once('exit', () => done()))
  await new Promise<void>((up, failed) => {
    createInterface(child.stdout!).on('line', line => {
      output += `${line}\n`
      if (ready.test(line)) up()
    })
    void ended.then(() => failed(new Error(`${command.join(' ')} ended: ${output}`)))
  })
  const pid = child.pid!
  return {
    port,
    folder,
    pid: child.pid!,
    cpu() {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
      return (Number(fields[11]) + Number(fields[12])) / 100
    },
    rss() {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8')
      const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)![1]) / 1024
      return { now: of('VmRSS'), peak: of('VmHWM') }
    },
    disk: () => bytesIn(folder),
    alive: () => child.exitCode === null && child.signalCode === null,
    output: () => output,
    async end(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      const late = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await ended
      clearTimeout(late)
    },
  }
}

const freePort = (): Promise<number> =>
  new Promise(done => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => done(port))
    })
  })

export const freshFolder = (): string => mkdtempSync(join(tmpdir(), 'manyfutures-bench-'))
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true })

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

export const wait = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))

/** The value below which a share of all values lies; nothing of nothing. */
export function part(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** Seconds of processor time this process used so far. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
