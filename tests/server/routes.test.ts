import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { routes } from '../../server/http/routes.ts'
import { figureOf, head, rawSocket, soon } from '../support/raw.ts'
import { call, type Joined, joinAs, type MadeBoard, makeBoard, removeFolder, type RunningServer, startServer } from '../support/server.ts'

/* What each address of the server costs, however it is written, and what may be kept of its answers. */

let server: RunningServer
/** One without small limits, for what is no call at all. */
let noisy: RunningServer
let board: MadeBoard
let noisyBoard: MadeBoard
let fay: Joined
beforeAll(async () => {
  noisy = await startServer()
  noisyBoard = await makeBoard(noisy.url)
  server = await startServer({ PROXIES: '1', REQUESTS_PER_MINUTE: '8', EXPORTS_PER_MINUTE: '5', BOARDS_PER_MINUTE: '3', FILES_PER_MINUTE: '12' })
  board = await makeBoard(server.url)
  fay = await joinAs(noisy.url, noisyBoard, 'facilitator', 'Fay')
})
afterAll(async () => {
  for (const each of [server, noisy]) {
    await each.stop()
    removeFolder(each.folder)
  }
})

let addresses = 0
const newAddress = (): string => `203.0.113.${++addresses}`
/** Says a request line as it is, so often, as somebody who has asked for nothing before; resolves to the statuses. */
async function ask(line: string, times: number, headers: Record<string, string | number> = {}, body = '', address = newAddress()): Promise<number[]> {
  const statuses: number[] = []
  for (let i = 0; i < times; i++) {
    const each = rawSocket(server.url)
    each.send(head(line, { 'x-forwarded-for': address, connection: 'close', ...headers }), body)
    await each.closed
    statuses.push(...each.statuses())
  }
  return statuses
}
const limited = (statuses: readonly number[]): number => statuses.findIndex(status => status === 429)

const making = { 'content-type': 'application/json', 'content-length': 2 }

test.each([
  'POST /api/boards', 'POST /%61pi/boards', 'POST /api/%62oards', 'POST /%61%70%69/%62%6f%61%72%64%73', 'POST /api/boards?a=b', 'POST /api/boards?/../x', 'POST http://elsewhere.example/api/boards', 'POST HTTP://x/%61pi/boards', 'POST /api/boards;a', 'POST /api/boards#a',
])('[H23] %s makes boards no more often than any other way to write it', async line => {
  const statuses = await ask(line, 5, making, '{}')
  // It is the address, and then counts as it; or it is another, of which there is none.
  expect([line, statuses]).toEqual([line, statuses.includes(201) ? [201, 201, 201, 429, 429] : [404, 404, 404, 404, 404]])
})

test('[H23] boards made by one way to write the address count for all others', async () => {
  const address = newAddress()
  const statuses: number[] = []
  for (const line of ['POST /api/boards', 'POST /%61pi/boards', 'POST http://x/api/boards', 'POST /api/%62oards', 'POST /api/boards?x']) statuses.push(...(await ask(line, 1, making, '{}', address)))
  expect(statuses).toEqual([201, 201, 201, 429, 429])
})

const people = (): string => `/api/boards/${board.id}/people`
test.each([
  () => `GET ${people()}`, () => `HEAD ${people()}`, () => `OPTIONS ${people()}`, () => `PUT ${people()}`, () => `DELETE ${people()}`, () => `TRACE ${people()}`, () => `PROPFIND ${people()}`,
  () => `GET ${people().replace('api', '%61pi')}`, () => `GET http://x${people()}`, () => `GET ${people()}?a`, () => `POST ${people()}`, () => 'POST /api/nothing', () => 'POST /', () => 'PATCH /metrics', () => 'OPTIONS *',
  () => 'GET /api/templates', () => 'HEAD /api/templates', () => `GET /api/boards/${board.id}/assets/${'0'.repeat(64)}`, () => 'POST /%zz', () => 'GET /%', () => 'GET /api/templates/%E0%A4%A/file',
])('[H23] a call, or one for nothing, is let through so often in a minute and no more, whatever it looks like (%#)', async line => {
  const statuses = await ask(line(), 10)
  expect([line(), statuses.length, limited(statuses)]).toEqual([line(), 10, 8])
})

