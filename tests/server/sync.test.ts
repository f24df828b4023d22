import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRecord, packPlace, readBoard, recordsOf } from '../../shared/board.ts'
import type { Json } from '../../shared/json.ts'
import { close, durable, message, subprotocol, sync } from '../../shared/protocol.ts'
import { bareSocket, stockClient, type StockClient, until } from '../support/client.ts'
import { random, runSeed } from '../support/random.ts'
import { call, type Joined, joinAs, type MadeBoard, makeBoard, removeFolder, type RunningServer, startServer } from '../support/server.ts'
import { updateFrame } from '../support/wire.ts'

let server: RunningServer
beforeAll(async () => void (server = await startServer()))
afterAll(async () => {
  await server.stop()
  removeFolder(server.folder)
})

const place = packPlace({ parent: '', index: 'a1', x: 0, y: 0, rotation: 0 })
const addCard = (doc: Y.Doc, id: string, text: string) =>
  doc.transact(() => createRecord(recordsOf(doc), id, new Map<string, Json>(Object.entries({ type: 'card', kind: 'note', place, text }))))
const cards = (doc: Y.Doc): string[] => [...readBoard(doc).cards.keys()].sort()
const open = (board: MadeBoard, person: Joined) => stockClient(server.url, board.id, person.ticket)

async function boardWith(...names: string[]): Promise<{ board: MadeBoard; clients: StockClient[] }> {
  const board = await makeBoard(server.url)
  const people = await Promise.all(names.map(name => joinAs(server.url, board, 'participant', name)))
  const clients = people.map(person => open(board, person))
  await Promise.all(clients.map(client => client.synced()))
  return { board, clients }
}

test('[S1] stock clients with a ticket as sub-protocol join, and what one writes the other sees', async () => {
  const { clients } = await boardWith('Ana', 'Ben')
  const [ana, ben] = clients as [StockClient, StockClient]
  addCard(ana.doc, 'c1', 'hello')
  await until(ben.doc, () => cards(ben.doc).includes('c1'))
  expect(await ana.saved()).toBe(durable.committed)
  for (const client of clients) client.leave()
})

test('[S2] what was answered as committed is on disk: a fresh server with the same folder has it', async () => {
  const first = await startServer()
  const board = await makeBoard(first.url)
  const ana = stockClient(first.url, board.id, (await joinAs(first.url, board, 'participant', 'Ana')).ticket)
  await ana.synced()
  addCard(ana.doc, 'c1', 'kept')
  expect(await ana.saved()).toBe(durable.committed)
  ana.leave()
  await first.kill()

  const second = await startServer({}, first.folder)
  const ben = stockClient(second.url, board.id, (await joinAs(second.url, board, 'participant', 'Ben')).ticket)
  await ben.synced()
  expect(cards(ben.doc)).toEqual(['c1'])
  ben.leave()
  await second.stop()
  removeFolder(first.folder)
})

test('[S3] an observer sees everything, and nothing it sends is taken', async () => {
  const board = await makeBoard(server.url)
  const ana = open(board, await joinAs(server.url, board, 'participant', 'Ana'))
  const eve = open(board, await joinAs(server.url, board, 'observer', 'Eve'))
  await Promise.all([ana.synced(), eve.synced()])
  addCard(eve.doc, 'forged', 'not allowed')
  expect(await eve.saved()).toBe(durable.readOnly)
  addCard(ana.doc, 'c1', 'seen')
  await until(eve.doc, () => cards(eve.doc).includes('c1'))
  expect(cards(ana.doc)).toEqual(['c1'])
  ana.leave()
  eve.leave()
})

test('[S3] an observer who keeps sending changes is shown out, by every kind of frame that writes', async () => {
  const board = await makeBoard(server.url)
  const { ticket } = await joinAs(server.url, board, 'observer', 'Eve')
  const doc = new Y.Doc()
  addCard(doc, 'forged', 'not allowed')
  const update = updateFrame(Y.encodeStateAsUpdate(doc))
  const step2 = Uint8Array.from(update)
  step2[1] = sync.step2
  const eve = await bareSocket(server.url, board.id, [subprotocol, ticket])
  eve.send(...Array.from({ length: 10 }, (_, i) => (i % 2 ? update : step2)))
  expect(await eve.closed).toEqual({ code: 4403, reason: expect.stringMatching(/for watching/) })

  const ana = open(board, await joinAs(server.url, board, 'participant', 'Ana'))
  await ana.synced()
  expect(cards(ana.doc)).toEqual([])
  ana.leave()
})

