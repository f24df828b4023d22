import * as Y from 'yjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BoardId, RecordId } from '../../shared/ids.ts'
import { close, durable, message, type Role, roles, subprotocol, sync } from '../../shared/protocol.ts'
import { readSession, writeRings } from '../../shared/session.ts'
import { createApp } from '../../server/app.ts'
import { createCommits } from '../../server/log/commits.ts'
import { readConfig } from '../../server/config.ts'
import { docIdOf } from '../../server/documents.ts'
import type { Member } from '../../server/sync/room.ts'
import { createRooms } from '../../server/sync/rooms.ts'
import type { BoardLog } from '../../server/storage/log.ts'
import { openStore } from '../../server/storage/sqlite.ts'
import { type BareSocket, bareSocket, stockClient, type StockClient, until } from '../support/client.ts'
import { listener } from '../support/room.ts'
import { call, type Joined, joinAs, type MadeBoard, makeBoard, removeFolder, type RunningServer, secretOf, startServer, temporaryFolder } from '../support/server.ts'
import { updateFrame } from '../support/wire.ts'

let server: RunningServer
beforeAll(async () => void (server = await startServer()))
afterAll(async () => {
  await server.stop()
  removeFolder(server.folder)
})

const sessionOf = (board: MadeBoard): string => `${board.id}/session`
const watch = (board: MadeBoard, person: Joined, url = server.url) => stockClient(url, sessionOf(board), person.ticket)
const open = (board: MadeBoard, ticket: string, wheel: string, rings: number | null, url = server.url) =>
  call(url, `/api/boards/${board.id}/session`, { rings: { wheel, open: rings } }, ticket)
const ringsIn = (doc: Y.Doc): Record<string, number> => Object.fromEntries(readSession(doc).rings)
const opened = (client: StockClient, wheel: string, rings: number | undefined) => until(client.doc, () => readSession(client.doc).rings.get(wheel as RecordId) === rings)

/** Rings somebody would like to open without asking, as an update and as the answer to SyncStep1. */
function forgedFrames(): [update: Uint8Array, step2: Uint8Array] {
  const doc = new Y.Doc()
  writeRings(doc, 'forged' as RecordId, 1)
  const update = updateFrame(Y.encodeStateAsUpdate(doc))
  const step2 = Uint8Array.from(update)
  step2[1] = sync.step2
  return [update, step2]
}

/** Every message a bare socket hears, and a way to wait for the answer to a durability question. */
function ear({ ws, send }: BareSocket): { heard: Uint8Array[]; answer: (nonce: number) => Promise<number> } {
  const heard: Uint8Array[] = []
  ws.on('message', (data: Buffer) => heard.push(Uint8Array.from(data)))
  const answer = (nonce: number) =>
    new Promise<number>(done => {
      const look = () => {
        const found = heard.find(data => data[0] === message.durability && data[1] === nonce)
        if (found) done(found[2] as number)
      }
      ws.on('message', look)
      send(Uint8Array.of(message.durability, nonce))
    })
  return { heard, answer }
}

test('[S12] what a facilitator asks for reaches everybody on the board, whatever their role', async () => {
  const board = await makeBoard(server.url)
  const people = await Promise.all(roles.map(role => joinAs(server.url, board, role, role)))
  const clients = people.map(person => watch(board, person))
  await Promise.all(clients.map(client => client.synced()))
  for (const client of clients) expect(ringsIn(client.doc)).toEqual({})

  const facilitator = people[0] as Joined
  expect(await open(board, facilitator.ticket, 'w1', 2)).toEqual({ status: 204, body: undefined })
  await Promise.all(clients.map(client => opened(client, 'w1', 2)))
  await open(board, facilitator.ticket, 'w2', 9)
  await open(board, facilitator.ticket, 'w1', null)
  await Promise.all(clients.map(client => opened(client, 'w1', undefined)))
  for (const client of clients) expect(ringsIn(client.doc)).toEqual({ w2: 9 })

  const late = watch(board, await joinAs(server.url, board, 'observer', 'Late'))
  await late.synced()
  expect(ringsIn(late.doc)).toEqual({ w2: 9 })
  for (const client of [...clients, late]) client.leave()
})

