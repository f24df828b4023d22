import { expect, test } from 'vitest'
import { readField, printField, parseField } from '../shared/fields.ts'
import { cardFields, kinds } from '../shared/cards/index.ts'
import type { CardKind } from '../shared/cards/card.ts'
import type { Json } from '../shared/json.ts'
import { methods } from '../shared/methods/index.ts'
import { guessRelation, relationOf, type RelationName, relations } from '../shared/relations.ts'

test.each(Object.entries<CardKind>(kinds))('[C1] %s says what it is', (_, kind) => {
  expect(kind.title).not.toBe('')
  expect(kind.hint).toMatch(/[.?]$/)
  expect(kind.icon.length).toBeGreaterThan(0)
})

test('[C1] kinds differ in shape, not only in colour', () => {
  const outlines = Object.values(kinds).map(kind => kind.outline)
  expect(new Set(outlines).size).toBe(outlines.length)
})

test('[C2] relations differ in line or end, not only in colour', () => {
  const looks = Object.keys(relations).map(name => relationOf(name as RelationName)).map(({ line, end }) => `${line} ${end}`)
  expect(new Set(looks).size).toBe(looks.length)
})

test.each(Object.entries(cardFields))('[C3] what somebody types into %s reads back the same or is refused', (_, field) => {
  for (const typed of ['', '  ', '2033', '2033-04-09', 'social', 'social, political', 'https://example.org/a', 'javascript:alert(1)', 'x'.repeat(5_000), '\ud800']) {
    const value = parseField(field, typed)
    expect(value === undefined || JSON.stringify(readField(field, value)) === JSON.stringify(value)).toBe(true)
    expect(typeof printField(field, value)).toBe('string')
  }
})

test('[C3] what counts is a whole number: two and a half rings are none', () => {
  const rings = methods.wheel.fields.rings
  expect(parseField(rings, '3')).toBe(3)
  for (const typed of ['2.5', '0', '10', 'many']) expect(parseField(rings, typed)).toBeUndefined()
})

test.each([
  ['obstacle', 'milestone', 'blocks'],
  ['action', 'milestone', 'enables'],
  ['milestone', 'vision', 'enables'],
  ['vision', 'action', 'requires'],
  ['change', 'consequence', 'leads'],
  ['consequence', 'consequence', 'leads'],
  ['question', 'action', 'informs'],
  ['action', 'question', 'informs'],
  ['value', 'value', 'tension'],
  ['a kind of tomorrow', 'another', 'leads'],
] as const)('[C4] an arrow from %s to %s starts as “%s”', (from, to, kind) => {
  expect(guessRelation(from, to)).toBe(kind)
})

test.each(Object.entries(methods))('[C5] a new %s reads back with its own defaults', (_, { fields, defaults }) => {
  const values: Record<string, Json> = { ...defaults }
  for (const [name, field] of Object.entries(fields)) expect(readField(field, values[name])).toEqual(values[name])
})
