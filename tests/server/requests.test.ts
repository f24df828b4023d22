import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type App, createApp } from '../../server/app.ts'
import { readConfig } from '../../server/config.ts'
import { bodies, routes } from '../../server/http/routes.ts'
import { graceMs, leastRate } from '../../server/ops/pace.ts'
import { png } from '../support/pictures.ts'
import { api, figureOf, head, type RawSocket, rawSocket, soon } from '../support/raw.ts'
import { call, joinAs, type MadeBoard, makeBoard, removeFolder, type RunningServer, startServer, temporaryFolder } from '../support/server.ts'

/* Requests that never end, come too slowly or too large, answers that nobody reads: each has an end, and is counted until then. */

const json = { 'content-type': 'application/json' }

let server: RunningServer
let board: MadeBoard
/** Begun first and looked at last: they are given twenty seconds. */
let headless: RawSocket[]
beforeAll(async () => {
  server = await startServer()
  board = await makeBoard(server.url)
  headless = ['', 'G', 'GET / HTTP/1.1\r\nhost: x\r\n', `POST ${api(board, '/join')} HTTP/1.1\r\nx: `].map(said => {
    const each = rawSocket(server.url)
    each.send(said)
    return each
  })
})
afterAll(async () => {
  await server.stop()
  removeFolder(server.folder)
})

/** What is left of all that came: nothing, but for whoever asks. */
const nothingLeft = (url = server.url) =>
  expect.poll(async () => [await figureOf(url, 'manyfutures_requests_in_flight'), await figureOf(url, 'manyfutures_held_bytes{kind="bodies"}'), await figureOf(url, 'manyfutures_held_bytes{kind="answers"}'), await figureOf(url, 'manyfutures_held_bytes{kind="uploads"}'), await figureOf(url, 'manyfutures_held_addresses')], soon).toEqual([1, 0, 0, 0, 0])
const dropped = (cause: string, url = server.url): Promise<number> => figureOf(url, `manyfutures_dropped_total{cause="${cause}"}`)

const taking = Object.entries(routes).filter(([, { body }]) => bodies[body].kept === 'in memory')
const addressOf = (route: string): [method: string, path: string] => [route.split(' ')[0]!, route.split(' ')[1]!.replace(':board', board.id).replaceAll(/:\w+/g, 'any')]

test.each(taking)('[H21] %s takes so much and no more, whether its length is said or not, and reads none of what is too much', async (route, { body }) => {
  const [method, path] = addressOf(route)
  const most = bodies[body].most!
  const said = rawSocket(server.url)
  said.send(head(`${method} ${path}`, { ...json, 'content-length': most + 1 }))
  await said.answers()
  expect([route, said.statuses()]).toEqual([route, [413]])
  // Without a length it is refused as soon as it is too much.
  const chunked = rawSocket(server.url)
  chunked.send(head(`${method} ${path}`, { ...json, 'transfer-encoding': 'chunked' }), `${(most + 1).toString(16)}\r\n`, Buffer.alloc(most + 1, 0x20), '\r\n')
  await chunked.answers()
  expect([route, chunked.statuses()]).toEqual([route, [413]])
  const enough = rawSocket(server.url)
  enough.send(head(`${method} ${path}`, { ...json, 'content-length': most }), Buffer.alloc(most, 0x20))
  await enough.answers()
  expect([route, enough.statuses().every(status => status !== 413)]).toEqual([route, true])
  for (const each of [said, chunked, enough]) each.socket.destroy()
})

test('[H21] hundreds of large bodies are refused by their length: none is read, kept or waited for', async () => {
  const junk = Buffer.alloc(900_000, 'x')
  const all = Array.from({ length: 300 }, () => {
    const each = rawSocket(server.url)
    each.send(head(`POST ${api(board, '/join')}`, { ...json, 'content-length': 1_000_000 }), junk)
    return each
  })
  await Promise.all(all.map(each => each.answers()))
  expect(all.flatMap(each => each.statuses())).toEqual(all.map(() => 413))
  // Nobody there ends them.
  await Promise.all(all.map(each => each.closed))
  await nothingLeft()
})

