import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import * as encoding from 'lib0/encoding'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { message, subprotocol, sync } from '../../../shared/protocol.ts'
import { groundOf, hostileUpdate, waitingForNothing } from '../../fuzz/hostile-updates.ts'
import { random } from '../../support/random.ts'
import { freshFolder, part, processorSeconds, removeFolder, type Running, start, wait } from './machine.ts'
import { startAlone } from './peers.ts'
import { framed } from './sockets.ts'

/*
 * Twenty boards of five people who change something once a second, each from an address of their own, with the limits every server has. Then
 * somebody with one address and 64 sockets sends all they can: strangers without a ticket, members of a board of theirs, and of the others'.
 */

export interface AttackResult {
  /** Milliseconds from a change to the answer that it is saved. */
  readonly p50Before: number
  readonly p99Before: number
  readonly p50During: number
  readonly p99During: number
  /** Changes that were not answered. */
  readonly missed: number
  /** Honest people who were refused, or whose connection was ended. */
  readonly turnedAway: number
  readonly megabytesSent: number
  /** Connections the attacker made. */
  readonly connections: number
  /** Resident megabytes: before, at most, and a minute after. */
  readonly rss: readonly [before: number, most: number, after: number]
  /** Shares of one core. */
  readonly cpu: number
  readonly generator: number
}

const boards = 20
const peopleOnEach = 5
const sockets = 64
const bytesPerSecond = 20e6
const stepMs = 5
const attackerAddress = '203.0.113.66'

interface Way {
  readonly path: string
  readonly ticket?: string
}

const durability = (nonce: number): Uint8Array => encoding.encode(encoder => [message.durability, nonce].forEach(figure => encoding.writeVarUint(encoder, figure)))
const syncFrame = (kind: number, payload: Uint8Array): Uint8Array =>
  encoding.encode(encoder => {
    encoding.writeVarUint(encoder, message.sync)
    encoding.writeVarUint(encoder, kind)
    encoding.writeVarUint8Array(encoder, payload)
  })

