import { connect, type Socket } from 'node:net'
import type { MadeBoard } from './server.ts'

/** A connection on which a test says what no honest program would, byte by byte. */
export interface RawSocket {
  readonly socket: Socket
  send(...what: (string | Uint8Array)[]): void
  /** Everything that came back so far. */
  heard(): string
  /** Statuses of the answers so far, in order. */
  statuses(): number[]
  /** Resolves once so many answers have begun. */
  answers(count?: number): Promise<void>
  /** Resolves once the connection has ended, however it did. */
  readonly closed: Promise<void>
}

export function rawSocket(url: string): RawSocket {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const chunks: Buffer[] = []
  const listeners = new Set<() => void>()
  socket.on('data', (data: Buffer) => {
    chunks.push(data)
    for (const each of listeners) each()
  })
  socket.on('error', () => undefined) // It is cut; that is the point.
  const closed = new Promise<void>(done => socket.once('close', () => done()))
  const heard = (): string => Buffer.concat(chunks).toString('latin1')
  const statuses = (): number[] => [...heard().matchAll(/HTTP\/1\.1 (?!100)(\d{3}) /g)].map(([, status]) => Number(status))
  const answers = (count = 1) =>
    new Promise<void>(done => {
      const look = (): void => {
        if (statuses().length < count) return
        listeners.delete(look)
        done()
      }
      listeners.add(look)
      look()
    })
  return { socket, send: (...what) => what.forEach(each => socket.write(each)), heard, statuses, answers: count => Promise.race([answers(count), closed]), closed }
}

/** The head of a request. */
export const head = (line: string, headers: Readonly<Record<string, string | number>> = {}): string =>
  `${line} HTTP/1.1\r\n${Object.entries({ host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`

/** What the server counts under a name, with its labels as they are written: `manyfutures_held_bytes{kind="bodies"}`. */
export async function figureOf(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const line = text.split('\n').find(each => each.startsWith(`${name} `))
  if (!line) throw new Error(`There is no figure ${name}.`)
  return Number(line.slice(name.length))
}

export const api = (board: Pick<MadeBoard, 'id'>, what = ''): string => `/api/boards/${board.id}${what}`

/** For what a busy machine does a little later. */
export const soon = { timeout: 20_000 } as const