test.each([
  'GET /', 'GET /boards/any', 'GET /nothing', 'GET /healthz', 'HEAD /healthz', 'GET /config.json', 'GET /schema/board-1.json', 'GET /schema/./board-1.json', 'GET /metrics', 'GET /api//boards', 'GET /API/templates', 'GET /api/templates/', 'GET /api/./templates', 'GET /x/../api/templates', `GET /${'a'.repeat(3_000)}`, `GET /api/boards/${'a'.repeat(300)}/people`,
])('[H23] %s is a file, and has a most of its own', async line => {
  const statuses = await ask(line, 14)
  expect([line.slice(0, 40), statuses.length, limited(statuses)]).toEqual([line.slice(0, 40), 14, 12])
  expect(statuses.slice(0, 12).every(status => status < 500)).toBe(true)
})

test.each([() => `GET /api/boards/${board.id}/export`, () => `HEAD /api/boards/${board.id}/export`, () => `GET /%61pi/boards/${board.id}/export?format=svg`, () => `POST /api/boards/${board.id}/look`, () => 'GET /api/templates/empty/file'])('[H23] what has to be worked out is asked for less often, and is a call as well (%#)', async line => {
  const address = newAddress()
  const statuses = await ask(line(), 7, {}, '', address)
  expect([line(), limited(statuses)]).toEqual([line(), 5])
  expect(await ask('GET /api/templates', 3, {}, '', address)).toEqual([200, 429, 429])
})

// ---- what may be kept

/** Removing the board would leave nothing to ask the others about. */
const path = (route: string): string => route.split(' ')[1]!.replace(':board', route === 'DELETE /api/boards/:board' ? 'any' : noisyBoard.id).replaceAll(/:\w+/g, 'any').replace('/*', '/')
const asker = (route: string, bearer?: string) =>
  fetch(`${noisy.url}${path(route)}`, { method: route.split(' ')[0]!, headers: { ...(bearer && { authorization: `Bearer ${bearer}` }) } })

test.each(Object.keys(routes))('[H26] nobody on the way keeps an answer to %s, but for what the table says', async route => {
  const { mayKeep } = routes[route as keyof typeof routes] as { mayKeep?: string }
  for (const bearer of [undefined, fay.ticket, 'wrong']) {
    const answer = await asker(route, bearer)
    await answer.arrayBuffer()
    const expected = route === 'GET /*' ? 'no-cache' : answer.status === 200 && mayKeep ? mayKeep : 'no-store'
    expect([route, answer.status, answer.headers.get('cache-control')]).toEqual([route, answer.status, expected])
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  }
})