test('[H21] whatever comes with a request that takes nothing, or with one for nothing, is answered and not waited for', async () => {
  const before = await dropped('slow')
  const lines = [`GET ${api(board, '/people')}`, 'DELETE /api/templates/any', 'POST /api/nowhere', 'PUT /api/boards', 'GET /', 'GET /nowhere', 'POST /%zz', `POST ${api(board, '/assets')}`]
  const all = lines.flatMap(line =>
    [['content-length', '10000000', 'abcde'], ['transfer-encoding', 'chunked', '5\r\nabcde\r\n']].map(([name = '', value = '', body = '']) => {
      const endless = rawSocket(server.url)
      endless.send(head(line, { ...json, [name]: value }), body)
      return { line, endless }
    }),
  )
  await Promise.all(all.map(({ endless }) => endless.answers()))
  expect(all.map(({ line, endless }) => [line, endless.statuses().length])).toEqual(all.map(({ line }) => [line, 1]))
  await Promise.all(all.map(({ endless }) => endless.closed))
  await nothingLeft()
  expect(await dropped('slow')).toBe(before)
})

test('[H21] one byte at a time takes no more memory than the whole of it', async () => {
  const one = rawSocket(server.url)
  one.send(head(`POST ${api(board, '/join')}`, { ...json, 'transfer-encoding': 'chunked' }))
  const held = () => figureOf(server.url, 'manyfutures_held_bytes{kind="bodies"}')
  one.send('1\r\n{\r\n'.repeat(8_000))
  await expect.poll(held, soon).toBe(16 * 2 ** 10)
  one.send('0\r\n\r\n')
  await one.answers()
  expect(one.statuses()).toEqual([400])
  one.socket.destroy()
  await nothingLeft()
})

test('[H21] a body in pieces of a byte, which cost ten times what they bring, is no body', async () => {
  const before = await figureOf(server.url, 'manyfutures_requests_refused_total{status="400"}').catch(() => 0)
  const one = rawSocket(server.url)
  one.send(head('POST /api/boards', { ...json, 'transfer-encoding': 'chunked' }), '1\r\n{\r\n'.repeat(120_000))
  await one.answers()
  expect(one.statuses()).toEqual([400])
  await one.closed
  expect(await figureOf(server.url, 'manyfutures_requests_refused_total{status="400"}')).toBe(before + 1)
  expect(readdirSync(join(server.folder, 'assets'))).toEqual([])
})

test('[H21] a head that never ends, or never begins, is answered after a while and its connection ends', async () => {
  await Promise.all(headless.map(each => each.closed))
  expect(headless.map(each => each.statuses())).toEqual(headless.map(() => [408]))
})

// ---- by a clock in the test's hands

const apps: App[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) {
    await app.stop()
    removeFolder(app.config.dataDir)
  }
})

/** A server in this process, by whose clock time passes as a test says. */
async function slowServer(env: Record<string, string> = {}) {
  let at = 0
  const app = await createApp({ config: readConfig({ DATA_DIR: temporaryFolder(), PORT: '0', LOG_LEVEL: 'silent', ...env }), clock: () => at })
  apps.push(app)
  const url = await app.listen()
  return { app, url, pass: (ms: number) => void (at += ms), held: () => app.ledger.held }
}

