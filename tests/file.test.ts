import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as Y from 'yjs'
import { expect, test } from 'vitest'
import { createRecord, key, metaMapOf, packPlace, readBoard, readMeta, recordsOf, writeMeta } from '../shared/board.ts'
import { kinds } from '../shared/cards/index.ts'
import { BoardFileError, boardFileSchema, parseBoardFile } from '../shared/file.ts'
import { seedDocument } from '../shared/file-in.ts'
import { printBoardFile, rewritten, toBoardFile } from '../shared/file-out.ts'
import { broughtUpToDate } from '../shared/file-versions.ts'
import type { RecordId } from '../shared/ids.ts'
import type { Json } from '../shared/json.ts'
import { relations } from '../shared/relations.ts'
import { runSeed } from './support/random.ts'

const when = new Date('2026-11-23T12:00:00Z')
const exportOf = (doc: Y.Doc) => printBoardFile(toBoardFile(doc, [{ id: 'p1', sector: 'Academia' }], when))

function importOf(text: string): Y.Doc {
  const doc = new Y.Doc()
  seedDocument(doc, parseBoardFile(JSON.parse(text)))
  return doc
}

const place = (parent = '', x = 0, index = 'a1') => packPlace({ parent: parent as '', index, x, y: 0, rotation: 0 })
const put = (doc: Y.Doc, id: string, values: Record<string, Json>) => createRecord(recordsOf(doc), id, new Map(Object.entries(values)))

function wheelBoard(): Y.Doc {
  const doc = new Y.Doc()
  doc.transact(() => {
    writeMeta(doc, { title: 'Openness', focus: 'What follows?', today: '2026-11-23', horizon: '2040', sectors: ['Academia', 'Industry'] })
    put(doc, 'w', { type: 'wheel', place: place(), rings: 4 })
    put(doc, 'c', { type: 'card', kind: 'change', place: place('w', 10), text: 'Everything opens', by: 'p1', at: 1_790_000_000, edited: ['p1', 1_790_000_100] })
    put(doc, 'd', { type: 'card', kind: 'consequence', place: place('w', 20, 'a2'), text: 'Then this', steep: ['social', 'political'], 'valence.p1': -2, 'valence.p2': 3, 'likelihood.p1': 4, 'meant.consequence-outside': true, views: { trust: { p1: 2 } } })
    put(doc, 'r', { type: 'arrow', place: place('w', 0, 'a3'), kind: 'leads', sign: '-', delay: true, from: 'c', to: ['d', 0.5, 0.25, true, false], 'p.bend': 12 })
    put(doc, 'free', { type: 'arrow', place: place('', 5, 'a4'), from: 'c', 'p.end': { x: 40, y: 2 } })
    put(doc, 'pen', { type: 'draw', place: place('', 7, 'a5'), 'p.segments': [{ type: 'free', path: 'AAAA' }], 'm.note': 'kept' })
    put(doc, 'later', { type: 'hypercube', place: place('', 9, 'a6'), faces: 8 })
    put(doc, 'newer', { type: 'card', kind: 'hologram', place: place('', 11, 'a7'), text: '?', glow: { by: 'night' } })
  })
  return doc
}

test('[F1] export, import, export gives the same bytes', () => {
  const first = exportOf(wheelBoard())
  expect(exportOf(importOf(first))).toBe(first)
})

test('[F1] any board of cards, relations and drawings comes back as it left', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '"', '\n', '😀', '<'), maxLength: 12 })
  const id = fc.string({ unit: fc.constantFrom('a', 'b', 'C', '1', '_', '-'), minLength: 1, maxLength: 6 })
  const record = fc.record({
    what: fc.constantFrom('card', 'arrow', 'wheel', 'geo'),
    kind: fc.constantFrom(...Object.keys(kinds), 'unknown'),
    relation: fc.constantFrom(...Object.keys(relations)),
    ends: fc.tuple(id, id),
    text,
    x: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    extra: fc.option(fc.json({ maxDepth: 2 }).map(json => JSON.parse(json) as Json)),
  })
  fc.assert(
    fc.property(fc.dictionary(id, record, { maxKeys: 12 }), made => {
      const doc = new Y.Doc()
      doc.transact(() => {
        for (const [name, { what, kind, relation, ends, text, x, extra }] of Object.entries(made)) {
          put(doc, name, {
            type: what,
            place: place('', x),
            ...(what === 'card' && { kind, text }),
            ...(what === 'arrow' && { kind: relation, from: ends[0], to: ends[1] }),
            ...(extra !== null && { extra }),
          })
        }
      })
      const first = exportOf(doc)
      const again = importOf(first)
      expect(exportOf(again)).toBe(first)
      expect([...recordsOf(again).keys()].sort()).toEqual([...recordsOf(doc).keys()].sort())
    }),
  )
})

