import { connect } from 'node:net'
import { expect, test } from 'vitest'
import type * as Y from 'yjs'
import { createRecord, packPlace, recordsOf } from '../../shared/board.ts'
import { newId } from '../../shared/ids.ts'
import type { Json } from '../../shared/json.ts'
import { close, durable } from '../../shared/protocol.ts'
import { readConfig } from '../../server/config.ts'
import { mayReadMetrics } from '../../server/http/metrics.ts'
import { createMetrics, dropCauses, figures, measured } from '../../server/metrics.ts'
import type { BoardLog } from '../../server/storage/log.ts'
import { bareSocket, stockClient, type StockClient } from '../support/client.ts'
import { call, joinAs, makeBoard, removeFolder, type RunningServer, secretOf, startServer } from '../support/server.ts'

const place = packPlace({ parent: '', index: 'a1', x: 0, y: 0, rotation: 0 })
function addCard(doc: Y.Doc): string {
  const id = newId<string>()
  doc.transact(() => createRecord(recordsOf(doc), id, new Map<string, Json>(Object.entries({ type: 'card', kind: 'note', place, text: 'said in confidence' }))))
  return id
}

async function metricsOf(server: RunningServer, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  const response = await fetch(`${server.url}/metrics`, { headers })
  return { status: response.status, text: await response.text() }
}

const self = { address: '127.0.0.1', headers: { host: 'localhost:4400' }, bearer: '' }

test.each([
  ['this machine', self, '', true],
  ['this machine, by IPv6', { ...self, address: '::1', headers: { host: '[::1]:4400' } }, '', true],
  ['this machine, as Node names it on a double stack', { ...self, address: '::ffff:127.0.0.1' }, '', true],
  ['another machine', { ...self, address: '192.0.2.7' }, '', false],
  ['somebody behind a proxy on this machine', { ...self, headers: { host: 'localhost:4400', 'x-forwarded-for': '192.0.2.7' } }, '', false],
  ['somebody behind a proxy that keeps the name of the host', { ...self, headers: { host: 'boards.example.org' } }, '', false],
  ['a socket without an address', { ...self, address: undefined }, '', false],
  ['whoever knows the token, from anywhere', { ...self, address: '192.0.2.7', bearer: 'right' }, 'right', true],
  ['this machine without the token', self, 'right', false],
  ['a wrong token', { ...self, bearer: 'wrong' }, 'right', false],
])('[H17] figures for %s', (_who, asker, token, may) => {
  expect(mayReadMetrics(asker, token)).toBe(may)
})

test('[H17] figures are served to this machine; with a token set only to whoever sends it; others get a sentence', async () => {
  const open = await startServer()
  const board = await makeBoard(open.url)
  const ana = stockClient(open.url, board.id, (await joinAs(open.url, board, 'participant', 'Ana')).ticket)
  await ana.synced()
  addCard(ana.doc)
  expect(await ana.saved()).toBe(durable.committed)
  const { text } = await metricsOf(open)
  for (const [name, help] of Object.entries(figures)) expect(text).toContain(`# HELP ${name} ${help}`)
  for (const cause of Object.keys(dropCauses)) expect(text).toContain(`manyfutures_dropped_total{cause="${cause}"}`)
  expect(text).toContain('manyfutures_sockets{document="canvas"} 1')
  expect(text).toContain('manyfutures_boards 1')
  expect(text).toMatch(/manyfutures_commit_seconds_count [1-9]/)
  expect(text).toMatch(/process_resident_memory_bytes [1-9]/)
  const refused = await metricsOf(open, { 'x-forwarded-for': '192.0.2.7' })
  expect([refused.status, JSON.parse(refused.text).detail]).toEqual([403, expect.stringMatching(/this machine only.*METRICS_TOKEN/)])
  expect((await metricsOf(open)).text).toContain('manyfutures_requests_refused_total{status="403"} 1')
  ana.leave()
  await open.stop()
  removeFolder(open.folder)

  const guarded = await startServer({ METRICS_TOKEN: 'for-prometheus' })
  expect((await metricsOf(guarded)).status).toBe(403)
  expect((await metricsOf(guarded, { authorization: 'Bearer for-prometheus', 'x-forwarded-for': '192.0.2.7' })).status).toBe(200)
  await guarded.stop()
  removeFolder(guarded.folder)
})

