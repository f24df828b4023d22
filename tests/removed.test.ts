import { expect, test } from 'vitest'
import { type Flat, packPlace, readBoardIn, readMetaIn } from '../shared/board.ts'
import type { Json } from '../shared/json.ts'
import type { RecordId } from '../shared/ids.ts'
import { bringBack, removedThings, type Removal } from '../shared/removed.ts'
import { random, runSeed } from './support/random.ts'
import { times } from './support/scale.ts'

/* What was removed, as a list, and what comes back with what is chosen of it. */

const place = (parent = '', x = 0, y = 0): Json => packPlace({ parent: parent as RecordId, index: 'a1', x, y, rotation: 0 })
const record = (id: string, values: Record<string, Json>): [string, [string, Json][]] => [id, Object.entries(values)]
const card = (id: string, parent = '', more: Record<string, Json> = {}) => record(id, { type: 'card', kind: 'note', text: id, place: place(parent, 10, 20), ...more })
const arrow = (id: string, from: string, to: string) => record(id, { type: 'arrow', from, to, kind: 'leads', place: place() })
const timeline = (id: string, title = '') => record(id, { type: 'timeline', place: place('', 100, 200), title })
const removal = (seq: number, at: number, records: Removal['records'], by: string[] = ['ana']): Removal => ({ seq, at, by, records })
const gone = (...records: [string, [string, Json][]][]): Map<string, Flat> => new Map(records.map(([id, values]) => [id, new Map(values)]))
const nobody = (): boolean => false

test('[K46] the list has what one person removed at once as one, newest first, structures before cards, with what hung on them counted', () => {
  const list = removedThings(
    [
      removal(3, 1_000, [card('old')]),
      removal(7, 60_000, [timeline('t', 'Inspect'), card('a', 't', { by: 'ben', 'valence.ana': 2, 'reason.ana': 'why' })]),
      removal(8, 61_000, [card('b', 't', { by: 'cleo', 'likelihood.ben': 3 }), arrow('r', 'a', 'b')]),
      removal(9, 61_500, [card('c')], ['ben']),
    ],
    nobody,
  )
  expect(list.map(({ id, things, relations, ratings, people }) => [id, things.map(({ is, id: thing }) => `${is} ${thing}`), relations, ratings, people])).toEqual([
    [9, ['card c'], 0, 0, 0],
    [7, ['structure t', 'card b', 'card a'], 1, 2, 2],
    [3, ['card old'], 0, 0, 0],
  ])
  expect(list[1]!.things[0]).toEqual({ id: 't', is: 'structure', kind: 'timeline', text: 'Inspect' })
})

test('[K46] what is there again is in no list, and what was removed twice is there once, as it was the last time', () => {
  const list = removedThings([removal(1, 1_000, [card('a', '', { text: 'first' }), card('b')]), removal(5, 90_000, [card('a', '', { text: 'second' })])], id => id === 'b')
  expect(list.map(({ id, things }) => [id, things.map(({ text }) => text)])).toEqual([[5, ['second']]])
})

test.each<[string, Map<string, Flat>, string[], string[], string[], number]>([
  ['one card of two, and not their relation', gone(card('a'), card('b'), arrow('r', 'a', 'b')), ['a'], [], ['a'], 1],
  ['the second card, and now the relation', gone(card('b'), arrow('r', 'a', 'b')), ['b'], ['a'], ['b', 'r'], 0],
  ['both, with what is between them', gone(card('a'), card('b'), arrow('r', 'a', 'b')), ['a', 'b'], [], ['a', 'b', 'r'], 0],
  ['a relation alone whose cards stand', gone(arrow('r', 'a', 'b')), ['r'], ['a', 'b'], ['r'], 0],
  ['a relation alone whose card is gone', gone(arrow('r', 'a', 'b')), ['r'], ['a'], [], 1],
  ['a structure without its cards, but with drawings in it, however deep', gone(timeline('t'), card('a', 't'), record('f', { type: 'frame', place: place('t') }), record('d', { type: 'draw', place: place('f') })), ['t'], [], ['t', 'f', 'd'], 0],
  ['a picture with its bytes’ record', gone(record('i', { type: 'image', place: place(), 'p.assetId': 'asset:1' }), record('asset:1', { type: 'asset' })), ['i'], [], ['i', 'asset:1'], 0],
  ['nothing that is there', gone(card('a')), ['a'], ['a'], [], 0],
  ['nothing nobody knows', gone(card('a')), ['x'], [], [], 0],
  ['what only a newer version knows', gone(record('n', { type: 'hologram', place: place(), beam: 3 })), ['n'], [], ['n'], 0],
])('[K47] bringing back %s', (_, records, chosen, there, comes, without) => {
  const back = bringBack(records, new Set(chosen), id => there.includes(id))
  expect([[...back.records.keys()].sort(), back.without]).toEqual([[...comes].sort(), without])
  for (const [id, flat] of back.records) if (id !== 'a' || there.length) expect(flat).toEqual(records.get(id))
})

test('[K47] a card whose structure is gone comes back on the board itself, where it was seen', () => {
  const back = bringBack(gone(timeline('t'), card('a', 't')), new Set(['a']), nobody)
  expect(back.records.get('a')?.get('place')).toEqual(packPlace({ parent: '', index: 'a1', x: 110, y: 220, rotation: 0 }))
  // With the structure it stays in it.
  expect(bringBack(gone(timeline('t'), card('a', 't')), new Set(['a', 't']), nobody).records.get('a')?.get('place')).toEqual(place('t', 10, 20))
})

test(`[K47] of ${times(300)} boards nothing comes back that stands already, no relation without its ends, and everything chosen at once comes back whole`, () => {
  const pick = random(runSeed)
  for (let round = 0; round < times(300); round++) {
    const ids = Array.from({ length: 2 + pick(12) }, (_, i) => `r${i}`)
    const any = (): string => ids[pick(ids.length)]!
    const records = gone(...ids.map(id => (pick(3) === 0 ? arrow(id, any(), any()) : pick(4) === 0 ? timeline(id) : card(id, pick(2) ? any() : ''))))
    const there = new Set(ids.filter(() => pick(3) === 0))
    const chosen = new Set(ids.filter(() => pick(2) === 0))
    const { records: back } = bringBack(records, chosen, id => there.has(id))
    for (const [id, flat] of back) {
      const ends = [flat.get('from'), flat.get('to')].filter(end => end !== undefined) as string[]
      expect([runSeed, round, id, there.has(id), ends.every(end => back.has(end) || there.has(end))]).toEqual([runSeed, round, id, false, true])
    }
    for (const id of chosen) if (records.get(id)?.get('type') !== 'arrow' && !there.has(id)) expect([runSeed, round, id, back.has(id)]).toEqual([runSeed, round, id, true])
    const all = bringBack(records, new Set(ids), nobody).records
    const board = readBoardIn(readMetaIn(() => undefined), records)
    for (const [id] of board.relations) expect([runSeed, round, id, all.has(id)]).toEqual([runSeed, round, id, true])
  }
})
