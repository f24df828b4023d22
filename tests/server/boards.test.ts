import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, joinAs, makeBoard, removeFolder, type RunningServer, secretOf, startServer } from '../support/server.ts'

let server: RunningServer
beforeAll(async () => void (server = await startServer()))
afterAll(async () => {
  await server.stop()
  removeFolder(server.folder)
})

const get = (path: string, ticket?: string) => call(server.url, path, undefined, ticket)
const post = (path: string, body: unknown, ticket?: string) => call(server.url, path, body, ticket)

test('[H1] a new board has three links, each a whole address with its secret as fragment', async () => {
  const { id, links } = await makeBoard(server.url, { title: 'Openness', template: 'empty' })
  expect(Object.keys(links)).toEqual(['facilitator', 'participant', 'observer'])
  for (const link of Object.values(links)) {
    expect(link.startsWith(`${server.url}/boards/${id}#`)).toBe(true)
    expect(secretOf(link)).toMatch(/^[\w-]{32}$/)
  }
  expect(new Set(Object.values(links)).size).toBe(3)
})

test('[H2] joining swaps a secret for an identity and a ticket; coming back with one’s key keeps the identity', async () => {
  const board = await makeBoard(server.url)
  const ana = await joinAs(server.url, board, 'participant', 'Ana', 'Industry')
  expect(ana).toMatchObject({ role: 'participant', name: 'Ana', sector: 'Industry' })
  expect(Date.parse(ana.expires)).toBeGreaterThan(Date.now())

  const again = await post(`/api/boards/${board.id}/join`, { participant: ana.participant, key: ana.key })
  expect(again.body).toMatchObject({ participant: ana.participant, role: 'participant', name: 'Ana', sector: 'Industry' })
  const renamed = await post(`/api/boards/${board.id}/join`, { participant: ana.participant, key: ana.key, name: 'Ana María' })
  expect(renamed.body).toMatchObject({ participant: ana.participant, name: 'Ana María' })
})

test('[H3] each wrong way in gets its own sentence', async () => {
  const board = await makeBoard(server.url)
  const other = await makeBoard(server.url)
  const path = `/api/boards/${board.id}/join`
  const secret = secretOf(board.links.participant)

  expect(await post('/api/boards/nowhere/join', { secret, name: 'A' })).toMatchObject({ status: 404, body: { detail: expect.stringMatching(/no board at this address/) } })
  expect(await post(path, { secret: secretOf(other.links.participant), name: 'A' })).toMatchObject({ status: 403, body: { detail: expect.stringMatching(/does not open this board/) } })
  expect(await post(path, { secret: 'cut-short', name: 'A' })).toMatchObject({ status: 403, body: { detail: expect.stringMatching(/does not open this board/) } })
  expect(await post(path, { secret, name: '  ' })).toMatchObject({ status: 400, body: { detail: 'name: write a name.' } })
  const ana = await joinAs(server.url, board, 'participant', 'Ana')
  expect(await post(path, { participant: ana.participant, key: 'x'.repeat(32) })).toMatchObject({ status: 403 })
})

test('[H4] before joining, a link shows what the board is about and nothing else', async () => {
  const board = await makeBoard(server.url, { title: 'Openness in AI' })
  const { body } = await post(`/api/boards/${board.id}/look`, { secret: secretOf(board.links.observer) })
  expect(body).toEqual({ title: 'Openness in AI', focus: '', sectors: expect.arrayContaining(['Academia']), role: 'observer', here: 0, preview: expect.objectContaining({ marks: [] }) })
})

