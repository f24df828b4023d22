import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import * as decoding from 'lib0/decoding'
import * as Y from 'yjs'
import { afterEach, expect, test } from 'vitest'
import type { BoardId } from '../../shared/ids.ts'
import { close, durable } from '../../shared/protocol.ts'
import { createCommits } from '../../server/log/commits.ts'
import { openRoom, paceFor } from '../../server/sync/room.ts'
import type { BoardLog, DocId } from '../../server/storage/log.ts'
import { openStore, type Store } from '../../server/storage/sqlite.ts'
import { listener, roomsOn } from '../support/room.ts'
import { call, joinAs, makeBoard, refusedStart, removeFolder, secretOf, startServer, temporaryFolder } from '../support/server.ts'

const folders: string[] = []
const stores: Store[] = []
function store(): Store {
  const folder = temporaryFolder()
  const opened = openStore(folder)
  folders.push(folder)
  stores.push(opened)
  return opened
}
afterEach(() => {
  for (const each of stores.splice(0)) each.close()
  for (const folder of folders.splice(0)) removeFolder(folder)
})

const doc = 'board' as DocId
const bytes = (...values: number[]) => Uint8Array.from(values)

test('[K1] entries come back in order, per document, and only those after the snapshot', async () => {
  const { log } = store()
  await log.append([{ doc, data: bytes(1) }, { doc: 'other' as DocId, data: bytes(9) }])
  const [upTo = 0] = await log.append([{ doc, data: bytes(2) }])
  await log.append([{ doc, data: bytes(3) }])
  expect((await log.load(doc)).entries.map(each => [...each])).toEqual([[1], [2], [3]])
  await log.compact(doc, upTo, bytes(1, 2), bytes(0))
  const stored = await log.load(doc)
  expect([...(stored.snapshot ?? [])]).toEqual([1, 2])
  expect(stored.entries.map(each => [...each])).toEqual([[3]])
  expect((await log.load('nothing' as DocId)).entries).toEqual([])
  expect([await log.weigh(doc), await log.weigh('other' as DocId), await log.weigh('nothing' as DocId)]).toEqual([3, 1, 0])
})

test('[K2] a board and its first content are there together or not at all', async () => {
  const { boards, log } = store()
  const board = { id: 'b' as BoardId, created: 1, links: [], people: [], content: bytes(7) }
  await boards.create(board)
  await expect(boards.create({ ...board, content: bytes(8) })).rejects.toThrow()
  expect((await log.load('b' as DocId)).entries.map(each => [...each])).toEqual([[7]])
})

test('[K3] a second server on the same folder refuses to start and says what to do', async () => {
  const server = await startServer()
  const { code, says } = await refusedStart({ DATA_DIR: server.folder })
  expect([code, says]).toEqual([1, expect.stringMatching(/Another server is using .*DATA_DIR/)])
  await server.kill()
  const next = await startServer({}, server.folder)
  await next.stop()
  removeFolder(server.folder)
})

test.each([
  [{ PORT: 'many' }, /PORT=many cannot be used: give a whole number from 0 to 65535/],
  [{ PUBLIC_URL: 'boards.example.org' }, /PUBLIC_URL=.*give an address such as/],
  [{ DATABASE_URL: 'postgres://x' }, /SQLite only/],
])('[K4] a setting that cannot be used is named: %j', async (env, sentence) => {
  expect(await refusedStart(env)).toEqual({ code: 1, says: expect.stringMatching(sentence) })
})

test('[K4] a port that somebody else listens on is named, and the server ends', async () => {
  const server = await startServer()
  const folder = temporaryFolder()
  expect(await refusedStart({ PORT: new URL(server.url).port, DATA_DIR: folder })).toEqual({ code: 1, says: expect.stringMatching(/Another program listens on this port.*PORT/) })
  // It left nothing behind that keeps the next one out.
  const next = await startServer({}, folder)
  await Promise.all([server.stop(), next.stop()])
  for (const each of [server.folder, folder]) removeFolder(each)
})

