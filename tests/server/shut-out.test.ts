import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import * as Y from 'yjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { durable, subprotocol } from '../../shared/protocol.ts'
import { createCrowd } from '../../server/sync/crowd.ts'
import { bareSocket, stockClient } from '../support/client.ts'
import { call, joinAs, makeBoard, removeFolder, type RunningServer, startServer } from '../support/server.ts'
import { updateFrame } from '../support/wire.ts'

/* Whoever is shut out ignores the goodbye: a program of their own, on a bare socket. */

let server: RunningServer
beforeAll(async () => {
  server = await startServer({ MAX_SOCKETS: '12', LOG_LEVEL: 'info' })
})
afterAll(async () => {
  await server.stop()
  removeFolder(server.folder)
})

/** A socket that says what it likes, once it was let upgrade. */
interface Rude {
  readonly socket: Socket
  /** Frames it wrote that the system took. */
  send(payload: Uint8Array): boolean
  readonly ended: Promise<void>
}

/** Upgrades a bare socket to a WebSocket by hand, from an address of one's own. */
async function rude(url: string, path: string, ticket = '', localAddress = '127.0.0.1'): Promise<Rude> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), localAddress })
  const ended = new Promise<void>(done => socket.once('close', () => done()))
  socket.on('error', () => undefined) // It is cut on purpose.
  const key = randomBytes(16).toString('base64')
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: ${subprotocol}${ticket && `, ${ticket}`}\r\n\r\n`)
  await Promise.race([ended, new Promise(done => socket.once('data', done))])
  socket.resume()
  return { socket, ended, send: payload => !socket.destroyed && socket.write(masked(payload)) }
}

/** A binary frame as clients send it. */
function masked(payload: Uint8Array): Buffer {
  const { length } = payload
  const head = length < 126 ? Buffer.from([0x82, 0x80 | length]) : length < 2 ** 16 ? Buffer.from([0x82, 0x80 | 126, length >> 8, length & 255]) : Buffer.from([0x82, 0x80 | 127, 0, 0, 0, 0, (length >>> 24) & 255, (length >> 16) & 255, (length >> 8) & 255, length & 255])
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([head, Buffer.alloc(4), payload])
}

/** What the server counts. */
async function figure(name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
}

const refusals: readonly (readonly [what: string, path: (board: string) => string, ticket: (ticket: string) => string])[] = [
  ['for a board that does not exist', () => '/sync/nosuchboard', ticket => ticket],
  ['for no board at all', () => '/sync/', ticket => ticket],
  ['without a ticket', board => `/sync/${board}`, () => ''],
  ['with a forged ticket', board => `/sync/${board}`, ticket => `${ticket}x`],
  ['with a ticket for another board', board => `/sync/${board}`, () => 'other'],
]

test.each(refusals)('[S31] a socket that is refused %s is read no more, is ended, and counts for nobody', async (_, path, ticketOf) => {
  const board = await makeBoard(server.url)
  const { ticket } = await joinAs(server.url, board, 'participant', 'Mallory')
  const other = (await joinAs(server.url, await makeBoard(server.url), 'participant', 'Mallory')).ticket
  const { socket, send, ended } = await rude(server.url, path(board.id), ticketOf(ticket).replace('other', other))
  // It goes on sending for as long as anybody takes it.
  const large = Buffer.alloc(2 ** 20)
  let taken = 0
  await new Promise<void>(done => {
    const more = (): void => {
      while (send(large)) taken++
      if (!socket.destroyed) socket.once('drain', more)
    }
    socket.once('close', () => done())
    more()
  })
  await ended
  // What the systems on both sides hold in between, and not a byte for the server.
  expect(socket.bytesWritten - socket.writableLength).toBeLessThan(16 * 2 ** 20)
  expect(taken).toBeLessThan(16)
  expect(await figure('manyfutures_held_bytes{kind="frames"}')).toBe(0)
})

test('[S31] however many are refused and ignore it, those who may come in come in', async () => {
  const board = await makeBoard(server.url)
  const rejected = await Promise.all(Array.from({ length: 40 }, () => rude(server.url, '/sync/nosuchboard')))
  const honest = await Promise.all(
    Array.from({ length: 5 }, async (_, i) => {
      const client = stockClient(server.url, board.id, (await joinAs(server.url, board, 'participant', `P${i}`)).ticket)
      await client.synced()
      return client
    }),
  )
  expect(honest.map(({ provider }) => provider.wsconnected)).toEqual([true, true, true, true, true])
  await Promise.all(rejected.map(({ ended }) => ended))
  for (const client of honest) client.leave()
})

test('[S31] who floods the door from one address keeps nobody out who comes from another', async () => {
  const own = await startServer({ JOINS_PER_SECOND: '4' })
  const board = await makeBoard(own.url)
  const flood = await joinAs(own.url, board, 'participant', 'Mallory')
  const crowd = await Promise.all(Array.from({ length: 60 }, () => rude(own.url, `/sync/${board.id}`, flood.ticket, '127.0.0.9')))
  const { ticket } = await joinAs(own.url, board, 'participant', 'Ana')
  const ana = await bareSocket(own.url, board.id, [subprotocol, ticket])
  await new Promise<void>(heard => ana.ws.once('message', () => heard()))
  expect(ana.ws.readyState).toBe(ana.ws.OPEN)
  ana.ws.terminate()
  for (const { socket } of crowd) socket.destroy()
  await own.stop()
  removeFolder(own.folder)
})

test('[S31] a crowd is counted by address and by person, and whoever goes is counted no more', () => {
  let now = 0
  const crowd = createCrowd({ maxSockets: 10, maxSocketsPerAddress: 6, joinsPerSecond: 4, bytesPerSecond: 1_000, maxSync: 5_000, now: () => now })
  const here = Array.from({ length: 8 }, () => crowd.enter('a', 'p')).filter(each => each !== undefined)
  expect([here.length, crowd.size]).toEqual([6, 6])
  expect(crowd.enter('b', 'q')).toBeDefined()
  here[0]!.leave()
  here[0]!.leave()
  expect(crowd.size).toBe(6)
  // Eight came in at once; the next is let in as time goes by.
  expect(crowd.enter('a', 'p')).toBeDefined()
  for (const each of here) each.leave()
  expect([crowd.enter('a', 'r'), crowd.enter('a', 's')].map(each => each !== undefined)).toEqual([true, false])
  now += 1_000
  expect(crowd.enter('a', 's')).toBeDefined()
  // Strangers are answered now and then.
  expect(Array.from({ length: 100 }, () => crowd.mayAsk('x')).filter(Boolean)).toHaveLength(50)
  expect(crowd.mayAsk('y')).toBe(true)
})

test('[S31] whoever comes again, or from one address under many names, sends no more for it', () => {
  let now = 0
  const crowd = createCrowd({ maxSockets: 100, maxSocketsPerAddress: 0, joinsPerSecond: 0, bytesPerSecond: 1_000, maxSync: 5_000, now: () => now })
  const send = (address: string, person: string, bytes: number): number => {
    const seat = crowd.enter(address, person)!
    const wait = seat.flow.take(bytes)
    seat.leave()
    return wait
  }
  // Two catch-ups at once, whatever connection they come by; then a thousand bytes a second.
  expect([send('a', 'p', 6_000), send('a', 'p', 4_000), send('a', 'p', 500)]).toEqual([0, 0, 500])
  now += 1_000
  expect(send('a', 'p', 500)).toBe(0)
  // An address: four catch-ups at once, and eight thousand bytes a second.
  const crowded = Array.from({ length: 5 }, (_, i) => send('b', `q${i}`, 5_000))
  expect(crowded).toEqual([0, 0, 0, 0, 625])
  expect(send('c', 'r', 5_000)).toBe(0)
})

const card = (name: string, client: number, clock = 0): Uint8Array => {
  const doc = Object.assign(new Y.Doc(), { clientID: client })
  for (let i = 0; i < clock; i++) doc.getMap('records').set(`before${i}`, 1)
  const before = Y.encodeStateVector(doc)
  doc.getMap('records').set(name, 1)
  return Y.encodeStateAsUpdate(doc, before)
}

const ends: readonly (readonly [what: string, out: (fay: string, board: string, person: string, link: string) => Promise<unknown>])[] = [
  ['removed', (fay, board, person) => call(server.url, `/api/boards/${board}/people/${person}`, undefined, fay, 'DELETE')],
  ['made an observer', (fay, board, person) => call(server.url, `/api/boards/${board}/people/${person}`, { role: 'observer' }, fay, 'PATCH')],
  ['whose link is closed', (fay, board, _, link) => call(server.url, `/api/boards/${board}/links/${link}`, undefined, fay, 'DELETE')],
]

test.each(ends)('[S30] somebody %s who ignores the goodbye and writes on reaches nobody, and is ended', async (_, out) => {
  const board = await makeBoard(server.url)
  const fay = await joinAs(server.url, board, 'facilitator', 'Fay')
  const ana = stockClient(server.url, board.id, (await joinAs(server.url, board, 'facilitator', 'Ana')).ticket)
  await ana.synced()
  const mallory = await joinAs(server.url, board, 'participant', 'Mallory')
  const links = (await call(server.url, `/api/boards/${board.id}/links`, undefined, fay.ticket)).body as { id: string; role: string }[]
  const { socket, send, ended } = await rude(server.url, `/sync/${board.id}`, mallory.ticket)
  send(updateFrame(card('first', 4_711)))
  await new Promise<void>(seen => ana.doc.getMap('records').observe(() => seen()))
  const gone = out(fay.ticket, board.id, mallory.participant, links.find(({ role }) => role === 'participant')!.id)
  for (let i = 1; !socket.destroyed && i < 10_000; i++) {
    send(updateFrame(card(`late${i}`, 4_711, i)))
    if (i % 20 === 0) await new Promise(setImmediate)
    if (i === 20) await gone
  }
  await ended
  // Whatever was sent before it was answered that it is done may be there; nothing that was sent afterwards is.
  expect(await ana.saved()).toBe(durable.committed)
  const late = [...ana.doc.getMap('records').keys()].filter(name => name.startsWith('late')).map(name => Number(name.slice(4)))
  expect(Math.max(0, ...late)).toBeLessThanOrEqual(20)
  ana.leave()
})
