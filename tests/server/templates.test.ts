import { DatabaseSync } from 'node:sqlite'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as Y from 'yjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRecord, packPlace, recordsOf } from '../../shared/board.ts'
import { parseBoardFile } from '../../shared/file.ts'
import type { BoardId } from '../../shared/ids.ts'
import type { Json } from '../../shared/json.ts'
import { durable } from '../../shared/protocol.ts'
import type { DocId } from '../../server/storage/log.ts'
import { openStore } from '../../server/storage/sqlite.ts'
import { loadTemplates } from '../../server/templates.ts'
import { hashOf } from '../../server/tickets.ts'
import { stockClient } from '../support/client.ts'
import { call, type Joined, joinAs, type MadeBoard, makeBoard, removeFolder, type RunningServer, secretOf, startServer, temporaryFolder } from '../support/server.ts'

let server: RunningServer
beforeAll(async () => void (server = await startServer()))
afterAll(async () => {
  await server.stop()
  removeFolder(server.folder)
})

interface Saved {
  readonly id: string
  readonly key: string
}
interface Listed {
  readonly id: string
  readonly title: string
  readonly saved?: true
  readonly problem?: string
}

const file = (title = 'Workshop') => ({
  format: 'manyfutures/board',
  version: 1,
  board: { title, focus: 'What follows?', today: '2020-05-01', horizon: '2040', sectors: ['Academia'] },
  cards: [
    { id: 'c', kind: 'change', text: 'Everything opens', in: 'w', x: 10, y: 20 },
    { id: 'd', kind: 'consequence', text: '', in: 'w', x: 30, y: 40 },
    { id: 'hint', kind: 'note', text: '1. Write the change.', x: -300, y: 0 },
  ],
  relations: [{ id: 'r', kind: 'leads', from: 'c', to: 'd' }],
  structures: [
    { id: 'w', type: 'wheel', x: 100, y: 50, rings: 4 },
    { id: 't', type: 'timeline', x: 0, y: 2_000, from: '2020-05-01', to: '2040' },
  ],
  drawings: [],
  people: [],
})

interface Workshop {
  readonly board: MadeBoard
  readonly fay: Joined
  readonly ana: Joined
}

/** A board on which Fay facilitates and Ana has said what she thinks. */
async function workshop(url = server.url): Promise<Workshop> {
  const board = await makeBoard(url, { file: file() })
  const fay = await joinAs(url, board, 'facilitator', 'Fay Unusual-Name')
  const ana = await joinAs(url, board, 'participant', 'Ana Unusual-Name', 'Sector-of-Ana')
  const client = stockClient(url, board.id, ana.ticket)
  await client.synced()
  client.doc.transact(() => {
    const records = recordsOf(client.doc)
    const mine = Object.entries<Json>({ type: 'card', kind: 'note', place: packPlace({ parent: '', index: 'a9', x: 0, y: 600, rotation: 0 }), text: 'Written there', by: ana.participant, at: 1_790_000_000 })
    createRecord(records, 'new', new Map(mine))
    records.get('c')?.set('edited', [ana.participant, 1_790_000_000])
    records.get('c')?.set(`valence.${ana.participant}`, -3)
    records.get('d')?.set(`reason.${ana.participant}`, 'Reason-of-Ana')
  })
  expect(await client.saved()).toBe(durable.committed)
  client.leave()
  return { board, fay, ana }
}

const save = ({ board, fay }: Workshop, body: object, url = server.url) => call(url, `/api/boards/${board.id}/templates`, body, fay.ticket)
async function saved(from: Workshop, body: object, url = server.url): Promise<Saved> {
  const { status, body: answer } = await save(from, body, url)
  expect([status, answer]).toEqual([201, { id: expect.stringMatching(/^\w{12}$/), key: expect.stringMatching(/^[\w-]{32}$/) }])
  return answer as Saved
}
const fileOf = (id: string, url = server.url) => call(url, `/api/templates/${id}/file`)
const list = async (url = server.url): Promise<Listed[]> => (await call(url, '/api/templates')).body
const rename = (id: string, key: string | undefined, body: object, url = server.url) => call(url, `/api/templates/${id}`, body, key, 'PATCH')
const remove = (id: string, key?: string) => call(server.url, `/api/templates/${id}`, undefined, key, 'DELETE')
const ids = (records: readonly { id: string }[]): string[] => records.map(({ id }) => id).sort()

