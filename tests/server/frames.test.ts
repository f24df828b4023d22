import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { expect, test } from 'vitest'
import { close, message, type Role, roles } from '../../shared/protocol.ts'
import { readConfig } from '../../server/config.ts'
import { serveConnection } from '../../server/sync/connection.ts'
import type { DocKind } from '../../server/rights.ts'
import type { Room } from '../../server/sync/room.ts'
import type { DocId } from '../../server/storage/log.ts'
import { createTickets } from '../../server/tickets.ts'
import { random, runSeed } from '../support/random.ts'
import { anyFlow, endlessAccount, IdleSocket, lineTo, type Listener, listener, memoryLog, roomsOn } from '../support/room.ts'
import { patience, times } from '../support/scale.ts'
import { updateFrame } from '../support/wire.ts'

/* Every frame anybody could send, without a network: what a connection does with it, and what is in the document afterwards. */

const config = readConfig({ FRAMES_PER_SECOND: '0', PRESENCE_PER_SECOND: '0', BYTES_PER_SECOND: '0' })
const docs: Readonly<Record<DocKind, DocId>> = { canvas: 'board' as DocId, session: 'board/session' as DocId }

/** A room, and somebody in it whose frames are in the test's hands. */
async function visit(kind: DocKind = 'canvas', rooms = roomsOn(memoryLog()), now: () => number = Date.now) {
  const room = await rooms.open(docs[kind])
  const come = (role: Role, id = 'mallory') => {
    const socket = new IdleSocket()
    serveConnection({ line: lineTo(socket, id), room, person: { id: id as never, name: id, sector: '', role }, link: 'l', config, account: endlessAccount(), flow: anyFlow, now, dropped: () => undefined })
    return { socket, say: (frame: Uint8Array | Buffer) => socket.emit('message', Buffer.from(frame), true) }
  }
  return { room, rooms, come }
}

const stateOf = async (room: Room): Promise<string> => Buffer.from(Y.encodeStateAsUpdate(await room.document())).toString('hex')

/** An update that would be noticed. */
function mark(clientID = 99, kind: DocKind = 'canvas'): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = clientID
  for (const name of ['mallory', 'mallory too']) doc.getMap(kind === 'canvas' ? 'records' : 'rings').set(name, kind === 'canvas' ? 'was here' : 1)
  return Y.encodeStateAsUpdate(doc)
}

test('[S3] whoever may not write changes nothing by any message of any type, on either document', async () => {
  let writes = 0
  for (const kind of ['canvas', 'session'] as const) {
    const update = mark(99, kind)
    const payloads = [new Uint8Array(), Uint8Array.of(0), Uint8Array.from(update), Uint8Array.from(updateFrame(update)).subarray(1)]
    for (const role of roles) {
      const { room, come, rooms } = await visit(kind)
      let before = await stateOf(room)
      for (let type = 0; type < 256; type++) {
        for (const payload of payloads) {
          for (const subtype of type === message.sync ? [0, 1, 2, 3, 7, 127] : [undefined]) {
            const { say, socket } = come(role)
            say(
              encoding.encode(encoder => {
                encoding.writeVarUint(encoder, type)
                if (subtype !== undefined) encoding.writeVarUint(encoder, subtype)
                encoding.writeVarUint8Array(encoder, payload)
              }),
            )
            say(Buffer.from([type, ...payload]))
            await room.document()
            socket.terminate()
            const writing = kind === 'canvas' && role !== 'observer' && type === message.sync
            const after = await stateOf(room)
            if (after !== before) writes++
            if (!writing) expect([kind, role, type, subtype, after]).toEqual([kind, role, type, subtype, before])
            before = after
          }
        }
      }
      await rooms.closeAll(close.restarting)
    }
  }
  // The frames are such that they write where they may.
  expect(writes).toBeGreaterThan(0)
})

