import * as fc from 'fast-check'
import * as Y from 'yjs'
import { expect, test } from 'vitest'
import { createRecord, packPlace, readBoard, recordsOf } from '../shared/board.ts'
import type { ParticipantId, RecordId } from '../shared/ids.ts'
import type { Json } from '../shared/json.ts'
import { markerAt, xOfMarker } from '../shared/methods/tension.ts'
import { campsOf, spreadOf } from '../shared/spread.ts'
import { readViewKey, viewKey, views, scaleOf } from '../shared/views.ts'
import { twoPeople } from './support/people.ts'

const who = (name: string) => name as ParticipantId
const place = packPlace({ parent: '', index: 'a1', x: 0, y: 0, rotation: 0 })

test('[I1] two people who score one card apart never overwrite one another', () => {
  const { ana, ben, meet } = twoPeople()
  ana.add('c1', 'consequence', { text: 'Empty malls' })
  meet()
  ana.edit('c1', { [viewKey('valence', who('ana'))]: 3, [viewKey('likelihood', who('ana'))]: 2 })
  ben.edit('c1', { [viewKey('valence', who('ben'))]: -3 })
  meet()
  expect(ana.card('c1')).toEqual(ben.card('c1'))
  expect([...(ana.card('c1')?.views.valence ?? [])].sort()).toEqual([['ana', 3], ['ben', -3]])
  expect(ana.card('c1')?.views.likelihood.get(who('ana'))).toBe(2)
})

test('[I1] a pole renamed while somebody places a marker: both stay', () => {
  const { ana, ben, meet } = twoPeople()
  ana.doc.transact(() => createRecord(recordsOf(ana.doc), 't', new Map<string, Json>([['type', 'tension'], ['place', place], ['left', 'An end']])))
  meet()
  ana.edit('t', { left: 'An end in itself' })
  ben.edit('t', { [viewKey('marker', who('ben'))]: 80, [viewKey('reason', who('ben'))]: 'It serves something' })
  meet()
  for (const { doc } of [ana, ben]) {
    const tension = readBoard(doc).structures.get('t' as RecordId)
    expect(tension?.fields['left']).toBe('An end in itself')
    expect(tension?.views.marker.get(who('ben'))).toBe(80)
    expect(tension?.views.reason.get(who('ben'))).toBe('It serves something')
  }
})

test('[I2] what is no value of a view reads as absent, whatever a peer stored', () => {
  const doc = new Y.Doc()
  const bad: Json[] = [4, -4, 1.5, 'x', null, true, [1], { a: 1 }, 1e9]
  createRecord(recordsOf(doc), 'c', new Map<string, Json>([['type', 'card'], ['kind', 'note'], ['place', place], ['text', ''], ...bad.map((value, i): [string, Json] => [`valence.p${i}`, value]), ['reason.p1', 'x'.repeat(501)], ['valence.', 1], ['valence.a b', 1], ['constructor.p', 1]]))
  const card = readBoard(doc).cards.get('c' as RecordId)
  expect([...(card?.views.valence.keys() ?? [])]).toEqual([])
  expect([...(card?.views.reason.keys() ?? [])]).toEqual([])
  expect(readViewKey('__proto__.p')).toBeUndefined()
})

test('[I2] names of views only grow', () => {
  expect(Object.keys(views)).toEqual(expect.arrayContaining(['valence', 'likelihood', 'marker', 'reason']))
})

const values = (...each: [string, number][]) => new Map(each.map(([name, value]) => [who(name), value]))
const sectors = ['Academia', 'Industry', 'Community']
const sectorOf = (name: ParticipantId) => ({ a: 'Academia', i: 'Industry', c: 'Community' })[name[0] ?? ''] ?? ''

test('[I3] a sector with fewer than three is pooled, and a pool of fewer than three is closed and in no count', () => {
  const spread = spreadOf(values(['a1', -3], ['a2', -2], ['a3', -3], ['i1', 3]), sectorOf, sectors, scaleOf('valence'))
  expect(spread.rows).toEqual([
    { sector: 'Academia', is: 'open', values: [-3, -3, -2] },
    { sector: 'Industry', is: 'closed', values: [] },
    { sector: 'Community', is: 'empty', values: [] },
  ])
  expect(spread.shown).toEqual([-3, -3, -2])
  expect(spread.people).toBe(4)

  const pooled = spreadOf(values(['a1', 1], ['i1', 3], ['x', 0]), sectorOf, sectors, scaleOf('valence'))
  expect(pooled.rows.map(row => row.is)).toEqual(['pooled', 'pooled', 'empty', 'open'])
  expect(pooled.rows.at(-1)).toEqual({ sector: undefined, is: 'open', values: [0, 1, 3] })
})

test('[I3] no row ever shows fewer than three people, and nothing shown is left out of the rows', () => {
  const person = fc.tuple(fc.constantFrom('a', 'i', 'c', 'x'), fc.integer({ min: 0, max: 30 })).map(([sector, n]) => `${sector}${n}`)
  fc.assert(
    fc.property(fc.dictionary(person, fc.integer({ min: -3, max: 3 })), given => {
      const spread = spreadOf(values(...Object.entries(given)), sectorOf, sectors, scaleOf('valence'))
      for (const row of spread.rows) expect(row.is === 'open' ? row.values.length >= 3 : row.values.length === 0).toBe(true)
      expect(spread.rows.reduce((sum, row) => sum + row.values.length, 0)).toBe(spread.shown.length)
      expect(spread.people).toBe(Object.keys(given).length)
    }),
  )
})

test('[I4] two camps stay two, and are never one in the middle', () => {
  expect(campsOf([-3, -3, -2, -3, 3, 2, 3], scaleOf('valence'))).toEqual({ low: 4, between: 0, high: 3 })
  expect(campsOf([-1, 0, 1, 0, 1, 0], scaleOf('valence'))).toBeUndefined()
  expect(campsOf([-100, -90, 100, 100], scaleOf('marker'))).toBeUndefined()
  expect(campsOf([-100, -90, -80, 0, 0, 0, 90, 100, 100], scaleOf('marker'))).toBeUndefined()
})

test('[I5] a place on the spectrum reads back as the mark that was put there', () => {
  fc.assert(
    fc.property(fc.integer({ min: -100, max: 100 }), fc.integer({ min: 520, max: 3_000 }), (marker, w) => {
      const size = { w, h: 300 }
      expect(markerAt(size, xOfMarker(size, marker))).toBe(marker)
      expect(Math.abs(markerAt(size, marker * 1e6))).toBeLessThanOrEqual(100)
    }),
  )
})