test('[S12] the session of one board is no other board’s, and nothing on the canvas', async () => {
  const [board, other] = await Promise.all([makeBoard(server.url), makeBoard(server.url)])
  const [fay, zoe] = await Promise.all([joinAs(server.url, board, 'facilitator', 'Fay'), joinAs(server.url, other, 'facilitator', 'Zoe')])
  const [here, there, canvas] = [watch(board, fay), watch(other, zoe), stockClient(server.url, board.id, fay.ticket)]
  await open(board, fay.ticket, 'w', 3)
  await Promise.all([here, there, canvas].map(client => client.synced()))
  expect(ringsIn(here.doc)).toEqual({ w: 3 })
  expect(ringsIn(there.doc)).toEqual({})
  expect(ringsIn(canvas.doc)).toEqual({})
  expect(await open(board, zoe.ticket, 'w', 1)).toMatchObject({ status: 401 })
  for (const client of [here, there, canvas]) client.leave()
})

test('[S12] what was answered survives kill -9', async () => {
  const first = await startServer()
  const board = await makeBoard(first.url)
  const fay = await joinAs(first.url, board, 'facilitator', 'Fay')
  expect((await open(board, fay.ticket, 'w', 2, first.url)).status).toBe(204)
  expect((await open(board, fay.ticket, 'w', 4, first.url)).status).toBe(204)
  await first.kill()

  const second = await startServer({}, first.folder)
  const ben = watch(board, await joinAs(second.url, board, 'participant', 'Ben'), second.url)
  await ben.synced()
  expect(ringsIn(ben.doc)).toEqual({ w: 4 })
  const again = await joinAs(second.url, board, 'facilitator', 'Fay')
  await open(board, again.ticket, 'w', 5, second.url)
  await opened(ben, 'w', 5)
  ben.leave()
  await second.stop()
  removeFolder(first.folder)
})

test.each(['participant', 'observer'] as const)('[S11] a %s asks in vain', async role => {
  const board = await makeBoard(server.url)
  const pat = await joinAs(server.url, board, role, 'Pat')
  expect(await open(board, pat.ticket, 'w', 1)).toMatchObject({ status: 403, body: { detail: 'Only a facilitator of this board can do this.' } })
  const client = watch(board, pat)
  await client.synced()
  expect(ringsIn(client.doc)).toEqual({})
  client.leave()
})

test.each([
  [{ rings: { wheel: 'w', open: 0 } }, /^rings\.open: /],
  [{ rings: { wheel: 'w', open: 10 } }, /^rings\.open: /],
  [{ rings: { wheel: 'w', open: 1.5 } }, /^rings\.open: /],
  [{ rings: { wheel: 'no id', open: 1 } }, /^rings\.wheel: is no id of a wheel/],
  [{ rings: { wheel: 'w' } }, /^rings\.open: /],
  [{ timer: 60 }, /./],
])('[S11] what makes no sense is refused with a sentence: %j', async (body, detail) => {
  const board = await makeBoard(server.url)
  const fay = await joinAs(server.url, board, 'facilitator', 'Fay')
  expect(await call(server.url, `/api/boards/${board.id}/session`, body, fay.ticket)).toMatchObject({ status: 400, body: { detail: expect.stringMatching(detail) } })
})

test.each(roles)('[S11] no frame of a %s changes the session, and one who goes on trying is shown out', async role => {
  const board = await makeBoard(server.url)
  const pat = await joinAs(server.url, board, role, 'Pat')
  const socket = await bareSocket(server.url, sessionOf(board), [subprotocol, pat.ticket])
  const { heard, answer } = ear(socket)
  const [update, step2] = forgedFrames()
  socket.send(update, step2)
  expect(await answer(1)).toBe(durable.readOnly)
  // Whoever may not write is not asked what they have: a stock client then sends nothing.
  expect(heard.filter(data => data[0] === message.sync && data[1] === sync.step1)).toEqual([])

  socket.send(...Array.from({ length: 4 }, () => [update, step2]).flat())
  expect(await socket.closed).toEqual({ code: 4403, reason: expect.stringMatching(/cannot change/) })
  const fay = await joinAs(server.url, board, 'facilitator', 'Fay')
  const client = watch(board, fay)
  await client.synced()
  expect(ringsIn(client.doc)).toEqual({})
  await open(board, fay.ticket, 'w', 1)
  await opened(client, 'w', 1)
  expect(ringsIn(client.doc)).toEqual({ w: 1 })
  client.leave()
})

test('[S11] what a stock client writes into its own copy stays there', async () => {
  const board = await makeBoard(server.url)
  const fay = watch(board, await joinAs(server.url, board, 'facilitator', 'Fay'))
  const ben = watch(board, await joinAs(server.url, board, 'participant', 'Ben'))
  await Promise.all([fay.synced(), ben.synced()])
  writeRings(fay.doc, 'mine' as RecordId, 1)
  expect(await fay.saved()).toBe(durable.readOnly)
  expect(await ben.saved()).toBe(durable.readOnly)
  expect(ringsIn(ben.doc)).toEqual({})
  fay.leave()
  ben.leave()
})