test(`[S6] ${times(60_000)} random and mutated frames of an observer change nothing, and a participant’s leave a document all can read`, { timeout: patience(120_000) }, async () => {
  const pick = random(runSeed)
  const { room, come, rooms } = await visit()
  const ana = listener('ana')
  room.join(ana)
  const own = new Y.Doc()
  own.getMap('records').set('kept', 'as it was')
  room.receive(ana, Y.encodeStateAsUpdate(own))
  const before = await stateOf(room)
  const valid = [updateFrame(Y.encodeStateAsUpdate(own)), Uint8Array.of(0, 0, 1, 0), Uint8Array.of(message.durability, 1), Uint8Array.of(message.queryAwareness), Uint8Array.of(message.awareness, 1, 0), updateFrame(mark())]
  let mallory = come('observer')
  let alive = 0
  for (let i = 0; i < times(60_000); i++) {
    if (mallory.socket.readyState !== mallory.socket.OPEN) mallory = come('observer')
    const frame = i % 2 ? Uint8Array.from({ length: pick(40) }, () => pick(256)) : Uint8Array.from(valid[pick(valid.length)]!)
    if (i % 2 === 0) for (let flips = 1 + pick(3); flips > 0 && frame.length; flips--) frame[pick(frame.length)] = pick(256)
    mallory.say(frame)
    if (mallory.socket.readyState === mallory.socket.OPEN) alive++
    if (i % 500 === 0) await room.document()
  }
  expect([runSeed, alive > 0, await stateOf(room)]).toEqual([runSeed, true, before])
  // A participant's frames may write; they must leave a document that everybody can read.
  for (let i = 0; i < times(20_000); i++) {
    if (mallory.socket.readyState !== mallory.socket.OPEN || i % 50 === 0) mallory = come('participant', `m${i}`)
    const frame = Uint8Array.from(valid[pick(valid.length)]!)
    for (let flips = 1 + pick(3); flips > 0; flips--) frame[pick(frame.length)] = pick(256)
    mallory.say(frame)
    if (i % 500 === 0) await room.document()
  }
  const doc = await room.document()
  expect([runSeed, doc.store.pendingStructs, doc.store.pendingDs]).toEqual([runSeed, null, null])
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  expect([runSeed, Y.encodeStateVector(copy)]).toEqual([runSeed, Y.encodeStateVector(doc)])
  // Somebody who writes afterwards is heard.
  own.getMap('records').set('after', 'goes on')
  room.receive(ana, Y.encodeStateAsUpdate(own))
  expect([runSeed, (await room.document()).getMap('records').get('after')]).toEqual([runSeed, 'goes on'])
  await rooms.closeAll(close.restarting)
})

/** Updates that Yjs would take and that would hurt. */
const poison: readonly (readonly [string, () => Uint8Array])[] = [
  ['a deleted stretch of billions in a victim’s name', () => deletedStretch(7, 0, 2 ** 31 - 1)],
  ['a deleted stretch that begins where the victim is', () => deletedStretch(7, 2, 2 ** 40)],
  ['a change in the victim’s name', () => mark(7)],
  ['bytes after an update', () => Uint8Array.from([...mark(), 0])],
  ['a delete set that breaks off', () => Uint8Array.of(0, 1, 7, 2, 0)],
  ['a delete set of nobody, many times', () => Uint8Array.of(0, 0xff, 0xff, 0xff, 0x7f)],
  ['a count of structs that lies', () => Uint8Array.of(1, 0xff, 0xff, 0x7f, 7, 0)],
  ['half of an update', () => mark().subarray(0, 12)],
]

function deletedStretch(client: number, clock: number, length: number): Uint8Array {
  return encoding.encode(encoder => {
    for (const value of [1, 1, client, clock]) encoding.writeVarUint(encoder, value)
    encoding.writeUint8(encoder, 0)
    encoding.writeVarUint(encoder, length)
    encoding.writeVarUint(encoder, 0)
  })
}

test.each(poison)('[S14] %s ends its sender and hides nothing of what the victim writes', async (_, make) => {
  const { room, come, rooms } = await visit()
  const victim = listener('victim')
  room.join(victim)
  const own = new Y.Doc()
  own.clientID = 7
  own.getMap('records').set('before', 1)
  room.receive(victim, Y.encodeStateAsUpdate(own))
  const before = await stateOf(room)
  const mallory = come('participant')
  mallory.say(updateFrame(make()))
  await room.document()
  expect(mallory.socket.closed?.code).toBe(4400)
  expect(await stateOf(room)).toBe(before)
  own.getMap('records').set('after', 2)
  room.receive(victim, Y.encodeStateAsUpdate(own))
  expect((await room.document()).getMap('records').toJSON()).toEqual({ before: 1, after: 2 })
  await rooms.closeAll(close.restarting)
})

/** A type inside a type, so many times, as one update or as one a level. */
function nest(levels: number, apart = false): Uint8Array[] {
  const source = new Y.Doc()
  const updates: Uint8Array[] = []
  source.on('update', (update: Uint8Array) => updates.push(update))
  let inner = source.getMap<unknown>('records')
  const dig = () => {
    for (let level = 0; level < levels; level++) {
      const next = new Y.Map<unknown>()
      if (apart) next.set('first', level)
      inner.set('in', next)
      inner = next
    }
  }
  if (apart) dig()
  else source.transact(dig)
  return updates
}

