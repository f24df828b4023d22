import * as encoding from 'lib0/encoding'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRecord, packPlace, readBoard, recordsOf } from '../../shared/board.ts'
import type { Json } from '../../shared/json.ts'
import { durable, message, subprotocol } from '../../shared/protocol.ts'
import { createBucket } from '../../server/bucket.ts'
import { bareSocket, stockClient, type StockClient, until } from '../support/client.ts'
import { random, runSeed } from '../support/random.ts'
import { call, type Joined, joinAs, makeBoard, removeFolder, type RunningServer, secretOf, startServer } from '../support/server.ts'
import { updateFrame } from '../support/wire.ts'

/* What one connection can do to the others: nothing. */

let server: RunningServer
beforeAll(async () => void (server = await startServer({ BACKLOG_BYTES: '65536', SLOW_SECONDS: '1', FRAMES_PER_SECOND: '400', PRESENCE_PER_SECOND: '20' })))
afterAll(async () => {
  await server.stop()
  removeFolder(server.folder)
})

const place = packPlace({ parent: '', index: 'a1', x: 0, y: 0, rotation: 0 })
const addCard = (doc: Y.Doc, id: string, text: string) => doc.transact(() => createRecord(recordsOf(doc), id, new Map<string, Json>(Object.entries({ type: 'card', kind: 'note', place, text }))))
const cards = (doc: Y.Doc): string[] => [...readBoard(doc).cards.keys()].sort()
async function boardWith(...names: string[]) {
  const board = await makeBoard(server.url)
  const people = await Promise.all(names.map(name => joinAs(server.url, board, 'participant', name)))
  const clients = people.map(person => stockClient(server.url, board.id, person.ticket))
  await Promise.all(clients.map(client => client.synced()))
  return { board, people, clients: clients as [StockClient, ...StockClient[]] }
}
/** How many readers the server has cut because they left too much unread. */
const cutForSlowness = async (): Promise<number> => Number(/manyfutures_dropped_total\{cause="slow"\} (\d+)/.exec(await (await fetch(`${server.url}/metrics`)).text())![1])
/** Text that cannot be made small. */
const noise = (pick: (n: number) => number, length: number) => Array.from({ length }, () => String.fromCharCode(33 + pick(90))).join('')

test('[S13] who reads too slowly gets all they missed as one change, and nobody waits for them', { timeout: 60_000 }, async () => {
  const { board, clients } = await boardWith('Ana', 'Ben')
  const [ana, ben] = clients as unknown as [StockClient, StockClient]
  const slow = stockClient(server.url, board.id, (await joinAs(server.url, board, 'participant', 'Slow')).ticket)
  await slow.synced()
  const socket = (slow.provider.ws as unknown as WebSocket)
  const frames = { slow: 0, ben: 0 }
  socket.on('message', () => frames.slow++)
  ;(ben.provider.ws as unknown as WebSocket).on('message', () => frames.ben++)
  socket.pause()
  const pick = random(runSeed)
  const many = 160
  for (let i = 0; i < many; i++) {
    addCard(ana.doc, `c${i}`, noise(pick, 60_000))
    expect(await ana.saved()).toBe(durable.committed)
  }
  await until(ben.doc, () => cards(ben.doc).length === many)
  socket.resume()
  await until(slow.doc, () => cards(slow.doc).length === many)
  expect(frames.ben).toBeGreaterThanOrEqual(many)
  expect(frames.slow).toBeLessThan(many)
  expect(Y.encodeStateVector(slow.doc)).toEqual(Y.encodeStateVector(ben.doc))
  for (const client of [ana, ben, slow]) client.leave()
})

