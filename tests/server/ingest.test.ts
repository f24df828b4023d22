import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { afterEach, expect, test, vi } from 'vitest'
import { close, durable, message, sync } from '../../shared/protocol.ts'
import { readConfig } from '../../server/config.ts'
import { serveConnection } from '../../server/sync/connection.ts'
import { createOwners } from '../../server/sync/owners.ts'
import { createPendingUpdates } from '../../server/sync/pending-updates.ts'
import { openRoom, type Room } from '../../server/sync/room.ts'
import { createTurns, inTurns } from '../../server/sync/turns.ts'
import { createCommits } from '../../server/log/commits.ts'
import { createLedger } from '../../server/ops/ledger.ts'
import type { DocId } from '../../server/storage/log.ts'
import { crafted, map, one, value } from '../support/crafted.ts'
import { random, runSeed } from '../support/random.ts'
import { anyFlow, endlessAccount, IdleSocket, lineTo, type Listener, listener, memoryLog, roomsOn } from '../support/room.ts'
import { patience, times } from '../support/scale.ts'
import { updateFrame } from '../support/wire.ts'
import { groundOf, hostileUpdate } from '../fuzz/hostile-updates.ts'

/* What a room takes up of what it is sent, and what it keeps of whoever sent it. */

const doc = 'board' as DocId
const config = readConfig({ FRAMES_PER_SECOND: '0', PRESENCE_PER_SECOND: '0', BYTES_PER_SECOND: '0' })

afterEach(() => void vi.useRealTimers())

const framesOf = ({ frames }: Listener, kind: number): Uint8Array[] =>
  frames.flatMap(frame => {
    const decoder = decoding.createDecoder(frame)
    return decoding.readVarUint(decoder) === message.sync && decoding.readVarUint(decoder) === kind ? [decoding.readVarUint8Array(decoder)] : []
  })

/** What somebody who comes now gets, as a document. */
async function newcomer(room: Room): Promise<Y.Doc> {
  const eve = listener('eve', 'observer')
  room.join(eve)
  room.replySync(eve, Uint8Array.of(0))
  await room.flushed()
  room.leave(eve)
  const copy = new Y.Doc()
  for (const update of framesOf(eve, sync.step2)) Y.applyUpdate(copy, update)
  return copy
}

test(`[S27] ${times(300)} hostile updates among honest ones leave no trace where they are refused, and a newcomer gets what is on disk`, { timeout: patience(60_000) }, async () => {
  const pick = random(runSeed)
  const log = memoryLog()
  const room = await roomsOn(log).open(doc)
  const ana = listener('ana')
  room.join(ana)
  const own = new Y.Doc()
  const honest: Uint8Array[] = []
  own.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === 'others') return
    honest.push(update)
    room.receive(ana, update)
  })
  const live = await room.document()
  let refused = 0
  for (let i = 0; i < times(300); i++) {
    if (pick(4) === 0) own.getMap<unknown>('records').set(`r${pick(40)}`, pick(3) ? i : new Y.Map([['text', new Y.Text('words')]]))
    await room.flushed()
    const before = Buffer.from(Y.encodeStateAsUpdate(live)).toString('hex')
    const mallory = listener(`m${i}`)
    room.join(mallory)
    const update = hostileUpdate(pick, groundOf(live, pick), honest)
    room.receive(mallory, update)
    await room.flushed()
    const why = [runSeed, i, Buffer.from(update.subarray(0, 200)).toString('hex')]
    if (mallory.ended.length) {
      refused++
      expect([why, Buffer.from(Y.encodeStateAsUpdate(live)).toString('hex')]).toEqual([why, before])
    }
    room.leave(mallory)
    expect([why, live.store.pendingStructs, live.store.pendingDs]).toEqual([why, null, null])
    if (i % 50 === 0) {
      const copy = await newcomer(room)
      expect([why, Y.equalSnapshots(Y.snapshot(copy), Y.snapshot(live)), copy.store.pendingStructs, copy.store.pendingDs]).toEqual([why, true, null, null])
    }
  }
  expect(refused).toBeGreaterThan(times(300) / 3)
  const replayed = new Y.Doc()
  for (const entry of (await log.load(doc)).entries) Y.applyUpdate(replayed, entry)
  expect(Y.equalSnapshots(Y.snapshot(replayed), Y.snapshot(live))).toBe(true)
  // What honest people did is all there.
  for (const [client, length] of Y.decodeStateVector(Y.encodeStateVector(own))) expect(Y.getState(live.store, client)).toBe(length)
  await room.close(close.restarting)
})