test.each([
  ['no ticket', async () => [subprotocol], 4401, /Join again/],
  ['a forged ticket', async (board: MadeBoard) => [subprotocol, `${(await joinAs(server.url, board, 'participant', 'A')).ticket.slice(0, -3)}AAA`], 4401, /Join again/],
  ['a ticket of another board', async () => [subprotocol, (await joinAs(server.url, await makeBoard(server.url), 'facilitator', 'A')).ticket], 4401, /Join again/],
  ['another protocol', async () => ['graphql-ws'], 4400, /cannot read/],
])('[S4] with %s the connection ends with its own code and sentence', async (_, protocols, code, reason) => {
  const board = await makeBoard(server.url)
  const socket = await bareSocket(server.url, board.id, await protocols(board))
  // A client refuses a connection whose protocol the server did not take; it never gets as far as the code.
  if (code === 4400) expect([1006, 4400]).toContain((await socket.closed).code)
  else expect(await socket.closed).toEqual({ code, reason: expect.stringMatching(reason) })
})

test('[S4] an unknown board ends with 4404, and a stock client does not try again', async () => {
  const board = await makeBoard(server.url)
  const { ticket } = await joinAs(server.url, board, 'participant', 'Ana')
  const lost = stockClient(server.url, 'nowhere', ticket)
  expect(await lost.closed()).toEqual({ code: 4404, reason: close.missing.reason })
  expect(lost.provider.shouldConnect).toBe(false)
  lost.leave()
})

test('[S5] closing a link ends the connections that came by it, at once and for good', async () => {
  const board = await makeBoard(server.url)
  const fay = await joinAs(server.url, board, 'facilitator', 'Fay')
  const ana = open(board, await joinAs(server.url, board, 'participant', 'Ana'))
  await ana.synced()
  const { body: links } = await call(server.url, `/api/boards/${board.id}/links`, undefined, fay.ticket)
  const { id } = links.find((link: { role: string }) => link.role === 'participant')
  const closed = ana.closed()
  await call(server.url, `/api/boards/${board.id}/links/${id}`, undefined, fay.ticket, 'DELETE')
  expect(await closed).toEqual({ code: 4403, reason: 'This link was closed. Ask the facilitator for a new one.' })
  ana.leave()
})

test('[S6] frames no client can mean end their sender with 4400 and nobody else notices', async () => {
  const { board, clients } = await boardWith('Ana')
  const ana = clients[0] as StockClient
  addCard(ana.doc, 'c1', 'before')
  await ana.saved()
  const whole = updateFrame(Y.encodeStateAsUpdate(ana.doc))
  const trailing = encoding.encode(encoder => {
    encoding.writeVarUint(encoder, message.sync)
    encoding.writeVarUint(encoder, sync.update)
    encoding.writeVarUint8Array(encoder, Uint8Array.from([...Y.encodeStateAsUpdate(ana.doc), 0]))
  })
  const nonsense: [string, Uint8Array | string][] = [
    ['text', 'hello'],
    ['nothing', new Uint8Array()],
    ['an unknown type', Uint8Array.of(77)],
    ['an unknown sync kind', Uint8Array.of(0, 9, 0)],
    ['a length that lies', Uint8Array.of(0, 2, 200, 1)],
    ['a truncated update', updateFrame(Y.encodeStateAsUpdate(ana.doc).slice(0, -2))],
    ['bytes after an update', trailing],
    ['bytes after a frame', Uint8Array.from([...whole, 1])],
    ['a broken state vector', Uint8Array.of(0, 0, 2, 255, 255)],
    ['broken presence', Uint8Array.of(1, 3, 1, 5, 1)],
  ]
  for (const [what, frame] of nonsense) {
    const mallory = await bareSocket(server.url, board.id, [subprotocol, (await joinAs(server.url, board, 'participant', 'Mallory')).ticket])
    mallory.send(frame)
    expect([what, (await mallory.closed).code]).toEqual([what, 4400])
  }
  addCard(ana.doc, 'c2', 'after')
  expect(await ana.saved()).toBe(durable.committed)
  expect(cards(ana.doc)).toEqual(['c1', 'c2'])
  ana.leave()
})