test('[F1] whatever peers store under whatever name, the board leaves as a file that comes back, and leaves again as the same bytes', () => {
  const names = [...Object.values(key), 'w', 'h', 'x', 'y', 'z', 'in', 'id', 'rotation', 'props', 'meta', 'views', 'meant', 'unread', 'computed', 'anchors', 'constructor', '__proto__', 'valence.p1', 'valence.p 1', 'valence.__proto__', 'reason.p1', 'meant.loop', 'meant. ', 'p.x', 'p.', 'm.x', 'steep', 'odd name']
  const leaf = fc.oneof(fc.constantFrom(null, '', 'card', 'arrow', 'timeline', 'x'.repeat(70), 'x'.repeat(100_001), '+', true, false, Number.NaN, Infinity, -1, 1e300, 2 ** 53, 0.5, [['', 'a1', 0, 0, 0]], 10n, new Uint8Array([1, 2])), fc.string({ maxLength: 3 }), fc.integer())
  const deep = fc.integer({ min: 1, max: 60 }).map(depth => Array.from({ length: depth }).reduce<unknown>(inside => [inside], 1))
  const value = fc.oneof({ weight: 4, arbitrary: leaf }, fc.array(leaf, { maxLength: 3 }), fc.dictionary(fc.constantFrom('x', 'valence', '__proto__', 'title', 'p1'), leaf, { maxKeys: 2, noNullPrototype: true }), deep)
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'asset:x', 'x y', '<b>', '')
  const type = fc.constantFrom<Json>('card', 'card', 'arrow', 'arrow', 'timeline', 'tension', 'geo', 'asset', 'x'.repeat(70), 5)
  const record = fc.tuple(type, fc.constantFrom<Json>(place(), place('a', 3), 'nowhere'), fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 5, noNullPrototype: true }))
  const meta = fc.dictionary(fc.constantFrom('title', 'sectors', 'today', 'schema', 'newer', 'format'), value, { maxKeys: 3, noNullPrototype: true })
  const people = fc.uniqueArray(fc.record({ id: fc.constantFrom('p1', 'p2'), sector: fc.constantFrom('', 'Academia') }), { selector: each => each.id, maxLength: 2 })
  fc.assert(
    fc.property(fc.dictionary(id, record, { maxKeys: 6, noNullPrototype: true }), meta, people, (records, about, knownPeople) => {
      const doc = new Y.Doc()
      doc.transact(() => {
        for (const [name, said] of Object.entries(about)) metaMapOf(doc).set(name, said)
        for (const [name, [kind, where, values]] of Object.entries(records)) put(doc, name, { place: where, from: 'a', to: 'b', text: 'x', kind: 'note', ...(values as Record<string, Json>), type: kind })
      })
      const first = printBoardFile(toBoardFile(doc, knownPeople, when))
      const file = parseBoardFile(JSON.parse(first))
      const again = new Y.Doc()
      seedDocument(again, file)
      expect(printBoardFile(toBoardFile(again, knownPeople, when))).toBe(first)
      expect(printBoardFile(rewritten(file))).toBe(first)
    }),
    { numRuns: 300, seed: runSeed },
  )
})

test('[F1] a timeline in the board’s own corner keeps its place', () => {
  const doc = new Y.Doc()
  put(doc, 't', { type: 'timeline', place: place(), from: '2026', to: '2040' })
  expect(readBoard(importOf(exportOf(doc))).structures.size).toBe(1)
})

test('[F1] a file is rewritten without a document as a board would export it, in one order', () => {
  const first = exportOf(wheelBoard())
  const { people, drawings, ...rest } = JSON.parse(first) as Record<string, unknown>
  const shuffled = { people, drawings: (drawings as object[]).toReversed(), ...Object.fromEntries(Object.entries(rest).toReversed()) }
  expect(printBoardFile(rewritten(parseBoardFile(shuffled)))).toBe(first)
})