test('[H17] commits are counted and timed, failed ones apart; two servers do not count for one another', async () => {
  const room = { kind: 'canvas', members: new Set([{ unread: () => 3 }, { unread: () => 4 }]) } as const
  const [mine, other] = [createMetrics(() => [room]), createMetrics(() => [])]
  let full = false
  const log = measured({ append: async () => (full ? Promise.reject(new Error('full')) : 7) } as unknown as BoardLog, mine)
  const entry = { doc: 'b' as never, data: new Uint8Array() }
  expect(await log.append([entry, entry, entry])).toBe(7)
  full = true
  await expect(log.append([entry])).rejects.toThrow('full')
  mine.merged(5)
  mine.dropped('slow')
  mine.dropped('slow')
  const text = await mine.text()
  for (const line of ['manyfutures_commit_entries_sum 3', 'manyfutures_commit_seconds_count 1', 'manyfutures_commits_failed_total 1', 'manyfutures_batch_changes_sum 5', 'manyfutures_dropped_total{cause="slow"} 2', 'manyfutures_sockets{document="canvas"} 2', 'manyfutures_unread_bytes 7']) {
    expect(text).toContain(line)
  }
  expect(await other.text()).toContain('manyfutures_dropped_total{cause="slow"} 0')
  expect([mine.takeRefusals(), mine.takeRefusals()]).toEqual([{ slow: 2 }, undefined])
  mine.close()
  other.close()
})

test('[H18] no secret, ticket, key, name or text of anybody is in logs or figures, whatever goes wrong', async () => {
  const server = await startServer({ LOG_LEVEL: 'trace', CREATE_KEY: 'create-key-of-the-house', MAX_STORE_BYTES: '400000' })
  const made = await call(server.url, '/api/boards', { title: 'Unspoken title' }, 'create-key-of-the-house')
  const board = made.body as Awaited<ReturnType<typeof makeBoard>>
  const [fay, ana, oli] = await Promise.all([
    joinAs(server.url, board, 'facilitator', 'Fay Unusual', 'Unheard sector'),
    joinAs(server.url, board, 'participant', 'Ana Unusual', 'Unheard sector'),
    joinAs(server.url, board, 'observer', 'Oli Unusual', 'Unheard sector'),
  ])
  const template = (await call(server.url, `/api/boards/${board.id}/templates`, { title: 'Unspoken title' }, fay.ticket)).body as { id: string; key: string }

  // Wrong ways in, by HTTP and by socket, each with something secret in its hand.
  await call(server.url, `/api/boards/${board.id}/join`, { secret: secretOf(board.links.facilitator).slice(1), name: 'Ana Unusual' })
  await call(server.url, `/api/boards/${board.id}/join?secret=${secretOf(board.links.participant)}`, { participant: ana.participant, key: fay.key })
  await call(server.url, `/api/boards/${board.id}/links?ticket=${ana.ticket}`, undefined, ana.ticket)
  await call(server.url, '/api/boards', { title: 'Unspoken title' }, 'wrong-create-key')
  await call(server.url, `/api/templates/${template.id}`, undefined, ana.key, 'DELETE')
  await fetch(`${server.url}/api/boards`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Bearer create-key-of-the-house' }, body: '{"title":"Unspoken title"' })
  await (await bareSocket(server.url, `${board.id}?secret=${secretOf(board.links.observer)}`, ['manyfutures.v1', `${ana.ticket}x`])).closed
  const observer = await bareSocket(server.url, board.id, ['manyfutures.v1', oli.ticket])
  observer.send('Unspoken title')
  await observer.closed
  const broken = await bareSocket(server.url, board.id, ['manyfutures.v1', ana.ticket])
  broken.send(Uint8Array.from([0, 2, 255]))
  await broken.closed

  // A busy board, until the disk is full and it is lost.
  const writer = stockClient(server.url, board.id, ana.ticket)
  writer.provider.awareness.setLocalStateField('cursor', { name: 'Ana Unusual' })
  await writer.synced()
  addCard(writer.doc)
  expect(await writer.saved()).toBe(durable.committed)
  const lost = writer.closed()
  writer.doc.transact(() => createRecord(recordsOf(writer.doc), newId<string>(), new Map<string, Json>(Object.entries({ type: 'card', kind: 'note', place, text: 'said in confidence '.repeat(30_000) }))))
  expect((await lost).code).toBe(close.retry.code)
  writer.leave()

  await call(server.url, `/api/boards/${board.id}/export`, undefined, fay.ticket)
  const { text } = await metricsOf(server)
  await server.stop()
  const output = server.output() + text
  expect(output).toContain('A board could not be saved')
  expect(output).toContain('Turned away since the last line')
  const secrets = [fay, ana, oli].flatMap(({ ticket, key }) => [ticket, ticket.split('.')[1] ?? ticket, key])
  for (const secret of [...secrets, ...Object.values(board.links).map(secretOf), template.key, 'create-key', 'Unusual', 'Unheard', 'Unspoken', 'said in confidence']) expect(output).not.toContain(secret)
  removeFolder(server.folder)
})

test('[K4] a level of log that is none is named', () => {
  expect(() => readConfig({ LOG_LEVEL: 'loud' })).toThrow(/LOG_LEVEL=loud cannot be used: give one of fatal, error, warn, info/)
})

test('[H18] what is turned away many times is one line of the log', async () => {
  const server = await startServer({ LOG_LEVEL: 'info' })
  await Promise.all(Array.from({ length: 50 }, () => call(server.url, '/api/boards/nowhere/look', { secret: 'x' })))
  await server.stop()
  const lines = server.output().split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line) as { msg: string; refused?: object })
  const refused = lines.flatMap(line => line.refused ?? []) as Record<string, number>[]
  expect(lines.filter(line => !line.refused).map(({ msg }) => msg.replace(/http\S+/, '…').replace(/:.*/, ''))).toEqual(['Started at …', 'Stopping', 'Stopped'])
  // One, and another one for every fifteen seconds that a busy machine takes.
  expect(refused.length).toBeLessThan(5)
  expect(refused.reduce((sum, { 'http 404': times = 0 }) => sum + times, 0)).toBe(50)
  removeFolder(server.folder)
})

