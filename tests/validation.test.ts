import * as Y from 'yjs'
import { expect, test } from 'vitest'
import { createTLSchema, defaultBindingSchemas, defaultShapeSchemas } from '@tldraw/tlschema'
import { drawingVersions, isKnownSchema } from '../shared/document/drawing-versions.ts'
import { UpdateFault } from '../shared/document/read-update.ts'
import { deepestType, highestClient, mostClock, mostNameBytes, mostValueBytes } from '../shared/document/stored.ts'
import { close, type Close } from '../shared/protocol.ts'
import { hydrateAtOnce } from '../server/sync/hydrate.ts'
import { type Growth, ingest, type Taken } from '../server/sync/ingest.ts'
import { atOnce, parseUpdate } from '../server/sync/parsed-update.ts'
import { encodeUpdate } from '../server/sync/slices.ts'
import { validate } from '../server/sync/validation.ts'
import { crafted, type CraftedStruct, gone, letters, map, one, text, value } from './support/crafted.ts'
import { history } from './support/history.ts'
import { random, runSeed } from './support/random.ts'
import { patience, times } from './support/scale.ts'

/* What an update is made of decides what becomes of it, before anything touches the document. */

const roots = ['meta', 'records']
const anything: Growth = { records: 1e6, bytes: 1e9, mayMean: () => true, isForeign: () => false }

const encoded = (doc: Y.Doc): string => Buffer.from(Y.encodeStateAsUpdate(doc)).toString('hex')

/** Judges an update against a document, and takes it up where it may be. */
function take(doc: Y.Doc, bytes: Uint8Array, growth = anything): Taken | Close {
  const taken = atOnce(ingest({ doc, roots }, bytes, growth))
  if ('code' in taken) return taken
  for (const { update } of taken.slices) Y.applyUpdate(doc, update)
  return taken
}

/** A board with a record and a text in it, by client 1: the record is [1, 0], its text [1, 1], the letters [1, 2] to [1, 5]. */
function board(): Y.Doc {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, crafted([{ client: 1, clock: 0, structs: [{ in: 'records', name: 'r', content: map }, { in: [1, 0], name: 'text', content: text }, { in: [1, 1], content: letters('word') }, { in: [1, 0], name: 'kind', content: value('note') }] }]))
  return doc
}

/** Brackets around nothing, as an array of so many levels. */
function brackets(levels: number): unknown {
  let inner: unknown = null
  for (let level = 0; level < levels; level++) inner = [inner]
  return inner
}

const nested = (levels: number): CraftedStruct[] => Array.from({ length: levels }, (_, i) => (i === 0 ? { in: 'records', name: 'a', content: map } : { in: [9, i - 1], name: 'a', content: map }))

const inRecord = (content: CraftedStruct['content'], name = 'x'): Uint8Array => one({ in: [1, 0], name, content })

/** What boards do not store, and how its sender is told. */
const unfit: readonly (readonly [what: string, update: () => Uint8Array])[] = [
  ['a document in a document', () => inRecord({ is: 'doc', guid: 'x', options: { meta: brackets(5_200) } })],
  ['a small document in a document', () => inRecord({ is: 'doc', guid: 'x', options: {} })],
  ['an embed in a text', () => one({ after: [1, 5], content: { is: 'embed', json: '{}' } })],
  ['a format in a text', () => one({ after: [1, 5], content: { is: 'format', key: 'bold', json: 'true' } })],
  ['bytes', () => inRecord({ is: 'binary', bytes: Uint8Array.of(1, 2) })],
  ['bytes among values', () => inRecord(value(Uint8Array.of(1)))],
  ['JSON of old', () => inRecord({ is: 'json', texts: ['{}'] })],
  ['a list', () => inRecord({ is: 'type', number: 0 })],
  ['an element of XML', () => inRecord({ is: 'type', number: 3, key: 'p' })],
  ['a fragment of XML', () => inRecord({ is: 'type', number: 4 })],
  ['a hook of XML', () => inRecord({ is: 'type', number: 5, key: 'p' })],
  ['a text of XML', () => inRecord({ is: 'type', number: 6 })],
  ['a type that nobody knows', () => inRecord({ is: 'type', number: 99 })],
  ['a content that nobody knows', () => inRecord({ is: 'bytes', number: 17, bytes: Uint8Array.of(0) })],
  ['another root', () => one({ in: 'rings', name: 'x', content: value(1) })],
  ['a root without a name', () => one({ in: '', name: 'x', content: value(1) })],
  ['a value in a row of the records', () => one({ in: 'records', content: value(1) })],
  ['a text among the records', () => one({ in: 'records', name: 't', content: text })],
  ['letters by a name', () => inRecord(letters('x'))],
  ['letters in a row of a record', () => one({ in: [1, 0], content: letters('x') })],
  ['a value in a text', () => one({ after: [1, 5], content: value(1) })],
  ['a map in a text', () => one({ after: [1, 5], content: map })],
  ['something by a name in a text', () => one({ in: [1, 1], name: 'x', content: value(1) })],
  ['something by a name before something', () => one({ before: [1, 6], name: 'kind', content: value(1) })],
  ['a shared type in what the board says of itself', () => one({ in: 'meta', name: 'title', content: map })],
  ['types inside one another', () => crafted([{ client: 9, clock: 0, structs: nested(deepestType + 1) }])],
  ['thousands of types inside one another', () => crafted([{ client: 9, clock: 0, structs: nested(3_000) }])],
  ['a list of a thousand levels', () => inRecord(value(brackets(1_000)))],
  ['an object of a hundred levels', () => inRecord(value(Array.from({ length: 100 }).reduce<unknown>(inner => ({ inner }), 1)))],
  ['something between a text and a record', () => one({ after: [1, 5], before: [1, 6], content: letters('x') })],
  ['the rest of something that stands elsewhere', () => crafted([{ client: 1, clock: 5, structs: [{ in: 'records', name: 'z', content: value(1, 2, 3) }] }])],
]

