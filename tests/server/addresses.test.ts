import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { subprotocol } from '../../shared/protocol.ts'
import { askerOf } from '../../server/address.ts'
import { joinAs, makeBoard, removeFolder, type RunningServer, startServer } from '../support/server.ts'

/* How much one address may do, and what an address is. */

let server: RunningServer
beforeAll(async () => void (server = await startServer({ REQUESTS_PER_MINUTE: '30', BOARDS_PER_MINUTE: '5', MAX_SOCKETS_PER_ADDRESS: '3', PROXIES: '1' })))
afterAll(async () => {
  await server.stop()
  removeFolder(server.folder)
})

const as = (address: string, path: string, method = 'GET') =>
  fetch(`${server.url}${path}`, { method, headers: { 'x-forwarded-for': address, ...(method === 'POST' && { 'content-type': 'application/json' }) }, ...(method === 'POST' && { body: '{}' }) })

test.each([
  [0, undefined, '127.0.0.1', '127.0.0.1'],
  [0, '203.0.113.9', '::ffff:127.0.0.1', '127.0.0.1'],
  [1, '203.0.113.9', '127.0.0.1', '203.0.113.9'],
  [1, 'forged, 203.0.113.9', '127.0.0.1', '203.0.113.9'],
  [2, 'forged, 203.0.113.9, 10.0.0.1', '127.0.0.1', '203.0.113.9'],
  [1, undefined, '192.0.2.1', '192.0.2.1'],
  [1, '2001:db8:1:2:3:4:5:6', '127.0.0.1', '2001:db8:1:2::/64'],
  [1, '2001:db8:1:2::9', '127.0.0.1', '2001:db8:1:2::/64'],
  [1, '2001:db8::1', '127.0.0.1', '2001:db8:0:0::/64'],
  [1, '::1', '127.0.0.1', '0:0:0:0::/64'],
])('[S22] behind %i proxies, “%s” from %s counts as %s', (proxies, said, remoteAddress, counts) => {
  expect(askerOf({ headers: said === undefined ? {} : { 'x-forwarded-for': said }, socket: { remoteAddress } as never }, proxies)).toBe(counts)
})

test('[S22] who calls too often is told when to come back, nobody else is kept waiting, and pages are not counted', async () => {
  const statuses: number[] = []
  for (let i = 0; i < 40; i++) statuses.push((await as('203.0.113.1', '/api/templates')).status)
  expect(statuses).toEqual([...Array.from({ length: 30 }, () => 200), ...Array.from({ length: 10 }, () => 429)])
  const refused = await as('203.0.113.1', '/api/templates')
  expect(refused.headers.get('content-type')).toMatch('application/problem+json')
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({ status: 429, detail: expect.stringMatching(/Too many requests came from your network. Wait .* and try again/) })
  expect((await as('203.0.113.2', '/api/templates')).status).toBe(200)
  expect((await as('203.0.113.1', '/healthz')).status).toBe(200)
  expect((await as('203.0.113.1', '/')).status).toBe(200)
})

test('[S22] boards are made less often than things are asked for', async () => {
  const statuses: number[] = []
  for (let i = 0; i < 7; i++) statuses.push((await as('203.0.113.3', '/api/boards', 'POST')).status)
  expect(statuses).toEqual([201, 201, 201, 201, 201, 429, 429])
  expect((await as('203.0.113.3', '/api/templates')).status).toBe(200)
})

test('[S22] one address has so many connections and no more; whoever leaves makes room, and others are none the worse', async () => {
  const board = await makeBoard(server.url)
  const { ticket } = await joinAs(server.url, board, 'participant', 'Ana')
  const come = (address: string) =>
    new Promise<WebSocket | number>(done => {
      const ws = new WebSocket(`${server.url.replace(/^http/, 'ws')}/sync/${board.id}`, [subprotocol, ticket], { headers: { 'x-forwarded-for': address } })
      ws.once('close', done)
      ws.once('message', () => done(ws))
    })
  const inside = await Promise.all([1, 2, 3].map(() => come('203.0.113.4')))
  expect(inside.every(each => each instanceof WebSocket)).toBe(true)
  expect(await come('203.0.113.4')).toBe(1013)
  const other = await come('203.0.113.5')
  expect(other).toBeInstanceOf(WebSocket)
  const [first] = inside as [WebSocket]
  const left = new Promise(done => first.once('close', done))
  first.close()
  await left
  const next = await come('203.0.113.4')
  expect(next).toBeInstanceOf(WebSocket)
  for (const each of [...inside, other, next]) (each as WebSocket).terminate()
})
