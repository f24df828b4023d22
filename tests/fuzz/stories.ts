import * as encoding from 'lib0/encoding'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { durable, message, type Role, subprotocol, sync } from '../../shared/protocol.ts'
import { stockClient, type StockClient } from '../support/client.ts'
import { random } from '../support/random.ts'
import { isLong } from '../support/scale.ts'
import { type Joined, joinAs, makeBoard, removeFolder } from '../support/server.ts'
import { updateFrame } from '../support/wire.ts'
import { groundOf, hostileUpdate, waitingForNothing } from './hostile-updates.ts'
import { startWatched, type Watched } from './process.ts'

/*
 * Stories of people on a real server, of whom some mean no good: two who work, one who may write and sends what nobody makes, one who may
 * only watch and tries, and one on another board who must not notice. Whatever happens, what is written below holds.
 */

export interface Told {
  readonly updates: number
  /** Most milliseconds of the server's processor between one frame and the answer to it. */
  readonly slowestMs: number
  /** Milliseconds from a change on another board to the answer that it is saved. */
  readonly savesElsewhere: readonly number[]
}

/** Why a story failed: what was found, and the seed that tells it again. */
export class Finding extends Error {}

/**
 * Longest answer, in milliseconds of processor of the server's own thread, and more for what is large; and how long one is waited for, on any
 * machine. Where others use the same cores, a millisecond of processor gets much less done: then only what is of another order counts.
 */
const mostBusyMs = isLong ? 100 : 1_000
const mostBusyPerMegabyte = 100
const patienceMs = 60_000

type Pick = (below: number) => number

/** Resolves as `something` does, or throws what was found. */
async function within<T>(something: Promise<T>, finding: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, failed) => {
    timer = setTimeout(() => failed(new Finding(finding())), patienceMs)
  })
  try {
    return await Promise.race([something, late])
  } finally {
    clearTimeout(timer)
  }
}

/** A socket of somebody's own program: it sends anything, and asks what became of it. */
class Attacker {
  #ws: WebSocket | undefined
  #nonce = 0
  #answers = new Map<number, () => void>()
  readonly #open: () => Promise<WebSocket>

  constructor(open: () => Promise<WebSocket>) {
    this.#open = open
  }