test('[S6] random and mutated frames crash nothing and change nothing', async () => {
  const { board, clients } = await boardWith('Ana')
  const ana = clients[0] as StockClient
  addCard(ana.doc, 'c1', 'hello')
  await ana.saved()
  const before = Y.encodeStateAsUpdate(ana.doc)
  const pick = random(runSeed)
  const valid = [updateFrame(before), Uint8Array.of(0, 0, 1, 0), Uint8Array.of(message.durability, 1), Uint8Array.of(message.queryAwareness)]
  const { ticket } = await joinAs(server.url, board, 'observer', 'Mallory')
  for (let round = 0; round < 60; round++) {
    const mallory = await bareSocket(server.url, board.id, [subprotocol, ticket])
    for (let i = 0; i < 40; i++) {
      const frame = i % 2 ? Uint8Array.from({ length: pick(40) }, () => pick(256)) : Uint8Array.from(valid[pick(valid.length)] as Uint8Array)
      if (i % 2 === 0) for (let flips = 1 + pick(3); flips > 0; flips--) frame[pick(frame.length)] = pick(256)
      if (mallory.ws.readyState === mallory.ws.OPEN) mallory.send(frame)
    }
    mallory.ws.terminate()
    await mallory.closed
  }
  addCard(ana.doc, 'c2', 'still here')
  expect([runSeed, await ana.saved()]).toEqual([runSeed, durable.committed])
  const ben = open(board, await joinAs(server.url, board, 'observer', 'Ben'))
  await ben.synced()
  expect([runSeed, cards(ben.doc)]).toEqual([runSeed, ['c1', 'c2']])
  ana.leave()
  ben.leave()
})

test('[S4] each reason for the end of a connection says what to do, in what a close frame can carry', () => {
  for (const { code, reason } of Object.values(close)) {
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123)
    // Of a restart nobody is told: the page comes back by itself before anybody wonders.
    if (code !== close.restarting.code) expect(reason).toMatch(/[a-z]\. [A-Z]|; it cannot/)
  }
})

test('[S7] a change too large to share ends its sender with 4413, once, and the board goes on', async () => {
  const small = await startServer({ MAX_UPDATE_BYTES: '20000', MAX_SYNC_BYTES: '40000' })
  const board = await makeBoard(small.url)
  const [ana, ben] = await Promise.all(['Ana', 'Ben'].map(async name => stockClient(small.url, board.id, (await joinAs(small.url, board, 'participant', name)).ticket))) as [StockClient, StockClient]
  await Promise.all([ana.synced(), ben.synced()])
  const closed = ana.closed()
  addCard(ana.doc, 'huge', 'x'.repeat(30_000))
  expect(await closed).toEqual({ code: 4413, reason: close.tooLarge.reason })
  expect(ana.provider.shouldConnect).toBe(false)
  addCard(ben.doc, 'c1', 'fine')
  expect(await ben.saved()).toBe(durable.committed)
  expect(cards(ben.doc)).toEqual(['c1'])
  ana.leave()
  ben.leave()
  await small.stop()
  removeFolder(small.folder)
})