test('[H13] a saved board keeps cards, hints and structures, and no id, name, view or secret of anybody', async () => {
  const here = await workshop()
  const { id, key } = await saved(here, { title: ' Our wheel ', about: 'For newcomers.', takes: '75 minutes', people: '3 to 20', gives: 'A map' })
  const { status, body } = await fileOf(id)
  expect(status).toBe(200)
  expect(parseBoardFile(body)).toEqual(body)
  expect(body).toMatchObject({ people: [], board: { title: 'Our wheel', about: 'For newcomers.', takes: '75 minutes', people: '3 to 20', gives: 'A map', focus: 'What follows?', horizon: '2040' } })
  expect(ids(body.cards)).toEqual(['c', 'd', 'hint', 'new'])
  expect(ids([...body.structures, ...body.relations])).toEqual(['r', 't', 'w'])
  expect(body.cards).toContainEqual(expect.objectContaining({ id: 'd', kind: 'consequence', text: '' }))

  const text = JSON.stringify(body)
  const { board, fay, ana } = here
  const theirs = [fay, ana].flatMap(person => [person.participant, person.ticket, person.key])
  for (const secret of [...theirs, key, 'Unusual-Name', 'Sector-of-Ana', 'Reason-of-Ana', 'valence', 'edited', 'exported', board.id, ...Object.values(board.links).map(secretOf)]) expect(text).not.toContain(secret)
})

test('[H13] a selection keeps what was chosen, and its cards stand where they were seen', async () => {
  const here = await workshop()
  const cards = (await fileOf((await saved(here, { title: 'Two cards', only: ['c', 'd', 'gone'] })).id)).body
  expect(ids(cards.cards)).toEqual(['c', 'd'])
  expect(cards.cards[0]).toMatchObject({ id: 'c', x: 110, y: 70 })
  expect(cards.cards[0]).not.toHaveProperty('in')
  expect([ids(cards.relations), cards.structures]).toEqual([['r'], []])

  const wheel = (await fileOf((await saved(here, { title: 'The wheel', only: ['w'] })).id)).body
  expect([ids(wheel.cards), ids(wheel.structures)]).toEqual([['c', 'd'], ['w']])
  expect(await save(here, { title: 'Nothing', only: ['gone'] })).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/nothing of what was chosen/) } })
})

test('[H13] a board starts from a saved template as from any other: today', async () => {
  const { id } = await saved(await workshop(), { title: 'Our wheel' })
  const board = await makeBoard(server.url, { template: id })
  const ben = await joinAs(server.url, board, 'participant', 'Ben')
  const { body } = await call(server.url, `/api/boards/${board.id}/export`, undefined, ben.ticket)
  const today = body.board.today
  expect(today).toMatch(/^20\d\d-\d\d-\d\d$/)
  expect(today > '2020-05-01').toBe(true)
  expect(body.board).toEqual({ title: 'Our wheel', focus: 'What follows?', today, horizon: '2040', sectors: ['Academia'] })
  expect(body.structures).toContainEqual(expect.objectContaining({ id: 't', from: today, to: '2040' }))
  expect(ids(body.cards)).toEqual(['c', 'd', 'hint', 'new'])
  expect(body.people).toEqual([{ id: ben.participant, sector: 'Academia' }])
})