test('[S13] who reads nothing at all is cut, and the others go on', { timeout: 60_000 }, async () => {
  const { board, clients } = await boardWith('Ana')
  const [ana] = clients
  const dead = await bareSocket(server.url, board.id, [subprotocol, (await joinAs(server.url, board, 'participant', 'Dead')).ticket])
  dead.ws.pause()
  const pick = random(runSeed)
  const before = await cutForSlowness()
  // Systems differ in how much they hold for a socket nobody reads: write until the server says it has cut it.
  for (let i = 0; (await cutForSlowness()) === before; i++) {
    addCard(ana.doc, `c${i}`, noise(pick, 60_000))
    expect(await ana.saved()).toBe(durable.committed)
  }
  // What is left in the socket is read so that its end can be seen.
  dead.ws.resume()
  await dead.closed
  addCard(ana.doc, 'after', 'goes on')
  expect(await ana.saved()).toBe(durable.committed)
  ana.leave()
})

test('[S14] nobody writes in the name of somebody who is here: the change is refused and the other one’s later edits arrive', async () => {
  const { board, clients } = await boardWith('Victim', 'Witness')
  const [victim, witness] = clients as unknown as [StockClient, StockClient]
  addCard(victim.doc, 'before', 'mine')
  expect(await victim.saved()).toBe(durable.committed)

  const forged = new Y.Doc()
  Y.applyUpdate(forged, Y.encodeStateAsUpdate(victim.doc))
  const known = Y.encodeStateVector(forged)
  forged.clientID = victim.doc.clientID
  addCard(forged, 'forged', 'not mine')
  const mallory = await bareSocket(server.url, board.id, [subprotocol, (await joinAs(server.url, board, 'participant', 'Mallory')).ticket])
  mallory.send(updateFrame(Y.encodeStateAsUpdate(forged, known)))
  expect(await mallory.closed).toMatchObject({ code: 4400, reason: expect.stringMatching(/hidden what somebody else writes/) })

  addCard(victim.doc, 'after', 'still mine')
  expect(await victim.saved()).toBe(durable.committed)
  await until(witness.doc, () => cards(witness.doc).includes('after'))
  expect(cards(witness.doc)).toEqual(['after', 'before'])
  for (const client of [victim, witness]) client.leave()
})

test('[S14] a change that takes a client id’s numbers away is refused', async () => {
  const { board, clients } = await boardWith('Ana')
  const [ana] = clients
  addCard(ana.doc, 'c', 'kept')
  expect(await ana.saved()).toBe(durable.committed)
  for (const length of [2 ** 31 - 1, 2 ** 40, 4_000_001]) {
    const update = encoding.encode(encoder => {
      encoding.writeVarUint(encoder, 1) // one client
      encoding.writeVarUint(encoder, 1) // one struct
      encoding.writeVarUint(encoder, 777) // in the name of somebody who is not here
      encoding.writeVarUint(encoder, 0) // from the beginning
      encoding.writeUint8(encoder, 0) // deleted, all of it
      encoding.writeVarUint(encoder, length)
      encoding.writeVarUint(encoder, 0) // nothing else deleted
    })
    const mallory = await bareSocket(server.url, board.id, [subprotocol, (await joinAs(server.url, board, 'participant', 'Mallory')).ticket])
    mallory.send(updateFrame(update))
    expect((await mallory.closed).code).toBe(4400)
  }
  expect(Y.decodeStateVector(Y.encodeStateVector(ana.doc)).has(777)).toBe(false)
  ana.leave()
})

test('[S15] who sends too fast is read more slowly: not one change is lost', { timeout: 60_000 }, async () => {
  const { clients } = await boardWith('Ana', 'Ben')
  const [ana, ben] = clients as unknown as [StockClient, StockClient]
  for (let i = 0; i < 4_400; i++) addCard(ana.doc, `c${i}`, '')
  await until(ben.doc, () => cards(ben.doc).length === 4_400)
  expect(await ana.saved()).toBe(durable.committed)
  for (const client of [ana, ben]) client.leave()
})

