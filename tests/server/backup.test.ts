import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type * as Y from 'yjs'
import { createRecord, packPlace, recordsOf } from '../../shared/board.ts'
import { newId } from '../../shared/ids.ts'
import type { Json } from '../../shared/json.ts'
import { durable } from '../../shared/protocol.ts'
import type { Manifest } from '../../server/storage/backup.ts'
import { openStore, sqliteRefusal } from '../../server/storage/sqlite.ts'
import { stockClient } from '../support/client.ts'
import { call, joinAs, makeBoard, removeFolder, secretOf, startServer, temporaryFolder } from '../support/server.ts'

const folders: string[] = []
const folder = (): string => {
  const made = temporaryFolder()
  folders.push(made)
  return made
}
afterEach(() => folders.splice(0).forEach(removeFolder))

const place = packPlace({ parent: '', index: 'a1', x: 0, y: 0, rotation: 0 })
function addCard(doc: Y.Doc): string {
  const id = newId<string>()
  doc.transact(() => createRecord(recordsOf(doc), id, new Map<string, Json>(Object.entries({ type: 'card', kind: 'note', place, text: 'kept twice' }))))
  return id
}

/** Runs a script as `npm run` does. */
async function run(script: 'backup' | 'restore', args: readonly string[], dataDir: string): Promise<{ code: number | null; says: string }> {
  const child = spawn(process.execPath, [`scripts/${script}.ts`, ...args], { env: { ...process.env, DATA_DIR: dataDir }, stdio: ['ignore', 'pipe', 'pipe'] })
  let says = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (says += data.toString()))
  const code = await new Promise<number | null>(done => child.once('close', done))
  return { code, says }
}

const picture = Buffer.from('not really a picture')
const pictureName = createHash('sha256').update(picture).digest('hex')

/** A data folder with one empty board and one picture, and a backup of it. */
async function backedUp(): Promise<{ data: string; backup: string }> {
  const data = folder()
  const backup = join(folder(), 'monday')
  const store = openStore(data)
  await store.boards.create({ id: 'b' as never, created: 1, links: [], people: [], content: Uint8Array.of(0, 0) })
  store.close()
  mkdirSync(join(data, 'assets', pictureName.slice(0, 2)), { recursive: true })
  writeFileSync(join(data, 'assets', pictureName.slice(0, 2), pictureName), picture)
  expect(await run('backup', [backup], data)).toMatchObject({ code: 0 })
  return { data, backup }
}

test('[P3] a backup made while five people write holds all that was acknowledged before it began; restored, boards open and links work', async () => {
  const server = await startServer()
  folders.push(server.folder)
  const board = await makeBoard(server.url, { title: 'Openness' })
  const fay = await joinAs(server.url, board, 'facilitator', 'Fay')
  mkdirSync(join(server.folder, 'assets'), { recursive: true })
  writeFileSync(join(server.folder, 'assets', `${pictureName}.png`), picture)
  writeFileSync(join(server.folder, 'assets', 'still-being-sent.part'), picture)
  const clients = await Promise.all(Array.from({ length: 5 }, async (_, i) => stockClient(server.url, board.id, (await joinAs(server.url, board, 'participant', `Person ${i}`)).ticket)))
  await Promise.all(clients.map(client => client.synced()))

  const acknowledged = new Set<string>()
  let writing = true
  let before: string[] = []
  const backup = join(folder(), 'monday')
  const said = await new Promise<Awaited<ReturnType<typeof run>>>(done => {
    const write = async (client: (typeof clients)[number]): Promise<void> => {
      while (writing) {
        const mine = [addCard(client.doc), addCard(client.doc)]
        if ((await client.saved()) === durable.committed) for (const id of mine) acknowledged.add(id)
        if (acknowledged.size < 200 || before.length) continue
        before = [...acknowledged]
        void run('backup', [backup], server.folder).then(done)
      }
    }
    for (const client of clients) void write(client)
  })
  writing = false
  expect(said).toEqual({ code: 0, says: expect.stringMatching(/^1 board and 1 picture are in .*monday, .* MB, checked\./) })
  expect(acknowledged.size).toBeGreaterThan(before.length) // Nobody waited for it.
  for (const client of clients) client.leave()
  await server.stop()

  const restored = join(folder(), 'data')
  expect(await run('restore', [backup], restored)).toEqual({ code: 0, says: expect.stringMatching(/^1 board of .* Start the server with npm start/) })
  expect(readdirSync(join(restored, 'assets'))).toEqual([`${pictureName}.png`])
  const next = await startServer({}, restored)
  const reader = stockClient(next.url, board.id, (await joinAs(next.url, board, 'observer', 'Reader')).ticket)
  await reader.synced()
  expect(before.filter(id => !recordsOf(reader.doc).has(id))).toEqual([])
  const again = await call(next.url, `/api/boards/${board.id}/join`, { participant: fay.participant, key: fay.key })
  expect(again).toMatchObject({ status: 200, body: { name: 'Fay', role: 'facilitator' } })
  expect(await call(next.url, `/api/boards/${board.id}/look`, { secret: secretOf(board.links.participant) })).toMatchObject({ status: 200, body: { title: 'Openness' } })
  reader.leave()
  await next.stop()
})