test('[K5] boards kept by a newer version are left alone', async () => {
  const folder = temporaryFolder()
  folders.push(folder)
  openStore(folder).close()
  const db = new DatabaseSync(join(folder, 'boards.sqlite'))
  db.exec('PRAGMA user_version = 99')
  db.close()
  expect(() => openStore(folder)).toThrow(/newer version of Manyfutures/)
})

test('[K6] a damaged snapshot is said, never served as an empty board', async () => {
  const folder = temporaryFolder()
  folders.push(folder)
  const first = openStore(folder)
  const [upTo = 0] = await first.log.append([{ doc, data: bytes(1) }])
  await first.log.compact(doc, upTo, bytes(1), bytes(0))
  first.close()
  const db = new DatabaseSync(join(folder, 'boards.sqlite'))
  db.exec("UPDATE snapshot SET data = x'00'")
  db.close()
  const again = openStore(folder)
  stores.push(again)
  await expect(again.log.load(doc)).rejects.toThrow(/damaged. Restore a backup/)
})

const editOf = (text: string): Uint8Array => {
  const source = new Y.Doc()
  source.getMap('records').set(text, text)
  return Y.encodeStateAsUpdate(source)
}

/** A log whose disk can be full. */
function fragileLog(inner: BoardLog): BoardLog & { full: boolean } {
  const fragile = {
    ...inner,
    full: false,
    append: async (entries: Parameters<BoardLog['append']>[0]) => {
      if (fragile.full) throw Object.assign(new Error('database or disk is full'), { errcode: 13 })
      return inner.append(entries)
    },
  }
  return fragile
}

test('[K7] on a full disk nothing is answered, nothing is shown to others, everybody is asked to come back, and then it goes on', async () => {
  const log = fragileLog(store().log)
  const rooms = roomsOn(log)
  const room = await rooms.open(doc)
  const [ana, ben] = [listener(), listener()]
  room.join(ana)
  room.join(ben)
  const before = ben.frames.length
  log.full = true
  room.receive(ana, editOf('lost'))
  room.acknowledge(ana, 1)
  await room.document()
  expect(ana.ended).toEqual([close.retry.code])
  expect(ben.ended).toEqual([close.retry.code])
  expect(ben.frames.length).toBe(before)
  expect(ana.frames.some(frame => frame[0] === 120)).toBe(false)

  log.full = false
  const reopened = await rooms.open(doc)
  expect((await reopened.document()).getMap('records').size).toBe(0)
  const back = listener()
  reopened.join(back)
  reopened.receive(back, editOf('brought again'))
  reopened.acknowledge(back, 2)
  await reopened.document()
  expect(back.frames.at(-1)).toEqual(bytes(120, 2, durable.committed))
  await rooms.closeAll(close.restarting)
})

test('[K7] a disk that is full for a moment delays the answer and loses nothing', async () => {
  const log = fragileLog(store().log)
  const rooms = roomsOn(log)
  const room = await rooms.open(doc)
  const ana = listener()
  room.join(ana)
  log.full = true
  room.receive(ana, editOf('patient'))
  room.acknowledge(ana, 1)
  const append = log.append
  let tries = 0
  log.append = async entries => {
    if (++tries === 2) log.full = false
    return append(entries)
  }
  await room.document()
  expect(ana.frames.at(-1)).toEqual(bytes(120, 1, durable.committed))
  expect((await log.load(doc)).entries).toHaveLength(1)
  await rooms.closeAll(close.restarting)
})