test('[S8] a change that builds on what never arrived is not answered as committed until it has', async () => {
  const board = await makeBoard(server.url)
  const { ticket } = await joinAs(server.url, board, 'participant', 'Ana')
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  addCard(doc, 'c1', 'first')
  doc.transact(() => recordsOf(doc).get('c1')?.set('kind', 'signal'))
  const answers: Uint8Array[] = []
  const ana = await bareSocket(server.url, board.id, [subprotocol, ticket])
  const answered = (nonce: number) =>
    new Promise<number>(done => {
      const look = () => {
        const found = answers.find(data => data[0] === message.durability && data[1] === nonce)
        if (found) done(found[2] as number)
      }
      ana.ws.on('message', look)
      look()
    })
  ana.ws.on('message', (data: Buffer) => answers.push(Uint8Array.from(data)))
  ana.send(updateFrame(updates[1] as Uint8Array), Uint8Array.of(message.durability, 1))
  expect(await answered(1)).toBe(durable.waiting)
  ana.send(updateFrame(Y.encodeStateAsUpdate(doc)), Uint8Array.of(message.durability, 2))
  expect(await answered(2)).toBe(durable.committed)

  const ben = open(board, await joinAs(server.url, board, 'participant', 'Ben'))
  await ben.synced()
  expect(readBoard(ben.doc).cards.get('c1' as never)?.kind).toBe('signal')
  ana.ws.terminate()
  ben.leave()
})

test('[S9] people see one another with the name the server knows, and nobody can speak for another', async () => {
  const { board, clients } = await boardWith('Ana', 'Ben')
  const [ana, ben] = clients as [StockClient, StockClient]
  const seen = (by: StockClient, of: StockClient) => by.provider.awareness.getStates().get(of.doc.clientID)
  const arrives = (by: StockClient, holds: () => boolean) =>
    new Promise<void>(done => {
      const look = () => holds() && done()
      by.provider.awareness.on('update', look)
      look()
    })
  ana.provider.awareness.setLocalState({ at: 1, person: { name: 'The Director', role: 'facilitator' } })
  await arrives(ben, () => seen(ben, ana) !== undefined)
  expect(seen(ben, ana)).toMatchObject({ at: 1, person: { name: 'Ana', role: 'participant', sector: 'Academia' } })

  // Mallory says who she is, then tries to speak as Ana.
  const speak = (client: number, clock: number, state: object | null) =>
    encoding.encode(encoder => {
      encoding.writeVarUint(encoder, message.awareness)
      encoding.writeVarUint8Array(
        encoder,
        encoding.encode(inner => {
          encoding.writeVarUint(inner, 1)
          encoding.writeVarUint(inner, client)
          encoding.writeVarUint(inner, clock)
          encoding.writeVarString(inner, JSON.stringify(state))
        }),
      )
    })
  const mallory = await bareSocket(server.url, board.id, [subprotocol, (await joinAs(server.url, board, 'participant', 'Mallory')).ticket])
  mallory.send(speak(4711, 1, { at: 2 }), speak(ana.doc.clientID, 1_000, { at: 3 }), speak(ana.doc.clientID, 1_001, null), speak(4711, 2, { at: 4 }))
  await arrives(ben, () => ben.provider.awareness.getStates().get(4711)?.['at'] === 4)
  expect(seen(ben, ana)).toMatchObject({ at: 1, person: { name: 'Ana' } })

  mallory.ws.terminate()
  await arrives(ben, () => !ben.provider.awareness.getStates().has(4711))
  ana.leave()
  await arrives(ben, () => ben.provider.awareness.getStates().size === 1)
  ben.leave()
})

test('[S10] a board that was written often comes back whole from a folded log', async () => {
  const first = await startServer()
  const board = await makeBoard(first.url)
  const ana = stockClient(first.url, board.id, (await joinAs(first.url, board, 'participant', 'Ana')).ticket)
  await ana.synced()
  for (let i = 0; i < 600; i++) {
    addCard(ana.doc, `c${i}`, 'x')
    await ana.saved()
  }
  ana.leave()
  await first.stop()
  const db = new DatabaseSync(join(first.folder, 'boards.sqlite'), { readOnly: true })
  expect(db.prepare('SELECT count(*) AS n FROM entry').get()?.['n']).toBeLessThan(200)
  db.close()

  const again = await startServer({}, first.folder)
  const ben = stockClient(again.url, board.id, (await joinAs(again.url, board, 'participant', 'Ben')).ticket)
  await ben.synced()
  expect(cards(ben.doc)).toHaveLength(600)
  ben.leave()
  await again.stop()
  removeFolder(first.folder)
})