test('[H13] the gallery shows what ships with the server in its order, then what was saved, newest first', async () => {
  const fresh = await startServer()
  const built = await list(fresh.url)
  expect(built.length).toBeGreaterThan(2)
  expect(built.some(each => each.saved)).toBe(false)
  const places = [...loadTemplates('templates').values()].filter(({ place }) => place !== undefined).sort((a, b) => Number(a.place) - Number(b.place))
  expect(built.map(each => each.id)).toEqual(places.map(each => each.id))
  for (const each of built) for (const inner of ['file', 'place']) expect(each).not.toHaveProperty(inner)
  const here = await workshop(fresh.url)
  const first = await saved(here, { title: 'First', takes: '75 minutes', people: '3 to 20', gives: 'A map' }, fresh.url)
  const second = await saved(here, { title: 'Second' }, fresh.url)
  const shown = await list(fresh.url)
  expect(shown.slice(0, built.length)).toEqual(built)
  expect(shown.slice(built.length)).toEqual([
    { id: second.id, title: 'Second', about: '', saved: true, preview: expect.objectContaining({ marks: expect.any(Array) }) },
    { id: first.id, title: 'First', about: '', takes: '75 minutes', people: '3 to 20', gives: 'A map', saved: true, preview: expect.anything() },
  ])
  expect(JSON.stringify(shown)).not.toContain(first.key)

  await fresh.stop()
  const again = await startServer({}, fresh.folder)
  expect(await list(again.url)).toEqual(shown)
  expect((await rename(first.id, first.key, { title: 'Renamed' }, again.url)).status).toBe(204)
  await again.stop()
  removeFolder(fresh.folder)
})

test('[H14] whoever saved a template renames and removes it with its key', async () => {
  const { id, key } = await saved(await workshop(), { title: 'Draft', about: 'Old words', takes: '1 hour' })
  await list()
  expect(await rename(id, key, { title: 'Final', takes: '', gives: 'A map' })).toEqual({ status: 204, body: undefined })
  expect((await list()).find(each => each.id === id)).toEqual({ id, title: 'Final', about: 'Old words', gives: 'A map', saved: true, preview: expect.anything() })
  expect((await fileOf(id)).body.board).toEqual({ title: 'Final', about: 'Old words', gives: 'A map', focus: 'What follows?', horizon: '2040', sectors: ['Academia'] })

  expect(await remove(id, key)).toEqual({ status: 204, body: undefined })
  expect((await list()).some(each => each.id === id)).toBe(false)
  for (const gone of [await fileOf(id), await remove(id, key), await rename(id, key, { title: 'Back' })]) expect(gone).toMatchObject({ status: 404, body: { detail: expect.stringMatching(/no such template/) } })
  expect(await call(server.url, '/api/boards', { template: id })).toMatchObject({ status: 400 })
})

test('[H14] without its key nobody renames or removes a template', async () => {
  const here = await workshop()
  const [mine, other] = [await saved(here, { title: 'Mine' }), await saved(here, { title: 'Other' })]
  for (const key of [undefined, other.key, here.fay.ticket, `${mine.key.slice(0, -1)}?`]) {
    for (const answer of [await rename(mine.id, key, { title: 'Taken' }), await remove(mine.id, key)]) {
      expect(answer).toMatchObject({ status: 403, body: { detail: expect.stringMatching(/Only who saved this template/) } })
    }
  }
  expect((await fileOf(mine.id)).body.board.title).toBe('Mine')
})

test('[H14] what ships with the server can be taken as a file, and neither renamed nor removed', async () => {
  const { key } = await saved(await workshop(), { title: 'Mine' })
  for (const answer of [await rename('empty', key, { title: 'Taken' }), await remove('empty', key)]) {
    expect(answer).toMatchObject({ status: 403, body: { detail: expect.stringMatching(/ships with the server/) } })
  }
  const { body } = await fileOf('empty')
  expect(parseBoardFile(body)).toMatchObject({ format: 'manyfutures/board', cards: [] })
  expect((await makeBoard(server.url, { file: body })).id).toBeTruthy()
})

