import * as decoding from 'lib0/decoding'
import * as Y from 'yjs'
import { expect, test } from 'vitest'
import { close, durable, message, sync } from '../../shared/protocol.ts'
import { type Compacted, compactUpdates, toCompact } from '../../server/log/compact.ts'
import type { Room } from '../../server/sync/room.ts'
import type { Rooms } from '../../server/sync/rooms.ts'
import type { BoardLog, DocId } from '../../server/storage/log.ts'
import { random, runSeed } from '../support/random.ts'
import { diskErrors, failingLog, type Listener, listener, memoryLog, roomsOn } from '../support/room.ts'
import { patience, times } from '../support/scale.ts'

/*
 * Random stories of four people and a server whose disk fails, whose documents leave memory and whose logs are compacted, while
 * connections break and frames arrive out of order. In the end everybody holds the same, and nothing that was called committed is gone.
 */

const doc = 'board' as DocId
const people = 4
const steps = 200

/** Lets everything that waits for a turn, and commits without a disk, go on. */
const turn = (): Promise<void> => new Promise(done => setImmediate(done))

interface Person {
  readonly doc: Y.Doc
  room: Room | undefined
  member: Listener | undefined
  /** Changes that have not been sent, in the order they were made. */
  outbox: Uint8Array[]
  /** Frames of the server that have not been read. */
  read: number
  nonce: number
  /** What had been written when each question was asked, by nonce. */
  readonly asked: Map<number, readonly string[]>
  readonly written: string[]
}

function world(seed: number) {
  const pick = random(seed)
  let calm = false
  const inner = memoryLog()
  const log = failingLog(inner, () => (!calm && pick(100) < 2 ? diskErrors[pick(diskErrors.length)] : undefined))
  const compact = async (id: DocId): Promise<Compacted | undefined> => {
    const stored = await log.load(id)
    const { snapshot, entries, upTo } = stored
    const made = entries.length ? compactUpdates('canvas', toCompact(stored)) : undefined
    if (made) await log.compact(id, upTo, made.snapshot, made.vector, made.records)
    return made ? { snapshot: made.snapshot, upTo } : snapshot && { snapshot, upTo }
  }
  const rooms = roomsOn(log, { retryMs: 0, compact })
  const committed = new Set<string>()
  const everybody = Array.from({ length: people }, (_, i): Person => {
    const person: Person = { doc: new Y.Doc(), room: undefined, member: undefined, outbox: [], read: 0, nonce: 0, asked: new Map(), written: [] }
    person.doc.clientID = i + 1
    person.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'server' && person.member) person.outbox.push(update)
    })
    return person
  })
  return { pick, log, rooms, compact, committed, everybody, calmDown: () => (calm = true) }
}

async function connect(person: Person, rooms: Rooms, nth: number): Promise<void> {
  const room = await rooms.open(doc)
  const member = listener(`p${nth}`)
  Object.assign(person, { room, member, outbox: [], read: 0 })
  person.asked.clear()
  room.join(member)
  room.replySync(member, Y.encodeStateVector(person.doc))
}

function disconnect(person: Person): void {
  if (person.member) person.room?.leave(person.member)
  Object.assign(person, { room: undefined, member: undefined, outbox: [] })
}

/** Reads up to some of what the server sent, as a stock client does. */
function read(person: Person, most: number, committed: Set<string>): void {
  const { member, room } = person
  if (!member || !room) return
  for (let i = 0; i < most && person.read < member.frames.length; i++) {
    const decoder = decoding.createDecoder(member.frames[person.read++]!)
    const type = decoding.readVarUint(decoder)
    if (type === message.durability) {
      const nonce = decoding.readVarUint(decoder)
      if (decoding.readVarUint(decoder) === durable.committed) for (const id of person.asked.get(nonce) ?? []) committed.add(id)
    } else if (type === message.sync) {
      const kind = decoding.readVarUint(decoder)
      const payload = decoding.readVarUint8Array(decoder)
      if (kind === sync.step1) room.receive(member, Y.encodeStateAsUpdate(person.doc, payload))
      else Y.applyUpdate(person.doc, payload, 'server')
    }
  }
}

