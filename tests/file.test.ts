import fc from 'fast-check'
import * as Y from 'yjs'
import { expect, test } from 'vitest'
import { createRecord, key, packPlace, readBoard, readMeta, recordsOf, writeMeta } from '../shared/board.ts'
import { kinds } from '../shared/cards/index.ts'
import { BoardFileError, boardFileSchema, parseBoardFile } from '../shared/file.ts'
import { seedDocument } from '../shared/file-in.ts'
import { printBoardFile, toBoardFile } from '../shared/file-out.ts'
import type { Json } from '../shared/json.ts'
import { relations } from '../shared/relations.ts'

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

test('[F4] a file without drawing orders or people is enough to start from', () => {
  const doc = new Y.Doc()
  seedDocument(doc, parseBoardFile({ format: 'manyfutures/board', version: 1, board: { title: 'Mine' }, cards: [{ id: 'a', kind: 'note', text: 'x', x: 0, y: 0 }, { id: 'b', kind: 'note', text: 'y', x: 0, y: 0 }], relations: [], structures: [], drawings: [], people: [] }), { today: '2026-11-23' })
  const board = readBoard(doc)
  expect([...board.cards.values()].map(card => card.place.index)).toEqual(['a0', 'a1'])
  expect(readMeta(doc)).toMatchObject({ title: 'Mine', today: '2026-11-23' })
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
