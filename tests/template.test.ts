import fc from 'fast-check'
import * as Y from 'yjs'
import { expect, test } from 'vitest'
import { createRecord, packPlace, readBoard, recordsOf, writeMeta } from '../shared/board.ts'
import { type BoardFile, parseBoardFile } from '../shared/file.ts'
import { seedDocument } from '../shared/file-in.ts'
import { toBoardFile } from '../shared/file-out.ts'
import type { Json } from '../shared/json.ts'
import { asTemplate } from '../shared/template.ts'

const when = new Date('2026-11-23T12:00:00Z')
const place = (parent = '', x = 0, y = 0, index = 'a1', rotation = 0) => packPlace({ parent: parent as '', index, x, y, rotation })
const put = (doc: Y.Doc, id: string, values: Record<string, Json>) => createRecord(recordsOf(doc), id, new Map(Object.entries(values)))

/** A board as a workshop leaves it, straight from its document. */
function workshop(): BoardFile {
  const doc = new Y.Doc()
  doc.transact(() => {
    writeMeta(doc, { title: 'Openness', focus: 'What follows?', today: '2026-11-23', horizon: '2040', sectors: ['Academia'], schema: { schemaVersion: 2, sequences: {} } })
    put(doc, 'w', { type: 'wheel', place: place('', 100, 50), rings: 4, by: 'AnaAna01', at: 1_790_000_000 })
    put(doc, 'c', { type: 'card', kind: 'change', place: place('w', 10, 20), text: 'Everything opens', by: 'AnaAna01', at: 1_790_000_000, edited: ['BenBen02', 1_790_000_100], 'valence.AnaAna01': 3, 'reason.BenBen02': 'Because', 'meant.lonely': true })
    put(doc, 'd', { type: 'card', kind: 'consequence', place: place('w', 30, 40, 'a2'), text: '', steep: ['social'], 'marker.CatCat03': -100 })
    put(doc, 'hint', { type: 'card', kind: 'note', place: place('', 900, 0), text: '1. Write the change in the middle.' })
    put(doc, 'r', { type: 'arrow', place: place('w'), kind: 'leads', from: 'c', to: 'd', by: 'CatCat03', at: 1_790_000_000, 'likelihood.CatCat03': 2 })
    put(doc, 't', { type: 'timeline', place: place('', 0, 2_000), from: '2026-11-23', to: '2040' })
    put(doc, 'memo', { type: 'note', place: place('', 5, 5, 'a4'), 'p.richText': { type: 'doc', content: [] }, 'p.textLastEditedBy': 'AnaAna01', 'm.votes': { AnaAna01: 2, all: [1, null, 'BenBen02'] } })
    put(doc, 'loose', { type: 'arrow', place: place('', 5, 0, 'a5'), from: 'hint', 'p.end': { x: 40, y: 2 } })
  })
  return toBoardFile(doc, [{ id: 'AnaAna01', sector: 'Academia' }, { id: 'BenBen02' }, { id: 'CatCat03' }], when) as unknown as BoardFile
}

const ids = ({ cards, relations, structures, drawings }: BoardFile): string[] => [...cards, ...relations, ...structures, ...drawings].map(({ id }) => id).sort()
const only = (...chosen: string[]) => ({ only: new Set(chosen) })
const find = (file: BoardFile, id: string) => [...file.cards, ...file.relations, ...file.structures, ...file.drawings].find(each => each.id === id)

test('[H13] a template keeps cards, hints, structures and relations as they are, and nothing of people', () => {
  const file = workshop()
  const template = asTemplate(file)
  expect(parseBoardFile(JSON.parse(JSON.stringify(template)))).toEqual(template)
  expect(ids(template)).toEqual(ids(file))
  expect(template).toMatchObject({ people: [], board: { title: 'Openness', focus: 'What follows?', horizon: '2040', sectors: ['Academia'] }, tldraw: { schemaVersion: 2, sequences: {} } })
  expect(template).not.toHaveProperty('exported')
  expect(find(template, 'c')).toEqual({ id: 'c', kind: 'change', text: 'Everything opens', in: 'w', x: 10, y: 20, z: 'a1' })
  expect(find(template, 'd')).toEqual({ id: 'd', kind: 'consequence', text: '', in: 'w', x: 30, y: 40, z: 'a2', steep: ['social'] })
  expect(find(template, 'r')).toEqual({ id: 'r', kind: 'leads', from: 'c', to: 'd', in: 'w', z: 'a1' })
  expect(find(template, 'w')).toMatchObject({ type: 'wheel', rings: 4, x: 100, y: 50 })
  expect(find(template, 'memo')).toMatchObject({ props: { richText: { type: 'doc', content: [] } }, meta: { votes: { all: [1, null] } } })
  expect(JSON.stringify(template)).not.toMatch(/AnaAna01|BenBen02|CatCat03|Because|lonely/)
})