/** What is no update. */
const broken: readonly (readonly [what: string, update: () => Uint8Array])[] = [
  ['nothing', () => new Uint8Array()],
  ['half of one', () => inRecord(value('a word')).subarray(0, 9)],
  ['bytes after its end', () => Uint8Array.from([...inRecord(value(1)), 0])],
  ['a client twice', () => crafted([{ client: 9, clock: 0, structs: [{ in: 'records', name: 'a', content: value(1) }] }, { client: 9, clock: 1, structs: [{ in: 'records', name: 'b', content: value(1) }] }])],
  ['a client twice among what is deleted', () => crafted([], [[1, [[0, 1]]], [1, [[2, 1]]]])],
  ['a count of structs that lies', () => crafted([{ client: 9, clock: 0, structs: [], count: 2 ** 32 }])],
  ['a count of clients that lies', () => Uint8Array.of(0xff, 0xff, 0xff, 0x7f, 0)],
  ['a count of values that lies', () => inRecord({ is: 'bytes', number: 8, bytes: Uint8Array.of(0xff, 0xff, 0xff, 0x7f) })],
  ['a list whose length lies', () => inRecord({ is: 'bytes', number: 8, bytes: Uint8Array.of(1, 117, 0xff, 0xff, 0xff, 0x7f) })],
  ['a client id that is none', () => crafted([{ client: highestClient + 1, clock: 0, structs: [{ in: 'records', name: 'a', content: value(1) }] }])],
  ['a number without end', () => Uint8Array.from([1, 1, 9, ...Array.from({ length: 200 }, () => 0x80), 0, 0, 1, 0])],
  ['a struct of nothing', () => one({ in: 'records', name: 'x', content: { is: 'values', values: [] } })],
  ['letters that are none', () => one({ after: [1, 5], content: { is: 'bytes', number: 4, bytes: Uint8Array.of(2, 0xc3, 0x28) } })],
  ['half of a letter of two', () => one({ after: [1, 5], content: { is: 'bytes', number: 4, bytes: Uint8Array.of(3, 0xed, 0xa0, 0x80) } })],
  ['a deleted stretch without end', () => one({ content: { is: 'garbage', length: 2 ** 40 } })],
  ['deleted ranges that overlap', () => crafted([], [[1, [[0, 4], [2, 4]]]])],
  ['deleted ranges in the wrong order', () => crafted([], [[1, [[4, 1], [2, 1]]]])],
  ['a deleted range of nothing', () => crafted([], [[1, [[4, 0]]]])],
]

