import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import * as Y from 'yjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { metaMapOf } from '../../shared/board.ts'
import type { BoardId } from '../../shared/ids.ts'
import { docIdOf } from '../../server/documents.ts'
import { createGallery } from '../../server/gallery.ts'
import { templateTooMuch } from '../../server/http/problems.ts'
import { createLooks } from '../../server/looks.ts'
import { opened } from '../../server/opening.ts'
import { createProcesses } from '../../server/processes.ts'
import { openStore } from '../../server/storage/sqlite.ts'
import type { TemplateJobs } from '../../server/template-jobs.ts'
import { loadTemplates } from '../../server/templates.ts'
import { anybody } from '../../server/turns.ts'
import { randomFile } from '../support/boards.ts'
import { stockClient } from '../support/client.ts'
import { api, figureOf, head, rawSocket, soon } from '../support/raw.ts'
import { call, type Joined, joinAs, type MadeBoard, makeBoard, removeFolder, type RunningServer, secretOf, startServer, temporaryFolder } from '../support/server.ts'

/* Large work is done beside the server, in turns, for whoever is still there, and once. */

let server: RunningServer
let board: MadeBoard
let fay: Joined
beforeAll(async () => {
  server = await startServer({ PROXIES: '1' })
  board = await makeBoard(server.url, { file: { ...randomFile(5, { cards: 6_000 }), board: { title: 'Large' } } })
  fay = await joinAs(server.url, board, 'facilitator', 'Fay')
}, 180_000)
afterAll(async () => {
  await server.stop()
  removeFolder(server.folder)
})

const look = (of = board) => call(server.url, api(of, '/look'), { secret: secretOf(of.links.observer) })

type Work = 'exports' | 'files' | 'looks' | 'templates'
/** Does something, and says how many processes the server began for it. */
async function processesFor<T>(what: Work, work: () => Promise<T>): Promise<[number, T]> {
  const figure = `manyfutures_processes_total{work="${what}"}`
  const before = await figureOf(server.url, figure)
  const answer = await work()
  return [(await figureOf(server.url, figure)) - before, answer]
}

test('[H24] a large board is looked at, left and saved as a template, and that is changed and begun from, by processes beside the server, each once', { timeout: 180_000 }, async () => {
  const looked = await processesFor('looks', () => look())
  expect(looked).toEqual([1, { status: 200, body: { title: 'Large', focus: '', sectors: expect.any(Array), role: 'observer', here: 0, preview: expect.objectContaining({ marks: expect.any(Array) }) } }])
  expect(await processesFor('looks', () => look())).toEqual([0, looked[1]])
  for (const format of ['json', 'svg']) expect(await processesFor('exports', () => fetch(`${server.url}${api(board, `/export?format=${format}`)}`, { headers: { authorization: `Bearer ${fay.ticket}` } }).then(({ status }) => status))).toEqual([1, 200])

  const [saving, { body: template }] = (await processesFor('templates', () => call(server.url, api(board, '/templates'), { title: 'Large one' }, fay.ticket))) as [number, { body: { id: string; key: string } }]
  // What the gallery shows of it is known by then, and light.
  const [listing, { body: list }] = await processesFor('templates', () => call(server.url, '/api/templates'))
  const listed = (list as { id: string; title: string; preview: { marks: object[] } }[]).find(({ id }) => id === template.id)!
  expect([saving, listing, listed.title, listed.preview.marks.length > 100, listed.preview.marks.length < 1_000]).toEqual([1, 0, 'Large one', true, true])
  const [taking, file] = await processesFor('templates', () => call(server.url, `/api/templates/${template.id}/file`))
  expect([taking, file.status, file.body.cards.length]).toEqual([1, 200, 6_000])
  expect(await processesFor('templates', () => call(server.url, `/api/templates/${template.id}`, { title: 'Renamed' }, template.key, 'PATCH'))).toMatchObject([1, { status: 204 }])

  // Made once, and from then on only copied: the same beginning under another name.
  const begin = () => call(server.url, '/api/boards', { template: template.id }).then(({ body }) => body as MadeBoard)
  const [[first, one], [again, other]] = [await processesFor('templates', begin), await processesFor('templates', begin)]
  expect([first, again, one.id === other.id, (await look(one)).body.title, (await look(other)).body.title]).toEqual([1, 0, false, 'Renamed', 'Renamed'])
  // Where boards are small, none is begun.
  const small = await makeBoard(server.url)
  expect((await processesFor('looks', () => look(small)))[0]).toBe(0)
})