test('[H13] the file it was made from stays as it was', () => {
  const file = workshop()
  const before = JSON.stringify(file)
  asTemplate(file)
  asTemplate(file, only('c', 'loose'))
  expect(JSON.stringify(file)).toBe(before)
})

test('[H13] a template begins when somebody starts from it: its day goes, and that of timelines nothing stands on', () => {
  const file = workshop()
  expect(asTemplate(file).board).not.toHaveProperty('today')
  expect(find(asTemplate(file), 't')).not.toHaveProperty('from')
  expect(find(asTemplate(file), 't')).toMatchObject({ to: '2040', lanes: ['Milestones', 'Obstacles', 'Actions'] })
  // Where cards stand on it their places are dates, and another beginning would change them.
  const dated = { ...file, cards: file.cards.map(card => (card.id === 'hint' ? { ...card, in: 't' } : card)) }
  expect(find(asTemplate(dated), 't')).toMatchObject({ from: '2026-11-23' })
})

test('[H13] words stay, even where they read like somebody’s id', () => {
  const file = workshop()
  const people = [{ id: 'Milestones' }, { id: 'Actions' }, { id: 'c' }, { id: 'leads' }]
  const template = asTemplate({ ...file, people })
  expect(find(template, 't')).toMatchObject({ lanes: ['Milestones', 'Obstacles', 'Actions'] })
  expect(find(template, 'r')).toMatchObject({ kind: 'leads', from: 'c', to: 'd' })
  expect(ids(template)).toEqual(ids(file))
})

test('[H13] a chosen structure brings what is inside of it and the relations between', () => {
  expect(ids(asTemplate(workshop(), only('w')))).toEqual(['c', 'd', 'r', 'w'])
  expect(find(asTemplate(workshop(), only('w')), 'c')).toMatchObject({ in: 'w', x: 10, y: 20 })
})

test('[H13] chosen cards bring the relations between them, and stand where they were seen', () => {
  const both = asTemplate(workshop(), only('c', 'd'))
  expect(ids(both)).toEqual(['c', 'd', 'r'])
  expect(find(both, 'c')).toEqual({ id: 'c', kind: 'change', text: 'Everything opens', x: 110, y: 70, z: 'a1' })
  expect(find(both, 'r')).not.toHaveProperty('in')
  expect(ids(asTemplate(workshop(), only('c', 'r')))).toEqual(['c'])
})

test('[H13] an arrow with one end on a card comes when it is chosen and the card is there', () => {
  expect(ids(asTemplate(workshop(), only('loose')))).toEqual([])
  expect(ids(asTemplate(workshop(), only('hint')))).toEqual(['hint'])
  expect(ids(asTemplate(workshop(), only('hint', 'loose')))).toEqual(['hint', 'loose'])
})

test('[H13] a card in a turned frame in another frame stands where it was seen, as it was turned', () => {
  const file: BoardFile = {
    ...workshop(),
    cards: [{ id: 'a', kind: 'note', text: '', in: 'inner', x: 10, y: 0 }],
    relations: [],
    structures: [],
    drawings: [
      { id: 'outer', type: 'frame', x: 100, y: 100, rotation: Math.PI / 2 },
      { id: 'inner', type: 'frame', in: 'outer', x: 50, y: 0 },
    ],
  }
  const { cards } = asTemplate(file, only('a'))
  expect(cards).toEqual([{ id: 'a', kind: 'note', text: '', x: expect.closeTo(100), y: expect.closeTo(160), rotation: Math.PI / 2 }])
  expect(ids(asTemplate(file, only('outer')))).toEqual(['a', 'inner', 'outer'])
})

test('[H13] a chosen picture brings what it shows; frames inside one another end nothing', () => {
  const file: BoardFile = {
    ...workshop(),
    cards: [{ id: 'a', kind: 'note', text: '', in: 'f', x: 1, y: 2 }],
    relations: [],
    structures: [],
    drawings: [
      { id: 'pic', type: 'image', x: 0, y: 0, props: { assetId: 'asset:one' } },
      { id: 'asset:one', type: 'asset' },
      { id: 'asset:two', type: 'asset' },
      { id: 'f', type: 'frame', in: 'g', x: 0, y: 0 },
      { id: 'g', type: 'frame', in: 'f', x: 0, y: 0 },
    ],
  }
  expect(ids(asTemplate(file, only('pic')))).toEqual(['asset:one', 'pic'])
  expect(asTemplate(file, only('a')).cards).toEqual([{ id: 'a', kind: 'note', text: '', x: 1, y: 2 }])
})

