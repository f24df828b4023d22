import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeRecord, metaMapOf, recordsOf } from '../../shared/board.ts'
import { parseBoardFile } from '../../shared/file.ts'
import { exportFormats, type ExportName, exportNames } from '../../shared/export/formats.ts'
import { readFile } from '../../shared/export/reading.ts'
import { writers } from '../../shared/export/writers.ts'
import { durable } from '../../shared/protocol.ts'
import { randomFile } from '../support/boards.ts'
import { stockClient } from '../support/client.ts'
import { runSeed } from '../support/random.ts'
import { call, joinAs, type Joined, type MadeBoard, makeBoard, removeFolder, type RunningServer, startServer } from '../support/server.ts'

let server: RunningServer
beforeAll(async () => void (server = await startServer()))
afterAll(async () => {
  await server.stop()
  removeFolder(server.folder)
})

const take = async (board: MadeBoard, ticket: string, format: string) => {
  const response = await fetch(`${server.url}/api/boards/${board.id}/export?format=${format}`, { headers: { authorization: `Bearer ${ticket}` } })
  return { status: response.status, type: response.headers.get('content-type'), name: decodeURIComponent(/filename\*=UTF-8''(.*)$/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? ''), bytes: Buffer.from(await response.arrayBuffer()) }
}

/** What a format says of a board, by its board file. */
const expected = (json: Buffer, name: ExportName): string => writers[name](readFile(parseBoardFile(JSON.parse(json.toString()))))

test.each([['a small board', 40], ['a board so large that it is written apart', 900]])('[F9] %s is had in every format, under its own name and type, as its file says', async (_, cards) => {
  const board = await makeBoard(server.url, { file: { ...randomFile(runSeed, { cards }), board: { title: 'What follows?' } } })
  const { ticket } = await joinAs(server.url, board, 'observer', 'Eve')
  const { bytes: json } = await take(board, ticket, 'json')
  for (const name of exportNames) {
    const { suffix, type } = exportFormats[name]
    const got = await take(board, ticket, name)
    expect({ ...got, bytes: undefined }).toEqual({ status: 200, type: `${type}; charset=utf-8`, name: `What follows${suffix}`, bytes: undefined })
    if (name !== 'json') expect(got.bytes.toString()).toBe(expected(json, name))
  }
})

test.each(['pdf', '', 'JSON', 'constructor', '__proto__', 'md&format=csv'])('[F9] a format that is none (%s) is answered with those there are', async format => {
  const board = await makeBoard(server.url)
  const { ticket } = await joinAs(server.url, board, 'observer', 'Eve')
  const { status, bytes } = await take(board, ticket, format)
  expect([status, JSON.parse(bytes.toString())]).toEqual([400, expect.objectContaining({ detail: expect.stringContaining('json, md, csv, relations.csv, canvas, graphml or svg') })])
})

test('[F9] while a large board is written, others are answered', async () => {
  const board = await makeBoard(server.url, { file: randomFile(2, { cards: 6_000 }) })
  const { ticket } = await joinAs(server.url, board, 'observer', 'Eve')
  const order: string[] = []
  const leaving = take(board, ticket, 'svg').then(({ status }) => void order.push(`export ${status}`))
  for (let i = 0; i < 5; i++) order.push(`health ${(await call(server.url, '/healthz')).status}`)
  await leaving
  expect(order).toEqual([...Array.from({ length: 5 }, () => 'health 200'), 'export 200'])
})

test('[F19] what somebody did a moment ago is in a large board’s export, and the server holds little of it', async () => {
  const board = await makeBoard(server.url, { file: randomFile(3, { cards: 6_000 }) })
  const ana = await joinAs(server.url, board, 'participant', 'Ana')
  const memory = async (): Promise<number> => Number(/^process_resident_memory_bytes (\S+)/m.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1])
  const before = await memory()
  for (const name of exportNames) expect((await take(board, ana.ticket, name)).status).toBe(200)
  // A document of this size alone is 60 MB, and a drawing of it 25 MB of text.
  expect((await memory()) - before).toBeLessThan(100 * 2 ** 20)
  const client = stockClient(server.url, board.id, ana.ticket)
  await client.synced()
  metaMapOf(client.doc).set('title', 'A moment ago')
  await client.saved()
  expect(JSON.parse((await take(board, ana.ticket, 'json')).bytes.toString()).board.title).toBe('A moment ago')
  client.leave()
})

test('[F9] an export holds no name of anybody', async () => {
  const board = await makeBoard(server.url, { template: 'example' })
  const { ticket } = await joinAs(server.url, board, 'facilitator', 'Ana Unusual-Name')
  for (const name of exportNames) expect((await take(board, ticket, name)).bytes.toString()).not.toContain('Unusual')
})

test('[F15] a board is told of as its group agreed, in every format and by whoever asks', async () => {
  const whole = randomFile(3, { cards: 60, people: 9 })
  const board = await makeBoard(server.url, { file: { ...whole, board: { ...whole.board, provenance: 'sector' } } })
  const { ticket, participant } = await joinAs(server.url, board, 'participant', 'Ana', 'Academia')
  for (const name of exportNames) {
    const text = (await take(board, ticket, name)).bytes.toString()
    expect([participant, ...whole.people.map(({ id }) => id)].filter(id => text.includes(id))).toEqual([])
  }
  expect(JSON.parse((await take(board, ticket, 'json')).bytes.toString())).toMatchObject({ board: { provenance: 'sector' }, withheld: expect.stringContaining('by sector') })
})

test('[F18] who only came to look took no part: they are in no export, unless something of theirs is on the board', async () => {
  const board = await makeBoard(server.url, { file: randomFile(4, { cards: 20, people: 3 }) })
  const came = await Promise.all((['facilitator', 'participant', 'participant', 'observer'] as const).map((role, i) => joinAs(server.url, board, role, `Person ${i}`)))
  const [fay, ana, ben, eve] = came as [Joined, Joined, Joined, Joined]
  const peopleOf = async () => (JSON.parse((await take(board, eve.ticket, 'json')).bytes.toString()) as { people: { id: string }[] }).people.map(({ id }) => id)
  const imported = ['person0', 'person1', 'person2']
  expect(await peopleOf()).toEqual([fay, ana, ben].map(({ participant }) => participant).concat(imported).sort())
  // Ana has valued a card and may only watch from now on, and so may Ben, who has done nothing.
  const client = stockClient(server.url, board.id, ana.ticket)
  await client.synced()
  client.doc.transact(() => changeRecord(recordsOf(client.doc).get('c0')!, `valence.${ana.participant}`, 2))
  expect(await client.saved()).toBe(durable.committed)
  client.leave()
  for (const { participant } of [ana, ben]) expect((await call(server.url, `/api/boards/${board.id}/people/${participant}`, { role: 'observer' }, fay.ticket, 'PATCH')).status).toBe(204)
  expect(await peopleOf()).toEqual([fay, ana].map(({ participant }) => participant).concat(imported).sort())
})