/** What builds on itself. */
const circles: readonly (readonly [what: string, update: () => Uint8Array])[] = [
  ['a type put behind itself', () => Uint8Array.from(Buffer.from('010103008703000000', 'hex'))],
  ['a letter before itself', () => one({ before: [9, 0], content: letters('x') })],
  ['a type inside itself', () => one({ in: [9, 0], name: 'x', content: map })],
  ['a type inside one made after it', () => crafted([{ client: 9, clock: 0, structs: [{ in: [9, 1], name: 'x', content: map }, { in: 'records', name: 'y', content: map }] }])],
  ['something behind what it is the beginning of', () => one({ after: [9, 2], content: letters('word') })],
  ['two clients behind one another', () => crafted([{ client: 8, clock: 0, structs: [{ after: [9, 0], content: letters('x') }] }, { client: 9, clock: 0, structs: [{ after: [8, 0], content: letters('y') }] }])],
  ['two clients inside one another', () => crafted([{ client: 8, clock: 0, structs: [{ in: [9, 0], name: 'a', content: map }] }, { client: 9, clock: 0, structs: [{ in: [8, 0], name: 'a', content: map }] }])],
  [
    'a hundred clients in a ring',
    () => crafted(Array.from({ length: 100 }, (_, i) => ({ client: 100 + i, clock: 0, structs: [{ after: [100 + ((i + 1) % 100), 0], content: letters('x') }] }))),
  ],
]

const refused: readonly (readonly [string, () => Uint8Array, number])[] = [
  ...unfit.map(([what, update]) => [what, update, 4400] as const),
  ...broken.map(([what, update]) => [what, update, 4400] as const),
  ['a value too large', () => inRecord(value('x'.repeat(mostValueBytes + 1))), 4413],
  ['a name too large', () => one({ in: 'records', name: 'n'.repeat(mostNameBytes + 1), content: value(1) }), 4413],
  ['four million deleted letters', () => one({ content: { is: 'garbage', length: 4_000_001 } }), 4400],
]

test.each(refused)('[S24] %s is refused before anything touches the document', (_, make, code) => mustLeaveNothing(make, code))

test.each(circles)('[S26] %s is refused before anything touches the document', (_, make) => mustLeaveNothing(make, 4400))

function mustLeaveNothing(make: () => Uint8Array, code: number): void {
  const doc = board()
  const before = encoded(doc)
  const shared = [...doc.share.keys()]
  expect(take(doc, make())).toMatchObject({ code })
  expect(encoded(doc)).toBe(before)
  expect([...doc.share.keys()].filter(name => !shared.includes(name) && !roots.includes(name))).toEqual([])
  expect([doc.store.pendingStructs, doc.store.pendingDs]).toEqual([null, null])
}

/** What people do make, and what does no harm. */
const fine: readonly (readonly [what: string, update: () => Uint8Array])[] = [
  ['a record', () => one({ in: 'records', name: 'c', content: map })],
  ['letters between letters', () => one({ after: [1, 3], before: [1, 4], content: letters('é😀') })],
  ['a value set again', () => one({ after: [1, 6], content: value('card') })],
  ['values that make no sense', () => inRecord(value({ a: [1, 'x', null, true], b: Number.NaN, c: 10n, d: undefined }))],
  ['a record that is none', () => one({ in: 'records', name: 'e', content: value(5) })],
  ['a map where a value should be', () => inRecord(map)],
  ['something in a record that is gone', () => one({ in: [1, 3], name: 'x', content: map })],
  ['something that is gone already', () => inRecord(gone(3))],
  ['a value nested as deep as drawings are', () => inRecord(value(brackets(30)))],
  ['a long value', () => inRecord(value('x'.repeat(600_000)))],
  ['what is here already', () => crafted([{ client: 1, clock: 0, structs: [{ in: 'records', name: 'r', content: map }] }])],
  ['a deletion', () => crafted([], [[1, [[0, 1], [2, 2]]]])],
]

test.each(fine)('[S24] %s is taken as Yjs takes it', (_, make) => {
  const [doc, other] = [board(), board()]
  expect(take(doc, make())).not.toHaveProperty('code')
  Y.applyUpdate(other, make())
  expect(Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(other))).toBe(true)
  expect(doc.getMap('records').toJSON()).toEqual(other.getMap('records').toJSON())
})

test('[S24] what boards hold is counted: records and bytes, and only for what adds something', () => {
  const doc = board()
  expect(take(doc, one({ in: 'records', name: 'c', content: map }), { ...anything, records: 0 })).toBe(close.full)
  expect(take(doc, crafted([{ client: 9, clock: 0, structs: ['c', 'd', 'c'].map(name => ({ in: 'records', name, content: map })) }]), { ...anything, records: 2 })).not.toHaveProperty('code')
  // A record that is there may be written anew, and one may be taken off.
  expect(take(doc, one({ after: [1, 0], content: map }, 10), { ...anything, records: 0 })).not.toHaveProperty('code')
  expect(take(doc, one({ in: [1, 0], name: 'x', content: value('more') }, 11), { ...anything, bytes: 4 })).toBe(close.full)
  expect(take(doc, crafted([], [[9, [[0, 3]]]]), { ...anything, bytes: 4 })).not.toHaveProperty('code')
})