test('[S28] what waits is looked at once for each thing it waits for, however much else comes', () => {
  const waiting = createPendingUpdates<string>()
  const needs = new Map(Array.from({ length: 1_000 }, (_, i) => [i, 5] as const))
  let looks = 0
  const counted = new Proxy({ owner: 'mallory', bytes: new Uint8Array(800_000), needs }, { get: (target, name) => (looks++, Reflect.get(target, name) as unknown) })
  waiting.add(counted)
  looks = 0
  for (let i = 0; i < 10_000; i++) expect(waiting.came(5_000 + (i % 7), i)).toEqual([])
  for (let client = 0; client < 999; client++) expect(waiting.came(client, 5)).toEqual([])
  expect([looks, waiting.of('mallory')]).toEqual([expect.any(Number), { bytes: 800_000, count: 1, needs: 1_000 }])
  expect(looks).toBeLessThan(10)
  expect(waiting.came(999, 4)).toEqual([])
  expect(waiting.came(999, 5)).toHaveLength(1)
  expect([waiting.of('mallory'), waiting.bytes]).toEqual([{ bytes: 0, count: 0, needs: 0 }, 0])
  // Whoever goes leaves nothing.
  waiting.add({ owner: 'eve', bytes: new Uint8Array(10), needs: new Map([[1, 9]]) })
  waiting.drop('eve')
  expect([waiting.bytes, waiting.came(1, 9)]).toEqual([0, []])
})

test('[S28] somebody who left much waiting for what never comes writes on at the price of what is written', async () => {
  const room = await roomsOn(memoryLog()).open(doc)
  const mallory = listener('mallory')
  room.join(mallory)
  room.receive(mallory, crafted([{ client: 7, clock: 1, structs: Array.from({ length: 12_000 }, (_, i) => ({ in: 'records', name: `w${i}`, content: value('x'.repeat(50)) })) }]))
  await room.flushed()
  const live = await room.document()
  let applied = 0
  live.on('afterTransaction', () => applied++)
  const asked = framesOf(mallory, sync.step1).length
  const good = new Y.Doc()
  good.on('update', (update: Uint8Array) => room.receive(mallory, update))
  for (let i = 0; i < 500; i++) {
    good.getMap('records').set(`s${i % 9}`, i)
    await room.flushed()
  }
  // One transaction each, nothing asked for again, and nothing waiting that was called kept.
  expect(applied).toBeLessThanOrEqual(501)
  expect(framesOf(mallory, sync.step1)).toHaveLength(asked)
  room.acknowledge(mallory, 1)
  await room.flushed()
  expect(mallory.frames.at(-1)).toEqual(Uint8Array.of(message.durability, 1, durable.waiting))
  // What it waited for comes: all of it is there.
  room.receive(mallory, crafted([{ client: 7, clock: 0, structs: [{ in: 'records', name: 'first', content: map }] }]))
  await room.flushed()
  expect(live.getMap('records').size).toBe(12_000 + 9 + 1)
  room.acknowledge(mallory, 2)
  await room.flushed()
  expect(mallory.frames.at(-1)).toEqual(Uint8Array.of(message.durability, 2, durable.committed))
  await room.close(close.restarting)
})

