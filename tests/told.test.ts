import fc from 'fast-check'
import * as Y from 'yjs'
import { expect, test } from 'vitest'
import { readMeta, writeMeta } from '../shared/board.ts'
import { type BoardFile, parseBoardFile } from '../shared/file.ts'
import { seedDocument } from '../shared/file-in.ts'
import { printBoardFile, toBoardFile } from '../shared/file-out.ts'
import { exportNames } from '../shared/export/formats.ts'
import { readFile } from '../shared/export/reading.ts'
import { writers } from '../shared/export/writers.ts'
import type { Json } from '../shared/json.ts'
import { fewest } from '../shared/spread.ts'
import { asTemplate } from '../shared/template.ts'
import { told } from '../shared/told.ts'
import { randomFile } from './support/boards.ts'
import { runSeed } from './support/random.ts'

const checked = (file: unknown): BoardFile => parseBoardFile(JSON.parse(JSON.stringify(file)))
const print = (file: BoardFile): string => printBoardFile(file as unknown as Record<string, Json>)

/** A workshop whose group agreed to be told of in a way, straight from its document. */
function workshop(provenance: 'person' | 'sector' | 'none', seed = runSeed, crowd = 14): BoardFile {
  const file = randomFile(seed, { cards: 130, people: crowd })
  return exported(checked({ ...file, board: { ...file.board, provenance } }))
}

function exported(file: BoardFile): BoardFile {
  const doc = new Y.Doc()
  seedDocument(doc, file)
  return toBoardFile(doc, file.people as { id: string }[], new Date('2026-11-24T09:00:00Z')) as unknown as BoardFile
}

const idsOf = (file: BoardFile): string[] => file.people.map(({ id }) => id)

test('[F15] a board that says nothing is told by person, as it always was; the choice is kept and can be taken back', () => {
  const doc = new Y.Doc()
  expect(readMeta(doc).provenance).toBe('person')
  writeMeta(doc, { provenance: 'sector' })
  expect(readMeta(doc).provenance).toBe('sector')
  writeMeta(doc, { provenance: 'person' })
  expect(doc.getMap('meta').has('provenance')).toBe(false)
  const file = workshop('person')
  expect(told(file)).toBe(file)
  expect(file.board).not.toHaveProperty('provenance')
  doc.getMap('meta').set('provenance', 'everything')
  expect(readMeta(doc).provenance).toBe('person')
})

test.each(['sector', 'none'] as const)('[F15] told by %s, no id of anybody is in any format, and the file says what it leaves out', telling => {
  const whole = workshop(telling)
  const file = told(whole)
  expect(file).toMatchObject({ board: { provenance: telling }, withheld: expect.stringMatching(/^The group agreed that /) })
  const reading = readFile(file)
  for (const name of exportNames) {
    const text = writers[name](reading)
    expect(idsOf(whole).filter(id => text.includes(id))).toEqual([])
  }
})

test('[F15] told by sector, every spread is as it was, down to what is kept closed, and no view stands alone', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 16 }), (seed, crowd) => {
      const whole = workshop('sector', seed, crowd)
      const [before, after] = [readFile(whole), readFile(told(whole))]
      for (const [id, card] of [...before.board.cards, ...before.board.structures]) {
        const same = after.board.cards.get(id) ?? after.board.structures.get(id)
        for (const scale of ['valence', 'likelihood', 'marker'] as const) {
          const [a, b] = [before.spread(card.views[scale], scale), after.spread(same?.views[scale] ?? new Map(), scale)]
          // A row that was closed or pooled has nothing of its own any more; what was shown is shown.
          const open = ({ rows }: typeof a) => rows.filter(({ is }) => is === 'open').map(({ sector, values }) => [sector, values])
          expect([open(b), b.shown, b.camps]).toEqual([open(a), a.shown, a.camps])
          for (const { values } of b.rows) expect(values.length === 0 || values.length >= fewest).toBe(true)
          expect(b.people).toBe(a.shown.length)
        }
      }
    }),
    { seed: runSeed, numRuns: 25 },
  )
})

test.each(['person', 'sector', 'none'] as const)('[F15] a file told by %s comes back, and leaves again as the same bytes', telling => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 16 }), (seed, crowd) => {
      const first = told(workshop(telling, seed, crowd))
      const text = print(first)
      expect(print(told(exported(checked(first))))).toBe(text)
      expect(writers.json(readFile(told(checked(first))))).toBe(text)
    }),
    { seed: runSeed, numRuns: 25 },
  )
})