test('[H14] a file is offered under its title, in any script', async () => {
  const { id } = await saved(await workshop(), { title: `Träume / 夢 ${'𝕏'.repeat(90)}` })
  const answer = await fetch(`${server.url}/api/templates/${id}/file`)
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
  const [, name = ''] = /^attachment; filename\*=UTF-8''(.+)$/.exec(answer.headers.get('content-disposition') ?? '') ?? []
  expect(decodeURIComponent(name)).toBe(`Träume 夢 ${'𝕏'.repeat(71)}.json`)
})

test.each(['participant', 'observer'] as const)('[H14] a %s saves no template', async role => {
  const { board } = await workshop()
  const pat = await joinAs(server.url, board, role, 'Pat')
  const before = await list()
  expect(await call(server.url, `/api/boards/${board.id}/templates`, { title: 'Mine' }, pat.ticket)).toMatchObject({ status: 403, body: { detail: 'Only a facilitator of this board can do this.' } })
  expect(await call(server.url, `/api/boards/${board.id}/templates`, { title: 'Mine' })).toMatchObject({ status: 401 })
  expect(await list()).toEqual(before)
})

test.each([
  [{}, /^title: /],
  [{ title: '  ' }, /^title: write a title/],
  [{ title: 'T', only: [] }, /^only: choose something/],
  [{ title: 'T', takes: 5 }, /^takes: /],
  [{ title: 'T', place: 1 }, /place/],
])('[H14] %j saves no template and says why', async (body, detail) => {
  expect(await save(await workshop(), body)).toMatchObject({ status: 400, body: { detail: expect.stringMatching(detail) } })
})

test('[H14] where there is no room for another one, that is said, and removing one makes room', async () => {
  const small = await startServer({ MAX_TEMPLATES: '2' })
  const here = await workshop(small.url)
  const first = await saved(here, { title: 'One' }, small.url)
  await saved(here, { title: 'Two' }, small.url)
  expect(await save(here, { title: 'Three' }, small.url)).toMatchObject({ status: 409, body: { detail: expect.stringMatching(/at most 2 saved templates.*MAX_TEMPLATES/) } })
  expect((await call(small.url, `/api/templates/${first.id}`, undefined, first.key, 'DELETE')).status).toBe(204)
  await saved(here, { title: 'Three' }, small.url)
  expect((await list(small.url)).filter(each => each.saved).map(each => each.title)).toEqual(['Three', 'Two'])
  await small.stop()
  removeFolder(small.folder)
})

test('[H14] many at once find no more room than there is', async () => {
  const small = await startServer({ MAX_TEMPLATES: '3' })
  const here = await workshop(small.url)
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => save(here, { title: `T${i}` }, small.url)))
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409, 409, 409, 409, 409])
  await small.stop()
  removeFolder(small.folder)
})

test('[H14] a board larger than a file may be is no template', async () => {
  const first = await startServer()
  const board = await makeBoard(first.url, { file: { ...file(), cards: [{ id: 'long', kind: 'note', text: 'x'.repeat(5_000), x: 0, y: 0 }], relations: [] } })
  await first.stop()
  const small = await startServer({ MAX_FILE_BYTES: '4096' }, first.folder)
  const fay = await joinAs(small.url, board, 'facilitator', 'Fay')
  expect(await call(small.url, `/api/boards/${board.id}/templates`, { title: 'Long' }, fay.ticket)).toMatchObject({ status: 413, body: { detail: expect.stringMatching(/MAX_FILE_BYTES/) } })
  await small.stop()
  removeFolder(first.folder)
})