test('[S8] of a change of which a part can be taken up, that part is; the rest waits and is not called kept', async () => {
  const room = await roomsOn(memoryLog()).open(doc)
  const ana = listener('ana')
  room.join(ana)
  room.receive(ana, crafted([{ client: 5, clock: 0, structs: [{ in: 'records', name: 'here', content: map }] }, { client: 6, clock: 3, structs: [{ in: 'records', name: 'later', content: map }] }], [[5, [[0, 1]]], [6, [[0, 1]]]]))
  await room.flushed()
  const live = await room.document()
  expect([[...live.getMap('records').keys()], Y.getState(live.store, 5), Y.getState(live.store, 6)]).toEqual([[], 1, 0])
  room.receive(ana, crafted([{ client: 6, clock: 0, structs: ['a', 'b', 'c'].map(name => ({ in: 'records', name, content: map })) }]))
  await room.flushed()
  expect([...live.getMap('records').keys()].sort()).toEqual(['b', 'c', 'later'])
  await room.close(close.restarting)
})

test('[S25] large pieces of work of many take turns by where they come from, and small ones need not wait', async () => {
  const order: string[] = []
  const later: (() => void)[] = []
  const turns = createTurns(work => later.push(work))
  function* work(who: string): Generator<void, void> {
    for (let i = 0; i < 3; i++) {
      order.push(`${who}${i}`)
      yield
    }
  }
  const all = [...['a', 'a', 'a', 'b'].map(who => inTurns(work(who), turns, who)), inTurns(work('c'), turns, 'c')]
  while (later.length) {
    later.shift()!()
    await new Promise(setImmediate)
  }
  await Promise.all(all)
  // One piece between two looks at the network; who asks for most is not served more often.
  expect(order).toHaveLength(15)
  expect(order.slice(-4).every(each => each.startsWith('a'))).toBe(true)
})

test('[S25] while a large update is taken up, what others do on their boards is done in between', async () => {
  const turns = createTurns()
  const log = memoryLog()
  const open = (id: string) => openRoom(id as DocId, { log, commits: createCommits(log, 0), now: () => performance.now(), lost: () => undefined, turns })
  const [large, small] = await Promise.all([open('large'), open('small')])
  const [mallory, ana] = [listener('mallory'), listener('ana')]
  large.join(mallory)
  small.join(ana)
  const source = new Y.Doc()
  source.transact(() => {
    for (let i = 0; i < 20_000; i++) source.getMap('records').set(`c${i}`, new Y.Map([['kind', 'note'], ['text', new Y.Text('words')]]))
  })
  large.receive(mallory, Y.encodeStateAsUpdate(source))
  let saved = 0
  let isDone = false
  const whole = large.flushed().then(() => (isDone = true))
  const own = new Y.Doc()
  own.on('update', (update: Uint8Array) => small.receive(ana, update))
  while (!isDone) {
    own.getMap('records').set('c', saved)
    await small.flushed()
    saved++
  }
  await whole
  expect(saved).toBeGreaterThan(8)
  expect((await large.document()).getMap('records').size).toBe(20_000)
  await Promise.all([large.close(close.restarting), small.close(close.restarting)])
})

test('[S32] however often somebody asks for what they lack, one answer is on its way, and the next one is for what they asked last', async () => {
  const room = await roomsOn(memoryLog()).open(doc)
  const writer = listener('ana')
  room.join(writer)
  const source = new Y.Doc()
  source.getMap('records').set('c', 'x'.repeat(10_000))
  room.receive(writer, Y.encodeStateAsUpdate(source))
  await room.flushed()
  const taken: (() => void)[] = []
  const eve: Listener = { ...listener('eve', 'observer'), send: (frame, sent) => void (eve.frames.push(frame), sent && taken.push(sent)) }
  room.join(eve)
  for (let i = 0; i < 500; i++) room.replySync(eve, i % 2 ? Uint8Array.of(0) : Y.encodeStateVector(source))
  await room.flushed()
  expect(framesOf(eve, sync.step2)).toHaveLength(1)
  room.replySync(eve, Uint8Array.of(0))
  room.replySync(eve, Y.encodeStateVector(source))
  taken.shift()!()
  await room.flushed()
  const answers = framesOf(eve, sync.step2)
  expect(answers).toHaveLength(2)
  expect(answers[1]!.length).toBeLessThan(100)
  taken.shift()!()
  await room.flushed()
  expect(framesOf(eve, sync.step2)).toHaveLength(2)
  await room.close(close.restarting)
})