test('[P3] what people did after a backup comes back from their devices', async () => {
  const server = await startServer()
  folders.push(server.folder)
  const board = await makeBoard(server.url)
  const ana = await joinAs(server.url, board, 'participant', 'Ana')
  const backup = join(folder(), 'monday')
  expect((await run('backup', [backup], server.folder)).code).toBe(0)
  const client = stockClient(server.url, board.id, ana.ticket)
  await client.synced()
  const later = addCard(client.doc)
  expect(await client.saved()).toBe(durable.committed)
  client.provider.destroy()
  await server.stop()

  const restored = join(folder(), 'data')
  expect(await run('restore', [backup, '--into', restored], server.folder)).toEqual({ code: 0, says: expect.stringContaining(`DATA_DIR=${restored} npm start`) })
  const next = await startServer({}, restored)
  const back = stockClient(next.url, board.id, ana.ticket, client.doc)
  expect(await back.saved()).toBe(durable.committed)
  const reader = stockClient(next.url, board.id, (await joinAs(next.url, board, 'observer', 'Reader')).ticket)
  await reader.synced()
  expect(recordsOf(reader.doc).has(later)).toBe(true)
  for (const each of [back, reader]) each.leave()
  await next.stop()
})

test('[P3] the folder of a server that was killed is backed up with all it acknowledged', async () => {
  const server = await startServer()
  folders.push(server.folder)
  const board = await makeBoard(server.url)
  const ana = stockClient(server.url, board.id, (await joinAs(server.url, board, 'participant', 'Ana')).ticket)
  await ana.synced()
  const card = addCard(ana.doc)
  expect(await ana.saved()).toBe(durable.committed)
  await server.kill()
  ana.leave()

  const [backup, restored] = [join(folder(), 'monday'), join(folder(), 'data')]
  expect((await run('backup', [backup], server.folder)).code).toBe(0)
  expect((await run('restore', [backup], restored)).code).toBe(0)
  const next = await startServer({}, restored)
  const reader = stockClient(next.url, board.id, (await joinAs(next.url, board, 'observer', 'Reader')).ticket)
  await reader.synced()
  expect(recordsOf(reader.doc).has(card)).toBe(true)
  reader.leave()
  await next.stop()
})

const picturePath = `assets/${pictureName.slice(0, 2)}/${pictureName}`
const change = (backup: string, edit: (manifest: Manifest) => unknown): void => {
  const path = join(backup, 'manifest.json')
  writeFileSync(path, JSON.stringify(edit(JSON.parse(readFileSync(path, 'utf8')) as Manifest)))
}