async function post(origin: string, path: string, address: string, body: unknown): Promise<any> { // oxlint-disable-line typescript/no-explicit-any -- answers of our own server
  const response = await fetch(`${origin}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-forwarded-for': address }, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return response.json()
}

/** Somebody who works, and notes how long it took until they were told that it is saved. */
class Honest {
  readonly #doc = new Y.Doc()
  readonly #asked = new Map<number, number>()
  #nonce = 0
  #ws: WebSocket | undefined
  turnedAway = 0
  sent = 0
  readonly answered: number[] = []
  readonly #way: Way & { readonly address: string }
  readonly #origin: string

  constructor(origin: string, way: Way & { readonly address: string }) {
    this.#origin = origin
    this.#way = way
  }

  async come(): Promise<void> {
    const { path, ticket, address } = this.#way
    const ws = new WebSocket(`${this.#origin.replace(/^http/, 'ws')}${path}`, [subprotocol, ticket!], { perMessageDeflate: false, headers: { 'x-forwarded-for': address } })
    this.#ws = ws
    ws.on('message', (data: Buffer) => {
      if (data[0] !== message.durability) return
      for (const [nonce, since] of this.#asked) {
        const asked = durability(nonce)
        if (Buffer.compare(data.subarray(0, asked.length), asked) !== 0) continue
        this.#asked.delete(nonce)
        this.answered.push(performance.now() - since)
        return
      }
    })
    await new Promise<void>(done => {
      ws.once('open', () => done())
      ws.once('error', () => done())
    })
    if (ws.readyState !== ws.OPEN) this.turnedAway++
    ws.on('error', () => undefined) // It is counted when it closes.
    ws.once('close', () => this.turnedAway++)
    ws.send(syncFrame(sync.step1, Uint8Array.of(0)))
    this.#doc.on('update', (update: Uint8Array) => ws.send(syncFrame(sync.update, update)))
  }

  work(): void {
    if (this.#ws?.readyState !== WebSocket.OPEN) return
    const nonce = ++this.#nonce
    this.sent++
    this.#asked.set(nonce, performance.now())
    this.#doc.getMap('records').set(`card-${this.#doc.clientID}`, nonce)
    this.#ws.send(durability(nonce))
  }

  leave(): void {
    this.#ws?.removeAllListeners('close')
    this.#ws?.terminate()
  }
}

/** A socket that writes whatever the system takes, and comes again where it is ended. */
class Attacker {
  #socket: Socket | undefined
  #next = 0
  readonly #port: number
  readonly #way: Way
  readonly #frames: readonly Buffer[]
  readonly #came: () => void

  constructor(port: number, way: Way, frames: readonly Buffer[], came: () => void) {
    this.#port = port
    this.#way = way
    this.#frames = frames
    this.#came = came
  }

  /** Writes some of what it has; returns how many bytes. */
  write(most: number): number {
    const socket = this.#connected()
    let written = 0
    while (written < most && socket.writable && socket.writableLength < 256 * 1024) {
      const frame = this.#frames[this.#next++ % this.#frames.length]!
      socket.write(frame)
      written += frame.length
    }
    return written
  }

  #connected(): Socket {
    if (this.#socket && !this.#socket.destroyed) return this.#socket
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true })
    this.#socket = socket
    this.#came()
    socket.on('error', () => socket.destroy())
    socket.on('end', () => socket.destroy())
    socket.resume()
    const offered = [subprotocol, this.#way.ticket].filter(Boolean).join(', ')
    socket.write(`GET ${this.#way.path} HTTP/1.1\r\nHost: 127.0.0.1:${this.#port}\r\nX-Forwarded-For: ${attackerAddress}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ${offered}\r\n\r\n`)
    return socket
  }

  leave(): void {
    this.#socket?.destroy()
  }
}

/** What is written, made before the clock runs: large and small changes nobody refuses, changes that wait, hostile ones, questions, presence, rubbish. */
function arsenal(seed: number): readonly (readonly Buffer[])[] {
  const pick = random(seed)
  const doc = new Y.Doc()
  const made: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => made.push(update))
  for (let i = 0; i < 200; i++) doc.getMap('records').set(`a${i % 40}`, 'x'.repeat(pick(2) ? pick(60) : pick(60_000)))
  const ground = groundOf(doc, pick)
  const changes = made.map(update => framed(syncFrame(sync.update, update)))
  const waits = Array.from({ length: 100 }, () => framed(syncFrame(sync.update, waitingForNothing(pick, 200 + pick(100_000)))))
  const hostile = Array.from({ length: 300 }, () => framed(syncFrame(sync.update, hostileUpdate(pick, ground, made))))
  const catchUps = Array.from({ length: 50 }, () => framed(syncFrame(sync.step2, hostileUpdate(pick, ground, made))))
  const questions = Array.from({ length: 200 }, () => framed(syncFrame(sync.step1, encoding.encode(encoder => {
    encoding.writeVarUint(encoder, 60)
    for (let i = 0; i < 60; i++) for (const figure of [1 + pick(2 ** 31), pick(1_000)]) encoding.writeVarUint(encoder, figure)
  }))))
  const presence = Array.from({ length: 200 }, (_, i) => framed(encoding.encode(encoder => {
    encoding.writeVarUint(encoder, message.awareness)
    encoding.writeVarUint8Array(encoder, encoding.encode(inner => {
      encoding.writeVarUint(inner, 1)
      encoding.writeVarUint(inner, doc.clientID)
      encoding.writeVarUint(inner, i)
      encoding.writeVarString(inner, JSON.stringify({ cursor: { x: i, y: pick(100) }, more: 'x'.repeat(pick(8_000)) }))
    }))
  })))
  const rubbish = Array.from({ length: 200 }, () => framed(randomBytes(1 + pick(100_000))))
  return [changes, waits, hostile, catchUps, questions, presence, rubbish]
}