test('[S24] nobody who may not writes under a client id, however small what they write', () => {
  const doc = board()
  const growth = { ...anything, isForeign: (client: number) => client === 1 }
  expect(take(doc, crafted([{ client: 1, clock: 7, structs: [{ in: 'records', name: 'z', content: value(1) }] }]), growth)).toBe(close.poison)
  expect(take(doc, crafted([{ client: 1, clock: mostClock - 1, structs: [{ content: { is: 'garbage', length: 1 } }] }]), growth)).toBe(close.poison)
  // What is here already may be told again by anybody.
  expect(take(doc, crafted([{ client: 1, clock: 0, structs: [{ in: 'records', name: 'r', content: map }] }]), growth)).not.toHaveProperty('code')
})

test('[S34] the versions that this program knows are those of the canvas it is built with', () => {
  const { sequences } = createTLSchema({ shapes: defaultShapeSchemas, bindings: defaultBindingSchemas }).serialize()
  expect(drawingVersions).toEqual(sequences)
  expect(isKnownSchema({ schemaVersion: 2, sequences })).toBe(true)
  expect(isKnownSchema({ schemaVersion: 2, sequences: { ...sequences, 'com.tldraw.shape.card': 0 } })).toBe(true)
  expect(isKnownSchema({ schemaVersion: 2, sequences: { 'com.tldraw.shape.geo': 9 } })).toBe(true)
})

const strange: readonly (readonly [what: string, name: string, value: unknown])[] = [
  ['a format from tomorrow', 'format', 2],
  ['a format that is no number', 'format', '1'],
  ['a format of nothing', 'format', null],
  ['a number in place of a schema', 'schema', 999],
  ['a schema of another kind', 'schema', { schemaVersion: 3, sequences: {} }],
  ['a schema of old', 'schema', { schemaVersion: 1 }],
  ['a schema without sequences', 'schema', { schemaVersion: 2 }],
  ['sequences that are none', 'schema', { schemaVersion: 2, sequences: null }],
  ['a sequence from tomorrow', 'schema', { schemaVersion: 2, sequences: { 'com.tldraw.shape.geo': 99 } }],
  ['a sequence between two', 'schema', { schemaVersion: 2, sequences: { 'com.tldraw.store': 1.5 } }],
  ['a sequence below nothing', 'schema', { schemaVersion: 2, sequences: { 'com.tldraw.store': -1 } }],
  ['a version of our own shapes', 'schema', { schemaVersion: 2, sequences: { 'com.tldraw.shape.card': 1 } }],
  ['thousands of sequences', 'schema', { schemaVersion: 2, sequences: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`s${i}`, 0])) }],
]

test.each(strange)('[S34] %s, which would shut everybody out, is refused on the wire', async (_, name, what) => {
  const { mayMean } = await import('../shared/document/meanings.ts')
  const doc = board()
  const before = encoded(doc)
  const growth = { ...anything, mayMean }
  expect(take(doc, one({ in: 'meta', name, content: value(what) }), growth)).toBe(close.newer)
  // Neither hidden behind a value before it, nor set over one that is there.
  expect(take(doc, crafted([{ client: 9, clock: 0, structs: [{ in: 'meta', name, content: value('x', what) }] }]), growth)).toBe(close.newer)
  expect(take(doc, one({ in: 'meta', name: 'title', content: value('fine') }), growth)).not.toHaveProperty('code')
  expect(encoded(doc)).not.toBe(before)
})