function send(person: Person, most: number, pick: (n: number) => number): void {
  const { member, room } = person
  if (!member || !room) return
  // Now and then out of order, as no honest client would: what builds on what has not come must wait, and be asked for.
  if (person.outbox.length > 1 && pick(10) === 0) person.outbox.push(person.outbox.shift()!)
  for (const update of person.outbox.splice(0, most)) room.receive(member, update)
}

function edit(person: Person, nth: number, pick: (n: number) => number): void {
  const records = person.doc.getMap<Y.Map<unknown> | string>('records')
  const id = `${nth}-${person.written.length}`
  person.doc.transact(() => {
    switch (pick(4)) {
      case 0: {
        const record = new Y.Map<unknown>()
        record.set('text', new Y.Text('x'))
        records.set(`r${pick(12)}`, record)
        break
      }
      case 1: {
        const text = (records.get(`r${pick(12)}`) as Y.Map<unknown> | undefined)?.get('text')
        if (text instanceof Y.Text) text.insert(pick(text.length + 1), 'abc'.slice(0, 1 + pick(3)))
        break
      }
      case 2:
        records.delete(`r${pick(12)}`)
        break
      default:
        records.set(`shared${pick(3)}`, id)
    }
    // What is never overwritten, to look for in the end.
    records.set(id, id)
  })
  person.written.push(id)
}

async function story(seed: number): Promise<void> {
  const { pick, log, rooms, compact, committed, everybody, calmDown } = world(seed)
  for (let step = 0; step < steps; step++) {
    const nth = pick(people)
    const person = everybody[nth]!
    if (person.member?.ended.length) disconnect(person)
    const does = pick(100)
    if (!person.member) {
      if (does < 40) edit(person, nth, pick)
      else await connect(person, rooms, nth)
    } else if (does < 45) edit(person, nth, pick)
    else if (does < 65) send(person, 1 + pick(3), pick)
    else if (does < 80) read(person, 1 + pick(4), committed)
    else if (does < 90) {
      person.asked.set(++person.nonce, person.outbox.length ? [] : [...person.written])
      person.room!.acknowledge(person.member, person.nonce)
    } else if (does < 94) disconnect(person)
    else if (does < 97) await rooms.sweep()
    else await compact(doc)
    if (pick(3)) await turn()
  }

  // The disk is well again and everybody comes together.
  calmDown()
  for (const [nth, person] of everybody.entries()) {
    disconnect(person)
    await connect(person, rooms, nth)
  }
  for (let quiet = 0; quiet < 3; ) {
    await turn()
    const before = everybody.map(({ member }) => member!.frames.length).join()
    for (const [nth, person] of everybody.entries()) {
      if (person.member!.ended.length) {
        disconnect(person)
        await connect(person, rooms, nth)
      }
      read(person, Number.POSITIVE_INFINITY, committed)
      send(person, Number.POSITIVE_INFINITY, pick)
    }
    const room = await rooms.open(doc)
    await room.document()
    quiet = everybody.map(({ member }) => member!.frames.length).join() === before ? quiet + 1 : 0
  }
  const held = everybody.map(person => JSON.stringify(sorted(person.doc)))
  expect([seed, held]).toEqual([seed, held.map(() => held[0])])
  await rooms.closeAll(close.restarting)
  // A server that starts from what is on disk.
  const kept = sorted((await replayed(log)).doc)
  expect([seed, JSON.stringify(kept)]).toEqual([seed, held[0]])
  expect([seed, [...committed].filter(id => !(id in kept))]).toEqual([seed, []])
  for (const { doc: mine, written } of everybody) expect([seed, written.filter(id => !mine.getMap('records').has(id))]).toEqual([seed, []])
}

const sorted = (of: Y.Doc): Record<string, unknown> => Object.fromEntries(Object.entries(of.getMap('records').toJSON()).sort(([a], [b]) => (a < b ? -1 : 1)))

async function replayed(log: BoardLog): Promise<{ doc: Y.Doc }> {
  const { snapshot, entries } = await log.load(doc)
  const copy = new Y.Doc()
  for (const update of snapshot ? [snapshot, ...entries] : entries) Y.applyUpdate(copy, update)
  return { doc: copy }
}