test('[P2] SIGTERM while five people write: nothing answered as committed is lost, everybody is asked to come back, and it ends well', async () => {
  const server = await startServer()
  const board = await makeBoard(server.url)
  const join = async (at: string, name: string) => stockClient(at, board.id, (await joinAs(at, board, 'participant', name)).ticket)
  const clients = await Promise.all(Array.from({ length: 5 }, (_, i) => join(server.url, `Person ${i}`)))
  await Promise.all(clients.map(client => client.synced()))
  const goodbyes = Promise.all(clients.map(client => client.closed()))

  const acknowledged = new Set<string>()
  const code = await new Promise<number | null>(done => {
    const write = async (client: StockClient): Promise<void> => {
      // They go on writing into the goodbye; what is answered until then counts.
      for (let stopping = false; ; ) {
        const mine = [addCard(client.doc), addCard(client.doc)]
        if ((await client.saved()) === durable.committed) for (const id of mine) acknowledged.add(id)
        if (client === clients[0] && !stopping && acknowledged.size >= 200) {
          stopping = true
          void server.stop().then(done)
        }
      }
    }
    for (const client of clients) void write(client)
  })
  expect(code).toBe(0)
  expect((await goodbyes).map(goodbye => goodbye.code)).toEqual(clients.map(() => close.restarting.code))
  for (const client of clients) client.leave()

  const next = await startServer({}, server.folder)
  const reader = await join(next.url, 'Reader')
  await reader.synced()
  expect([...acknowledged].filter(id => !recordsOf(reader.doc).has(id))).toEqual([])
  reader.leave()
  await next.stop()
  removeFolder(server.folder)
})

/** A request that never ends. */
async function halfRequest(server: RunningServer): Promise<void> {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined) // It is cut; that is the point.
  await new Promise<void>(sent => socket.write('POST /api/boards HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{', () => sent()))
  await metricsOf(server) // Answered after the half request was read: the server knows it by now.
}

test('[P2] a request that never ends keeps the server from ending for a moment only', async () => {
  const server = await startServer()
  await halfRequest(server)
  expect(await server.stop()).toBe(0)
  removeFolder(server.folder)
})

test('[P2] who goes on sending SIGTERM does not wait', async () => {
  const server = await startServer({ LOG_LEVEL: 'info' })
  await halfRequest(server)
  const ended = server.stop()
  await server.says('Stopping')
  // Twice at once is one wish: a terminal and systemd ask the parent and what it started.
  const insisting = setInterval(() => void server.stop(), 20)
  expect(await ended).toBe(128 + 15)
  clearInterval(insisting)
  const next = await startServer({}, server.folder)
  await next.stop()
  removeFolder(server.folder)
})