test(`[S24] ${times(400)} histories in any order end as Yjs ends them, and mutated ones are taken as Yjs takes them or not at all`, { timeout: patience(120_000) }, () => {
  const pick = random(runSeed)
  for (let round = 0; round < times(400); round++) {
    const why = [runSeed, round]
    const { updates, end } = history(pick, { edits: 20 + pick(60), records: 1 + pick(4), apart: 1 + pick(12) })
    const parcels: Uint8Array[] = []
    for (let i = 0; i < updates.length; ) {
      const count = 1 + pick(6)
      parcels.push(Y.mergeUpdates(updates.slice(i, i + count)))
      i += count
    }
    for (let i = parcels.length - 1; i > 0; i--) if (pick(3) === 0) parcels.push(...parcels.splice(pick(i + 1), 1))
    const doc = new Y.Doc()
    let waiting: { bytes: Uint8Array; needs: ReadonlyMap<number, number> }[] = []
    const add = (bytes: Uint8Array): void => {
      const taken = take(doc, bytes)
      expect([why, taken]).not.toHaveProperty('1.code')
      if (!('code' in taken) && taken.waiting) {
        expect([why, taken.waiting.needs.size > 0]).toEqual([why, true])
        waiting.push(taken.waiting)
      }
    }
    for (const parcel of parcels) {
      add(parcel)
      for (let before = -1; before !== waiting.length; ) {
        before = waiting.length
        const free = waiting.filter(({ needs }) => [...needs].every(([client, length]) => Y.getState(doc.store, client) >= length))
        waiting = waiting.filter(each => !free.includes(each))
        for (const { bytes } of free) add(bytes)
      }
    }
    expect([why, waiting.length, doc.store.pendingStructs, doc.store.pendingDs]).toEqual([why, 0, null, null])
    expect([why, Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(end))]).toEqual([why, true])
    for (const root of roots) expect([why, doc.getMap(root).toJSON()]).toEqual([why, end.getMap(root).toJSON()])

    for (let mutations = 0; mutations < 4; mutations++) {
      const bytes = Uint8Array.from(updates[pick(updates.length)]!)
      for (let flips = 1 + pick(3); flips > 0; flips--) bytes[pick(bytes.length)] = pick(4) ? pick(12) : pick(256)
      const [ours, theirs] = [new Y.Doc(), new Y.Doc()]
      for (const update of updates.slice(0, pick(updates.length))) for (const each of [ours, theirs]) take(each, update)
      const before = encoded(ours)
      const taken = take(ours, bytes)
      if ('code' in taken) expect([why, encoded(ours)]).toEqual([why, before])
      expect([why, ours.store.pendingStructs, ours.store.pendingDs]).toEqual([why, null, null])
      if ('code' in taken || taken.waiting || taken.lengths.size === 0) continue
      const known = encoded(theirs) === before
      Y.applyUpdate(theirs, bytes)
      // Of what is here already Yjs looks at the neighbours once more; ours does not.
      if (known && !theirs.store.pendingStructs && !theirs.store.pendingDs && !hasOld(bytes, before)) expect([why, ours.getMap('records').toJSON()]).toEqual([why, theirs.getMap('records').toJSON()])
    }
  }
})

/** Whether an update tells something that a document has already. */
function hasOld(bytes: Uint8Array, before: string): boolean {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Buffer.from(before, 'hex'))
  return Y.decodeUpdate(bytes).structs.some(({ id }) => id.clock < Y.getState(doc.store, id.client))
}

/** So many clients that each put one letter in the same place of the text. */
const crowd = (count: number, from = 100): Uint8Array => crafted(Array.from({ length: count }, (_, i) => ({ client: from + i, clock: 0, structs: [{ after: [1, 5] as const, content: letters('x') }] })))

test('[S25] what others were put beside is counted before it is passed: an update that would take minutes is refused', () => {
  const doc = board()
  const judge = (bytes: Uint8Array) => {
    const parsed = atOnce(parseUpdate(bytes, { roots }))
    return atOnce(validate({ doc, roots }, parsed, { clients: 1e9, records: 1e9, mayMean: () => true }))
  }
  const steps = (bytes: Uint8Array): number => {
    const verdict = judge(bytes)
    return verdict.refused === undefined ? verdict.steps : Infinity
  }
  // A crowd in one place grows with the square of its number; people who write one after the other do not.
  expect(steps(crowd(400))).toBeGreaterThan(200_000)
  expect(judge(crowd(2_000))).toEqual({ refused: 'too much work' })
  const inARow = (count: number): Uint8Array => crafted([{ client: 9, clock: 0, structs: Array.from({ length: count }, (_, i) => ({ after: i === 0 ? ([1, 5] as const) : ([9, i - 1] as const), content: letters('x') })) }])
  expect(steps(inARow(20_000))).toBeLessThan(steps(inARow(10_000)) * 2.2)
  const inFront = (count: number): Uint8Array => crafted([{ client: 9, clock: 0, structs: Array.from({ length: count }, (_, i) => ({ before: i === 0 ? ([1, 2] as const) : ([9, i - 1] as const), content: letters('x') })) }])
  expect(steps(inFront(20_000))).toBeLessThan(steps(inFront(10_000)) * 2.2)
  // What is on the board in the way is counted as well.
  expect(take(doc, crowd(400))).not.toHaveProperty('code')
  const late = one({ after: [1, 5], content: letters('y') }, 5_000)
  expect(steps(late)).toBeGreaterThan(400)
  expect(steps(one({ after: [100, 0], content: letters('y') }, 5_000))).toBeLessThan(200)
})

