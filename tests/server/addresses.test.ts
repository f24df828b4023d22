import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { close, subprotocol } from '../../shared/protocol.ts'
import { askerOf, networkIn } from '../../server/address.ts'
import { createApp } from '../../server/app.ts'
import { readConfig } from '../../server/config.ts'
import { createProxyCheck } from '../../server/http/proxies.ts'
import type { Counter } from '../../server/http/routes.ts'
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

// ---- a room behind one address

/** Calls of one kind, one after another; resolves to the statuses. */
const so = async (times: number, ask: () => Promise<Response>): Promise<number[]> => {
  const statuses: number[] = []
  for (let i = 0; i < times; i++) {
    const response = await ask()
    await response.arrayBuffer()
    statuses.push(response.status)
  }
  return statuses
}
const refused = (statuses: readonly number[]): number => statuses.filter(status => status === 429).length

/** A server whose people have few calls each, and all of an address together some more; by hand, so that no minute passes. */
async function smallRoom(settings: Record<string, string>, use: (room: { url: string; board: Awaited<ReturnType<typeof makeBoard>>; pass(ms: number): void }) => Promise<void>) {
  let at = 5_000
  const app = await createApp({ config: readConfig({ DATA_DIR: temporaryFolder(), PORT: '0', LOG_LEVEL: 'silent', ...settings }), clock: () => at })
  const url = await app.listen()
  try {
    await use({ url, board: await makeBoard(url), pass: ms => void (at += ms) })
  } finally {
    await app.stop()
    removeFolder(app.config.dataDir)
  }
}
const join = (url: string, board: string, body: object, ticket?: string) =>
  fetch(`${url}/api/boards/${board}/join`, { method: 'POST', headers: { 'content-type': 'application/json', ...(ticket && { authorization: `Bearer ${ticket}` }) }, body: JSON.stringify(body) })

test('[H60] pictures, previews, joins and coming back of a room behind one address do not use up one another’s limits', async () => {
  await smallRoom({ REQUESTS_PER_MINUTE: '12', REQUESTS_PER_MINUTE_PER_ADDRESS: '1000', EXPORTS_PER_MINUTE: '40' }, async ({ url, board }) => {
    const secret = board.links.participant.split('#')[1]!
    const [ana, ben] = [await joinAs(url, board, 'participant', 'Ana'), await joinAs(url, board, 'participant', 'Ben')]
    const cookie = (await join(url, board.id, { participant: ana.participant, key: ana.key })).headers.get('set-cookie')!.split(';')[0]!
    const picture = (headers: Record<string, string>) => fetch(`${url}/api/boards/${board.id}/assets/${'0'.repeat(64)}`, { headers })
    // Ana looks at more pictures than she may, by cookie and by ticket alike.
    expect(refused(await so(10, () => picture({ cookie })))).toBe(0)
    expect(refused(await so(10, () => picture({ authorization: `Bearer ${ana.ticket}` })))).toBe(8)
    // Ben has all of his own, and strangers have theirs.
    expect(refused(await so(12, () => picture({ authorization: `Bearer ${ben.ticket}` })))).toBe(0)
    expect(refused(await so(10, () => fetch(`${url}/api/boards/${board.id}/look`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ secret }) })))).toBe(0)
    expect(refused(await so(3, () => fetch(`${url}/api/templates`)))).toBe(1)
    // None of which keeps anybody from joining, or from coming back: not Ana either, whose calls are used up.
    expect(refused(await so(6, () => join(url, board.id, { secret, name: 'Newcomer' })))).toBe(0)
    expect(refused(await so(6, () => join(url, board.id, { participant: ana.participant, key: ana.key }, ana.ticket)))).toBe(0)
  })
})

test.each(['forged', 'of another server', 'without its end', ''])('[H60] a ticket that is %s, or a cookie for another board, counts for nobody', async how => {
  await smallRoom({ REQUESTS_PER_MINUTE: '6', REQUESTS_PER_MINUTE_PER_ADDRESS: '1000' }, async ({ url, board }) => {
    const ana = await joinAs(url, board, 'participant', 'Ana')
    const ticketFor = (i: number): string =>
      ({ forged: `${Buffer.from(JSON.stringify([board.id, `p${i}`, 'participant', 'l', 9e15])).toString('base64url')}.${'A'.repeat(43)}`, 'of another server': `${ana.ticket.split('.')[0]}.${String(i).padStart(43, 'B')}`, 'without its end': ana.ticket.slice(0, -1 - i), '': '' })[how]!
    let i = 0
    const statuses = await so(10, () => fetch(`${url}/api/boards/${board.id}/people`, { headers: { authorization: `Bearer ${ticketFor(i)}`, cookie: `manyfutures-pictures=p${i++}.${'C'.repeat(43)}` } }))
    expect(statuses).toEqual([...Array.from({ length: 6 }, () => 401), ...Array.from({ length: 4 }, () => 429)])
  })
})

test('[H60] a ticket that is over still counts for whom it was, and opens nothing', async () => {
  let date = Date.parse('2026-11-01T10:00:00Z')
  const app = await createApp({ config: readConfig({ DATA_DIR: temporaryFolder(), PORT: '0', LOG_LEVEL: 'silent', REQUESTS_PER_MINUTE: '5' }), now: () => date, clock: () => 5_000 })
  const url = await app.listen()
  const board = await makeBoard(url)
  const ana = await joinAs(url, board, 'participant', 'Ana')
  date += 86_400_000
  const statuses = await so(8, () => fetch(`${url}/api/boards/${board.id}/people`, { headers: { authorization: `Bearer ${ana.ticket}` } }))
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
  expect((await fetch(`${url}/api/templates`)).status).toBe(200)
  await app.stop()
  removeFolder(app.config.dataDir)
})