/** Brackets around nothing, as an array of so many levels. */
function brackets(levels: number): unknown {
  let value: unknown = null
  for (let level = 0; level < levels; level++) value = [value]
  return value
}

function withValue(value: unknown): Uint8Array {
  const doc = new Y.Doc()
  doc.getMap('records').set('deep', value)
  return Y.encodeStateAsUpdate(doc)
}

/** What would leave a board that nobody can open: Yjs deletes nested types, and everybody reads nested values, by recursion. */
const tooDeep: readonly (readonly [string, () => readonly Uint8Array[]])[] = [
  ['three thousand types inside one another', () => nest(3_000)],
  ['three thousand types, one a frame', () => nest(3_000, true)],
  ['a hundred types, the innermost first', () => nest(100, true).toReversed()],
  ['a list of a thousand levels', () => [withValue(brackets(1_000))]],
  ['an object of a hundred levels in a list', () => [withValue([Array.from({ length: 100 }).reduce<unknown>(inner => ({ inner }), 1)])]],
]

test.each(tooDeep)('[S14] %s end their sender, and the board is opened, changed and emptied by everybody else', async (_, make) => {
  const { room, come, rooms } = await visit()
  const ana = listener('ana')
  room.join(ana)
  const own = new Y.Doc()
  own.clientID = 7
  own.getMap('records').set('before', 1)
  room.receive(ana, Y.encodeStateAsUpdate(own))
  const mallory = come('participant')
  for (const update of make()) if (mallory.socket.readyState === mallory.socket.OPEN) mallory.say(updateFrame(update))
  await room.document()
  expect(mallory.socket.closed?.code).toBe(4400)
  const newcomer = new Y.Doc()
  Y.applyUpdate(newcomer, Y.encodeStateAsUpdate(await room.document()))
  expect(newcomer.getMap('records').get('before')).toBe(1)
  newcomer.getMap('records').clear()
  room.receive(ana, Y.encodeStateAsUpdate(newcomer))
  expect((await room.document()).getMap('records').size).toBe(0)
  await rooms.closeAll(close.restarting)
})

test('[S8] who sends thousands of changes in the wrong order starts anew, before anybody waits for them to be put in order', async () => {
  const { room, come, rooms } = await visit()
  const source = new Y.Doc()
  const updates: Uint8Array[] = []
  source.on('update', (update: Uint8Array) => updates.push(update))
  for (let i = 0; i < 3_000; i++) source.getMap('records').set(`n${i}`, i)
  const mallory = come('participant')
  for (const update of updates.toReversed()) if (mallory.socket.readyState === mallory.socket.OPEN) mallory.say(updateFrame(update))
  await room.document()
  expect(mallory.socket.closed?.code).toBe(close.retry.code)
  // Whoever comes again comes with all of it.
  const again = come('participant')
  again.say(updateFrame(Y.encodeStateAsUpdate(source)))
  expect((await room.document()).getMap('records').size).toBe(3_000)
  await rooms.closeAll(close.restarting)
})

test('[S14] what somebody may write when it comes may be written once what it builds on has come, whoever is back by then', async () => {
  const { room, come, rooms } = await visit()
  const ana = come('participant', 'ana')
  const first = Object.assign(new Y.Doc(), { clientID: 7 })
  first.getMap('records').set('of ana', 1)
  ana.say(updateFrame(Y.encodeStateAsUpdate(first)))
  await room.document()
  ana.socket.terminate()
  // Ben goes on at the computer that Ana left with work of hers on it, which builds on a record he made.
  const record = Object.assign(new Y.Doc(), { clientID: 8 })
  record.getMap('records').set('a', new Y.Map())
  const made = Y.encodeStateAsUpdate(record)
  Y.applyUpdate(first, made)
  const before = Y.encodeStateVector(first)
  first.getMap<Y.Map<unknown>>('records').get('a')!.set('kind', 'note')
  const ben = come('participant', 'ben')
  ben.say(updateFrame(Y.encodeStateAsUpdate(first, before)))
  await room.document()
  come('participant', 'ana')
  ben.say(updateFrame(made))
  expect((await room.document()).getMap('records').toJSON()).toEqual({ 'of ana': 1, a: { kind: 'note' } })
  expect(ben.socket.closed).toBeUndefined()
  await rooms.closeAll(close.restarting)
})