test('[H29] a board larger than a template may be is none', async () => {
  const small = await startServer({ MAX_TEMPLATE_BYTES: '9000' })
  const long = await makeBoard(small.url, { file: { ...file(), cards: Array.from({ length: 3 }, (_, i) => ({ id: `long${i}`, kind: 'note', text: 'x'.repeat(4_000), x: 0, y: i })), relations: [] } })
  const fay = await joinAs(small.url, long, 'facilitator', 'Fay')
  expect(await call(small.url, `/api/boards/${long.id}/templates`, { title: 'Long' }, fay.ticket)).toMatchObject({ status: 413, body: { detail: expect.stringMatching(/larger than a template may be here \(8 kB\).*MAX_TEMPLATE_BYTES/) } })
  await small.stop()
  removeFolder(small.folder)
})

test('[H14] a template that is damaged or of a newer version says so in the gallery and when asked for, and hides no other', async () => {
  const first = await startServer()
  const here = await workshop(first.url)
  const [damaged, newer, fine] = [await saved(here, { title: 'Damaged' }, first.url), await saved(here, { title: 'Newer' }, first.url), await saved(here, { title: 'Fine' }, first.url)]
  await first.stop()
  const db = new DatabaseSync(join(first.folder, 'boards.sqlite'))
  db.prepare('UPDATE template SET file = substr(file, 1, 40) WHERE id = ?').run(damaged.id)
  db.close()
  const store = openStore(first.folder)
  const { file: written = '' } = (await store.templates.get(newer.id))!
  await store.templates.replace(newer.id, written.replace('"version":1', '"version":2'))
  store.close()

  const { url, stop } = await startServer({}, first.folder)
  expect((await list(url)).filter(each => each.saved).map(({ id, title, problem }) => ({ id, title, problem }))).toEqual([
    { id: fine.id, title: 'Fine', problem: undefined },
    { id: newer.id, title: 'Newer', problem: expect.stringMatching(/version 2; this server reads version 1/) },
    { id: damaged.id, title: 'A saved template', problem: expect.stringMatching(/it was damaged/) },
  ])
  for (const [{ id, key }, sentence] of [[damaged, /cannot be used: it was damaged/], [newer, /cannot be used\. .*version 2; this server reads version 1/]] as const) {
    const refused = { status: 409, body: { detail: expect.stringMatching(sentence) } }
    expect(await fileOf(id, url)).toMatchObject(refused)
    expect(await call(url, '/api/boards', { template: id })).toMatchObject(refused)
    expect(await rename(id, key, { title: 'T' }, url)).toMatchObject(refused)
    expect((await call(url, `/api/templates/${id}`, undefined, key, 'DELETE')).status).toBe(204)
  }
  expect((await list(url)).filter(each => each.saved)).toHaveLength(1)
  await stop()
  removeFolder(first.folder)
})

/** The store as version 1 made it. It is out there: nothing here may ever change. */
const version1 = `
  CREATE TABLE board (id TEXT PRIMARY KEY, created INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE link (
    id TEXT PRIMARY KEY, board TEXT NOT NULL REFERENCES board, role TEXT NOT NULL, hash BLOB NOT NULL UNIQUE,
    created INTEGER NOT NULL, closed INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX link_of_board ON link (board);
  CREATE TABLE person (
    board TEXT NOT NULL REFERENCES board, id TEXT NOT NULL, name TEXT NOT NULL, sector TEXT NOT NULL, link TEXT, key_hash BLOB,
    PRIMARY KEY (board, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE entry (seq INTEGER PRIMARY KEY AUTOINCREMENT, doc TEXT NOT NULL, data BLOB NOT NULL) STRICT;
  CREATE INDEX entry_of_doc ON entry (doc, seq);
  CREATE TABLE snapshot (doc TEXT PRIMARY KEY, seq INTEGER NOT NULL, sha256 BLOB NOT NULL, data BLOB NOT NULL) STRICT;
  CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 1;
`

const tablesOf = (folder: string): unknown[] => {
  const db = new DatabaseSync(join(folder, 'boards.sqlite'), { readOnly: true })
  const tables = db.prepare("SELECT type, name, replace(replace(sql, char(10), ''), ' ', '') AS sql FROM sqlite_master ORDER BY name").all()
  db.close()
  return tables
}

