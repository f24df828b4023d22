import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { close, subprotocol } from '../../shared/protocol.ts'
import { askerOf, networkIn } from '../../server/address.ts'
import { createApp } from '../../server/app.ts'
import { readConfig } from '../../server/config.ts'
import { createWindows } from '../../server/ops/windows.ts'
import { bareSocket } from '../support/client.ts'
import { random, runSeed } from '../support/random.ts'
import { joinAs, makeBoard, removeFolder, type RunningServer, startServer, temporaryFolder } from '../support/server.ts'

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

/** One address a row, and ways to write it that are all the same. */
const spelled: readonly (readonly [counts: string, ...ways: string[]])[] = [
  ['203.0.113.7', '203.0.113.7', ' 203.0.113.7 ', '203.0.113.7:51423', '"203.0.113.7"', '"203.0.113.7:80"', 'for=203.0.113.7', 'For="203.0.113.7:4711"', 'for=203.0.113.7;proto=https;by=10.0.0.1', '[203.0.113.7]:80',
    '::ffff:203.0.113.7', '::FFFF:203.0.113.7', '::ffff:cb00:7107', '0:0:0:0:0:ffff:203.0.113.7', '0000:0000:0000:0000:0000:FFFF:CB00:7107', '[::ffff:203.0.113.7]:443', '::ffff:203.0.113.7%eth0', '64:ff9b::203.0.113.7', '64:ff9b::cb00:7107'],
  ['2001:db8:1:2::/64', '2001:db8:1:2:3:4:5:6', '2001:0DB8:0001:0002::1', '[2001:db8:1:2::9]:443', '"[2001:db8:1:2::9]"', 'for="[2001:db8:1:2::9]:4711"', 'FOR=[2001:db8:1:2::9]', '2001:db8:1:2::9%25en0', '2001:db8:1:2:0:ffff:1.2.3.4'],
  ['2001:db8:0:0::/64', '2001:db8::1', '2001:db8:0:0:0:0:0:1', '[2001:db8::1]:443', '2001:db8::'],
  ['fe80:0:0:0::/64', 'fe80::1', 'fe80::1%eth0', '[fe80::1%25eth0]:80', `fe80::1%${'x'.repeat(60)}`],
  ['0:0:0:0::/64', '::1', '::', '[::1]', '[::1]:80', '0:0:0:0:0:0:0:1'],
]
test.each(spelled.flatMap(([counts, ...ways]) => ways.map(way => [way, counts] as const)))('[H30] “%s” is %s', (way, counts) => {
  expect(networkIn(way)).toBe(counts)
  expect(askerOf({ headers: { 'x-forwarded-for': `198.51.100.1, ${way}` }, socket: { remoteAddress: '10.0.0.1' } as never }, 1)).toBe(counts)
})

test.each([
  '', ' ', 'unknown', '_hidden', 'for=_hidden', 'for="unknown"', 'localhost', '1.2.3', '1.2.3.4.5', '256.1.1.1', '1.2.3.4:80:90', '01.02.03.04', '0x7f.0.0.1', '127.1', '::g', '1:2:3', ':::', '1::2::3', '[::1', '::1]', '[]', '[]:80', '%eth0', '"', '""', 'for=', '١٢٧.0.0.1', '<script>', '__proto__', 'x'.repeat(10_000), `2001:db8::1${'%'.repeat(10_000)}`, `${'['.repeat(5_000)}`, `${' '.repeat(9_000)}1.2.3.4`,
])('[H30] what is no address (%#) counts as whoever handed it on', said => {
  expect(networkIn(said)).toBeUndefined()
  expect(askerOf({ headers: { 'x-forwarded-for': said }, socket: { remoteAddress: '::ffff:10.0.0.1' } as never }, 1)).toBe('10.0.0.1')
})

test('[H30] whatever stands there, what is counted is short and one of few forms', () => {
  const pick = random(runSeed)
  const letters = '0123456789abcdefF:.[]%"=; ,x'
  for (let i = 0; i < 20_000; i++) {
    const said = Array.from({ length: pick(60) }, () => letters[pick(letters.length)]).join('')
    const counts = askerOf({ headers: { 'x-forwarded-for': said }, socket: { remoteAddress: undefined } as never }, 1 + pick(3))
    expect([said, runSeed, /^(unknown|\d{1,3}(\.\d{1,3}){3}|[\da-f]{1,4}(:[\da-f]{1,4}){3}::\/64)$/.test(counts)]).toEqual([said, runSeed, true])
  }
})