test('[S15] a storm of presence is thinned out and nobody is cut for it', async () => {
  const { board, clients } = await boardWith('Ben')
  const [ben] = clients
  const storm = await bareSocket(server.url, board.id, [subprotocol, (await joinAs(server.url, board, 'participant', 'Storm')).ticket])
  let heard = 0
  ben.provider.awareness.on('change', () => heard++)
  const say = (clock: number) =>
    encoding.encode(outer => {
      encoding.writeVarUint(outer, message.awareness)
      encoding.writeVarUint8Array(outer, encoding.encode(inner => {
        encoding.writeVarUint(inner, 1)
        encoding.writeVarUint(inner, 4242)
        encoding.writeVarUint(inner, clock)
        encoding.writeVarString(inner, JSON.stringify({ at: clock }))
      }))
    })
  storm.send(...Array.from({ length: 2_000 }, (_, i) => say(i + 1)))
  addCard(ben.doc, 'c', 'goes on')
  expect(await ben.saved()).toBe(durable.committed)
  expect(heard).toBeLessThan(60)
  expect(storm.ws.readyState).toBe(WebSocket.OPEN)
  storm.ws.close()
  ben.leave()
})

test('[S15] a bucket lets through what flows in, and no more', () => {
  let at = 0
  const bucket = createBucket(10, 20, () => at)
  expect(Array.from({ length: 21 }, () => bucket.tryTake(1)).filter(Boolean)).toHaveLength(20)
  at += 1_000
  expect(Array.from({ length: 11 }, () => bucket.tryTake(1)).filter(Boolean)).toHaveLength(10)
  expect(bucket.take(5)).toBe(500)
  at += 500
  expect(bucket.take(0)).toBe(0)
  expect(createBucket(0, 0, () => 0).tryTake(1e9)).toBe(true)
})

test('[S16] a page of another host is turned away, a page of this one and a program are not', async () => {
  const board = await makeBoard(server.url)
  const { ticket } = await joinAs(server.url, board, 'participant', 'Ana')
  const from = (origin: string | undefined) =>
    new Promise<number>(done => {
      const ws = new WebSocket(`${server.url.replace(/^http/, 'ws')}/sync/${board.id}`, [subprotocol, ticket], origin ? { origin } : {})
      ws.on('close', done)
      // The first frame is the server's question for what one has: one is in.
      ws.on('message', () => {
        done(0)
        ws.terminate()
      })
    })
  expect(await from('https://evil.example')).toBe(4403)
  expect(await from('null')).toBe(4403)
  expect(await from(server.url)).toBe(0)
  expect(await from(undefined)).toBe(0)
})

test('[H19] a facilitator ends somebody’s visit: at once, for good, written down; nobody else can', async () => {
  const { board, people, clients } = await boardWith('Ana', 'Ben')
  const [ana, ben] = clients as unknown as [StockClient, StockClient]
  const [{ participant, key, ticket }, other] = people as [(typeof people)[number], (typeof people)[number]]
  const fay = await joinAs(server.url, board, 'facilitator', 'Fay')
  const path = `/api/boards/${board.id}`
  addCard(ana.doc, 'c', 'what she wrote stays')
  expect(await ana.saved()).toBe(durable.committed)
  expect(await call(server.url, `${path}/people/${participant}`, undefined, other.ticket, 'DELETE')).toMatchObject({ status: 403 })

  const closed = ana.closed()
  expect((await call(server.url, `${path}/people/${participant}`, undefined, fay.ticket, 'DELETE')).status).toBe(204)
  expect(await closed).toMatchObject({ code: 4403, reason: expect.stringMatching(/ended your visit/) })
  expect(await call(server.url, `${path}/join`, { participant, key })).toMatchObject({ status: 403 })
  expect(await call(server.url, `${path}/export`, undefined, ticket)).toMatchObject({ status: 403, body: { detail: expect.stringMatching(/ended your visit/) } })
  const again = await bareSocket(server.url, board.id, [subprotocol, ticket])
  expect((await again.closed).code).toBe(4403)
  expect(cards(ben.doc)).toEqual(['c'])
  expect(await call(server.url, `${path}/people/${fay.participant}`, undefined, fay.ticket, 'DELETE')).toMatchObject({ status: 400 })

  // A link is swapped for another in one step: the old one is closed, whoever came by it is out.
  const links = (await call(server.url, `${path}/links`, undefined, fay.ticket)).body as { id: string; role: string }[]
  const old = links.find(link => link.role === 'participant')!.id
  const out = ben.closed()
  const swapped = (await call(server.url, `${path}/links`, { role: 'participant', instead: old }, fay.ticket)).body as { url: string }
  expect((await out).code).toBe(4403)
  expect(await call(server.url, `${path}/join`, { secret: secretOf(board.links.participant), name: 'Late' })).toMatchObject({ status: 403 })
  expect(await call(server.url, `${path}/join`, { secret: secretOf(swapped.url), name: 'New' })).toMatchObject({ status: 200 })

  const deeds = (await call(server.url, `${path}/audit`, undefined, fay.ticket)).body as { did: string; about: string; who: string }[]
  expect(deeds.map(({ did, about, who }) => [did, about === participant || about === old, who === fay.participant])).toEqual([['removed a person', true, true], ['opened a link', false, true], ['closed a link', true, true]])
  expect(await call(server.url, `${path}/audit`, undefined, other.ticket)).toMatchObject({ status: 403 })
  for (const client of clients) client.leave()
})