test('[H26] answers with tickets, keys, links and files are kept by nobody', async () => {
  const answers = await Promise.all([
    fetch(`${noisy.url}/api/boards`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
    ...[['join', { secret: noisyBoard.links.observer.split('#')[1], name: 'Oli' }], ['look', { secret: noisyBoard.links.observer.split('#')[1] }], ['links', { role: 'observer' }], ['templates', { title: 'Kept by nobody' }]].map(([what, body]) =>
      fetch(`${noisy.url}/api/boards/${noisyBoard.id}/${what as string}`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${fay.ticket}` }, body: JSON.stringify(body) })),
    ...['people', 'links', 'audit', 'export', 'export?format=csv'].map(what => fetch(`${noisy.url}/api/boards/${noisyBoard.id}/${what}`, { headers: { authorization: `Bearer ${fay.ticket}` } })),
    fetch(`${noisy.url}/api/nothing`, { method: 'POST' }),
    fetch(`${noisy.url}/%zz`),
  ])
  expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 201, 201, 200, 200, 200, 200, 200, 404, 400])
  expect(answers.map(answer => answer.headers.get('cache-control'))).toEqual(answers.map(() => 'no-store'))
})

test('[H26] the gallery is asked for anew, and sent again only where it has changed', async () => {
  const list = (tag?: string) => fetch(`${noisy.url}/api/templates`, { headers: { ...(tag && { 'if-none-match': tag }) } })
  const first = await list()
  const tag = first.headers.get('etag')!
  const again = await list(tag)
  expect([first.status, again.status, again.headers.get('cache-control'), await again.text()]).toEqual([200, 304, 'no-cache', ''])
  await call(noisy.url, `/api/boards/${noisyBoard.id}/templates`, { title: 'Newer' }, fay.ticket)
  const changed = await list(tag)
  expect([changed.status, changed.headers.get('etag') === tag, ((await changed.json()) as { title: string }[]).some(({ title }) => title === 'Newer')]).toEqual([200, false, true])
})

// ---- what is no HTTP, or breaks off

const joining = (): string => `POST /api/boards/${noisyBoard.id}/join`
const j = { 'content-type': 'application/json' }
const malformed: readonly (readonly [what: string, status: number | undefined, say: () => (string | Uint8Array)[]])[] = [
  ['a request line that is none', 400, () => ['BLAH\r\n\r\n']],
  ['the hello of TLS', 400, () => [Buffer.from('16030100c8010000c40303', 'hex')]],
  ['the preface of HTTP/2', 400, () => ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n']],
  ['zeros', 400, () => [Buffer.alloc(1_000)]],
  ['a method there is none of', 400, () => [head('BREW /')]],
  ['no host', 400, () => ['GET /healthz HTTP/1.1\r\n\r\n']],
  ['a length that is no number', 400, () => [head(joining(), { ...j, 'content-length': 'abc' })]],
  ['a negative length', 400, () => [head(joining(), { ...j, 'content-length': -5 })]],
  ['a length beyond all numbers', 400, () => [head(joining(), { ...j, 'content-length': '9'.repeat(30) })]],
  ['two lengths', 400, () => [`${joining()} HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcde`]],
  ['a length and pieces', 400, () => [head(joining(), { ...j, 'content-length': 5, 'transfer-encoding': 'chunked' }), '0\r\n\r\n']],
  ['a piece without a length', 400, () => [head(joining(), { ...j, 'transfer-encoding': 'chunked' }), 'zz\r\nabc\r\n']],
  ['a piece without end', 400, () => [head(joining(), { ...j, 'transfer-encoding': 'chunked' }), `${'f'.repeat(20)}\r\nabc\r\n`]],
  ['more words about a piece than pieces', 413, () => [head(joining(), { ...j, 'transfer-encoding': 'chunked' }), `1;${'a'.repeat(20_000)}\r\n`]],
  ['an encoding there is none of', 400, () => [head(joining(), { ...j, 'transfer-encoding': 'gzip' })]],
  ['a header of 40 kB', 431, () => [head('GET /', { x: 'a'.repeat(40_000) })]],
  ['three thousand headers', 431, () => [`GET / HTTP/1.1\r\nhost: x\r\n${Array.from({ length: 3_000 }, (_, i) => `a${i}: b\r\n`).join('')}\r\n`]],
  ['a header with a space in its name', 400, () => ['GET / HTTP/1.1\r\nhost: x\r\nfoo : bar\r\n\r\n']],
  ['a zero in a header', 400, () => ['GET / HTTP/1.1\r\nhost: x\r\nfoo: b\0r\r\n\r\n']],
  ['something to be connected to', undefined, () => [head('CONNECT x:80')]],
  ['an expectation there is none of', 417, () => [head(joining(), { ...j, expect: 'nonsense', 'content-length': 2, connection: 'close' }), '{}']],
  ['what is expected to be too much', 413, () => [head(joining(), { ...j, expect: '100-continue', 'content-length': 20_000_000 })]],
  ['another kind of body', 415, () => [head(joining(), { 'content-type': 'text/plain', 'content-length': 2, connection: 'close' }), '{}']],
  ['no kind of body', 415, () => [head(joining(), { 'content-length': 2, connection: 'close' }), '{}']],
  ['a kind that is none', 415, () => [head(joining(), { 'content-type': '///', 'content-length': 2, connection: 'close' }), '{}']],
  ['JSON that breaks off', 400, () => [head(joining(), { ...j, 'content-length': 2, connection: 'close' }), '{x']],
  ['letters that are none', 400, () => [head(joining(), { ...j, 'content-length': 4, connection: 'close' }), Buffer.from([0x22, 0xff, 0xfe, 0x22])]],
  ['lists inside one another', 400, () => [head(joining(), { ...j, 'content-length': 16_000, connection: 'close' }), `${'['.repeat(8_000)}${']'.repeat(8_000)}`]],
]

test.each(malformed)('[H27] %s is answered with %s where it can be, and its connection ends', async (_what, status, say) => {
  const each = rawSocket(noisy.url)
  each.send(...say())
  await each.closed
  expect(each.statuses()).toEqual(status === undefined ? [] : [status])
})

test('[H27] all of it a hundred times over leaves no connection, no request and nothing in the log but counts', async () => {
  const before = await figureOf(noisy.url, 'manyfutures_dropped_total{cause="malformed"}')
  const all = Array.from({ length: 20 }, () => malformed).flat().map(([, , say]) => {
    const each = rawSocket(noisy.url)
    each.send(...say())
    return each
  })
  await Promise.all(all.map(each => each.closed))
  await expect.poll(() => figureOf(noisy.url, 'manyfutures_requests_in_flight'), soon).toBe(1)
  expect((await figureOf(noisy.url, 'manyfutures_dropped_total{cause="malformed"}')) - before).toBeGreaterThan(200)
  expect((await call(noisy.url, '/healthz')).status).toBe(200)
  expect(linesOf(noisy)).toEqual([])
})

test('[H27] uploads that break off leave nothing in the folder, and the log is silent', async () => {
  const made = await makeBoard(noisy.url)
  const { ticket } = await joinAs(noisy.url, made, 'participant', 'Ana')
  const folder = join(noisy.folder, 'assets')
  const before = await figureOf(noisy.url, 'manyfutures_dropped_total{cause="gone"}')
  const paths = [`/api/boards/${made.id}/assets`, '/api/boards']
  for (let round = 0; round < 10; round++) {
    const all = paths.flatMap(path =>
      [['content-length', '300000'], ['transfer-encoding', 'chunked']].map(([name = '', value = '']) => {
        const each = rawSocket(noisy.url)
        each.send(head(`POST ${path}`, { ...j, authorization: `Bearer ${ticket}`, [name]: value }), ...(value === 'chunked' ? ['2710\r\n'] : []), Buffer.alloc(10_000, 'x'))
        return each
      }),
    )
    await expect.poll(() => readdirSync(folder).length, soon).toBe(4)
    // Some are cut, some say politely that no more will come.
    for (const [i, each] of all.entries()) each.socket[(i + round) % 2 ? 'destroy' : 'end']()
    await Promise.all(all.map(each => each.closed))
    await expect.poll(() => readdirSync(folder), soon).toEqual([])
  }
  await expect.poll(() => figureOf(noisy.url, 'manyfutures_requests_in_flight'), soon).toBe(1)
  expect((await figureOf(noisy.url, 'manyfutures_dropped_total{cause="gone"}')) - before).toBeGreaterThan(0)
  expect(linesOf(noisy)).toEqual([])
})

test('[H27] what goes wrong in the server is written down with its cause once a minute, however many ask', async () => {
  const broken = await startServer({ LOG_LEVEL: 'warn', MAX_UPLOADS_PER_ADDRESS: '0' })
  const made = await makeBoard(broken.url)
  const { ticket } = await joinAs(broken.url, made, 'participant', 'Ana')
  rmSync(join(broken.folder, 'assets'), { recursive: true })
  const send = () => fetch(`${broken.url}/api/boards/${made.id}/assets`, { method: 'POST', headers: { authorization: `Bearer ${ticket}` }, body: Buffer.alloc(100, 'x') })
  const answers = await Promise.all(Array.from({ length: 40 }, send))
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 500))
  await broken.stop()
  const lines = linesOf(broken).map(line => JSON.parse(line) as { msg: string; times?: number })
  expect(lines.map(({ msg, times }) => [msg, times])).toEqual([['A request failed: Something broke, POST /api/boards/:board/assets', undefined], ['A request failed: Something broke, POST /api/boards/:board/assets', 39]])
  removeFolder(broken.folder)
})

const linesOf = (of: RunningServer): string[] => of.output().split('\n').filter(line => line.startsWith('{'))