test('[H21] bodies that drip are answered once they are too slow, and their connections end', async () => {
  const { url, pass, held } = await slowServer()
  const made = await makeBoard(url)
  const drips = Array.from({ length: 60 }, (_, i) => {
    const each = rawSocket(url)
    each.send(head(`POST ${api(made, '/join')}`, { ...json, ...(i % 2 ? { 'content-length': 10_000 } : { 'transfer-encoding': 'chunked' }) }), i % 2 ? '{"secret":"' : '1\r\n{\r\n')
    return each
  })
  await expect.poll(() => figureOf(url, 'manyfutures_requests_in_flight'), soon).toBe(61)
  pass(graceMs - 1_000)
  for (const [i, each] of drips.entries()) each.send(i % 2 ? 'x' : '1\r\nx\r\n')
  expect((await call(url, api(made, '/join'), { secret: 'x', name: 'Ana' })).status).toBe(403)
  expect(drips.flatMap(each => each.statuses())).toEqual([])
  pass(2_000)
  await Promise.all(drips.map(each => each.answers()))
  expect(drips.map(each => [each.statuses(), each.heard().includes('did not arrive in time')])).toEqual(drips.map(() => [[408], true]))
  pass(10_000)
  await Promise.all(drips.map(each => each.closed))
  await expect.poll(held, soon).toBe(0)
  expect(await dropped('late', url)).toBe(60)
})

test('[H21] a picture may take as long as it keeps coming; one that comes more slowly is refused, and leaves nothing behind', async () => {
  const { app, url, pass } = await slowServer()
  const made = await makeBoard(url)
  const { ticket } = await joinAs(url, made, 'participant', 'Ana')
  const bytes = png(40, 20, 7, 400_000)
  const folder = join(app.config.dataDir, 'assets')
  /** Sends it in pieces, a second between two of them. */
  const send = async (perSecond: number, seconds: number) => {
    const each = rawSocket(url)
    each.send(head(`POST ${api(made, '/assets')}`, { 'content-type': 'image/png', 'content-length': bytes.length, authorization: `Bearer ${ticket}` }))
    await expect.poll(() => readdirSync(folder).filter(name => name.endsWith('.part')).length, soon).toBe(1)
    let sent = 0
    for (let second = 0; second < seconds && (await dropped('late', url)) === 0; second++) {
      each.send(bytes.subarray(sent, (sent += perSecond)))
      pass(1_000)
      // It has arrived once the server has answered what came after it.
      await call(url, '/healthz')
      app.flights.sweep()
    }
    return { each, sent }
  }
  const steady = await send(leastRate, 90)
  expect(steady.each.statuses()).toEqual([])
  steady.each.send(bytes.subarray(steady.sent))
  await steady.each.answers()
  expect(steady.each.statuses()).toEqual([201])

  const dripping = await send(leastRate / 4, 90)
  await dripping.each.answers()
  expect(dripping.each.statuses()).toEqual([408])
  expect(dripping.sent).toBeLessThan(leastRate * 10)
  await expect.poll(() => readdirSync(folder).length, soon).toBe(1)
})

/** A board whose file is longer than the systems between two programs hold for somebody who does not read. */
const longFile = { format: 'manyfutures/board', version: 1, board: { title: 'Long' }, cards: Array.from({ length: 4_000 }, (_, i) => ({ id: `c${i}`, kind: 'note', text: 'x'.repeat(4_900), x: 0, y: i })), relations: [], structures: [], drawings: [], people: [] }
const size = 19_000_000

test('[H22] an answer that nobody reads is cut, and what was kept for it is given back; whoever reads slowly gets it whole', { timeout: 180_000 }, async () => {
  const { app, url, pass, held } = await slowServer()
  const made = await makeBoard(url, { file: longFile })
  const { ticket } = await joinAs(url, made, 'observer', 'Eve')
  const ask = (path = api(made, '/export')) => {
    const each = rawSocket(url)
    each.send(head(`GET ${path}`, { authorization: `Bearer ${ticket}`, connection: 'close' }))
    return each
  }
  const [deaf, slow] = [ask(), ask()]
  deaf.socket.pause()
  slow.socket.pause()
  await expect.poll(held, soon).toBeGreaterThan(2 * size)
  // The slow one reads on, a little every second.
  const took = await new Promise<number>(done => {
    let bytes = 0
    slow.socket.on('data', (data: Buffer) => (bytes += data.length))
    let before = 0
    slow.socket.on('data', () => {
      if (bytes - before < 256_000) return
      before = bytes
      pass(1_000)
      app.flights.sweep()
      slow.socket.pause()
      setImmediate(() => slow.socket.resume())
    })
    slow.socket.resume()
    slow.socket.once('close', () => done(bytes))
  })
  expect(took).toBeGreaterThan(size)
  expect(slow.statuses()).toEqual([200])
  await expect.poll(held, soon).toBe(0)
  expect(await dropped('slow', url)).toBe(1)
  deaf.socket.resume()
  await deaf.closed
  expect(deaf.heard().length).toBeLessThan(size)
})

