import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { picturePath, pictureSource, type PictureHash } from '../../shared/pictures.ts'
import { sniff } from '../../server/sniff.ts'
import { dataOf, png, sha256, svg } from '../support/pictures.ts'
import { call, type Joined, joinAs, type MadeBoard, makeBoard, removeFolder, type RunningServer, secretOf, startServer } from '../support/server.ts'

let server: RunningServer
beforeAll(async () => void (server = await startServer()))
afterAll(async () => {
  await server.stop()
  removeFolder(server.folder)
})

async function send(board: MadeBoard, who: Joined | undefined, bytes: Buffer | string, url = server.url) {
  const answer = await fetch(`${url}/api/boards/${board.id}/assets`, { method: 'POST', body: bytes as BodyInit, headers: { ...(who && { authorization: `Bearer ${who.ticket}` }) } })
  return { status: answer.status, body: (await answer.json()) as { url: string; type: string; size: number; detail: string } }
}
const load = (path: string, headers: Record<string, string> = {}, url = server.url) => fetch(`${url}${path}`, { headers })
const bearer = ({ ticket }: Joined) => ({ authorization: `Bearer ${ticket}` })
/** The cookie that whoever joins is given. */
async function cookieOf(board: MadeBoard, secret: string, name: string): Promise<{ cookie: string; whole: string }> {
  const answer = await fetch(`${server.url}/api/boards/${board.id}/join`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ secret, name }) })
  const whole = answer.headers.get('set-cookie') ?? ''
  return { cookie: whole.split(';')[0] ?? '', whole }
}
const filesOf = ({ folder }: RunningServer): string[] => readdirSync(join(folder, 'assets'))

async function someone(url = server.url, what: object = {}) {
  const board = await makeBoard(url, what)
  return { board, ana: await joinAs(url, board, 'participant', 'Ana') }
}

const box = (...brands: string[]): Buffer => {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(8 + brands.join('').length)
  return Buffer.concat([size, Buffer.from(`ftyp${brands.join('')}`, 'latin1')])
}

test.each<[string, Buffer, string | undefined]>([
  ['a PNG', png(), 'image/png'],
  ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'image/jpeg'],
  ['a GIF', Buffer.from('GIF89a…', 'latin1'), 'image/gif'],
  ['a WebP', Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1'), 'image/webp'],
  ['an AVIF', box('avif', '\0\0\0\0', 'mif1'), 'image/avif'],
  ['an AVIF that says so later', box('mif1', '\0\0\0\0', 'miaf', 'avif'), 'image/avif'],
  ['an SVG', svg(), 'image/svg+xml'],
  ['an SVG with a document type', Buffer.from('\uFEFF<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x" [<!ENTITY a "b">]>\n<svg>'), 'image/svg+xml'],
  ['a film', box('isom', '\0\0\0\0', 'mp42'), undefined],
  ['a page', Buffer.from('<!DOCTYPE html><svg onload="alert(1)">'), undefined],
  ['a page that hides in a comment', Buffer.from('<!-- <svg> --><html>'), undefined],
  ['a comment without an end', Buffer.from('<!-- '.repeat(800)), undefined],
  ['text', Buffer.from('hello'), undefined],
  ['nothing', Buffer.alloc(0), undefined],
])('[A2] %s is known by its bytes', (_, bytes, type) => {
  expect(sniff(bytes)).toBe(type)
})

test('[A2] a picture is kept once, by its bytes, and comes back as it was', async () => {
  const { board, ana } = await someone()
  const { board: other, ana: zoe } = await someone()
  const bytes = png(64, 32, 7)
  const first = await send(board, ana, bytes)
  expect(first).toEqual({ status: 201, body: { url: picturePath(board.id, sha256(bytes) as PictureHash), type: 'image/png', size: bytes.length } })
  expect(await send(board, ana, bytes)).toEqual(first)
  expect((await send(other, zoe, bytes)).status).toBe(201)
  expect(filesOf(server).filter(name => name === sha256(bytes))).toHaveLength(1)

  const answer = await load(first.body.url, bearer(ana))
  expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true)
  expect(Object.fromEntries(answer.headers)).toMatchObject({ 'content-type': 'image/png', 'content-disposition': 'inline', 'cache-control': 'private, max-age=31536000, immutable' })
})

test('[A2] nothing in a picture can run, whoever opens it', async () => {
  const { board, ana } = await someone()
  const { body } = await send(board, ana, svg('<script>alert(1)</script>'))
  expect(body.type).toBe('image/svg+xml')
  for (const url of [body.url, (await send(board, ana, png(3, 3, 3))).body.url]) {
    const { headers } = await load(url, bearer(ana))
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
  }
  expect((await load(body.url, bearer(ana))).headers.get('content-disposition')).toMatch(/^attachment/)
})