  async #connected(): Promise<WebSocket> {
    if (this.#ws?.readyState === WebSocket.OPEN) return this.#ws
    const ws = await this.#open()
    this.#ws = ws
    ws.on('error', () => undefined) // It is ended on purpose.
    const forget = (): void => {
      for (const answered of this.#answers.values()) answered()
      this.#answers.clear()
    }
    ws.on('close', forget)
    ws.on('message', (data: Buffer) => {
      if (data[0] !== message.durability) return
      // The number is written in as many bytes as it needs: it is looked for by what was asked.
      for (const [nonce, answered] of this.#answers) {
        if (!data.subarray(1).toString('hex').startsWith(Buffer.from(encoding.encode(encoder => encoding.writeVarUint(encoder, nonce))).toString('hex'))) continue
        this.#answers.delete(nonce)
        answered()
        break
      }
    })
    await new Promise<void>(opened => {
      if (ws.readyState !== WebSocket.CONNECTING) opened()
      else for (const event of ['open', 'close'] as const) ws.once(event, () => opened())
    })
    return ws
  }

  /** Sends frames; resolves once all were dealt with, or it was ended for them. */
  async send(...frames: readonly Uint8Array[]): Promise<void> {
    const ws = await this.#connected()
    if (ws.readyState !== WebSocket.OPEN) return
    const nonce = ++this.#nonce
    const answered = new Promise<void>(done => this.#answers.set(nonce, done))
    for (const frame of frames) ws.send(frame)
    ws.send(encoding.encode(encoder => [message.durability, nonce].forEach(figure => encoding.writeVarUint(encoder, figure))))
    await answered
  }

  leave(): void {
    this.#ws?.terminate()
  }
}

const framed = (kind: number, payload: Uint8Array): Uint8Array =>
  encoding.encode(encoder => {
    encoding.writeVarUint(encoder, message.sync)
    encoding.writeVarUint(encoder, kind)
    encoding.writeVarUint8Array(encoder, payload)
  })

/** Something somebody honest does to the board; returns the ids of records that are new. */
function work(pick: Pick, doc: Y.Doc, who: string, nth: number): string[] {
  const records = doc.getMap<Y.Map<unknown>>('records')
  const ids = [...records.keys()].filter(id => id.startsWith('h-') && records.get(id) instanceof Y.Map)
  const id = ids[pick(Math.max(1, ids.length))]
  const record = id === undefined ? undefined : records.get(id)
  if (!record || pick(3) === 0) {
    const made = new Y.Map<unknown>()
    made.set('type', 'card')
    made.set('text', new Y.Text('words'))
    const fresh = `h-${who}-${nth}`
    records.set(fresh, made)
    return [fresh]
  }
  const text = record.get('text')
  if (pick(12) === 0) records.delete(id!)
  else if (text instanceof Y.Text && pick(2)) {
    if (text.length && pick(3) === 0) text.delete(pick(text.length), 1)
    else text.insert(pick(text.length + 1), 'é😀x'.slice(0, 1 + pick(3)))
  } else record.set('place', ['', 'a1', pick(100), pick(100), 0])
  return []
}

/** One server, and story after story on it. */
export interface Stage {
  tell(seed: number, updates: number): Promise<Told>
  /** Bytes of the server's objects once everybody has gone. */
  heap(): Promise<number>
  close(): Promise<void>
}

export async function openStage(): Promise<Stage> {
  let server: Watched = await startWatched()
  const elsewhere = { board: await makeBoard(server.url), person: undefined as Joined | undefined }
  elsewhere.person = await joinAs(server.url, elsewhere.board, 'participant', 'Elsewhere')

  const restart = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    await server.stop(signal)
    server = await startWatched(server.folder)
  }

  const tell = async (seed: number, count: number): Promise<Told> => {
    const pick = random(seed)
    const board = await makeBoard(server.url)
    const saves: number[] = []
    let slowestMs = 0
    let updates = 0
    const found = (what: string): never => {
      throw new Finding(`seed ${seed}, update ${updates}: ${what}${server.isAlive() ? '' : `\nThe server ended. ${server.ended()}`}`)
    }
    const joined = new Map<string, Joined>()
    const join = async (name: string, role: Role): Promise<Joined> => {
      const known = joined.get(name) ?? (await joinAs(server.url, board, role, name))
      joined.set(name, known)
      return known
    }
    const honest = async (name: string): Promise<StockClient> => {
      const client = stockClient(server.url, board.id, (await join(name, 'participant')).ticket)
      await within(client.synced(), () => `${name} cannot come in`)
      return client
    }
    const attacker = (name: string, role: Role) =>
      new Attacker(async () => {
        const { ticket } = await join(name, role)
        return new WebSocket(`${server.url.replace(/^http/, 'ws')}/sync/${board.id}`, [subprotocol, ticket])
      })

    let people = await Promise.all(['ana', 'ben'].map(honest))
    let other = stockClient(server.url, elsewhere.board.id, elsewhere.person!.ticket)
    await within(other.synced(), () => 'nobody comes in on another board')
    const [mallory, eve] = [attacker('mallory', 'participant'), attacker('eve', 'observer')]
    const sent: Uint8Array[] = []
    const listen = (client: StockClient): void => {
      client.doc.on('update', (update: Uint8Array, origin: unknown) => {
        if (origin !== client.provider && sent.length < 400) sent.push(update)
      })
    }
    people.forEach(listen)
    const acknowledged = new Set<string>()
    const removed = new Set<string>()
    let nth = 0

    const probe = async (): Promise<void> => {
      const began = performance.now()
      other.doc.getMap('records').set('probe', ++nth)
      const state = await within(other.saved(), () => found('another board is not saved'))
      if (state !== durable.committed) found('another board is not saved as it should be')
      saves.push(performance.now() - began)
    }

    const timed = async (what: string, doing: () => Promise<void>, bytes = 0): Promise<void> => {
      if (!server.isAlive()) found('the server is gone')
      const before = server.busyMs()
      await within(doing(), () => found(`no answer to ${what}`))
      if (!server.isAlive()) found(`the server is gone after ${what}`)
      const busy = server.busyMs() - before
      slowestMs = Math.max(slowestMs, busy)
      if (busy > mostBusyMs + (mostBusyPerMegabyte * bytes) / 2 ** 20) found(`${what} took ${busy.toFixed(0)} ms of the server's processor`)
    }

    const ground = groundOf(people[0]!.doc, pick)
    const attack = async (): Promise<void> => {
      switch (pick(40)) {
        case 0: {
          const vectors = Array.from({ length: 1 + pick(30) }, () => Uint8Array.from([1, ...one(pick)]))
          updates += vectors.length
          return timed('questions of an observer', () => eve.send(...vectors.map(vector => framed(sync.step1, vector))))
        }
        case 1: {
          const waiting = waitingForNothing(pick, 2 ** (pick(16) + 5))
          updates++
          await timed(`${waiting.length} bytes that wait`, () => mallory.send(updateFrame(waiting)), waiting.length)
          // Whatever waits, a small change costs what a small change costs.
          return timed(`twelve small changes beside ${waiting.length} bytes that wait`, async () => {
            for (let i = 0; i < 12; i++) await small(i)
          })
        }
        case 2:
          updates++
          return timed('a change by an observer', () => eve.send(updateFrame(hostileUpdate(pick, ground, sent))))
        case 3:
          updates++
          return timed('a catch-up', () => mallory.send(framed(sync.step2, hostileUpdate(pick, ground, sent))))
        case 4:
          return timed('presence', () => eve.send(presence(pick, people[0]!.doc.clientID)))
        default: {
          updates++
          const update = hostileUpdate(pick, ground, sent)
          await timed(`an update of ${update.length} bytes (${Buffer.from(update.subarray(0, 60)).toString('hex')})`, () => mallory.send(updateFrame(update)), update.length)
          // Whoever comes now gets what is on disk, and nothing else.
          if (pick(30) === 0) await newcomer()
        }
      }
    }

    /** A good change by whoever left something waiting. */
    const smallDoc = new Y.Doc()
    const small = async (i: number): Promise<void> => {
      const before = Y.encodeStateVector(smallDoc)
      smallDoc.getMap('records').set(`s${i}`, nth++)
      updates++
      await mallory.send(updateFrame(Y.encodeStateAsUpdate(smallDoc, before)))
    }

    const newcomer = async (): Promise<void> => {
      const ticket = (await join('watcher', 'observer')).ticket
      const watcher = stockClient(server.url, board.id, ticket)
      await within(watcher.synced(), () => found('a newcomer gets nothing'))
      const { pendingStructs, pendingDs } = watcher.doc.store
      watcher.leave()
      if (pendingStructs || pendingDs) found('a newcomer was given what is not committed')
    }

    const comeBack = async (): Promise<void> => {
      people = await Promise.all(
        people.map(async (client, i) => {
          const { doc } = client
          client.provider.destroy()
          const again = stockClient(server.url, board.id, (await join(['ana', 'ben'][i]!, 'participant')).ticket, doc)
          await within(again.synced(), () => found('somebody honest cannot come back'))
          return again
        }),
      )
      other.leave()
      other = stockClient(server.url, elsewhere.board.id, elsewhere.person!.ticket)
      await within(other.synced(), () => found('nobody comes back on another board'))
    }

    try {
      while (updates < count) {
        const turn = pick(100)
        if (turn < 12) {
          const i = pick(people.length)
          const client = people[i]!
          for (const id of work(pick, client.doc, `${i}-${seed}`, nth++)) removed.delete(id)
          if (pick(2)) {
            const now = [...client.doc.getMap('records').keys()].filter(id => id.startsWith(`h-${i}`))
            const state = await within(client.saved(), () => found('somebody honest is not answered'))
            if (state === durable.committed) for (const id of now) acknowledged.add(id)
          }
        } else if (turn < 15) await probe()
        else if (turn < 16 && pick(6) === 0) {
          await restart(pick(2) ? 'SIGKILL' : 'SIGTERM')
          await comeBack()
        } else await attack()
      }
      await probe()
      mallory.leave()
      eve.leave()
      // Everybody honest has everything, and a fresh reader sees what they see.
      for (const client of people) if ((await within(client.saved(), () => found('somebody honest is not answered'))) !== durable.committed) found('what somebody honest did is not kept')
      if (pick(3) === 0) {
        await restart('SIGKILL')
        await comeBack()
      }
      const reader = await honest('reader')
      await within(same(people[0]!, reader), () => found('a fresh reader sees something else'))
      await within(same(people[1]!, reader), () => found('two people see different things'))
      const lost = [...acknowledged].filter(id => !reader.doc.getMap('records').has(id) && people.some(({ doc }) => doc.getMap('records').has(id)))
      if (lost.length) found(`what was called kept is gone: ${lost.join(' ')}`)
      if (reader.doc.store.pendingStructs || reader.doc.store.pendingDs) found('a fresh reader waits for something')
      reader.leave()
    } finally {
      for (const client of people) client.leave()
      other.leave()
      mallory.leave()
      eve.leave()
    }
    return { updates, slowestMs, savesElsewhere: saves }
  }

  return {
    tell,
    heap: () => server.heap(),
    async close() {
      await server.stop('SIGTERM')
      removeFolder(server.folder)
    },
  }
}

/** Resolves once two hold the same. */
function same(a: StockClient, b: StockClient): Promise<void> {
  const holds = (): boolean => Buffer.compare(Y.encodeStateVector(a.doc), Y.encodeStateVector(b.doc)) === 0 && Y.equalSnapshots(Y.snapshot(a.doc), Y.snapshot(b.doc))
  return new Promise(done => {
    const look = (): void => {
      if (!holds()) return
      for (const { doc } of [a, b]) doc.off('update', look)
      done()
    }
    for (const { doc } of [a, b]) doc.on('update', look)
    look()
  })
}

/** Somebody's word for what they have: a client and a number, as bytes. */
const one = (pick: Pick): number[] => [...encoding.encode(encoder => [pick(2 ** 31), pick(10_000)].forEach(figure => encoding.writeVarUint(encoder, figure)))]

/** What an observer may say of itself, and of others. */
const presence = (pick: Pick, of: number): Uint8Array =>
  encoding.encode(outer => {
    encoding.writeVarUint(outer, message.awareness)
    encoding.writeVarUint8Array(
      outer,
      encoding.encode(inner => {
        const count = 1 + pick(3)
        encoding.writeVarUint(inner, pick(10) ? count : pick(2 ** 31))
        for (let i = 0; i < count; i++) {
          encoding.writeVarUint(inner, pick(2) ? of : pick(2 ** 31))
          encoding.writeVarUint(inner, pick(2 ** 31))
          encoding.writeVarString(inner, ['{}', 'null', '[]', '{"at":[1,2]}', 'nonsense', JSON.stringify({ x: 'x'.repeat(pick(9_000)) })][pick(6)] ?? '{}')
        }
      }),
    )
  })