test('[H22] one address may have so much kept for it; more is refused with a sentence, and another address is none the worse', { timeout: 180_000 }, async () => {
  const { url, held } = await slowServer({ PROXIES: '1', MAX_HELD_BYTES_PER_ADDRESS: '30000000', MAX_HELD_BYTES: '200000000' })
  const made = await makeBoard(url, { file: longFile })
  const { ticket } = await joinAs(url, made, 'observer', 'Eve')
  const ask = (address: string) => {
    const each = rawSocket(url)
    each.send(head(`GET ${api(made, '/export')}`, { authorization: `Bearer ${ticket}`, 'x-forwarded-for': address }))
    return each
  }
  const first = ask('203.0.113.1')
  first.socket.pause()
  await expect.poll(held, soon).toBeGreaterThan(size)
  const second = ask('203.0.113.1')
  await second.answers()
  const other = ask('203.0.113.2')
  await other.answers()
  expect([second.statuses(), other.statuses()]).toEqual([[429], [200]])
  expect(second.heard()).toMatch(/retry-after: 10\r\n[^]*Your network has yet to read what it asked for before/i)
  for (const each of [first, second, other]) each.socket.destroy()
  await expect.poll(held, soon).toBe(0)
})

test('[H22] where the server keeps all it may, whoever has most of it unread gives way to somebody who asks for less', { timeout: 180_000 }, async () => {
  const { url, held } = await slowServer({ PROXIES: '1', MAX_HELD_BYTES_PER_ADDRESS: '50000000', MAX_HELD_BYTES: '55000000' })
  const made = await makeBoard(url, { file: longFile })
  const { ticket } = await joinAs(url, made, 'observer', 'Eve')
  const ask = (address: string) => {
    const each = rawSocket(url)
    each.send(head(`GET ${api(made, '/export')}`, { authorization: `Bearer ${ticket}`, 'x-forwarded-for': address }))
    each.socket.pause()
    return each
  }
  const crowd = [ask('203.0.113.1'), ask('203.0.113.1')]
  await expect.poll(held, soon).toBeGreaterThan(2 * size)
  const other = ask('203.0.113.2')
  other.socket.resume()
  await other.answers()
  expect(other.statuses()).toEqual([200])
  // The older of the two is gone; the other one is still there.
  crowd[0]!.socket.resume()
  await crowd[0]!.closed
  expect(crowd[1]!.socket.destroyed).toBe(false)
  for (const each of [...crowd, other]) each.socket.destroy()
  await expect.poll(held, soon).toBe(0)
})

