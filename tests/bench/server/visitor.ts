import type { WebSocket } from 'ws'
import * as Y from 'yjs'
import { sync } from '../../../shared/protocol.ts'
import { type Dialect, isYjs } from './dialects.ts'
import { openSocket } from './sockets.ts'
import { assembled, type TldrawDialect } from './tldraw.ts'

/** Somebody with a whole copy of a board. */
export interface Visitor {
  readonly ws: WebSocket
  /** Resolves when the server calls the copy complete. */
  readonly synced: Promise<void>
  readonly received: () => number
  /** Where each card stands, by id. */
  cards(): ReadonlyMap<string, { readonly x: number; readonly y: number }>
  /** Resolves once the copy holds; looks again at whatever comes. */
  until(holds: () => boolean): Promise<void>
  leave(): void
}

export const isTldraw = (dialect: Dialect): dialect is TldrawDialect => 'push' in dialect

/** Comes in and takes everything there is. */
export async function visit(dialect: Dialect, origin: string, room: number, deaf = false): Promise<Visitor> {
  const ws = await openSocket(await dialect.door(origin, room))
  let received = 0
  const looks = new Set<() => void>()
  // Looking through ten thousand cards takes time of its own: the longer a look took, the longer until the next.
  let resting: NodeJS.Timeout | undefined
  let nextLook = 0
  const lookAgain = (): void => {
    const begun = performance.now()
    if (begun < nextLook) {
      resting ??= setTimeout(() => {
        resting = undefined
        lookAgain()
      }, nextLook - begun)
      return
    }
    for (const look of looks) look()
    const ended = performance.now()
    nextLook = ended + 3 * (ended - begun)
  }
  let tell: () => void
  const synced = new Promise<void>(done => (tell = done))
  if (deaf) tell!()
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((done, failed) => {
      const look = (): void => {
        if (!holds()) return
        looks.delete(look)
        done()
      }
      looks.add(look)
      ws.once('close', (code: number, reason: Buffer) => failed(new Error(`The server ended the connection: ${code} ${reason.toString()}`)))
      look()
    })
  const shared = { ws, synced, received: () => received, until, leave: () => ws.terminate() }

  if (isYjs(dialect)) {
    const doc = new Y.Doc()
    ws.on('message', (data: Buffer) => {
      received += data.length
      const heard = dialect.hear(data)
      if (!heard) return
      if (heard.kind === sync.step1) return ws.send(dialect.say(room, sync.step2, Y.encodeStateAsUpdate(doc, heard.payload)))
      Y.applyUpdate(doc, heard.payload)
      if (heard.kind === sync.step2) tell()
      lookAgain()
    })
    for (const each of [...dialect.hello(room), dialect.say(room, sync.step1, Uint8Array.of(0))]) ws.send(each)
    return { ...shared, cards: () => dialect.encoding.cards(doc) }
  }

  const tldraw = dialect as TldrawDialect
  const records = new Map<string, { x: number; y: number }>()
  const take = (diff: Diff): void => {
    for (const [id, [op, change]] of Object.entries(diff)) {
      const name = id.replace(/^shape:/, '')
      if (op === 'put') records.set(name, { ...(change as { x: number; y: number }) })
      else if (op === 'patch' && records.has(name)) for (const at of ['x', 'y'] as const) if (change?.[at]) records.get(name)![at] = (change[at] as [string, number])[1]
    }
  }
  ws.on('message', assembled(said => {
    if (said['type'] === 'connect') {
      take(said['diff'] as Diff)
      tell()
    }
    for (const each of (said['data'] ?? []) as { diff?: Diff }[]) take(each.diff ?? {})
    lookAgain()
  }))
  ws.on('message', (data: Buffer) => (received += data.length))
  ws.send(await tldraw.connect())
  return { ...shared, cards: () => records }
}

type Diff = Readonly<Record<string, readonly [op: string, change?: Readonly<Record<string, unknown>>]>>