test('[S14] what people nest is taken: records, texts, and the values of drawings, in whatever order it comes', async () => {
  const { room, come, rooms } = await visit()
  const source = new Y.Doc()
  const updates: Uint8Array[] = []
  source.on('update', (update: Uint8Array) => updates.push(update))
  const records = source.getMap<Y.Map<unknown>>('records')
  const record = new Y.Map<unknown>()
  records.set('c1', record)
  for (let i = 0; i < 200; i++) record.set('text', new Y.Text(`version ${i}`))
  record.set('p.richText', brackets(30))
  const ana = come('participant', 'ana')
  for (const update of updates.toReversed()) ana.say(updateFrame(update))
  await room.document()
  for (const update of updates) ana.say(updateFrame(update))
  const doc = await room.document()
  expect(ana.socket.closed).toBeUndefined()
  expect(doc.getMap('records').toJSON()).toEqual(records.toJSON())
  await rooms.closeAll(close.restarting)
})

test(`[S4] ${times(10_000)} forged, expired and changed tickets open nothing`, () => {
  const pick = random(runSeed)
  let now = 1_000_000
  const tickets = createTickets(Uint8Array.from({ length: 32 }, (_, i) => i), () => now)
  const others = createTickets(Uint8Array.from({ length: 32 }, (_, i) => i + 1), () => now)
  const ticket = { board: 'b' as never, participant: 'p' as never, role: 'facilitator', link: 'l', expires: now + 1_000 } as const
  const good = tickets.issue(ticket)
  const [body = '', signature = ''] = good.split('.')
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'
  expect(tickets.check(good)).toEqual(ticket)
  const raised = Buffer.from(JSON.stringify(['b', 'p', 'facilitator', 'l', now + 9e9])).toString('base64url')
  for (const forged of ['', '.', good.slice(0, -1), `${good}A`, `${raised}.${signature}`, `${body}.`, `.${signature}`, `${body}.${signature}.${signature}`, others.issue(ticket)]) expect([forged, tickets.check(forged)]).toEqual([forged, undefined])
  for (let i = 0; i < times(10_000); i++) {
    const changed = [...good]
    for (let flips = 1 + pick(3); flips > 0; flips--) changed[pick(changed.length)] = letters[pick(letters.length)]!
    const text = changed.join('')
    // The last letter of a signature holds bits nobody reads: the same bytes, the same ticket.
    if (text === good || Buffer.from(text.split('.')[1] ?? '', 'base64url').equals(Buffer.from(signature, 'base64url')) && text.startsWith(`${body}.`)) continue
    expect([runSeed, text, tickets.check(text)]).toEqual([runSeed, text, undefined])
  }
  now += 1_001
  expect(tickets.check(good)).toBeUndefined()
})

test('[S20] nothing of one board reaches anybody on another, whatever they ask for', async () => {
  const rooms = roomsOn(memoryLog())
  const secret = `canary-${runSeed}`
  const [mine, session, other] = await Promise.all(['mine', 'mine/session', 'other'].map(id => rooms.open(id as DocId))) as [Room, Room, Room]
  const watchers: Listener[] = [listener('eve', 'facilitator'), listener('eve', 'observer')]
  for (const watcher of watchers) other.join(watcher)
  const ana = listener('ana')
  mine.join(ana)
  const own = new Y.Doc()
  own.getMap('records').set('c', secret)
  mine.receive(ana, Y.encodeStateAsUpdate(own))
  await session.write(doc => void doc.getMap('rings').set(secret, 1))
  mine.presence.receive(ana, presenceFrame(5, 1, JSON.stringify({ secret })))
  for (const watcher of watchers) {
    other.replySync(watcher, Uint8Array.of(0))
    other.acknowledge(watcher, 1)
    other.presence.welcome(watcher)
  }
  await Promise.all([mine.document(), session.document(), other.document()])
  const heard = Buffer.concat(watchers.flatMap(({ frames }) => frames)).toString('latin1')
  expect(heard.length).toBeGreaterThan(0)
  expect(heard).not.toContain(secret)
  await rooms.closeAll(close.restarting)
})

function presenceFrame(client: number, clock: number, state: string): Uint8Array {
  return encoding.encode(encoder => {
    encoding.writeVarUint(encoder, 1)
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, clock)
    encoding.writeVarString(encoder, state)
  })
}