test('[F2] the file says in plain words what the board holds', () => {
  const file = toBoardFile(wheelBoard(), [], when)
  expect(file['board']).toEqual({ title: 'Openness', focus: 'What follows?', today: '2026-11-23', horizon: '2040', sectors: ['Academia', 'Industry'] })
  expect(file['cards']).toContainEqual({
    id: 'd',
    kind: 'consequence',
    text: 'Then this',
    in: 'w',
    x: 20,
    y: 0,
    z: 'a2',
    steep: ['social', 'political'],
    meant: ['consequence-outside'],
    views: { likelihood: { p1: 4 }, trust: { p1: 2 }, valence: { p1: -2, p2: 3 } },
    computed: { order: 1 },
  })
  expect(file['cards']).toContainEqual(expect.objectContaining({ id: 'c', by: 'p1', at: '2026-09-21T14:13:20Z', edited: { by: 'p1', at: '2026-09-21T14:15:00Z' } }))
  expect(file['relations']).toEqual([
    { id: 'r', kind: 'leads', sign: '-', delay: true, from: 'c', to: 'd', anchors: { to: [0.5, 0.25, true, false] }, in: 'w', z: 'a3', props: { bend: 12 } },
  ])
  expect((file['drawings'] as { id: string }[]).map(d => d.id)).toEqual(['free', 'later', 'pen'])
})

test('[F3] what only a newer version knows survives the way out and in', () => {
  const again = importOf(exportOf(wheelBoard()))
  expect(recordsOf(again).get('newer')?.get('glow')).toEqual({ by: 'night' })
  expect(recordsOf(again).get('later')?.get('faces')).toBe(8)
  expect((toBoardFile(again, [], when)['cards'] as { id: string; views?: object }[]).find(card => card.id === 'd')?.views).toHaveProperty('trust', { p1: 2 })
})

test('[F3] what a newer version says of the board, its people, its views and its kinds of relation survives, in one order', () => {
  const newer = {
    ...whole,
    cards: [card, { ...card, id: 'b', views: { trust: { scale: 'new', p1: [1, 2] }, valence: { p1: 3 } } }],
    relations: [{ id: 'r', kind: 'dissolves', from: 'a', to: 'b' }],
    board: { ...whole.board, weather: { b: 1, a: 2 }, consent: true },
    people: [{ id: 'p1', sector: 'Academia', joined: 'early' }],
    sessions: [{ stage: 'diverge' }],
  }
  const doc = importOf(JSON.stringify(newer))
  const people = [{ id: 'p1', sector: 'Academia' }, { id: 'p2' }]
  const first = toBoardFile(doc, people, when)
  expect(first).toMatchObject({ board: newer.board, relations: newer.relations, people: [newer.people[0], { id: 'p2' }], sessions: newer.sessions })
  expect((first['cards'] as { views?: object }[])[1]).toMatchObject({ views: { trust: { scale: 'new', p1: [1, 2] }, valence: { p1: 3 } } })
  expect(Object.keys(first['board'] as object).slice(-2)).toEqual(['consent', 'weather'])
  expect(printBoardFile(toBoardFile(importOf(printBoardFile(first)), people, when))).toBe(printBoardFile(first))
  // Until it is understood it is read as what the two cards suggest.
  expect(readBoard(doc).relations.get('r' as RecordId)?.kind).toBe('leads')
})

test('[F4] a file without drawing orders or people is enough to start from', () => {
  const doc = new Y.Doc()
  seedDocument(doc, parseBoardFile({ format: 'manyfutures/board', version: 1, board: { title: 'Mine' }, cards: [{ id: 'a', kind: 'note', text: 'x', x: 0, y: 0 }, { id: 'b', kind: 'note', text: 'y', x: 0, y: 0 }], relations: [], structures: [], drawings: [], people: [] }), { today: '2026-11-23' })
  const board = readBoard(doc)
  expect([...board.cards.values()].map(card => card.place.index)).toEqual(['a0', 'a1'])
  expect(readMeta(doc)).toMatchObject({ title: 'Mine', today: '2026-11-23' })
})