test('[S9] people are not counted twice: what they say of themselves on the session document goes nowhere', async () => {
  const board = await makeBoard(server.url)
  const [ana, ben] = await Promise.all(['Ana', 'Ben'].map(name => joinAs(server.url, board, 'participant', name))) as [Joined, Joined]
  const [anaHere, benHere] = [watch(board, ana), watch(board, ben)]
  const [anaThere, benThere] = [ana, ben].map(person => stockClient(server.url, board.id, person.ticket)) as [StockClient, StockClient]
  await Promise.all([anaHere, benHere, anaThere, benThere].map(client => client.synced()))
  anaHere.provider.awareness.setLocalState({ at: 1 })
  await anaHere.saved()
  // Presence is gathered before it goes out: once what came later has arrived, this would have been on its way.
  const { awareness } = benThere.provider
  anaThere.provider.awareness.setLocalState({ at: 2 })
  await new Promise<void>(done => {
    const look = () => awareness.getStates().has(anaThere.doc.clientID) && done()
    awareness.on('update', look)
    look()
  })
  await benHere.saved()
  expect([...benHere.provider.awareness.getStates().keys()]).toEqual([benHere.doc.clientID])
  expect(anaHere.provider.wsconnected).toBe(true)
  const { body } = await call(server.url, `/api/boards/${board.id}/look`, { secret: secretOf(board.links.observer) })
  expect(body.here).toBe(2)

  const odd = await bareSocket(server.url, sessionOf(board), [subprotocol, ana.ticket])
  odd.send(Uint8Array.of(message.awareness, 3, 1, 5, 1), Uint8Array.of(message.queryAwareness))
  expect(await ear(odd).answer(1)).toBe(durable.readOnly)
  odd.ws.terminate()
  for (const client of [anaHere, benHere, anaThere, benThere]) client.leave()
})

test.each(['nowhere/session', 'nowhere/session/'])('[S4] the session of an unknown board ends with 4404: %s', async path => {
  const board = await makeBoard(server.url)
  const { ticket } = await joinAs(server.url, board, 'participant', 'Ana')
  expect(await (await bareSocket(server.url, path, [subprotocol, ticket])).closed).toEqual({ code: 4404, reason: close.missing.reason })
})

test('[S4] a document no board has ends with 4404, and a session needs a ticket of its own board', async () => {
  const board = await makeBoard(server.url)
  const { ticket } = await joinAs(server.url, board, 'facilitator', 'Fay')
  for (const path of [`${board.id}/private`, `${board.id}/session/more`, `${board.id}/Session`]) {
    expect([path, (await (await bareSocket(server.url, path, [subprotocol, ticket])).closed).code]).toEqual([path, 4404])
  }
  const other = await makeBoard(server.url)
  expect((await (await bareSocket(server.url, sessionOf(other), [subprotocol, ticket])).closed).code).toBe(4401)
  expect((await (await bareSocket(server.url, sessionOf(board), [subprotocol])).closed).code).toBe(4401)
})

test('[S5] closing a link ends the connections to both documents, and no others', async () => {
  const board = await makeBoard(server.url)
  const fay = await joinAs(server.url, board, 'facilitator', 'Fay')
  const ana = await joinAs(server.url, board, 'participant', 'Ana')
  const [map, session, fays] = [stockClient(server.url, board.id, ana.ticket), watch(board, ana), watch(board, fay)]
  await Promise.all([map, session, fays].map(client => client.synced()))
  const { body: links } = await call(server.url, `/api/boards/${board.id}/links`, undefined, fay.ticket)
  const { id } = links.find((link: { role: Role }) => link.role === 'participant')
  const closed = Promise.all([map.closed(), session.closed()])
  await call(server.url, `/api/boards/${board.id}/links/${id}`, undefined, fay.ticket, 'DELETE')
  expect(await closed).toEqual([close.revoked, close.revoked])

  await open(board, fay.ticket, 'w', 1)
  await opened(fays, 'w', 1)
  expect((await (await bareSocket(server.url, sessionOf(board), [subprotocol, ana.ticket])).closed).code).toBe(4403)
  for (const client of [map, session, fays]) client.leave()
})

/** A log whose disk takes nothing while it is broken. */
function fragileLog(inner: BoardLog): BoardLog & { broken: boolean } {
  const fragile = {
    ...inner,
    broken: false,
    append: async (entries: Parameters<BoardLog['append']>[0]) => {
      if (fragile.broken) throw new Error('disk I/O error')
      return inner.append(entries)
    },
  }
  return fragile
}