test('[A2] what is no picture, or too large, or too much for one board, is refused with a sentence and leaves nothing behind', async () => {
  const small = await startServer({ MAX_ASSET_BYTES: '4096', MAX_BOARD_ASSETS_BYTES: '6000' })
  const { board, ana } = await someone(small.url)
  const tries = [
    [await send(board, ana, 'GIF, says the sender', small.url), 415, /no picture that a board can show.*PNG, JPEG/],
    [await send(board, ana, '', small.url), 415, /no picture/],
    [await send(board, ana, png(40, 20, 0, 5_000), small.url), 413, /larger than 4 kB.*MAX_ASSET_BYTES/],
  ] as const
  for (const [answer, status, detail] of tries) expect(answer).toMatchObject({ status, body: { detail: expect.stringMatching(detail) } })
  expect(filesOf(small)).toEqual([])

  const kept = png(40, 20, 0, 3_000)
  expect((await send(board, ana, kept, small.url)).status).toBe(201)
  expect(await send(board, ana, png(40, 20, 9, 3_000), small.url)).toMatchObject({ status: 413, body: { detail: expect.stringMatching(/pictures of this board.*MAX_BOARD_ASSETS_BYTES/) } })
  // What is there already takes no more room.
  expect((await send(board, ana, kept, small.url)).status).toBe(201)
  expect(filesOf(small)).toEqual([sha256(kept)])
  await small.stop()
  removeFolder(small.folder)
})

test('[A2] two that come at once cannot take the same room', async () => {
  const small = await startServer({ MAX_BOARD_ASSETS_BYTES: '5000' })
  const { board, ana } = await someone(small.url)
  const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(shade => send(board, ana, png(40, 20, shade, 2_000), small.url)))
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 413, 413, 413, 413])
  expect(filesOf(small)).toHaveLength(2)
  await small.stop()
  removeFolder(small.folder)
})

test('[A2] where the store may grow no more, a picture is refused as on a full disk and leaves nothing behind', async () => {
  const full = await startServer({ MAX_STORE_BYTES: '400000' })
  const { board, ana } = await someone(full.url)
  expect(await send(board, ana, png(40, 20, 0, 500_000), full.url)).toMatchObject({ status: 507, body: { detail: expect.stringMatching(/disk is full/) } })
  expect(filesOf(full)).toEqual([])
  expect((await send(board, ana, png(), full.url)).status).toBe(201)
  await full.stop()
  removeFolder(full.folder)
})

test('[A2] a picture that breaks off on its way leaves nothing behind, and what a killed server was receiving is gone when it starts again', async () => {
  const own = await startServer()
  const { board, ana } = await someone(own.url)
  const { port } = new URL(own.url)
  const begin = () => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => undefined) // The server ends in the middle of it; that is the test.
    socket.write(`POST /api/boards/${board.id}/assets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ana.ticket}\r\nContent-Length: 100000\r\n\r\n`)
    socket.write(png(40, 20, 0, 20_000))
    return socket
  }
  const arriving = () => filesOf(own).length
  const socket = begin()
  await expect.poll(arriving).toBe(1)
  socket.destroy()
  await expect.poll(arriving).toBe(0)
  expect(own.output()).not.toContain('A request failed')

  begin()
  await expect.poll(arriving).toBe(1)
  await own.kill()
  expect(arriving()).toBe(1)
  const again = await startServer({}, own.folder)
  expect(arriving()).toBe(0)
  await again.stop()
  removeFolder(own.folder)
})

test('[A3] who may only watch, who has no ticket and who has another board’s sends nothing', async () => {
  const { board } = await someone()
  const eve = await joinAs(server.url, board, 'observer', 'Eve')
  const { ana: stranger } = await someone()
  const bytes = png(5, 5, 77)
  expect(await send(board, eve, bytes)).toMatchObject({ status: 403, body: { detail: expect.stringMatching(/for watching/) } })
  for (const who of [undefined, stranger]) expect(await send(board, who, bytes)).toMatchObject({ status: 401, body: { detail: expect.stringMatching(/Join the board again/) } })
  expect(await send({ ...board, id: 'nowhere' }, stranger, bytes)).toMatchObject({ status: 404 })
  expect(filesOf(server)).not.toContain(sha256(bytes))
  const fay = await joinAs(server.url, board, 'facilitator', 'Fay')
  expect((await send(board, fay, bytes)).status).toBe(201)
})

