import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

const top = join(import.meta.dirname, '../..')

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
  /** Most memory it took, in bytes. */
  readonly peak: number
  /** Milliseconds of a processor that its own thread took; those that collect memory beside it are not counted. */
  readonly busy: number
}

/** As its first line has Node started. */
const flags = /^#!\S+ -S node (.*)/.exec(readFileSync(join(top, 'scripts/cli.mjs'), 'utf8'))?.[1]?.split(' ') ?? []

/** Runs the command line in a process of its own. What is sent to it may end early: it need not read on. */
export async function manyfutures(args: readonly string[], { stdin = [], env = {} }: { stdin?: Iterable<string | Uint8Array>; env?: Record<string, string> } = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', join(import.meta.dirname, 'peak.mjs'), ...flags, 'scripts/cli.mjs', ...args], { cwd: top, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>(done => child.once('close', code => done(code)))
  const [out, err, peak] = [child.stdout, child.stderr, child.stdio[3] as Readable].map(textOf)
  child.stdin.on('error', () => undefined) // It has read enough.
  const hasEnded = new Promise<void>(done => child.stdin.once('close', () => done()))
  for (const chunk of stdin) {
    if (child.stdin.destroyed || child.exitCode !== null) break
    if (!child.stdin.write(chunk)) await Promise.race([new Promise(done => child.stdin.once('drain', done)), hasEnded, ended])
  }
  child.stdin.end()
  const [most, busy] = (await peak!).split(' ').map(Number)
  return { code: await ended, out: await out!, err: await err!, peak: most ?? Number.NaN, busy: busy ?? Number.NaN }
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