test('[K7] a store that is really full says so, keeps what it has, and takes no half board', async () => {
  const server = await startServer({ MAX_STORE_BYTES: '200000' })
  const file = (text: string) => ({
    file: { format: 'manyfutures/board', version: 1, board: { title: 'T' }, cards: [{ id: 'a', kind: 'note', text, x: 0, y: 0 }], relations: [], structures: [], drawings: [], people: [] },
  })
  const board = await makeBoard(server.url, file('kept'))
  let made = 0
  let refused = await call(server.url, '/api/boards', file('x'.repeat(20_000)))
  while (refused.status === 201 && made++ < 50) refused = await call(server.url, '/api/boards', file('x'.repeat(20_000)))
  expect(refused).toMatchObject({ status: 507, body: { detail: expect.stringMatching(/disk is full, so nothing could be saved/) } })

  const { status } = await call(server.url, `/api/boards/${board.id}/look`, { secret: secretOf(board.links.observer) })
  expect(status).toBe(200)
  await server.stop()
  const roomier = await startServer({}, server.folder)
  const ana = await joinAs(roomier.url, board, 'participant', 'Ana')
  const { body } = await call(roomier.url, `/api/boards/${board.id}/export`, undefined, ana.ticket)
  expect(body.cards).toEqual([expect.objectContaining({ text: 'kept' })])
  await roomier.stop()
  removeFolder(server.folder)
})

test('[K8] a newcomer never receives what is not committed yet', async () => {
  const { log: inner } = store()
  let release = (): void => undefined
  const held = new Promise<void>(done => (release = done))
  const log: BoardLog = { ...inner, append: async entries => held.then(() => inner.append(entries)) }
  const rooms = roomsOn(log)
  const room = await rooms.open(doc)
  const [ana, ben] = [listener(), listener()]
  room.join(ana)
  room.receive(ana, editOf('secret until saved'))
  room.join(ben)
  room.replySync(ben, Y.encodeStateVector(new Y.Doc()))
  const text = () => Buffer.concat(ben.frames).toString('latin1')
  await Promise.resolve()
  expect(text()).not.toContain('secret until saved')
  release()
  await room.document()
  expect(text()).toContain('secret until saved')
  await rooms.closeAll(close.restarting)
})

test('[K9] whoever comes while a board drains waits for it and finds everything', async () => {
  const rooms = roomsOn(store().log)
  for (let i = 0; i < 50; i++) {
    const room = await rooms.open(doc)
    const ana = listener()
    room.join(ana)
    room.receive(ana, editOf(`edit ${i}`))
    room.leave(ana)
    await rooms.sweep()
    const [, reopened] = await Promise.all([rooms.sweep(), rooms.open(doc)])
    expect((await reopened.document()).getMap('records').size).toBe(i + 1)
  }
  await rooms.closeAll(close.restarting)
})

test('[S17] the more people, the fewer and larger the frames: a full room gets what was done as a few changes, and all of it', async () => {
  expect([1, 39, 40, 200, 400, 5_000].map(paceFor)).toEqual([0, 0, 4, 20, 40, 40])
  const { log } = store()
  const room = await openRoom(doc, { log, commits: createCommits(log, 0), now: Date.now, lost: () => undefined })
  const people = Array.from({ length: 400 }, () => listener())
  for (const each of people) room.join(each)
  const writer = new Y.Doc()
  const updates: Uint8Array[] = []
  writer.on('update', update => updates.push(update))
  for (let i = 0; i < 300; i++) writer.getMap('records').set(`c${i}`, i)
  const [author, reader] = people as [(typeof people)[number], (typeof people)[number]]
  const before = reader.frames.length
  // Each in a turn of its own, as frames come in from the network.
  for (const update of updates) {
    room.receive(author, update)
    await new Promise(setImmediate)
  }
  await room.document()
  const copy = new Y.Doc()
  for (const frame of reader.frames.slice(before)) if (frame[0] === 0 && frame[1] === 2) Y.applyUpdate(copy, decoding.readVarUint8Array(decoding.createDecoder(frame.subarray(2))))
  expect(copy.getMap('records').size).toBe(300)
  expect(reader.frames.length - before).toBeLessThan(30)
  await room.close(close.restarting)
})