test('[A3] a picture is seen by whoever may look at its board, by ticket or by the cookie of who joined, and by nobody else', async () => {
  const { board, ana } = await someone()
  const { board: other, ana: stranger } = await someone()
  const { url } = (await send(board, ana, png(9, 9, 9))).body
  const { cookie, whole } = await cookieOf(board, secretOf(board.links.observer), 'Eve')
  expect(whole).toMatch(new RegExp(`; Path=/api/boards/${board.id}/assets; Max-Age=\\d+; HttpOnly; SameSite=Strict$`))
  const eve = await joinAs(server.url, board, 'observer', 'Eve')
  const theirs = (await cookieOf(other, secretOf(other.links.facilitator), 'Zoe')).cookie

  for (const headers of [bearer(ana), bearer(eve), { cookie: `a=b; ${cookie}; c=d` }]) expect((await load(url, headers)).status).toBe(200)
  const nobodys: Record<string, string>[] = [{}, bearer(stranger), { cookie: theirs }, { cookie: `${cookie.slice(0, -3)}xyz` }, { cookie: 'manyfutures-pictures=' }]
  for (const headers of nobodys) expect((await load(url, headers)).status).toBe(401)
  // A board without the picture does not have it, although the server does.
  expect((await load(url.replace(board.id, other.id), { cookie: theirs })).status).toBe(404)
  for (const name of ['x', '../boards.sqlite', encodeURIComponent('../../boards.sqlite'), 'f'.repeat(64)]) expect((await load(`/api/boards/${board.id}/assets/${name}`, bearer(ana))).status).toBe(404)
  // The cookie opens pictures and nothing else.
  expect((await load(`/api/boards/${board.id}/export`, { cookie })).status).toBe(401)
})

test('[A3] a closed link shows no pictures any more', async () => {
  const { board, ana } = await someone()
  const { url } = (await send(board, ana, png(8, 9, 9))).body
  const { cookie } = await cookieOf(board, secretOf(board.links.observer), 'Eve')
  const fay = await joinAs(server.url, board, 'facilitator', 'Fay')
  expect((await load(url, { cookie })).status).toBe(200)
  const links = (await call(server.url, `/api/boards/${board.id}/links`, undefined, fay.ticket)).body as { id: string; role: string }[]
  await call(server.url, `/api/boards/${board.id}/links/${links.find(({ role }) => role === 'observer')?.id}`, undefined, fay.ticket, 'DELETE')
  expect((await load(url, { cookie })).status).toBe(403)
  expect((await load(url, bearer(ana))).status).toBe(200)
})

/** A board on which pictures are shown. */
const album = (...pictures: { id: string; bytes?: Buffer; type?: string }[]) => ({
  format: 'manyfutures/board',
  version: 1,
  board: { title: 'Album' },
  cards: [],
  relations: [],
  structures: [],
  drawings: pictures.flatMap(({ id, type = 'image/png' }, i) => [
    { id: `shape${i}`, type: 'image', x: i * 100, y: 0, props: { assetId: `asset:${i}`, w: 40, h: 20 } },
    { id: `asset:${i}`, type: 'asset', kind: 'image', props: { src: pictureSource(id), mimeType: type, name: '', w: 40, h: 20, isAnimated: false } },
  ]),
  people: [],
  assets: pictures.map(({ id, bytes, type = 'image/png' }) => ({ id, type, ...(bytes ? { data: dataOf(bytes, type) } : { missing: 'Lost.' }) })),
})

interface Out {
  readonly assets: readonly { id: string; type: string; data?: string; missing?: string }[]
  readonly drawings: readonly { id: string; type: string; props: { src: string } }[]
}

/** A board’s file; when it was made and who looked is all that two of one board may differ in. */
async function exported(url: string, board: MadeBoard): Promise<{ file: Out; text: string }> {
  const ben = await joinAs(url, board, 'observer', 'Ben')
  const { body } = await call(url, `/api/boards/${board.id}/export`, undefined, ben.ticket)
  const file = { ...body, exported: undefined, people: [] } as Out
  return { file, text: JSON.stringify(file) }
}
const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1)

test('[A4] a board with pictures leaves whole and comes back the same bytes, on another server too', async () => {
  const elsewhere = await startServer()
  const [one, two] = [png(40, 20, 1), svg()]
  const board = await makeBoard(server.url, { file: album({ id: 'logo', bytes: one }, { id: sha256(two), bytes: two, type: 'image/svg+xml' }, { id: 'copy', bytes: one }) })
  const first = await exported(server.url, board)
  const whole = [{ id: sha256(one), type: 'image/png', data: dataOf(one) }, { id: sha256(two), type: 'image/svg+xml', data: dataOf(two, 'image/svg+xml') }]
  expect(first.file.assets).toEqual(whole.sort(byId))
  expect(first.file.drawings.filter(({ type }) => type === 'asset').map(({ props }) => props.src)).toEqual([one, two, one].map(bytes => pictureSource(sha256(bytes))))

  const again = await makeBoard(elsewhere.url, { file: first.file })
  expect((await exported(elsewhere.url, again)).text).toBe(first.text)
  const cyd = await joinAs(elsewhere.url, again, 'observer', 'Cyd')
  const answer = await load(picturePath(again.id, sha256(one) as PictureHash), bearer(cyd), elsewhere.url)
  expect(Buffer.from(await answer.arrayBuffer()).equals(one)).toBe(true)
  await elsewhere.stop()
  removeFolder(elsewhere.folder)
})