test('[S5] whoever is on the way in while their link is closed does not get in', async () => {
  const folder = temporaryFolder()
  const store = openStore(folder)
  let release = (): void => undefined
  let asked = (): void => undefined
  const held = new Promise<void>(done => (release = done))
  const loading = new Promise<void>(done => (asked = done))
  const log: BoardLog = {
    ...store.log,
    load: async doc => {
      if (doc.endsWith('/session')) {
        asked()
        await held
      }
      return store.log.load(doc)
    },
  }
  const app = await createApp({ config: readConfig({ DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent' }), store: { ...store, log } })
  const url = await app.listen()
  const board = await makeBoard(url)
  const fay = await joinAs(url, board, 'facilitator', 'Fay')
  const ana = await joinAs(url, board, 'participant', 'Ana')
  const socket = await bareSocket(url, sessionOf(board), [subprotocol, ana.ticket])
  await loading
  const { body: links } = await call(url, `/api/boards/${board.id}/links`, undefined, fay.ticket)
  const { id } = links.find((link: { role: Role }) => link.role === 'participant')
  await call(url, `/api/boards/${board.id}/links/${id}`, undefined, fay.ticket, 'DELETE')
  release()
  expect(await socket.closed).toEqual(close.revoked)
  await app.stop()
  removeFolder(folder)
})

/** Time that runs three seconds between two looks: no patience of the server's lasts. */
function hurriedClock(): () => number {
  let time = Date.now()
  return () => (time += 3_000)
}

test('[S12] a change of the server’s own is shown to nobody before it is committed, and to nobody where it cannot be', async () => {
  const folder = temporaryFolder()
  const store = openStore(folder)
  const log = fragileLog(store.log)
  let release = (): void => undefined
  let held = Promise.resolve()
  const slow: BoardLog = { ...log, append: async entries => held.then(() => log.append(entries)) }
  const rooms = createRooms({ log: slow, commits: createCommits(slow, 0), now: hurriedClock(), idleMs: 0, lost: () => undefined })
  const id = docIdOf('b' as BoardId, 'session')
  const room = await rooms.open(id)
  const frames: Uint8Array[] = []
  const ended: number[] = []
  const ana: Member = { ...listener('p', 'facilitator'), send: frame => void frames.push(frame), end: ({ code }) => void ended.push(code), refuse: ({ code }) => void ended.push(code) }
  room.join(ana)
  held = new Promise(done => (release = done))
  const written = room.write(doc => writeRings(doc, 'w' as RecordId, 1))
  await Promise.resolve()
  expect(frames).toEqual([])
  release()
  await written
  expect(frames).toHaveLength(1)
  expect((await log.load(id)).entries).toHaveLength(1)

  log.broken = true
  slow.append = log.append
  await expect(room.write(doc => writeRings(doc, 'w' as RecordId, 2))).rejects.toThrow('disk I/O error')
  expect(frames).toHaveLength(1)
  expect(ended).toEqual([close.retry.code])
  await expect(room.write(doc => writeRings(doc, 'w' as RecordId, 3))).rejects.toThrow(/closed before/)

  log.broken = false
  const again = await rooms.open(id)
  expect(ringsIn(await again.document())).toEqual({ w: 1 })
  await rooms.closeAll(close.restarting)
  store.close()
  removeFolder(folder)
})

test('[S12] a command the store cannot keep is answered with 503 and a sentence, and changes nothing', async () => {
  const folder = temporaryFolder()
  const store = openStore(folder)
  const log = fragileLog(store.log)
  const app = await createApp({ config: readConfig({ DATA_DIR: folder, LOG_LEVEL: 'silent', TICKET_SECONDS: '86400' }), store: { ...store, log } })
  const post = async (url: string, payload: object, ticket?: string) => {
    const answer = await app.http.inject({ method: 'POST', url, payload, ...(ticket && { headers: { authorization: `Bearer ${ticket}` } }) })
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() }
  }
  const board = (await post('/api/boards', {})).body as MadeBoard
  const { ticket } = (await post(`/api/boards/${board.id}/join`, { secret: secretOf(board.links.facilitator), name: 'Fay' })).body
  const ask = (rings: number) => post(`/api/boards/${board.id}/session`, { rings: { wheel: 'w', open: rings } }, ticket)
  expect((await ask(1)).status).toBe(204)
  log.broken = true
  expect(await ask(2)).toMatchObject({ status: 503, body: { detail: expect.stringMatching(/could not save this.*Try again/) } })
  log.broken = false
  const room = await app.rooms.open(docIdOf(board.id as BoardId, 'session'))
  expect(ringsIn(await room.document())).toEqual({ w: 1 })
  await app.stop()
  removeFolder(folder)
})