export async function attack(seconds: number, seed: number): Promise<AttackResult> {
  const folder = freshFolder()
  const server: Running = await start({ ...startAlone, env: { NODE_ENV: 'production', PROXIES: '1', IDLE_SECONDS: '5' }, folder })
  const origin = `http://127.0.0.1:${server.port}`
  const people: Honest[] = []
  const attackers: Attacker[] = []
  try {
    const made: { id: string; secret: string }[] = []
    for (let nth = 0; nth < boards + 1; nth++) {
      const { id, links } = (await post(origin, '/api/boards', `198.51.100.${nth}`, {})) as { id: string; links: { participant: string } }
      made.push({ id, secret: new URL(links.participant).hash.slice(1) })
    }
    const join = async (nth: number, address: string): Promise<Way> => {
      const { id, secret } = made[nth]!
      return { path: `/sync/${id}`, ticket: (await post(origin, `/api/boards/${id}/join`, address, { secret, name: 'Somebody' })).ticket as string }
    }
    for (let nth = 0; nth < boards * peopleOnEach; nth++) {
      const address = `198.51.101.${nth}`
      const person = new Honest(origin, { ...(await join(nth % boards, address)), address })
      people.push(person)
      await person.come()
    }
    const weapons = arsenal(seed)
    let connections = 0
    for (let nth = 0; nth < sockets; nth++) {
      // A quarter are strangers, half are on a board of theirs, a quarter on those of the others.
      const way: Way = nth % 4 === 0 ? { path: `/sync/${made[nth % boards]!.id}` } : await join(nth % 4 === 1 ? nth % boards : boards, attackerAddress)
      attackers.push(new Attacker(server.port, way, weapons[nth % weapons.length]!, () => connections++))
    }

    const working = people.map((person, nth) => {
      let each: NodeJS.Timeout | undefined
      const first = setTimeout(() => {
        person.work()
        each = setInterval(() => person.work(), 1_000)
      }, nth * 10)
      return () => {
        clearTimeout(first)
        clearInterval(each)
      }
    })
    const taken = (): number[] => people.flatMap(({ answered }) => answered.splice(0))
    await wait(2_000)
    taken()
    await wait(10_000)
    const before = taken()
    const rssBefore = server.rss().now

    let sentBytes = 0
    let most = 0
    const [cpu, load] = [server.cpu(), processorSeconds()]
    const sentBefore = people.reduce((sum, { sent }) => sum + sent, 0)
    const begun = performance.now()
    let due = begun
    let turn = 0
    let budget = 0
    while (performance.now() - begun < seconds * 1_000 && server.alive()) {
      due += stepMs
      // A frame larger than what is left is written, and the next steps are shorter for it.
      budget = Math.min(budget, 0) + (bytesPerSecond * stepMs) / 1_000
      for (let tries = 0; budget > 0 && tries < sockets; tries++) {
        const written = attackers[turn++ % sockets]!.write(Math.min(budget, 64 * 1024))
        budget -= written
        sentBytes += written
      }
      most = Math.max(most, server.rss().now)
      await wait(Math.max(0, due - performance.now()))
    }
    const took = (performance.now() - begun) / 1_000
    const shares = { cpu: (server.cpu() - cpu) / took, generator: (processorSeconds() - load) / took }
    for (const attacker of attackers) attacker.leave()
    await wait(1_500)
    const sent = people.reduce((sum, person) => sum + person.sent, 0) - sentBefore
    const during = taken()
    working.forEach(stop => stop())
    const turnedAway = people.reduce((sum, person) => sum + person.turnedAway, 0)
    await wait(60_000)
    return {
      p50Before: part(before, 0.5),
      p99Before: part(before, 0.99),
      p50During: part(during, 0.5),
      p99During: part(during, 0.99),
      // Whoever was asked in the last instant may not be answered yet.
      missed: Math.max(0, sent - during.length - people.length),
      turnedAway,
      megabytesSent: sentBytes / 1e6 / took,
      connections,
      rss: [rssBefore, most, server.alive() ? server.rss().now : Number.NaN],
      ...shares,
    }
  } finally {
    for (const each of [...people, ...attackers]) each.leave()
    await server.end('SIGKILL')
    removeFolder(folder)
  }
}