test('[A4] pictures beyond the most a file may hold are listed as missing, and the file still comes back the same', async () => {
  const small = await startServer({ MAX_EXPORT_ASSETS_BYTES: '6000' })
  const pictures = [1, 2, 3].map(shade => png(40, 20, shade, 2_500))
  const board = await makeBoard(small.url, { file: album(...pictures.map((bytes, i) => ({ id: `p${i}`, bytes }))) })
  const first = await exported(small.url, board)
  expect(first.file.assets.map(({ id }) => id)).toEqual(pictures.map(sha256).sort())
  expect(first.file.assets.map(({ data, missing }) => [data !== undefined, missing])).toEqual([
    [true, undefined],
    [true, undefined],
    [false, expect.stringMatching(/Left out, to keep this file small/)],
  ])
  const again = await makeBoard(small.url, { file: first.file })
  expect((await exported(small.url, again)).text).toBe(first.text)
  await small.stop()
  removeFolder(small.folder)
})

test('[A4] what a file brings is looked at like any other picture, and where one is refused no board is made and nothing is left', async () => {
  const small = await startServer({ MAX_ASSET_BYTES: '4096', MAX_BOARD_ASSETS_BYTES: '6000' })
  const good = { id: 'good', bytes: png() }
  const bring = (...more: { id: string; bytes: Buffer; type?: string }[]) => call(small.url, '/api/boards', { file: album(good, ...more) })
  expect(await bring({ id: 'page', bytes: Buffer.from('<html>') })).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/at assets\[1\]\.data: this is no picture/) } })
  expect(await bring({ id: 'large', bytes: png(40, 20, 0, 5_000) })).toMatchObject({ status: 413 })
  expect(await bring({ id: 'a', bytes: png(40, 20, 1, 3_000) }, { id: 'b', bytes: png(40, 20, 2, 3_000) })).toMatchObject({ status: 413, body: { detail: expect.stringMatching(/pictures of this board/) } })
  const file = album(good)
  for (const data of ['https://evil.example/a.png', 'data:image/svg+xml,<svg>']) {
    expect(await call(small.url, '/api/boards', { file: { ...file, assets: [{ id: 'good', data }] } })).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/assets\[0\]\.data: expected a data: address/) } })
  }
  expect(filesOf(small)).toEqual([])
  expect((await bring()).status).toBe(201)
  await small.stop()
  removeFolder(small.folder)
})

test('[A4] a picture nobody sees any more is in no file', async () => {
  const { drawings, ...rest } = album({ id: 'seen', bytes: png(1, 2, 3) }, { id: 'removed', bytes: png(3, 2, 1) })
  const board = await makeBoard(server.url, { file: { ...rest, drawings: drawings.filter(({ id }) => id !== 'shape1') } })
  const { file } = await exported(server.url, board)
  expect(file.drawings.map(({ id }) => id).sort()).toEqual(['asset:0', 'shape0'])
  expect(file.assets.map(({ id }) => id)).toEqual([sha256(png(1, 2, 3))])
  // Whoever only reads, as the page of a report does, asks for none.
  const { ticket } = await joinAs(server.url, board, 'observer', 'Cyd')
  const { body } = await call(server.url, `/api/boards/${board.id}/export?format=json&pictures=none`, undefined, ticket)
  expect(body).toMatchObject({ drawings: file.drawings })
  expect(body).not.toHaveProperty('assets')
})

test('[A4] a template keeps the pictures of what was chosen, and boards that start from it have them', async () => {
  const [one, two] = [png(40, 20, 11), png(40, 20, 12)]
  const board = await makeBoard(server.url, { file: album({ id: 'one', bytes: one }, { id: 'two', bytes: two }) })
  const fay = await joinAs(server.url, board, 'facilitator', 'Fay')
  const { body } = await call(server.url, `/api/boards/${board.id}/templates`, { title: 'One picture', only: ['shape0'] }, fay.ticket)
  const kept = (await call(server.url, `/api/templates/${body.id}/file`)).body as Out
  expect(kept.assets).toEqual([{ id: sha256(one), type: 'image/png', data: dataOf(one) }])
  expect(kept.drawings.map(({ id }) => id).sort()).toEqual(['asset:0', 'shape0'])

  const started = await makeBoard(server.url, { template: body.id })
  const ana = await joinAs(server.url, started, 'participant', 'Ana')
  expect((await load(picturePath(started.id, sha256(one) as PictureHash), bearer(ana))).status).toBe(200)
  expect((await load(picturePath(started.id, sha256(two) as PictureHash), bearer(ana))).status).toBe(404)
})