test('[S32] a vector that names thousands of strangers is no more work than an empty one', async () => {
  const room = await roomsOn(memoryLog()).open(doc)
  const writer = listener('ana')
  room.join(writer)
  const source = new Y.Doc()
  source.getMap('records').set('c', 1)
  room.receive(writer, Y.encodeStateAsUpdate(source))
  const eve = listener('eve', 'observer')
  room.join(eve)
  const strangers = encoding.encode(encoder => {
    encoding.writeVarUint(encoder, 10_000)
    for (let i = 0; i < 10_000; i++) for (const figure of [100_000 + i, 5]) encoding.writeVarUint(encoder, figure)
  })
  room.replySync(eve, strangers)
  await room.flushed()
  const copy = new Y.Doc()
  Y.applyUpdate(copy, framesOf(eve, sync.step2)[0]!)
  expect(copy.getMap('records').get('c')).toBe(1)
  await room.close(close.restarting)
})

/** A room, people on it whose frames are in the test's hands, and what is known of client ids. */
async function stage(owners = createOwners(), canSee: Uint8Array[] = []) {
  const log = memoryLog()
  if (canSee.length) await log.append(canSee.map(data => ({ doc, data })))
  const room = await openRoom(doc, { log, commits: createCommits(log, 0), now: () => performance.now(), lost: () => undefined, owners })
  const come = (id: string, role: 'participant' | 'observer' = 'participant') => {
    const socket = new IdleSocket()
    serveConnection({ line: lineTo(socket, id), room, person: { id: id as never, name: id, sector: '', role }, link: 'l', config, account: endlessAccount(), flow: anyFlow, now: () => performance.now(), dropped: () => undefined })
    return { socket, say: (frame: Uint8Array) => socket.emit('message', Buffer.from(frame), true), write: (update: Uint8Array) => socket.emit('message', Buffer.from(updateFrame(update)), true) }
  }
  return { room, come, owners }
}

/** As an awareness client says it of itself, or of anybody. */
const says = (client: number, clock: number, state: string): Uint8Array =>
  encoding.encode(outer => {
    encoding.writeVarUint(outer, message.awareness)
    encoding.writeVarUint8Array(
      outer,
      encoding.encode(inner => {
        for (const figure of [1, client, clock]) encoding.writeVarUint(inner, figure)
        encoding.writeVarString(inner, state)
      }),
    )
  })

const written = (client: number, name: string, clock = 0): Uint8Array => one({ in: 'records', name, content: value(1) }, client, clock)

const thieves: readonly (readonly [who: string, role: 'participant' | 'observer', wroteBefore: boolean])[] = [
  ['an observer who shows up under the id of a participant who is away', 'observer', true],
  ['an observer under an id that its owner only showed', 'observer', false],
  ['a participant under the id of another one who is away', 'participant', true],
  ['a participant under an id that its owner only showed', 'participant', false],
]