test('[H24] after a restart a large template is in the gallery with all it says', { timeout: 180_000 }, async () => {
  const first = await startServer()
  const made = await makeBoard(first.url, { file: { ...randomFile(6, { cards: 1_000 }), board: { title: 'Kept' } } })
  const { ticket } = await joinAs(first.url, made, 'facilitator', 'Fay')
  const { id } = (await call(first.url, api(made, '/templates'), { title: 'Kept', about: 'Over the restart' }, ticket)).body as { id: string }
  const before = (await call(first.url, '/api/templates')).body
  await first.stop()
  const next = await startServer({}, first.folder)
  await expect.poll(async () => (await call(next.url, '/api/templates')).body, soon).toEqual(before)
  expect(before.find((each: { id: string }) => each.id === id)).toMatchObject({ title: 'Kept', about: 'Over the restart' })
  await next.stop()
  removeFolder(first.folder)
})

test('[H25] what somebody did a moment ago is in the next look at a large board', { timeout: 180_000 }, async () => {
  const client = stockClient(server.url, board.id, (await joinAs(server.url, board, 'participant', 'Ana')).ticket)
  await client.synced()
  for (const title of ['First', 'Second']) {
    metaMapOf(client.doc).set('title', title)
    await client.saved()
    expect((await look()).body).toMatchObject({ title, here: 1 })
    expect((await look()).body).toMatchObject({ title, here: 1 })
  }
  client.leave()
})

const exporting = (address: string) => {
  const each = rawSocket(server.url)
  each.send(head(`GET ${api(board, '/export?format=svg')}`, { authorization: `Bearer ${fay.ticket}`, 'x-forwarded-for': address, connection: 'close' }))
  return each
}

test('[F35] who asks for many exports does not keep another waiting, and those who have left hold no place', { timeout: 180_000 }, async () => {
  const crowd = Array.from({ length: 12 }, () => exporting('203.0.113.1'))
  await expect.poll(() => figureOf(server.url, 'manyfutures_requests_in_flight'), soon).toBe(13)
  const answered = () => crowd.filter(each => each.statuses().length > 0).length
  const before = answered()
  const other = exporting('203.0.113.2')
  await other.closed
  expect(other.statuses()).toEqual([200])
  // The one that was being written, one more, and one that may have come before this is looked at.
  expect(answered() - before).toBeLessThanOrEqual(3)
  for (const each of crowd) each.socket.destroy()
  await expect.poll(() => figureOf(server.url, 'manyfutures_requests_in_flight'), soon).toBe(1)
  // Nothing of theirs is left in front of the next one: with twelve to be written first it would take ten times as long as one.
  const next = exporting('203.0.113.3')
  await next.closed
  expect(next.statuses()).toEqual([200])
})

test('[F35] one address has so many exports wait; more are refused with a sentence', { timeout: 180_000 }, async () => {
  const crowd = Array.from({ length: 40 }, () => exporting('203.0.113.4'))
  const refused = () => crowd.filter(each => each.statuses()[0] === 503)
  await expect.poll(() => refused().length, soon).toBeGreaterThan(15)
  expect(refused().every(each => /retry-after: 60\r\n[^]*writing several large boards/.test(each.heard()))).toBe(true)
  for (const each of crowd) each.socket.destroy()
  await expect.poll(() => figureOf(server.url, 'manyfutures_requests_in_flight'), soon).toBe(1)
})

test('[H24] a process that nobody waits for any more is ended at once, and the next one is begun', async () => {
  const folder = temporaryFolder()
  const said = (name: string): string => join(folder, name)
  const processes = createProcesses({ entry: new URL('../support/endless.ts', import.meta.url), heap: 64, full: () => new Error('Come back.'), tooMuch: () => new Error('Too much.') })
  const [first, second] = ['first', 'second'].map(name => {
    const leaving = new AbortController()
    return { name, leave: () => leaving.abort(), asked: processes.ask([said(name)], { address: name, gone: leaving.signal }).catch((error: Error) => error.message) }
  }) as [{ name: string; leave(): void; asked: Promise<unknown> }, { name: string; leave(): void; asked: Promise<unknown> }]
  const isThere = (pid: number): boolean => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false // There is no such process.
    }
  }
  for (const { name, leave, asked } of [first, second]) {
    await expect.poll(() => existsSync(said(name)) && readFileSync(said(name), 'utf8'), soon).toMatch(/\d+/)
    const pid = Number(readFileSync(said(name), 'utf8'))
    expect(isThere(pid)).toBe(true)
    leave()
    expect(await asked).toMatch(/aborted/)
    await expect.poll(() => isThere(pid), soon).toBe(false)
  }
  removeFolder(folder)
})

test('[H24] an answer larger than may be kept for whoever asked is refused before there is memory for it', async () => {
  const folder = temporaryFolder()
  const store = openStore(folder)
  const { content } = opened(randomFile(3, { cards: 300 }), { today: '2026-11-28' })
  await store.boards.create({ id: 'b' as BoardId, created: 1, links: [], people: [], content })
  const processes = createProcesses({ entry: new URL('../../server/look-process.ts', import.meta.url), heap: 256, full: () => new Error('Come back.'), tooMuch: () => new Error('Too much.') })
  const heard: number[] = []
  const asker = { ...anybody, holdAnswer: (bytes: number) => {
    heard.push(bytes)
    throw new Error('More than may be kept.')
  } }
  await expect(processes.ask([folder, 'b'], asker)).rejects.toThrow('More than may be kept.')
  const { parts } = await processes.ask([folder, 'b'])
  expect(heard).toEqual([parts[0]!.length])
  store.close()
  removeFolder(folder)
})