test('[H5] a facilitator makes and closes links; a closed one opens nothing', async () => {
  const board = await makeBoard(server.url)
  const fay = await joinAs(server.url, board, 'facilitator', 'Fay')
  const made = await post(`/api/boards/${board.id}/links`, { role: 'participant' }, fay.ticket)
  expect(made.status).toBe(201)
  const secret = secretOf(made.body.url)
  const ana = (await post(`/api/boards/${board.id}/join`, { secret, name: 'Ana' })).body

  const gone = await call(server.url, `/api/boards/${board.id}/links/${made.body.id}`, undefined, fay.ticket, 'DELETE')
  expect(gone.status).toBe(204)
  expect(await post(`/api/boards/${board.id}/join`, { secret, name: 'Ben' })).toMatchObject({ status: 403, body: { detail: 'This link was closed. Ask the facilitator for a new one.' } })
  expect(await post(`/api/boards/${board.id}/join`, { participant: ana.participant, key: ana.key })).toMatchObject({ status: 403 })
  expect(await get(`/api/boards/${board.id}/export`, ana.ticket)).toMatchObject({ status: 403 })
  const { body: links } = await get(`/api/boards/${board.id}/links`, fay.ticket)
  expect(links.filter((link: { closed?: string }) => link.closed)).toEqual([expect.objectContaining({ id: made.body.id })])
})

test.each(['participant', 'observer'] as const)('[H5] a %s can neither see, make nor close links', async role => {
  const board = await makeBoard(server.url)
  const { ticket } = await joinAs(server.url, board, role, 'Pat')
  expect(await get(`/api/boards/${board.id}/links`, ticket)).toMatchObject({ status: 403, body: { detail: expect.stringMatching(/Only a facilitator/) } })
  expect(await post(`/api/boards/${board.id}/links`, { role: 'facilitator' }, ticket)).toMatchObject({ status: 403 })
  expect(await call(server.url, `/api/boards/${board.id}/links/any`, undefined, ticket, 'DELETE')).toMatchObject({ status: 403 })
})

test('[H6] only people of the board see its people and take its file; a ticket of another board opens nothing', async () => {
  const board = await makeBoard(server.url)
  const other = await makeBoard(server.url)
  const ana = await joinAs(server.url, board, 'participant', 'Ana', 'Academia')
  const stranger = await joinAs(server.url, other, 'facilitator', 'Zoe')

  expect((await get(`/api/boards/${board.id}/people`, ana.ticket)).body).toEqual([{ id: ana.participant, name: 'Ana', sector: 'Academia' }])
  for (const path of ['people', 'export']) {
    expect(await get(`/api/boards/${board.id}/${path}`)).toMatchObject({ status: 401, body: { detail: expect.stringMatching(/Join the board again/) } })
    expect(await get(`/api/boards/${board.id}/${path}`, stranger.ticket)).toMatchObject({ status: 401 })
    expect(await get(`/api/boards/${board.id}/${path}`, `${ana.ticket.slice(0, -2)}xx`)).toMatchObject({ status: 401 })
  }
  expect(await get(`/api/boards/${board.id}/export?format=pdf`, ana.ticket)).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/not “pdf”/) } })
})

test('[H7] a board leaves as a file and comes back as the same board, without a name or a secret in it', async () => {
  const file = {
    format: 'manyfutures/board',
    version: 1,
    board: { title: 'Sent', focus: 'Why?', today: '2026-11-23', horizon: '2040', sectors: ['Academia'] },
    cards: [{ id: 'a', kind: 'signal', text: 'Empty malls', x: 10, y: 20, steep: ['economic'], by: 'p1', at: '2026-11-20T10:00:00Z' }],
    relations: [],
    structures: [],
    drawings: [],
    people: [{ id: 'p1', sector: 'Academia' }],
  }
  const first = await makeBoard(server.url, { file })
  const ana = await joinAs(server.url, first, 'participant', 'Ana Unusual-Name')
  const out = (await get(`/api/boards/${first.id}/export`, ana.ticket)).body
  expect(out).toMatchObject({ ...file, cards: [{ ...file.cards[0], z: 'a0' }], people: expect.arrayContaining([{ id: 'p1', sector: 'Academia' }]) })
  const text = JSON.stringify(out)
  for (const secret of ['Ana Unusual-Name', ana.ticket, ana.key, ...Object.values(first.links).map(secretOf)]) expect(text).not.toContain(secret)

  const second = await makeBoard(server.url, { file: out })
  const ben = await joinAs(server.url, second, 'observer', 'Ben')
  const again = (await get(`/api/boards/${second.id}/export`, ben.ticket)).body
  const people = (each: { people: object[] }) => ({ ...each, exported: '', people: [] })
  expect(people(again)).toEqual(people(out))
})