test('[S25] a large update is taken up in pieces, each after all it builds on, and ends as Yjs ends it', () => {
  const { updates } = history(random(runSeed), { edits: 4_000, records: 400, apart: 8 })
  const whole = Y.mergeUpdates(updates)
  const [doc, other] = [new Y.Doc(), new Y.Doc()]
  const taken = atOnce(ingest({ doc, roots }, whole, anything)) as Taken
  const slices = [...taken.slices]
  expect(slices.length).toBeGreaterThan(2)
  expect(Math.max(...slices.map(({ steps }) => steps))).toBeLessThan(60_000)
  for (const { update } of slices) {
    Y.applyUpdate(doc, update)
    expect([doc.store.pendingStructs, doc.store.pendingDs]).toEqual([null, null])
  }
  Y.applyUpdate(other, whole)
  expect(Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(other))).toBe(true)
  expect(doc.getMap('records').toJSON()).toEqual(other.getMap('records').toJSON())
})

test.each([...unfit, ...circles])('[S29] %s on disk stops nobody: the rest of the board is there', (_, make) => {
  const good = one({ in: 'records', name: 'good', content: map }, 50)
  const { doc } = hydrateAtOnce('canvas', { updates: [Y.encodeStateAsUpdate(board()), make(), good] })
  expect(doc.getMap<Y.Map<unknown>>('records').get('r')?.get('kind')).toBe('note')
  expect(doc.getMap('records').has('good')).toBe(true)
  // It opens again as it was encoded, and whoever has it can be told of everything after.
  const again = new Y.Doc()
  Y.applyUpdate(again, Y.encodeStateAsUpdate(doc))
  expect(again.getMap('records').toJSON()).toEqual(doc.getMap('records').toJSON())
  doc.getMap('records').clear()
  expect(doc.getMap('records').size).toBe(0)
})

test('[S29] what comes after something that was made harmless is what it was', () => {
  const doc = board()
  // An earlier version took an embed into a text, and people wrote on behind it.
  Y.applyUpdate(doc, one({ after: [1, 5], content: { is: 'embed', json: '{"an":"embed"}' } }))
  Y.applyUpdate(doc, crafted([{ client: 10, clock: 0, structs: [{ after: [9, 0], content: letters(' and more') }] }]))
  const { doc: hydrated, madeHarmless, leftOut } = hydrateAtOnce('canvas', { updates: [Y.encodeStateAsUpdate(doc)] })
  expect([madeHarmless, leftOut]).toEqual([1, 0])
  expect(hydrated.getMap<Y.Map<unknown>>('records').get('r')?.get('text')?.toString()).toBe('word and more')
  expect(Y.encodeStateVector(hydrated)).toEqual(Y.encodeStateVector(doc))
})

test('[S24] a part of an update is an update: gaps stay gaps', () => {
  const bytes = Y.mergeUpdates([one({ in: 'records', name: 'a', content: map }, 9, 0), one({ in: 'records', name: 'c', content: map }, 9, 2)])
  const parsed = atOnce(parseUpdate(bytes, { roots }))
  const structs = parsed.rows.flatMap(row => row.structs.filter(({ kind }) => kind !== 'skip'))
  const again = atOnce(parseUpdate(encodeUpdate(bytes, structs, parsed.deleted), { roots }))
  expect(again.rows.map(row => row.structs.map(({ kind, clock, end }) => [kind, clock, end]))).toEqual(parsed.rows.map(row => row.structs.map(({ kind, clock, end }) => [kind, clock, end])))
})

test(`[S24] ${times(20_000)} random strings of bytes are refused by the one error there is`, () => {
  const pick = random(runSeed)
  for (let i = 0; i < times(20_000); i++) {
    const bytes = Uint8Array.from({ length: pick(60) }, () => (pick(3) ? pick(12) : pick(256)))
    try {
      atOnce(parseUpdate(bytes, { roots, bears: pick(2) === 0 }))
    } catch (error) {
      expect([runSeed, i, error instanceof UpdateFault]).toEqual([runSeed, i, true])
    }
  }
})