test(`[S18] ${times(150)} stories of ${people} people and ${steps} steps on a failing disk: all copies end equal, and nothing called committed is gone`, { timeout: patience(120_000) }, async () => {
  for (let i = 0; i < times(150); i++) await story(runSeed + i)
})

test('[S18] what waits for something is answered as committed only once that has come, in whatever order', async () => {
  const pick = random(runSeed)
  for (let round = 0; round < times(100); round++) {
    const source = new Y.Doc()
    const updates: Uint8Array[] = []
    source.on('update', (update: Uint8Array) => updates.push(update))
    const records = source.getMap<unknown>('records')
    for (let i = 0; i < 6; i++) source.transact(() => (pick(3) ? records.set(`k${i}`, i) : records.delete(`k${pick(6)}`)))
    const rooms = roomsOn(memoryLog())
    const room = await rooms.open(doc)
    const ana = listener('ana')
    room.join(ana)
    const shuffled = updates.map(update => [pick(1_000), update] as const).sort(([a], [b]) => a - b).map(([, update]) => update)
    for (const [i, update] of shuffled.entries()) {
      room.receive(ana, update)
      room.acknowledge(ana, i)
      await room.document()
      const state = ana.frames.findLast(frame => frame[0] === message.durability)![2]
      const held = await room.document()
      const whole = shuffled.slice(0, i + 1).every(sent => isIn(held, sent))
      expect([runSeed, round, i, state]).toEqual([runSeed, round, i, whole ? durable.committed : durable.waiting])
    }
    expect(Y.encodeStateVector(await room.document())).toEqual(Y.encodeStateVector(source))
    expect((await room.document()).getMap('records').toJSON()).toEqual(records.toJSON())
    await rooms.closeAll(close.restarting)
  }
})

function isIn(held: Y.Doc, update: Uint8Array): boolean {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(held))
  const before = JSON.stringify(Y.encodeStateAsUpdate(copy))
  Y.applyUpdate(copy, update)
  return JSON.stringify(Y.encodeStateAsUpdate(copy)) === before && copy.store.pendingStructs === null && copy.store.pendingDs === null
}

test(`[K9] ${times(2_000)} people come, write and go while documents leave memory on a slow disk: nothing is lost, nothing stays behind`, { timeout: patience(60_000) }, async () => {
  const pick = random(runSeed)
  const inner = memoryLog()
  const log: BoardLog = {
    ...inner,
    append: async entries => {
      await turn()
      return inner.append(entries)
    },
    load: async id => {
      await turn()
      return inner.load(id)
    },
  }
  const rooms = roomsOn(log)
  const docs = ['a', 'b', 'c'] as DocId[]
  const acknowledged: [DocId, string][] = []
  const visit = async (nth: number): Promise<void> => {
    const id = docs[nth % docs.length]!
    const room = await rooms.open(id)
    const member = listener(`p${nth}`)
    room.join(member)
    const mine = new Y.Doc()
    mine.getMap('records').set(`v${nth}`, nth)
    room.receive(member, Y.encodeStateAsUpdate(mine))
    if (pick(4) === 0) return room.leave(member) // Gone before the answer: it may be kept or not.
    room.acknowledge(member, 1)
    while (!member.frames.some(frame => frame[0] === message.durability) && !member.ended.length) await turn()
    if (member.frames.some(frame => frame[0] === message.durability && frame[2] === durable.committed)) acknowledged.push([id, `v${nth}`])
    room.leave(member)
  }
  const visits: Promise<void>[] = []
  for (let nth = 0; nth < times(2_000); nth++) {
    visits.push(visit(nth))
    if (pick(5) === 0) await rooms.sweep()
    if (pick(8) === 0) await turn()
  }
  await Promise.all(visits)
  await rooms.sweep()
  await rooms.sweep()
  expect([runSeed, [...rooms.live()]]).toEqual([runSeed, []])
  for (const id of docs) {
    const room = await rooms.open(id)
    const kept = (await room.document()).getMap('records')
    expect([runSeed, acknowledged.filter(([where, what]) => where === id && !kept.has(what))]).toEqual([runSeed, []])
  }
  expect(acknowledged.length).toBeGreaterThan(times(2_000) / 2)
  await rooms.closeAll(close.restarting)
})