test('[H30] by any spelling of it an address has its most once', async () => {
  const ways = spelled[0]!.slice(1)
  const statuses: number[] = []
  for (let i = 0; i < 34; i++) statuses.push((await as(ways[i % ways.length]!.replace('203.0.113.7', '203.0.113.77').replaceAll('cb00:7107', 'cb00:714d').replaceAll('CB00:7107', 'CB00:714D'), '/api/templates')).status)
  expect(statuses).toEqual([...Array.from({ length: 30 }, () => 200), ...Array.from({ length: 4 }, () => 429)])
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

afterEach(() => void vi.useRealTimers())

test('[H28] the clock of the day set back or on locks nobody out and lets nobody through; the one that nobody sets does', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  let at = 5_000
  const app = await createApp({ config: readConfig({ DATA_DIR: temporaryFolder(), LOG_LEVEL: 'silent', REQUESTS_PER_MINUTE: '5', BOARDS_PER_MINUTE: '2', JOINS_PER_DAY: '1' }), clock: () => at })
  const list = async () => (await app.http.inject({ url: '/api/templates' })).statusCode
  const make = async () => (await app.http.inject({ url: '/api/boards', method: 'POST', headers: { 'content-type': 'application/json' }, payload: '{}' })).statusCode
  for (let i = 0; i < 5; i++) expect(await list()).toBe(200)
  for (let i = 0; i < 2; i++) expect(await make()).toBe(201)
  const today = Date.now()
  // An hour back, ten minutes on, a year on, the day the epoch began.
  for (const set of [today - 3_600_000, today + 600_000, today + 3.15e10, 0]) {
    vi.setSystemTime(set)
    expect([await list(), await make()]).toEqual([429, 429])
  }
  at += 59_000
  expect([await list(), await make()]).toEqual([429, 429])
  vi.setSystemTime(today - 3_600_000)
  at += 1_001
  expect([await list(), await make()]).toEqual([200, 201])
  await app.stop()
  removeFolder(app.config.dataDir)
})

test('[S37] the clock of the day set back or on lets nobody in who comes too often, and keeps nobody out', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  let at = 5_000
  const app = await createApp({ config: readConfig({ DATA_DIR: temporaryFolder(), PORT: '0', LOG_LEVEL: 'silent', JOINS_PER_SECOND: '1', TICKET_SECONDS: '86400' }), clock: () => at })
  const url = await app.listen()
  const board = await makeBoard(url)
  const { ticket } = await joinAs(url, board, 'participant', 'Ana')
  const come = async (): Promise<number | undefined> => {
    const { ws, closed } = await bareSocket(url, board.id, [subprotocol, ticket])
    const code = await Promise.race([closed.then(each => each.code), new Promise<undefined>(heard => ws.once('message', () => heard(undefined)))])
    ws.terminate()
    return code
  }
  expect([await come(), await come(), await come()]).toEqual([undefined, undefined, close.busy.code])
  const today = Date.now()
  for (const set of [today + 600_000, today - 600_000]) {
    vi.setSystemTime(set)
    expect(await come()).toBe(close.busy.code)
  }
  at += 1_000
  expect(await come()).toBeUndefined()
  await app.stop()
  removeFolder(app.config.dataDir)
})

test('[H28] what is counted in a time is counted again after it, for as many keys as there is room for', () => {
  let at = 0
  const windows = createWindows({ most: 2, ms: 1_000, clock: () => at, mostKeys: 100 })
  expect([windows.count('a'), windows.count('a'), windows.count('a'), windows.count('b'), windows.refused('a')]).toEqual([0, 0, 1_000, 0, 1])
  windows.undo('a')
  at += 400
  expect([windows.count('a'), windows.count('a')]).toEqual([0, 600])
  at += 600
  expect([windows.count('a'), windows.refused('a')]).toEqual([0, 0])
  for (let i = 0; i < 5_000; i++) windows.count(`key ${i}`)
  expect(windows.size).toBe(100)
  expect(createWindows({ most: 0, ms: 1, clock: () => 0 }).count('a')).toBe(0)
})
