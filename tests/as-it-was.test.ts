import { expect, test } from 'vitest'
import { sinceThen } from '../shared/as-it-was.ts'
import { type Flat, packPlace } from '../shared/board.ts'
import type { Json } from '../shared/json.ts'
import { isPutBack } from '../shared/put-back.ts'

/* How a board differs from what it was. */

const place = (x = 0): Json => packPlace({ parent: '', index: 'a1', x, y: 0, rotation: 0 })
const card = (text: string, more: Record<string, Json> = {}): Flat => new Map<string, Json>(Object.entries({ type: 'card', kind: 'note', text, place: place(), ...more }))
const arrow = (from: string, to: string): Flat => new Map<string, Json>(Object.entries({ type: 'arrow', from, to, place: place() }))
const names = (then: Record<string, Flat>, now: Record<string, Flat>) => {
  const { missing, changed, extra, texts } = sinceThen(new Map(Object.entries(then)), new Map(Object.entries(now)))
  return { missing: [...missing.keys()].sort(), changed: [...changed.keys()].sort(), extra: [...extra].sort(), texts }
}

test.each<[string, Record<string, Flat>, Record<string, Flat>, ReturnType<typeof names>]>([
  ['nothing', { a: card('A') }, { a: card('A') }, { missing: [], changed: [], extra: [], texts: 0 }],
  ['what was removed, with relations', { a: card('A'), b: card('B'), r: arrow('a', 'b') }, { a: card('A') }, { missing: ['b', 'r'], changed: [], extra: [], texts: 0 }],
  ['what was made', { a: card('A') }, { a: card('A'), b: card('B') }, { missing: [], changed: [], extra: ['b'], texts: 0 }],
  ['words and places', { a: card('A'), b: card('B') }, { a: card('Other'), b: card('B', { place: place(9) }) }, { missing: [], changed: ['a', 'b'], extra: [], texts: 1 }],
  ['a field that was taken away', { a: card('A', { actor: 'Towns' }) }, { a: card('A') }, { missing: [], changed: ['a'], extra: [], texts: 0 }],
  ['not what people think, nor locks', { a: card('A', { 'valence.ana': 2 }) }, { a: card('A', { 'valence.ben': 1, 'meant.loop': true, locked: true, edited: ['ben', 5] }) }, { missing: [], changed: [], extra: [], texts: 0 }],
])('[K53] it tells %s', (_, then, now, expected) => {
  expect(names(then, now)).toEqual(expected)
})

test('[K53] what people think, locks and signatures are never put back', () => {
  expect(['valence.ana', 'reason.ana', 'meant.loop', 'locked', 'edited', 'text', 'place', 'by'].filter(isPutBack)).toEqual(['text', 'place', 'by'])
})