// ---- any board whatever

const participant = fc.string({ unit: fc.constantFrom(...'QXZ789'), minLength: 8, maxLength: 8 })
const recordId = fc.string({ unit: fc.constantFrom(...'abcde'), minLength: 1, maxLength: 4 })
const words = fc.string({ unit: fc.constantFrom('a', ' ', '"', '😀', '.'), maxLength: 8 })

/** Anything a newer version may keep about somebody: their id as a value, as a name, or as the end of one, however deep. */
const unknownAbout = (who: string) =>
  fc.letrec(tie => ({
    any: fc.oneof({ depthSize: 'small' }, words, fc.integer(), fc.constant(null), fc.constant(who), fc.array(tie('any'), { maxLength: 3 }), fc.dictionary(fc.constantFrom('x', 'y', who, `x.${who}`, `${who}.x`), tie('any'), { maxKeys: 3, noNullPrototype: true })),
  })).any as fc.Arbitrary<Json>

const recordAbout = (who: string) =>
  fc.record(
    {
      id: recordId,
      what: fc.constantFrom('card', 'arrow', 'wheel', 'geo', 'note'),
      parent: recordId,
      ends: fc.tuple(recordId, recordId),
      text: words,
      by: fc.boolean(),
      edited: fc.boolean(),
      views: fc.uniqueArray(fc.constantFrom('valence', 'likelihood', 'marker', 'reason', 'meant'), { maxLength: 5 }),
      valence: fc.constantFrom<Json>(1, 'x', null, who),
      extra: unknownAbout(who),
      meta: unknownAbout(who),
    },
  )

const story = fc.uniqueArray(participant, { minLength: 1, maxLength: 3 }).chain(people =>
  fc.record({
    people: fc.constant(people),
    known: fc.boolean(),
    made: fc.array(fc.constantFrom(...people).chain(who => recordAbout(who).map(record => ({ who, ...record }))), { maxLength: 10 }),
    only: fc.option(fc.uniqueArray(recordId, { maxLength: 6 }), { nil: undefined }),
  }),
)

test('[H13] whatever a board holds, no participant’s id is anywhere in its template, and the template is a board file', () => {
  fc.assert(
    fc.property(story, ({ people, known, made, only: chosen }) => {
      const doc = new Y.Doc()
      doc.transact(() => {
        for (const { id, who, what, parent, ends, text, by, edited, views, valence, extra, meta } of made) {
          put(doc, id, {
            type: what,
            place: place(parent === id ? '' : parent, 8),
            ...(what === 'card' && { kind: 'note', text }),
            ...(what === 'arrow' && { kind: 'leads', from: ends[0], to: ends[1] }),
            ...(what === 'note' && { 'p.textLastEditedBy': who, 'm.said': meta }),
            // The server knows everybody who joined; a file that came from elsewhere may know nobody, but who signed.
            ...((by || !known) && { by: who, at: 1_790_000_000 }),
            ...(edited && { edited: [who, 1_790_000_000] }),
            ...Object.fromEntries(views.map(view => [`${view}.${who}`, valence])),
            [`votes.${who}`]: 1,
            extra,
          })
        }
      })
      const file = toBoardFile(doc, known ? people.map(id => ({ id })) : [], when) as unknown as BoardFile
      const template = asTemplate(file, { only: chosen && new Set(chosen) })
      const text = JSON.stringify(template)
      for (const id of people) expect(text).not.toContain(id)
      expect(text).not.toMatch(/"(by|at|edited|views|meant|exported|(valence|likelihood|marker|reason|meant)\.[^"]*)":/)

      const again = new Y.Doc()
      seedDocument(again, parseBoardFile(JSON.parse(text)))
      const board = readBoard(again)
      if (!chosen) expect(ids(template)).toEqual(ids(file))
      else for (const { place: at } of board.cards.values()) if (at.parent !== '') expect(ids(template)).toContain(at.parent)
      for (const { from, to } of board.relations.values()) expect([board.cards.has(from), board.cards.has(to)]).toEqual([true, true])
    }),
    { numRuns: 300 },
  )
})
