import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as Y from 'yjs'
import { afterEach, expect, test } from 'vitest'
import type { BoardId, ParticipantId } from '../../shared/ids.ts'
import { close } from '../../shared/protocol.ts'
import { exits } from '../../scripts/cli/failure.ts'
import { comesBackMs } from '../../server/history/ages.ts'
import { createRemoving } from '../../server/removing.ts'
import type { DocId } from '../../server/storage/log.ts'
import { openReader } from '../../server/storage/reading.ts'
import { openStore } from '../../server/storage/sqlite.ts'
import { bareSocket, stockClient } from '../support/client.ts'
import { manyfutures } from '../support/command.ts'
import { compactorOf } from '../support/past.ts'
import { png } from '../support/pictures.ts'
import { call, joinAs, makeBoard, removeFolder, secretOf, startServer, temporaryFolder } from '../support/server.ts'

/* Boards that are removed: closed at once, back for thirty days, then gone. */

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each()
})
function folder(): string {
  const made = temporaryFolder()
  undo.push(() => removeFolder(made))
  return made
}

const socketEnd = async (url: string, board: string, ticket: string): Promise<number> => (await bareSocket(url, board, ['manyfutures.v1', ticket])).closed.then(({ code }) => code)

test('[K50] a facilitator removes a board: it closes at once for everybody, and comes back as it was, at the word of a facilitator', async () => {
  const server = await startServer({}, folder())
  undo.push(() => server.stop())
  const board = await makeBoard(server.url)
  const [lea, ana] = [await joinAs(server.url, board, 'facilitator', 'Lea'), await joinAs(server.url, board, 'participant', 'Ana')]
  const client = stockClient(server.url, board.id, ana.ticket)
  await client.synced()
  client.doc.getMap('meta').set('title', 'Before it went')
  await client.saved()
  const path = `/api/boards/${board.id}`
  expect([(await call(server.url, path, undefined, ana.ticket, 'DELETE')).status, (await call(server.url, path, undefined, undefined, 'DELETE')).status]).toEqual([403, 401])
  const ended = (await bareSocket(server.url, board.id, ['manyfutures.v1', ana.ticket])).closed
  expect((await call(server.url, path, undefined, lea.ticket, 'DELETE')).status).toBe(204)
  expect((await ended).code).toBe(close.gone.code)
  client.leave()

  for (const [method, at, body, ticket] of [['GET', '/people', undefined, lea.ticket], ['GET', '/export', undefined, lea.ticket], ['POST', '/look', { secret: secretOf(board.links.facilitator) }, undefined], ['POST', '/join', { participant: ana.participant, key: ana.key }, undefined], ['GET', `/assets/${'0'.repeat(64)}`, undefined, lea.ticket], ['DELETE', '', undefined, lea.ticket]] as const) {
    expect([at, await call(server.url, `${path}${at}`, body, ticket, method)]).toEqual([at, { status: 410, body: expect.objectContaining({ detail: expect.stringMatching(/was removed.*can bring it back/) as string }) as object }])
  }
  expect(await socketEnd(server.url, board.id, ana.ticket)).toBe(close.gone.code)

  const back = (who: { participant: string; key: string }) => call(server.url, `${path}/return`, { participant: who.participant, key: who.key })
  expect([(await back(ana)).status, (await back({ ...lea, key: 'x' })).status]).toEqual([403, 403])
  expect((await back(lea)).status).toBe(204)
  // Once more is the same.
  expect((await back(lea)).status).toBe(204)
  expect((await call(server.url, `${path}/export`, undefined, lea.ticket)).body.board.title).toBe('Before it went')
})

test('[K50] by command a board is removed and brought back, beside a server that ends its visits', async () => {
  const data = folder()
  const server = await startServer({}, data)
  undo.push(() => server.stop())
  const board = await makeBoard(server.url)
  const ana = await joinAs(server.url, board, 'participant', 'Ana')
  const env = { env: { DATA_DIR: data } }
  expect(await manyfutures(['remove', board.id], env)).toMatchObject({ code: exits.done.code, out: '', err: expect.stringMatching(/is removed.*--back/) })
  expect((await call(server.url, `/api/boards/${board.id}/join`, { participant: ana.participant, key: ana.key })).status).toBe(410)
  expect([(await manyfutures(['list'], env)).out, (await manyfutures(['list', '--removed'], env)).out]).toEqual(['', expect.stringMatching(`^${board.id}\t`)])
  expect(await manyfutures(['remove', board.id], env)).toMatchObject({ code: exits.done.code, err: expect.stringMatching(/was removed before/) })
  expect(await manyfutures(['remove', board.id, '--back'], env)).toMatchObject({ code: exits.done.code, err: expect.stringMatching(/is back/) })
  expect(await manyfutures(['remove', board.id, '--back'], env)).toMatchObject({ code: exits.content.code, err: expect.stringMatching(/was not removed/) })
  expect(await manyfutures(['remove', 'nobody'], env)).toMatchObject({ code: exits.content.code, err: expect.stringMatching(/no board “nobody”/) })
  expect((await call(server.url, `/api/boards/${board.id}/join`, { participant: ana.participant, key: ana.key })).status).toBe(200)
  expect((await manyfutures(['list', '--unused', '0'], env)).out).toMatch(`${board.id}\t`)
  expect(await manyfutures(['list', '--unused', '30'], env)).toMatchObject({ code: 0, out: '', err: expect.stringMatching(/no such boards/) })
  expect(await manyfutures(['list', '--unused', 'x'], env)).toMatchObject({ code: exits.usage.code })
})

