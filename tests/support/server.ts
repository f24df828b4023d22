import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Role } from '../../shared/protocol.ts'

/** A server in a process of its own, on a free port, with a folder of its own. */
export interface RunningServer {
  readonly url: string
  readonly folder: string
  /** Of the process that was started: the server's parent. */
  readonly pid: number
  /** Everything it wrote so far, to both streams. */
  output(): string
  /** Resolves once a line it wrote contains this. */
  says(what: string): Promise<void>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
  /** Ends it as a host would. */
  stop(): Promise<number | null>
}

/** What Node is given where somebody says `npm start`. */
const start = (JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { scripts: { start: string } }).scripts.start.split(' ').slice(1)

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'manyfutures-'))

export async function startServer(env: Record<string, string> = {}, folder = temporaryFolder()): Promise<RunningServer> {
  const child = spawn(process.execPath, start, { env: { ...process.env, PORT: '0', DATA_DIR: folder, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stderr.on('data', (data: Buffer) => {
    output += data.toString()
    heard.emit('more')
  })
  const heard = new EventEmitter()
  const lines = createInterface(child.stdout)
  const ended = new Promise<number | null>(done => child.once('exit', code => done(code)))
  const url = await new Promise<string>((ready, failed) => {
    lines.on('line', line => {
      output += `${line}\n`
      heard.emit('more')
      const address = /Manyfutures is at (\S+)/.exec(line)?.[1]
      if (address) ready(address)
    })
    void ended.then(code => failed(new Error(`The server ended with ${code}: ${output}`)))
  })
  const end = (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    return ended
  }
  const says = (what: string) =>
    new Promise<void>(done => {
      const listen = () => {
        if (!output.includes(what)) return
        heard.off('more', listen)
        done()
      }
      heard.on('more', listen)
      listen()
    })
  return { url, folder, pid: child.pid!, output: () => output, says, kill: async () => void (await end('SIGKILL')), stop: () => end('SIGTERM') }
}

/** Starts a server that is expected to refuse; resolves to what it says. */
export async function refusedStart(env: Record<string, string>): Promise<{ code: number | null; says: string }> {
  const child: ChildProcess = spawn(process.execPath, ['server/main.ts'], { env: { ...process.env, PORT: '0', ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  let says = ''
  child.stderr?.on('data', (data: Buffer) => (says += data.toString()))
  const code = await new Promise<number | null>(done => child.once('close', done))
  return { code, says }
}

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true })

export interface MadeBoard {
  readonly id: string
  readonly links: Record<Role, string>
}

export interface Joined {
  readonly participant: string
  readonly role: Role
  readonly ticket: string
  readonly expires: string
  readonly key: string
}

export const secretOf = (link: string): string => new URL(link).hash.slice(1)

/** A JSON call; resolves to status and body, whatever the status. */
export async function call(url: string, path: string, body?: unknown, ticket?: string, method = body === undefined ? 'GET' : 'POST'): Promise<{ status: number; body: any }> { // oxlint-disable-line typescript/no-explicit-any -- answers are asserted on, not trusted
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...(ticket && { authorization: `Bearer ${ticket}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

export async function makeBoard(url: string, what: object = {}): Promise<MadeBoard> {
  const { status, body } = await call(url, '/api/boards', what)
  if (status !== 201) throw new Error(`No board was made: ${JSON.stringify(body)}`)
  return body as MadeBoard
}

export async function joinAs(url: string, board: MadeBoard, role: Role, name: string, sector = 'Academia'): Promise<Joined> {
  const { status, body } = await call(url, `/api/boards/${board.id}/join`, { secret: secretOf(board.links[role]), name, sector })
  if (status !== 200) throw new Error(`${name} could not join: ${JSON.stringify(body)}`)
  return body as Joined
}