test('[H15] a store of the version before is opened with all it holds, and can do what a new one can', async () => {
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true })
  const old = new DatabaseSync(join(folder, 'boards.sqlite'))
  old.exec(version1)
  const content = new Y.Doc()
  content.getMap('records').set('kept', 'yes')
  old.prepare('INSERT INTO board VALUES (?, ?)').run('b', 7)
  old.prepare('INSERT INTO link VALUES (?, ?, ?, ?, ?, ?)').run('l', 'b', 'facilitator', hashOf('secret'), 7, null)
  old.prepare('INSERT INTO person VALUES (?, ?, ?, ?, ?, ?)').run('b', 'p', 'Ana', 'Academia', 'l', hashOf('key'))
  old.prepare('INSERT INTO entry (doc, data) VALUES (?, ?)').run('b', Y.encodeStateAsUpdate(content))
  old.prepare('INSERT INTO secret VALUES (?, ?)').run('tickets', new Uint8Array(32).fill(5))
  old.close()

  const store = openStore(folder)
  expect(await store.boards.has('b' as BoardId)).toBe(true)
  expect(await store.links.find('b' as BoardId, hashOf('secret'))).toMatchObject({ id: 'l', role: 'facilitator', created: 7, closed: undefined })
  expect(await store.people.get('b' as BoardId, 'p' as never)).toMatchObject({ name: 'Ana', sector: 'Academia', link: 'l' })
  expect((await store.log.load('b' as DocId)).entries.map(each => Buffer.from(each))).toEqual([Buffer.from(Y.encodeStateAsUpdate(content))])
  expect([...store.signingKey]).toEqual(Array.from({ length: 32 }, () => 5))
  expect(await store.templates.add({ id: 't', created: 8, keyHash: hashOf('k'), file: '{}' }, 10)).toBe(true)
  store.close()
  const again = openStore(folder)
  expect(await again.templates.all()).toEqual(['t'])
  again.close()

  const fresh = temporaryFolder()
  openStore(fresh).close()
  expect(tablesOf(folder)).toEqual(tablesOf(fresh))
  removeFolder(folder)
  removeFolder(fresh)
})

test('[H15] a store that cannot be brought to this version stays what it was', () => {
  const folder = temporaryFolder()
  const old = new DatabaseSync(join(folder, 'boards.sqlite'))
  old.exec(`${version1} CREATE TABLE template (in_the_way);`)
  old.close()
  expect(() => openStore(folder)).toThrow()
  const still = new DatabaseSync(join(folder, 'boards.sqlite'))
  expect(still.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 })
  still.exec('DROP TABLE template')
  still.close()
  openStore(folder).close()
  removeFolder(folder)
})

test('[H14] templates are kept, found, changed and removed one by one, newest first', async () => {
  const folder = temporaryFolder()
  const { templates, close } = openStore(folder)
  const template = (id: string, created: number) => ({ id, created, keyHash: hashOf(id), file: `"${id}"` })
  for (const [id, created] of [['a', 1], ['b', 5], ['c', 5]] as const) expect(await templates.add(template(id, created), 3)).toBe(true)
  expect(await templates.add(template('d', 9), 3)).toBe(false)
  expect(await templates.all()).toEqual(['c', 'b', 'a'])
  expect(await templates.get('b')).toMatchObject({ id: 'b', created: 5, file: '"b"' })
  await templates.replace('b', '"new"')
  await templates.replace('nobody', '"new"')
  await templates.remove('c')
  expect(await templates.all()).toEqual(['b', 'a'])
  expect(await templates.get('b')).toMatchObject({ created: 5, file: '"new"' })
  expect(await templates.get('c')).toBeUndefined()
  await expect(templates.add(template('a', 9), 3)).rejects.toThrow(/UNIQUE/)
  close()
  removeFolder(folder)
})