test.each(thieves)('[S33] %s keeps nobody from their own work, through a restart too', async (_, role, wroteBefore) => {
  const first = await stage()
  const ana = first.come('ana')
  ana.say(says(77, 1, '{}'))
  if (wroteBefore) ana.write(written(77, 'before'))
  await first.room.flushed()
  ana.socket.terminate()
  // The board leaves memory; what is known of ids was kept.
  const { room, come } = await stage(createOwners(new Map(first.owners.all())), wroteBefore ? [written(77, 'before')] : [])
  const thief = come('mallory', role)
  thief.say(says(77, 9, '{"at":[1,2]}'))
  const back = come('ana')
  back.write(written(77, 'mine', wroteBefore ? 1 : 0))
  await room.flushed()
  expect([back.socket.closed, (await room.document()).getMap('records').has('mine')]).toEqual([undefined, true])
  back.say(says(77, 2, '{}'))
  expect(room.presence.size).toBeGreaterThan(0)
  await room.close(close.restarting)
})

test('[S33] where nothing is known of an id, whoever writes under it has it, whatever an observer says of itself', async () => {
  const { room, come, owners } = await stage(createOwners(), [written(77, 'before')])
  const eve = come('eve', 'observer')
  eve.say(says(77, 9, '{}'))
  eve.say(says(88, 9, '{}'))
  expect(room.presence.size).toBe(1)
  const ana = come('ana')
  ana.write(written(88, 'mine'))
  await room.flushed()
  expect([ana.socket.closed, owners.of(88)]).toEqual([undefined, 'ana'])
  // She is shown under it, and the observer is not any more.
  ana.say(says(88, 1, '{"is":"ana"}'))
  vi.useFakeTimers()
  const shown = listener('new')
  room.presence.welcome(shown)
  expect(Buffer.from(shown.frames.at(-1)!).toString()).toContain('"is":"ana"')
  vi.useRealTimers()
  await room.close(close.restarting)
})

test('[S33] somebody who is here with an id is spoken for by nobody, by work or by word', async () => {
  const { room, come } = await stage()
  const ana = come('ana')
  ana.say(says(77, 1, '{}'))
  const mallory = come('mallory')
  mallory.write(written(77, 'forged'))
  await room.flushed()
  expect([mallory.socket.closed?.code, (await room.document()).getMap('records').size]).toEqual([4400, 0])
  // The same person may, from another device; and whoever uses their device while they are away.
  const tablet = come('ana')
  tablet.write(written(77, 'from the tablet'))
  await room.flushed()
  expect(tablet.socket.closed).toBeUndefined()
  ana.socket.terminate()
  tablet.socket.terminate()
  const ben = come('ben')
  ben.write(written(77, 'left on the device', 1))
  await room.flushed()
  expect([ben.socket.closed, (await room.document()).getMap('records').size]).toEqual([undefined, 2])
  await room.close(close.restarting)
})

test('[S33] what stock clients say again of others is nobody’s word', async () => {
  const { room, come } = await stage()
  const eve = come('eve', 'observer')
  eve.say(says(5, 1, '{"at":[1,1]}'))
  const shown = listener('look')
  room.presence.welcome(shown)
  const heard = decoding.createDecoder(shown.frames[0]!)
  decoding.readVarUint(heard)
  const inner = decoding.createDecoder(decoding.readVarUint8Array(heard))
  decoding.readVarUint(inner)
  const [client, clock, state] = [decoding.readVarUint(inner), decoding.readVarUint(inner), decoding.readVarString(inner)]
  // A writer echoes what it heard of the observer before it says anything of itself.
  const ana = come('ana')
  ana.say(says(client, clock, state))
  ana.say(says(6, 1, '{"at":[2,2]}'))
  expect(room.presence.size).toBe(2)
  await room.close(close.restarting)
})

test('[S30] whoever is ended is out of the room at once; what they sent and nobody had looked at reaches nobody', async () => {
  const { room, come } = await stage()
  const mallory = come('mallory')
  mallory.write(written(9, 'first'))
  await room.flushed()
  mallory.write(written(9, 'on its way', 1))
  const [member] = room.members
  member!.end(close.removed)
  expect([room.members.size, mallory.socket.paused, mallory.socket.closed?.code]).toEqual([0, true, close.removed.code])
  for (let i = 0; i < 59; i++) mallory.write(written(9, `late${i}`, 2 + i))
  await room.flushed()
  expect([...(await room.document()).getMap('records').keys()]).toEqual(['first'])
  await room.close(close.restarting)
})

