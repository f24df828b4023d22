import * as Y from 'yjs'
import { sync } from '../../../shared/protocol.ts'
import { random } from '../../support/random.ts'
import { isYjs, type YjsDialect } from './dialects.ts'
import type { Encoding } from './encodings.ts'
import { freshFolder, removeFolder, wait } from './machine.ts'
import type { Peer } from './peers.ts'
import { openSocket } from './sockets.ts'
import type { TldrawDialect } from './tldraw.ts'
import { visit } from './visitor.ts'

/* A large board is built and worked on, the server is restarted in good order, and somebody comes who has nothing of it. */

export interface ColdJoinResult {
  /** From connecting to all cards at their last place, in milliseconds. */
  readonly ms: number
  /** When the server said the copy was complete. */
  readonly syncedMs: number
  /** Whether it was. */
  readonly whole: boolean
  readonly megabytes: number
  readonly cpuMs: number
  readonly rssIdle: number
  readonly rss: number
  /** Megabytes in the folder, the server stopped. */
  readonly disk: number
  /** Megabytes of the board in our encoding, for Yjs servers. */
  readonly encoded: number
  readonly warmMs: number
}

const clients = 20
export async function coldJoin(peer: Peer, cards: number, moves: number, seed: number, encoding?: Encoding): Promise<ColdJoinResult> {
  const folder = freshFolder()
  let server = await peer.start(folder)
  try {
    const dialect = peer.dialect(encoding)
    let origin = `http://127.0.0.1:${server.port}`
    await dialect.prepare(origin, 1)
    const pick = random(seed)
    const plan = Array.from({ length: moves }, (_, i) => ({ by: i % clients, card: `c${pick(cards)}`, x: pick(20_000) }))
    const encoded = isYjs(dialect) ? await buildYjs(dialect, origin, cards, plan) : await buildTldraw(dialect as TldrawDialect, origin, cards, plan)

    const isWhole = (all: ReadonlyMap<string, { readonly x: number }>): boolean => [...all.keys()].filter(id => /^c\d+$/.test(id)).length === cards && standsAsPlanned(plan, all)
    const check = await visit(dialect, origin, 0)
    await check.until(() => isWhole(check.cards()))
    check.leave()
    await settle(() => server.cpu())
    await server.end('SIGTERM')
    const disk = server.disk() / 2 ** 20

    server = await peer.start(folder)
    origin = `http://127.0.0.1:${server.port}`
    await settle(() => server.cpu())
    const cpu = server.cpu()
    const rssIdle = server.rss().now
    // Time the join from the moment its door is known: over HTTP one asks for it long before, on the page before the board.
    const measure = async () => {
      const begun = performance.now()
      const visitor = await visit(dialect, origin, 0)
      let syncedMs = Number.NaN
      let whole = false
      void visitor.synced.then(() => {
        syncedMs = performance.now() - begun
        whole = isWhole(visitor.cards())
      })
      await visitor.until(() => isWhole(visitor.cards()))
      const ms = performance.now() - begun
      await visitor.synced
      await Promise.resolve()
      return { ms, syncedMs, whole, megabytes: visitor.received() / 2 ** 20, leave: visitor.leave }
    }
    const { leave, ...cold } = await measure()
    const result = { cpuMs: (server.cpu() - cpu) * 1_000, rss: server.rss().peak }
    const warm = await measure()
    leave()
    warm.leave()
    return { ...cold, ...result, rssIdle, disk, encoded, warmMs: warm.ms }
  } finally {
    await server.end('SIGKILL')
    removeFolder(folder)
  }
}

type Plan = readonly { readonly by: number; readonly card: string; readonly x: number }[]

/** Whether each card stands where it was moved last. */
const standsAsPlanned = (plan: Plan, all: ReadonlyMap<string, { readonly x: number }>): boolean => [...new Map(plan.map(({ card, x }) => [card, x]))].every(([id, x]) => all.get(id)?.x === x)

async function buildYjs(dialect: YjsDialect, origin: string, cards: number, plan: Plan): Promise<number> {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (let i = 0; i < cards; i++) dialect.encoding.add(doc, `c${i}`, i % 100, Math.floor(i / 100))
  })
  const sockets = await Promise.all(Array.from({ length: clients }, async () => openSocket(await dialect.door(origin, 0))))
  for (const ws of sockets) {
    for (const each of dialect.hello(0)) ws.send(each)
    ws.resume()
  }
  sockets[0]!.send(dialect.say(0, sync.update, Y.encodeStateAsUpdate(doc)))
  const seen = await visit(dialect, origin, 0)
  await seen.until(() => seen.cards().size >= cards)
  seen.leave()

  // One document stands for all twenty: it changes its client id, as twenty of them would write.
  let update: Uint8Array | undefined
  doc.on('update', (made: Uint8Array) => (update = made))
  const ids = Array.from({ length: clients }, (_, i) => 5_000_000 + i)
  for (const [i, { by, card, x }] of plan.entries()) {
    doc.clientID = ids[by]!
    dialect.encoding.place(doc, card, x, by)
    // Each builds on what the others wrote, so they go out in one order, over one connection a client, and wait for one another.
    sockets[0]!.send(dialect.say(0, sync.update, update!))
    if (i % 500 === 0) while (sockets[0]!.bufferedAmount > 2 ** 18) await wait(5)
  }
  const checks = await visit(dialect, origin, 0)
  await checks.until(() => standsAsPlanned(plan, checks.cards()))
  checks.leave()
  for (const ws of sockets) ws.terminate()
  return Y.encodeStateAsUpdate(doc).length / 2 ** 20
}
async function buildTldraw(dialect: TldrawDialect, origin: string, cards: number, plan: Plan): Promise<number> {
  const { cardOf, document, page } = await dialect.parts()
  const ws = await openSocket(await dialect.door(origin, 0))
  ws.send(await dialect.connect())
  ws.resume()
  let clock = 0
  const push = (diff: object) => ws.send(dialect.push(++clock, diff))
  push({ [document.id]: ['put', document], [page.id]: ['put', page] })
  for (let i = 0; i < cards; i += 500) push(Object.fromEntries(Array.from({ length: Math.min(500, cards - i) }, (_, j) => cardOf(`c${i + j}`, i + j, 0)).map(card => [card.id, ['put', card]])))
  for (const [i, { card, x }] of plan.entries()) {
    push({ [`shape:${card}`]: ['patch', { x: ['put', x] }] })
    if (i % 500 === 0) while (ws.bufferedAmount > 2 ** 18) await wait(5)
  }
  const checks = await visit(dialect, origin, 0)
  await checks.until(() => standsAsPlanned(plan, checks.cards()))
  checks.leave()
  ws.terminate()
  return Number.NaN
}

/** Waits until a server has been quiet for a second; half a minute at most. */
async function settle(cpu: () => number): Promise<void> {
  let before = cpu()
  for (let quiet = 0, i = 0; quiet < 4 && i < 120; i++) {
    await wait(250)
    const now = cpu()
    quiet = now - before < 0.02 ? quiet + 1 : 0
    before = now
  }
}