test('[H60] an address has a most of its own, joins count against it, and a hundred joins are not a hundred allowances', async () => {
  await smallRoom({ REQUESTS_PER_MINUTE: '30', REQUESTS_PER_MINUTE_PER_ADDRESS: '60', BOARDS_PER_MINUTE: '1000' }, async ({ url, board, pass }) => {
    const people = []
    for (let i = 0; i < 20; i++) people.push(await joinAs(url, board, 'participant', `Person ${i}`))
    // One board made and twenty joins so far: of six hundred calls that twenty people may make, an address may make thirty-nine more.
    let answered = 0
    for (const { ticket } of people) answered += 3 - refused(await so(3, () => fetch(`${url}/api/boards/${board.id}/people`, { headers: { authorization: `Bearer ${ticket}` } })))
    expect(answered).toBe(39)
    expect((await join(url, board.id, { secret: board.links.participant.split('#')[1], name: 'One more' })).status).toBe(429)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    pass(60_001)
    expect((await join(url, board.id, { secret: board.links.participant.split('#')[1], name: 'One more' })).status).toBe(200)
  })
})

test.each([
  ['as many as one person has, at least', { REQUESTS_PER_MINUTE: '9', REQUESTS_PER_MINUTE_PER_ADDRESS: '2' }, 9],
  ['any number, where people have any number', { REQUESTS_PER_MINUTE: '0', REQUESTS_PER_MINUTE_PER_ADDRESS: '2' }, 25],
  ['any number, where that is said', { REQUESTS_PER_MINUTE: '25', REQUESTS_PER_MINUTE_PER_ADDRESS: '0' }, 25],
])('[H60] an address has %s', async (_, settings, most) => {
  await smallRoom(settings, async ({ url }) => {
    // The board that was made counted as well, where there is a most.
    const through = 25 - refused(await so(25, () => fetch(`${url}/api/templates`)))
    expect(Math.abs(through - most)).toBeLessThanOrEqual(1)
  })
})

test('[H60] whoever joins is told how long their ticket lasts as a span', async () => {
  await smallRoom({ TICKET_SECONDS: '77' }, async ({ url, board }) => {
    const response = await join(url, board.id, { secret: board.links.participant.split('#')[1], name: 'Ana' })
    expect(await response.json()).toMatchObject({ seconds: 77 })
  })
})

// ---- proxies that are not as was said

/** What is said of requests with these headers, at calls of the API. */
const told = (proxies: number, requests: readonly Record<string, string>[], counts: readonly Counter[] = ['calls']): string[] => {
  const said: string[] = []
  const check = createProxyCheck({ proxies }, sentence => said.push(sentence))
  for (const headers of requests) check(headers, { counts, body: 'nothing' })
  return said
}

test.each([
  [0, [{}, {}], undefined],
  [0, [{}, { 'x-forwarded-for': '203.0.113.7' }, { 'x-forwarded-for': '203.0.113.8' }], /PROXIES is 0.*Set PROXIES/],
  [0, [{ forwarded: 'for=203.0.113.7' }], /PROXIES is 0/],
  [1, [{ 'x-forwarded-for': '203.0.113.7' }, { 'x-forwarded-for': '203.0.113.7:4711' }, { 'x-forwarded-for': 'made up, [2001:db8::1]:443' }], undefined],
  [1, [{ 'x-forwarded-for': '203.0.113.7' }, {}, {}], /PROXIES is 1.*without as many addresses/],
  [1, [{ 'x-forwarded-for': 'unknown' }], /PROXIES is 1/],
  [1, [{ 'x-forwarded-for': '' }], /PROXIES is 1/],
  [2, [{ 'x-forwarded-for': '203.0.113.7' }], /PROXIES is 2/],
  [2, [{ 'x-forwarded-for': '203.0.113.7, 10.0.0.1' }], undefined],
] as const)('[H61] with PROXIES=%i, %j is told of once, or not at all', (proxies, requests, sentence) => {
  expect(told(proxies, requests)).toEqual(sentence ? [expect.stringMatching(sentence)] : [])
  // Whatever looks whether the server is well comes from beside it.
  expect(told(proxies, requests, ['files'])).toEqual([])
})

test('[H61] the log says it once, and at start where it can be known', async () => {
  const own = await startServer({ PUBLIC_URL: 'https://boards.example.org' })
  await own.says('PUBLIC_URL is an https address')
  for (let i = 0; i < 5; i++) await (await fetch(`${own.url}/api/templates`, { headers: { 'x-forwarded-for': `203.0.113.${i}` } })).arrayBuffer()
  await own.says('People come by a proxy')
  await own.stop()
  expect(own.output().split('People come by a proxy').length).toBe(2)
  expect(own.output()).not.toContain('203.0.113')
  removeFolder(own.folder)
  const quiet = await startServer({ PUBLIC_URL: 'https://boards.example.org', PROXIES: '1' })
  await (await fetch(`${quiet.url}/api/templates`, { headers: { 'x-forwarded-for': '203.0.113.1' } })).arrayBuffer()
  await (await fetch(`${quiet.url}/healthz`)).arrayBuffer()
  await quiet.stop()
  expect(quiet.output()).not.toContain('PROXIES')
  removeFolder(quiet.folder)
})