test('[H20] a facilitator makes an observer of somebody and a participant again: they are ended at once, old tickets open nothing, it is written down', async () => {
  const { board, people, clients } = await boardWith('Ana')
  const [ana] = clients
  const [{ participant, key, ticket }] = people as [(typeof people)[number]]
  const fay = await joinAs(server.url, board, 'facilitator', 'Fay')
  const path = `/api/boards/${board.id}`
  addCard(ana.doc, 'c', 'written as a participant')
  expect(await ana.saved()).toBe(durable.committed)
  expect(await call(server.url, `${path}/people/${fay.participant}`, { role: 'observer' }, ticket, 'PATCH')).toMatchObject({ status: 403 })

  const closed = ana.closed()
  expect((await call(server.url, `${path}/people/${participant}`, { role: 'observer' }, fay.ticket, 'PATCH')).status).toBe(204)
  expect(await closed).toMatchObject({ code: 4401, reason: expect.stringMatching(/changed what you may do/) })
  expect(await call(server.url, `${path}/export`, undefined, ticket)).toMatchObject({ status: 401 })
  const late = await bareSocket(server.url, board.id, [subprotocol, ticket])
  expect((await late.closed).code).toBe(4401)

  const next = (await call(server.url, `${path}/join`, { participant, key })).body as Joined
  expect(next.role).toBe('observer')
  const watching = stockClient(server.url, board.id, next.ticket)
  await watching.synced()
  expect(cards(watching.doc)).toEqual(['c'])
  addCard(watching.doc, 'x', 'not any more')
  expect(await watching.saved()).toBe(durable.readOnly)
  expect((await call(server.url, `${path}/people`, undefined, fay.ticket)).body).toContainEqual({ id: participant, name: 'Ana', sector: 'Academia', role: 'observer', here: true })
  expect((await call(server.url, `${path}/people`, undefined, next.ticket)).body).toContainEqual({ id: participant, name: 'Ana', sector: 'Academia' })
  watching.leave()

  expect((await call(server.url, `${path}/people/${participant}`, { role: 'participant' }, fay.ticket, 'PATCH')).status).toBe(204)
  const again = (await call(server.url, `${path}/join`, { participant, key })).body as Joined
  const writing = stockClient(server.url, board.id, again.ticket)
  await writing.synced()
  addCard(writing.doc, 'y', 'again')
  expect(await writing.saved()).toBe(durable.committed)
  expect(await call(server.url, `${path}/people/${fay.participant}`, { role: 'observer' }, fay.ticket, 'PATCH')).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/own role/) } })
  const deeds = (await call(server.url, `${path}/audit`, undefined, fay.ticket)).body as { did: string; about: string }[]
  expect(deeds.map(({ did, about }) => [did, about])).toEqual([['made an observer', participant], ['made a participant', participant]])
  for (const client of [ana, writing]) client.leave()
})