test('[F16] a file of an older version is brought up to date a step at a time; one without a step is refused', () => {
  const steps = { 1: (file: Readonly<Record<string, Json>>) => ({ ...file, cards: file['notes'] ?? null }), 2: (file: Readonly<Record<string, Json>>) => ({ ...file, people: [] }) }
  expect(broughtUpToDate({ version: 1, notes: ['x'] }, 3, steps)).toEqual({ version: 3, notes: ['x'], cards: ['x'], people: [] })
  expect(broughtUpToDate({ version: 2 }, 3, steps)).toEqual({ version: 3, people: [] })
  expect(broughtUpToDate({ version: 0 }, 3, steps)).toEqual({ version: 0 })
  expect(() => parseBoardFile({ ...whole, version: 0 })).toThrow(/at version: /)
})

const fixtures = join(import.meta.dirname, 'fixtures/board-file')

test.each(readdirSync(fixtures))('[F16] %s, as the version that wrote it left it, still opens and holds what it held', name => {
  // Files are never changed or taken away. Where this fails, readers have changed: mend them, or add a step.
  const text = readFileSync(join(fixtures, name), 'utf8')
  const file = parseBoardFile(JSON.parse(text))
  const written = printBoardFile(rewritten(file))
  // What a board exported is written again to the letter; what somebody wrote by hand comes into order.
  if (file.exported) expect(written).toBe(text)
  const again = parseBoardFile(JSON.parse(written))
  for (const list of ['cards', 'relations', 'structures', 'drawings', 'people'] as const) {
    expect(new Map(again[list].map(each => [each.id, each]))).toEqual(new Map(file[list].map(each => [each.id, expect.objectContaining(each)])))
  }
  const doc = new Y.Doc()
  seedDocument(doc, file)
  const { cards, relations, structures } = readBoard(doc)
  expect([cards.size, relations.size, structures.size]).toEqual([file.cards.length, file.relations.length, file.structures.length])
})

const whole = { format: 'manyfutures/board', version: 1, board: { title: 'T' }, cards: [], relations: [], structures: [], drawings: [], people: [] }
const card = { id: 'a', kind: 'note', text: '', x: 0, y: 0 }
let nested: unknown = 1
for (let i = 0; i < 60; i++) nested = [nested]

test.each([
  ['nothing', null, /not a Manyfutures board file/],
  ['another program’s file', { type: 'excalidraw' }, /not a Manyfutures board file/],
  ['a newer version', { ...whole, version: 2 }, /version 2; this server reads version 1/],
  ['a missing list', { ...whole, cards: undefined }, /at cards: /],
  ['a card without text', { ...whole, cards: [card, { ...card, id: 'b', text: 5 }] }, /at cards\[1\]\.text: /],
  ['a place out of reach', { ...whole, cards: [{ ...card, x: 1e300 }] }, /at cards\[0\]\.x: /],
  ['an id that could be code', { ...whole, cards: [{ ...card, id: '<b>' }] }, /at cards\[0\]\.id: /],
  ['one id twice', { ...whole, cards: [card], drawings: [{ id: 'a', type: 'geo' }] }, /“a” is used twice/],
  ['a date that does not exist', { ...whole, board: { title: 'T', horizon: '2033-13' } }, /at board\.horizon: expected a date/],
  ['endless nesting', { ...whole, cards: [{ ...card, extra: nested }] }, /nested too deeply/],
])('[F5] %s is refused with a sentence that says where', (_, value, sentence) => {
  expect(() => parseBoardFile(value)).toThrow(sentence)
  expect(() => parseBoardFile(value)).toThrow(BoardFileError)
})

test('[F5] names that would change an object’s nature are left out', () => {
  const doc = importOf(`{"format":"manyfutures/board","version":1,"board":{"title":"T"},"cards":[{"id":"a","kind":"note","text":"","x":0,"y":0,"__proto__":{"polluted":true}}],"relations":[],"structures":[],"drawings":[],"people":[]}`)
  expect([...(recordsOf(doc).get('a')?.keys() ?? [])].sort()).toEqual([key.kind, key.place, key.text, key.type].sort())
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

test('[F6] the published schema names every kind of relation and every list of the file', () => {
  const schema = boardFileSchema() as { properties: Record<string, unknown>; required: string[] }
  expect(schema.required).toEqual(expect.arrayContaining(['format', 'version', 'board', 'cards', 'relations', 'structures', 'drawings', 'people']))
  expect(JSON.stringify(schema)).toContain('"requires"')
})