test.each([
  [{ file: { format: 'excalidraw' } }, 400, /not a Manyfutures board file/],
  [{ file: { format: 'manyfutures/board', version: 9 } }, 400, /version 9; this server reads version 1/],
  [{ template: 'nonsense' }, 400, /no template “nonsense”/],
  [{ surprise: 1 }, 400, /surprise/],
  [[], 400, /./],
])('[H8] %j makes no board and says why', async (body, status, detail) => {
  expect(await post('/api/boards', body)).toMatchObject({ status, body: { detail: expect.stringMatching(detail) } })
})

test('[H8] what is not JSON, or too much of it, is refused with a sentence', async () => {
  const broken = await fetch(`${server.url}/api/boards`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"file": {"format"' })
  expect([broken.status, await broken.json()]).toEqual([400, expect.objectContaining({ detail: expect.stringMatching(/should be JSON, and it breaks off before its end/) })])
  const small = await startServer({ MAX_FILE_BYTES: '2048' })
  const large = await call(small.url, '/api/boards', { file: { pad: 'x'.repeat(4_000) } })
  expect(large).toMatchObject({ status: 413, body: { detail: expect.stringMatching(/larger than this server takes/) } })
  await small.stop()
  removeFolder(small.folder)
})

test('[H9] every answer forbids other hosts, and only hashed files are kept for ever', async () => {
  const page = await fetch(`${server.url}/`)
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(page.headers.get('referrer-policy')).toBe('no-referrer')
  expect(page.headers.get('cache-control')).toBe('no-cache')
  expect((await fetch(`${server.url}/api/nothing`)).headers.get('content-type')).toContain('application/problem+json')
  expect((await fetch(`${server.url}/boards/any`)).headers.get('content-type')).toContain('text/html')
})

test('[H10] health, templates and schema are there for whoever asks', async () => {
  expect(await get('/healthz')).toMatchObject({ status: 200, body: { ok: true } })
  const { body: templates } = await get('/api/templates')
  expect(templates.length).toBeGreaterThan(0)
  expect((await get('/schema/board-1.json')).body).toMatchObject({ $id: 'urn:manyfutures:schema:board-1', title: 'Manyfutures board, version 1' })
})

test('[H11] where a key is asked for, only who knows it makes boards', async () => {
  const closed = await startServer({ CREATE_KEY: 'open sesame' })
  expect(await call(closed.url, '/api/boards', {})).toMatchObject({ status: 401, body: { detail: expect.stringMatching(/asks for a key/) } })
  expect(await call(closed.url, '/api/boards', {}, 'open sesame')).toMatchObject({ status: 201 })
  expect((await call(closed.url, '/config.json')).body).toEqual({ licenseKey: null, createKey: true, maxFile: 64 * 2 ** 20, maxRecords: 100_000 })
  await closed.stop()
  removeFolder(closed.folder)
})

test('[H12] names, secrets and tickets are in no log', async () => {
  const talkative = await startServer({ LOG_LEVEL: 'trace' })
  const board = await makeBoard(talkative.url)
  const ana = await joinAs(talkative.url, board, 'participant', 'Ana Unusual-Name')
  await call(talkative.url, `/api/boards/${board.id}/export`, undefined, ana.ticket)
  await call(talkative.url, `/api/boards/${board.id}/join`, { secret: 'x', name: 'Ana Unusual-Name' })
  await talkative.stop()
  for (const secret of ['Unusual', ana.ticket, ana.key, ...Object.values(board.links).map(secretOf)]) expect(talkative.output()).not.toContain(secret)
  removeFolder(talkative.folder)
})