/** Whether bytes are in any file of a folder. */
const holds = (at: string, words: string): string[] => (readdirSync(at, { recursive: true, encoding: 'utf8' }) as string[]).filter(path => {
  try {
    return readFileSync(join(at, path)).includes(words)
  } catch {
    return false // A folder.
  }
})

test('[K51] after thirty days a removed board is gone with log, history, pictures, links and people, and another board keeps what is its own', async () => {
  const data = folder()
  const store = openStore(data)
  const [here, other] = ['here' as BoardId, 'other' as BoardId]
  const made = new Y.Doc()
  made.getMap('records').set('a', new Y.Map([['type', 'card'], ['text', 'UnforgettableWords']]))
  const received = [await store.pictureFiles.receive([png(3, 3)], 1e6), await store.pictureFiles.receive([png(5, 5)], 1e6)] as const
  for (const each of received) await store.pictureFiles.keep(each)
  const asset = (board: BoardId, nth: 0 | 1) => ({ board, hash: received[nth].hash, type: 'image/png' as const, size: received[nth].size, by: undefined, at: 1 })
  for (const [id, assets] of [[here, [asset(here, 0), asset(here, 1)]], [other, [asset(other, 1)]]] as const) {
    await store.boards.create({ id, created: 1, links: [{ id: `l-${id}`, board: id, role: 'facilitator', hash: Buffer.from(`secret of ${id}`), created: 1, closed: undefined }], people: [{ id: 'p' as ParticipantId, board: id, name: id === here ? 'RememberedName' : 'Ben', sector: '', link: `l-${id}`, keyHash: undefined, role: undefined }], content: id === here ? Y.encodeStateAsUpdate(made) : Uint8Array.of(0, 0), assets })
    await store.claims.add(id, 7, 'p' as ParticipantId)
    await store.audit.note({ board: id, at: 2, who: 'p' as ParticipantId, did: 'closed a link', about: 'x' })
  }
  const compactor = compactorOf(store)
  await compactor.compact(here as string as DocId)
  made.getMap('records').delete('a')
  await store.log.append([{ doc: here as string as DocId, data: Y.encodeStateAsUpdate(made), at: 3, by: ['p'] }])
  await compactor.compact(here as string as DocId)
  await compactor.close()
  expect(holds(data, 'UnforgettableWords').length + holds(data, 'RememberedName').length).toBeGreaterThan(0)

  let now = 1_000_000
  const ended: string[] = []
  const removing = createRemoving({ store, now: () => now, close: async board => void ended.push(board), purged: board => void ended.push(`${board} purged`) })
  await removing.remove(here, 'p' as ParticipantId)
  now += comesBackMs - 1
  await removing.sweep()
  expect([await store.boards.has(here), ended, (await store.people.all(here)).length]).toEqual([false, ['here'], 1])
  now++
  await removing.sweep()
  await removing.sweep()
  expect(ended).toEqual(['here', 'here purged'])
  expect(await store.log.load(here as string as DocId)).toMatchObject({ snapshot: undefined, entries: [], upTo: 0 })
  expect([await store.history.list(here as string as DocId), await store.history.removals(here as string as DocId, 0), await store.people.all(here), await store.links.all(here), await store.audit.all(here), [...(await store.claims.all(here))], await store.assets.get(here, received[0].hash)]).toEqual([[], [], [], [], [], [], undefined])
  expect([await store.pictureFiles.read(received[0].hash), (await store.pictureFiles.read(received[1].hash))?.length]).toEqual([undefined, received[1].size])
  expect([await store.boards.has(other), (await store.people.all(other)).length, await removing.giveBack(here)]).toEqual([true, 1, false])
  // Nothing of it is left in the bytes of the store either, while it is open and afterwards.
  expect([holds(data, 'UnforgettableWords'), holds(data, 'RememberedName')]).toEqual([[], []])
  await store.log.append([{ doc: other as string as DocId, data: Uint8Array.of(0, 0), at: 4 }])
  store.close()
  // It is a store as any other: nothing is missing of it.
  const again = openStore(data)
  await again.log.append([{ doc: other as string as DocId, data: Uint8Array.of(0, 0), at: 5 }])
  again.close()
  const reader = openReader(data)
  expect(reader.boards().map(({ id, created }) => [id, reader.lastUsed({ id, created })])).toEqual([['other', 5]])
  reader.close()
})