test('[H25] a board is looked at once for what is on disk, however many ask; by a process where it is large', { timeout: 180_000 }, async () => {
  const folder = temporaryFolder()
  const store = openStore(folder)
  const make = async (id: string, cards: number) => {
    const { content } = opened(randomFile(3, { cards }), { title: id, today: '2026-11-28' })
    await store.boards.create({ id: id as BoardId, created: 1, links: [], people: [], content })
    return content
  }
  const small = await make('small', 20)
  await make('large', 400)
  let loads = 0
  const looks = createLooks({ store: { log: { ...store.log, load: async doc => { loads++; return store.log.load(doc) } } }, dataDir: folder })
  const titles = async (id: string) => (await Promise.all(Array.from({ length: 20 }, () => looks.of(id as BoardId, anybody)))).map(each => (JSON.parse(each) as { title: string }).title)
  for (let round = 0; round < 3; round++) expect(new Set(await titles('small'))).toEqual(new Set(['small']))
  expect(loads).toBe(1)
  // Another entry, another look.
  const doc = new Y.Doc()
  Y.applyUpdate(doc, small)
  const before = Y.encodeStateVector(doc)
  metaMapOf(doc).set('title', 'renamed')
  await store.log.append([{ doc: docIdOf('small' as BoardId, 'canvas'), data: Y.encodeStateAsUpdate(doc, before) }])
  expect(new Set(await titles('small'))).toEqual(new Set(['renamed']))
  expect(loads).toBe(2)

  expect(new Set(await titles('large'))).toEqual(new Set(['large']))
  // No process could read it any more: what was seen is known.
  renameSync(join(folder, 'boards.sqlite'), join(folder, 'elsewhere.sqlite'))
  expect(new Set(await titles('large'))).toEqual(new Set(['large']))
  expect(loads).toBe(2)
  await expect(looks.of('nowhere' as BoardId, anybody)).rejects.toThrow(/no board at this address/)
  store.close()
  removeFolder(folder)
})

test('[H25] the gallery looks at each saved template once, and makes the beginning of a board once, until it changes', async () => {
  const calls: string[] = []
  const file = randomFile(4, { cards: 10 })
  const jobs: TemplateJobs = {
    describe: async id => {
      calls.push(`describe ${id}`)
      if (id === 'broken') throw templateTooMuch()
      return { id, title: id, about: '', takes: undefined, people: undefined, gives: undefined, preview: { w: 1, h: 1, marks: [] }, saved: true }
    },
    text: async id => (calls.push(`text ${id}`), '{}'),
    begin: async (id, begin) => (calls.push(`begin ${id} ${begin.title ?? ''}`), opened(file, begin)),
    reword: async () => Promise.reject(new Error('not asked for')),
    save: async () => Promise.reject(new Error('not asked for')),
  }
  let at = 0
  const ids = ['fine', 'broken']
  const gallery = createGallery({ builtIn: loadTemplates('templates'), saved: { all: async () => ids, about: async id => (ids.includes(id) ? { id, created: 1, keyHash: new Uint8Array(), size: 10 } : undefined) }, jobs, clock: () => at })
  const shown = async () => (JSON.parse(Buffer.from((await gallery.list()).json).toString()) as { id: string; title: string; problem?: string; saved?: true }[]).filter(({ saved }) => saved).map(({ id, title, problem }) => [id, title, problem !== undefined])
  const listed = await Promise.all(Array.from({ length: 10 }, shown))
  expect(listed).toEqual(listed.map(() => [['fine', 'fine', false], ['broken', 'A saved template', true]]))
  at += 1e6
  await shown()
  expect(calls.splice(0)).toEqual(['describe fine', 'describe broken'])

  const begin = { title: 'T', today: '2026-11-28' }
  const starts = await Promise.all(Array.from({ length: 5 }, () => gallery.begin('fine', begin, anybody)))
  expect(new Set(starts.map(start => start?.content)).size).toBe(1)
  await gallery.begin('fine', { ...begin, title: 'Other' }, anybody)
  await gallery.begin('fine', begin, anybody)
  expect(calls.splice(0)).toEqual(['begin fine T', 'begin fine Other'])
  const { tag } = await gallery.list()
  gallery.changed('fine')
  await gallery.begin('fine', begin, anybody)
  expect(calls.splice(0)).toEqual(['describe fine', 'begin fine T'])
  expect((await gallery.list()).tag).not.toBe(tag)
  await expect(gallery.file('broken', anybody)).rejects.toThrow(/more than can be dealt with/)
  expect([(await gallery.file('fine', anybody)).text, await gallery.begin('nowhere', begin, anybody)]).toEqual(['{}', undefined])
})