test.each<[string, (backup: string) => void, RegExp]>([
  ['one byte of the store changed', backup => {
    const bytes = readFileSync(join(backup, 'boards.sqlite'))
    bytes[bytes.length - 7]! ^= 1
    writeFileSync(join(backup, 'boards.sqlite'), bytes)
  }, /damaged: boards\.sqlite is not what was written/],
  ['half of the store', backup => writeFileSync(join(backup, 'boards.sqlite'), readFileSync(join(backup, 'boards.sqlite')).subarray(0, 4096)), /damaged: boards\.sqlite is not/],
  ['a picture gone', backup => rmSync(join(backup, picturePath)), /damaged: assets\/.* is missing/],
  ['half a manifest', backup => writeFileSync(join(backup, 'manifest.json'), '{"format":"manyfu'), /damaged: its manifest\.json cannot be read/],
  ['no manifest', backup => rmSync(join(backup, 'manifest.json')), /is no backup: it holds no manifest\.json/],
  ['a manifest that points elsewhere', backup => change(backup, manifest => ({ ...manifest, files: manifest.files.map(file => ({ ...file, path: `assets/../../${file.path}` })) })), /manifest\.json cannot be read/],
  ['a newer version of the store', backup => change(backup, manifest => ({ ...manifest, store: 99 })), /newer version of Manyfutures/],
  ['a store that is none, with the right sum', backup => {
    const text = Buffer.from('not a store')
    writeFileSync(join(backup, 'boards.sqlite'), text)
    change(backup, manifest => ({ ...manifest, files: [{ path: 'boards.sqlite', bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') }] }))
  }, /The store is damaged/],
])('[P4] a backup with %s is refused, and nothing is restored', async (_what, damage, sentence) => {
  const { backup } = await backedUp()
  const into = join(folder(), 'data')
  damage(backup)
  expect(await run('restore', [backup], into)).toEqual({ code: 1, says: expect.stringMatching(sentence) })
  expect(existsSync(into) ? readdirSync(into).filter(name => name !== 'server.lock') : []).toEqual([])
})

test('[P4] nothing is restored over a running server or over boards, and no backup is written over another', async () => {
  const { data, backup } = await backedUp()
  const server = await startServer()
  folders.push(server.folder)
  const board = await makeBoard(server.url)
  expect(await run('restore', [backup], server.folder)).toEqual({ code: 1, says: expect.stringMatching(/A server is using .* Stop it first.*--into/) })
  expect(await call(server.url, `/api/boards/${board.id}/look`, { secret: secretOf(board.links.observer) })).toMatchObject({ status: 200 })
  await server.stop()
  expect(await run('restore', [backup], data)).toEqual({ code: 1, says: expect.stringMatching(/is not empty.*Move it aside.*--into/) })
  expect(await run('backup', [backup], data)).toEqual({ code: 1, says: expect.stringMatching(/is not empty.*Name a new folder/) })
})

test('[P4] a store that is damaged, or not there, makes no backup', async () => {
  const { data } = await backedUp()
  const to = join(folder(), 'tuesday')
  const bytes = readFileSync(join(data, 'boards.sqlite'))
  bytes.fill(0xa5, 4096 + 100, 4096 * 3)
  writeFileSync(join(data, 'boards.sqlite'), bytes)
  expect(await run('backup', [to], data)).toEqual({ code: 1, says: expect.stringMatching(/damaged|malformed/) })
  expect(await run('backup', [to], folder())).toEqual({ code: 1, says: expect.stringMatching(/There are no boards in .* DATA_DIR/) })
  expect(await run('backup', [], data)).toEqual({ code: 1, says: expect.stringMatching(/Say where to: npm run backup -- /) })
  expect(await run('restore', ['--over', 'x'], data)).toEqual({ code: 1, says: expect.stringMatching(/--over/) })
  expect(readdirSync(join(to, '..'))).toEqual([])
})

test.each([
  ['3.51.3', false],
  ['3.51.10', false],
  ['3.53.4', false],
  ['4.0.0', false],
  ['3.51.2', true],
  ['3.51', true],
  ['3.50.9', true],
  ['2.99.9', true],
])('[K10] SQLite %s may lose commits: %s', (version, refused) => {
  expect(sqliteRefusal(version)).toEqual(refused ? expect.stringContaining(`SQLite ${version}, which can lose commits. Use one with 3.51.3 or newer`) : undefined)
})