test('[H21] one address has so many requests under way and no more; whoever ends one makes room, and others are none the worse', async () => {
  const { url } = await slowServer({ PROXIES: '1', MAX_REQUESTS_PER_ADDRESS: '4' })
  const made = await makeBoard(url)
  const begin = (address: string) => {
    const each = rawSocket(url)
    each.send(head(`POST ${api(made, '/join')}`, { ...json, 'content-length': 1_000, 'x-forwarded-for': address }), '{')
    return each
  }
  const inside = Array.from({ length: 4 }, () => begin('203.0.113.1'))
  await expect.poll(() => figureOf(url, 'manyfutures_requests_in_flight'), soon).toBe(5)
  const next = begin('203.0.113.1')
  await next.answers()
  expect([next.statuses(), /Too many requests of your network are under way at once/.test(next.heard())]).toEqual([[429], true])
  const other = begin('203.0.113.2')
  await expect.poll(() => figureOf(url, 'manyfutures_requests_in_flight'), soon).toBeGreaterThan(5)
  expect(other.statuses()).toEqual([])
  for (const each of [next, inside.pop()!]) each.socket.destroy()
  await expect.poll(() => figureOf(url, 'manyfutures_requests_in_flight'), soon).toBe(5)
  const again = begin('203.0.113.1')
  await expect.poll(() => figureOf(url, 'manyfutures_requests_in_flight'), soon).toBe(6)
  expect(again.statuses()).toEqual([])
  for (const each of [...inside, other, again]) each.socket.destroy()
})

test('[H21] one address has so many connections, whatever it says on them, and who asks without waiting for answers is cut', async () => {
  const { url, app } = await slowServer({ MAX_REQUESTS_PER_ADDRESS: '6' })
  const silent = Array.from({ length: 6 }, () => rawSocket(url))
  const next = () => {
    const each = rawSocket(url)
    each.send(head('GET /healthz'))
    return each
  }
  await expect.poll(() => app.figures.connections, soon).toBe(6)
  const refused = next()
  await refused.closed
  expect(refused.statuses()).toEqual([429])
  silent.pop()!.socket.destroy()
  await expect.poll(() => app.figures.connections, soon).toBe(5)
  const taken = next()
  await taken.answers()
  expect(taken.statuses()).toEqual([200])
  taken.send(head('GET /healthz').repeat(500))
  await taken.closed
  expect(taken.statuses().length).toBeLessThan(20)
  for (const each of silent) each.socket.destroy()
})

test('[H21] files on their way are counted by address: more are refused until one has come', async () => {
  const { url } = await slowServer({ PROXIES: '1', MAX_UPLOADS_PER_ADDRESS: '3', MAX_UPLOADS: '4' })
  const made = await makeBoard(url)
  const { ticket } = await joinAs(url, made, 'participant', 'Ana')
  const begin = (address: string, path: string) => {
    const each = rawSocket(url)
    each.send(head(`POST ${path}`, { ...json, 'content-length': 200_000, authorization: `Bearer ${ticket}`, 'x-forwarded-for': address }), '{')
    return each
  }
  const paths = [api(made, '/assets'), '/api/boards', api(made, '/assets')]
  const inside = paths.map(path => begin('203.0.113.1', path))
  await expect.poll(() => figureOf(url, 'manyfutures_held_bytes{kind="uploads"}'), soon).toBe(600_000)
  const refusals = [begin('203.0.113.1', '/api/boards'), begin('203.0.113.1', api(made, '/assets'))]
  await Promise.all(refusals.map(each => each.answers()))
  expect(refusals.map(each => [each.statuses(), /Too many files are on their way from your network/.test(each.heard())])).toEqual(refusals.map(() => [[429], true]))
  const other = begin('203.0.113.2', '/api/boards')
  await expect.poll(() => figureOf(url, 'manyfutures_held_bytes{kind="uploads"}'), soon).toBe(800_000)
  const last = begin('203.0.113.3', '/api/boards')
  await last.answers()
  expect([last.statuses(), other.statuses()]).toEqual([[503], []])
  inside[0]!.socket.destroy()
  await expect.poll(() => figureOf(url, 'manyfutures_held_bytes{kind="uploads"}'), soon).toBe(600_000)
  const again = begin('203.0.113.1', '/api/boards')
  await expect.poll(() => figureOf(url, 'manyfutures_held_bytes{kind="uploads"}'), soon).toBe(800_000)
  for (const each of [...inside, ...refusals, other, last, again]) each.socket.destroy()
  await expect.poll(() => figureOf(url, 'manyfutures_held_bytes{kind="uploads"}'), soon).toBe(0)
})
