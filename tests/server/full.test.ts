import * as Y from 'yjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { close, durable, subprotocol } from '../../shared/protocol.ts'
import { bareSocket, stockClient } from '../support/client.ts'
import { manyfutures } from '../support/command.ts'
import { call, joinAs, makeBoard, removeFolder, type RunningServer, startServer, temporaryFolder } from '../support/server.ts'
import { updateFrame } from '../support/wire.ts'

/* One number of records for every way in. */

const most = 20
let server: RunningServer
beforeAll(async () => void (server = await startServer({ MAX_RECORDS: String(most) })))
afterAll(async () => {
  await server.stop()
  removeFolder(server.folder)
})

const add = (doc: Y.Doc, count: number): void =>
  doc.transact(() => {
    for (let i = 0; i < count; i++) doc.getMap('records').set(`${doc.clientID}-${doc.store.clients.size}-${i}`, new Y.Map([['type', 'card']]))
  })

const fileOf = (count: number): object => ({
  format: 'manyfutures/board',
  version: 1,
  board: { title: 'Many' },
  cards: Array.from({ length: count }, (_, i) => ({ id: `c${i}`, kind: 'note', text: '', x: i, y: 0 })),
  relations: [],
  structures: [],
  drawings: [],
  people: [],
})

const tooMany = /holds 21 things; a board holds at most 20/

test('[S35] on the wire a board takes as many records as it may hold, and then says that it is full; what takes something away is taken', async () => {
  const board = await makeBoard(server.url)
  const { ticket } = await joinAs(server.url, board, 'participant', 'Ana')
  const ana = stockClient(server.url, board.id, ticket)
  await ana.synced()
  const records = ana.doc.getMap('records')
  add(ana.doc, most)
  expect(await ana.saved()).toBe(durable.committed)

  const more = new Y.Doc()
  Y.applyUpdate(more, Y.encodeStateAsUpdate(ana.doc))
  const before = Y.encodeStateVector(more)
  add(more, 1)
  const late = await bareSocket(server.url, board.id, [subprotocol, (await joinAs(server.url, board, 'participant', 'Ben')).ticket])
  late.send(updateFrame(Y.encodeStateAsUpdate(more, before)))
  expect(await late.closed).toEqual(close.full)

  // Of what is there everything may still be changed, and where something went there is room.
  const [gone = '', kept = ''] = records.keys()
  ;(records.get(kept) as Y.Map<unknown>).set('place', ['', 'a1', 1, 1, 0])
  records.delete(gone)
  expect(await ana.saved()).toBe(durable.committed)
  records.set('new', new Y.Map([['type', 'card']]))
  expect(await ana.saved()).toBe(durable.committed)
  expect(records.size).toBe(most)

  // Both in one change, as by somebody who was away: what goes makes room for what comes, and no more than that.
  const swap = (extra: number) => ana.doc.transact(() => {
    const [first = '', second = ''] = records.keys()
    for (const id of [first, second]) records.delete(id)
    for (let i = 0; i < 2 + extra; i++) records.set(`swapped ${extra} ${i}`, new Y.Map([['type', 'card']]))
  })
  swap(0)
  expect(await ana.saved()).toBe(durable.committed)
  const ended = ana.closed()
  swap(1)
  expect(await ended).toEqual(close.full)
  ana.leave()
})

test('[S35] a file with as many makes a board, and with one more none: small ones, large ones, and by command', async () => {
  expect((await call(server.url, '/api/boards', { file: fileOf(most) })).status).toBe(201)
  const large = (count: number): object => ({ ...fileOf(count), unknown: 'x'.repeat(40_000) })
  expect((await call(server.url, '/api/boards', { file: large(most) })).status).toBe(201)
  for (const file of [fileOf(most + 1), large(most + 1)]) expect(await call(server.url, '/api/boards', { file })).toMatchObject({ status: 400, body: { detail: expect.stringMatching(tooMany) } })

  const folder = temporaryFolder()
  const env = { DATA_DIR: folder, MAX_RECORDS: String(most) }
  const given = (count: number) => ({ env, stdin: [JSON.stringify(fileOf(count))] })
  expect(await manyfutures(['import', '-'], given(most))).toMatchObject({ code: 0 })
  expect(await manyfutures(['import', '-'], given(most + 1))).toMatchObject({ code: 1, err: expect.stringMatching(tooMany) })
  expect(await manyfutures(['template', 'add', '-'], given(most + 1))).toMatchObject({ code: 1, err: expect.stringMatching(tooMany) })
  expect(await manyfutures(['validate', '-'], given(most + 1))).toMatchObject({ code: 0, err: expect.stringMatching(tooMany) })
  removeFolder(folder)
})

test('[S35] a board that takes too many bytes is full, and says so', async () => {
  const own = await startServer({ MAX_BOARD_BYTES: String(2 ** 16) })
  const board = await makeBoard(own.url)
  const ana = stockClient(own.url, board.id, (await joinAs(own.url, board, 'participant', 'Ana')).ticket)
  await ana.synced()
  for (let i = 0; i < 4; i++) {
    ana.doc.getMap('records').set(`r${i}`, 'x'.repeat(16_000))
    expect(await ana.saved()).toBe(durable.committed)
  }
  const ended = ana.closed()
  ana.doc.getMap('records').set('r4', 'x'.repeat(16_000))
  expect(await ended).toEqual(close.full)
  ana.leave()
  const ben = stockClient(own.url, board.id, (await joinAs(own.url, board, 'participant', 'Ben')).ticket)
  await ben.synced()
  const records = ben.doc.getMap('records')
  expect(records.size).toBeGreaterThan(0)
  records.delete([...records.keys()][0]!)
  expect(await ben.saved()).toBe(durable.committed)
  ben.leave()
  await own.stop()
  removeFolder(own.folder)
})