const people = [...'abcd'].map(each => ({ id: `acad-${each}`, sector: 'Academia' })).concat([...'xy'].map(each => ({ id: `ind-${each}`, sector: 'Industry' })), [{ id: 'gov-z', sector: 'Government' }])
const small = (provenance: string, more: object = {}): BoardFile =>
  checked({
    format: 'manyfutures/board', version: 1, exported: '2026-11-24T09:00:00.000Z', board: { title: 'T', sectors: ['Academia', 'Industry', 'Government'], provenance }, relations: [], drawings: [], people,
    structures: [{ id: 't', type: 'tension', x: 0, y: 0, views: { marker: { 'acad-a': 50, 'acad-b': -20, 'acad-c': -20, 'ind-x': 90 }, reason: { 'acad-a': 'Because', 'acad-c': 'Why not', 'ind-x': 'Alone', 'gov-z': 'No mark' } } }],
    cards: [
      { id: 'a', kind: 'signal', text: 'x', x: 0, y: 0, by: 'acad-a', at: '2026-11-23T10:00:00Z', edited: { by: 'ind-x', at: '2026-11-23T11:00:00Z' }, meant: ['loop'] },
      { id: 'b', kind: 'signal', text: 'y', x: 0, y: 300, by: 'gov-z', at: '2026-11-23T10:00:00Z', views: { valence: { 'acad-a': 1, 'acad-b': 2 } } },
    ],
    ...more,
  })

test('[F15] who made and changed what is told by sector, small ones together; how many took part stays true; reasons stay with their marks', () => {
  const file = told(small('sector'))
  expect(file.people).toEqual([...[1, 2, 3].map(n => ({ id: `others-${n}` })), ...[1, 2, 3, 4].map(n => ({ id: `sector-1-${n}`, sector: 'Academia' }))])
  expect(file.cards).toMatchObject([
    { by: 'sector-1-1', at: '2026-11-23T10:00:00Z', edited: { by: 'others-1', at: '2026-11-23T11:00:00Z' }, meant: ['loop'] },
    { by: 'others-1' },
  ])
  expect(file.cards[1]).not.toHaveProperty('views')
  expect(file.structures[0]?.views).toEqual({ marker: { 'sector-1-1': -20, 'sector-1-2': -20, 'sector-1-3': 50 }, reason: { 'sector-1-2': 'Why not', 'sector-1-3': 'Because' } })
})

test('[F15] where the others are too few as well, nobody stands for them', () => {
  const file = told(small('sector', { people: people.filter(({ id }) => id !== 'ind-y') }))
  expect(file.people.every(({ sector }) => sector === 'Academia')).toBe(true)
  expect(file.cards[0]).not.toHaveProperty('edited')
  expect(file.cards[1]).not.toHaveProperty('by')
  expect(file.cards[1]).toMatchObject({ at: '2026-11-23T10:00:00Z' })
})

test('[F15] told of not at all, neither who nor when nor what anybody thinks is in it; checks that were meant stay', () => {
  const file = told(small('none'))
  expect(file.people).toEqual([])
  const names = new Set<string>()
  JSON.stringify(file, (name, value: unknown) => (names.add(name), value))
  for (const name of ['by', 'at', 'edited', 'views']) expect(names).not.toContain(name)
  expect(file.cards[0]).toMatchObject({ meant: ['loop'] })
})

test.each(['sector', 'none'] as const)('[F15] told by %s, what only a newer version knows holds nobody’s id either', telling => {
  const file = told(
    small(telling, {
      rounds: [{ of: 'acad-a', topic: 'Openness' }],
      cards: [{ id: 'a', kind: 'signal', text: 'x', x: 0, y: 0, glow: { 'acad-a': 1, all: ['acad-b', 'night'] }, views: { trust: { 'acad-a': 1, 'acad-b': 1, 'acad-c': 2 } }, unread: { 'valence.acad-a': 99 } }],
      drawings: [{ id: 'n', type: 'note', x: 0, y: 0, props: { textLastEditedBy: 'acad-a', color: 'yellow' }, meta: { votes: { 'acad-a': 2 } } }],
      people: people.map((person, i) => ({ ...person, joined: i })),
    }),
  )
  const text = JSON.stringify(file)
  expect(people.filter(({ id }) => text.includes(id))).toEqual([])
  expect(file).toMatchObject({ rounds: [{ topic: 'Openness' }], cards: [{ glow: { all: ['night'] } }], drawings: [{ props: { color: 'yellow' } }] })
  expect(text).not.toContain('joined')
})

test('[F15] a template keeps what its group agreed to', () => {
  expect(asTemplate(small('sector')).board.provenance).toBe('sector')
  expect(asTemplate(small('person')).board).toEqual({ title: 'T', sectors: ['Academia', 'Industry', 'Government'], provenance: 'person' })
})