test('[S30] what somebody sent who then closed the page is taken up', async () => {
  const { room, come } = await stage()
  const ana = come('ana')
  ana.write(written(9, 'last words'))
  ana.socket.terminate()
  await room.flushed()
  expect([...(await room.document()).getMap('records').keys()]).toEqual(['last words'])
  await room.close(close.restarting)
})

test('[S36] a flood of pings and pongs is read at the pace of frames, and pings are answered as far as they are read', async () => {
  const { room } = await stage()
  const counted: string[] = []
  const socket = new IdleSocket()
  let pongs = 0
  socket.pong = () => void pongs++
  serveConnection({ line: lineTo(socket), room, person: { id: 'm' as never, name: 'm', sector: '', role: 'observer' }, link: 'l', config: readConfig({}), account: endlessAccount(), flow: anyFlow, now: () => 0, dropped: cause => void counted.push(cause) })
  for (let i = 0; i < 2_400; i++) socket.emit('pong', Buffer.alloc(0))
  expect([socket.paused, counted.length]).toEqual([false, 0])
  for (let i = 0; i < 100; i++) socket.emit('pong', Buffer.alloc(0))
  expect([socket.paused, new Set(counted)]).toEqual([true, new Set(['rate'])])
  for (let i = 0; i < 100; i++) socket.emit('ping', Buffer.alloc(0))
  expect(pongs).toBe(0)
  socket.terminate()
  await room.close(close.restarting)
})

test('[S36] bytes of frames that are not there yet, and of frames that wait, are counted against an address, and given back', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
  const ledger = createLedger({ mostOfAddress: 1_000_000, mostOfServer: 0 })
  const { room } = await stage()
  const come = (now: () => number, cut: string[] = []) => {
    const socket = new IdleSocket()
    let came: (bytes: number) => void = () => undefined
    serveConnection({ line: { ...lineTo(socket, 'a'), onBytes: told => void (came = told) }, room, person: { id: 'm' as never, name: 'm', sector: '', role: 'participant' }, link: 'l', config, account: ledger.of('a'), flow: anyFlow, now, dropped: cause => void cut.push(cause) })
    return { socket, came: (bytes: number) => came(bytes) }
  }
  let now = 0
  const counted: string[] = []
  const { socket, came } = come(() => now, counted)
  for (let i = 0; i < 10; i++) came(60_000)
  expect(ledger.of('a').held).toBe(600_000)
  socket.emit('message', Buffer.alloc(600_000, 1), true)
  expect(ledger.of('a').held).toBeLessThanOrEqual(60_000)
  // One of the same address has no room for a large frame: it is read no more until there is, and cut where it stays so.
  const other = come(() => now)
  for (let i = 0; i < 16; i++) other.came(60_000)
  const greedy = come(() => now, counted)
  for (let i = 0; i < 3; i++) greedy.came(60_000)
  expect(greedy.socket.paused).toBe(true)
  for (let i = 0; i < 60; i++) {
    vi.advanceTimersByTime(250)
    greedy.came(60_000)
  }
  expect([greedy.socket.closed?.code, counted.includes('crowded')]).toEqual([1006, true])
  // One that drips is cut as well, however little it holds.
  other.socket.terminate()
  const slow = come(() => now, counted)
  for (let second = 0; second < 120; second++) {
    now += 1_000
    slow.came(1)
    vi.advanceTimersByTime(1_000)
  }
  expect([slow.socket.closed?.code, counted.includes('slow')]).toEqual([1006, true])
  expect(ledger.of('a').held).toBe(0)
  await room.close(close.restarting)
})
