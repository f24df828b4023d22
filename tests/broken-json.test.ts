import fc from 'fast-check'
import { expect, test } from 'vitest'
import { brokenAt, brokenPlace } from '../shared/broken-json.ts'
import { runSeed } from './support/random.ts'

const options = { numRuns: 400, seed: runSeed }
const json = fc.json({ maxDepth: 3 }).chain(text => fc.constantFrom(text, JSON.stringify(JSON.parse(text), null, 2)))

test('[F28] a text that is cut off anywhere lacks only its rest', () => {
  fc.assert(
    fc.property(json, fc.nat(), (text, cut) => {
      const part = text.slice(0, cut % text.length)
      try {
        JSON.parse(part) // Such as 1 of 12: whole all the same.
      } catch {
        expect([part, brokenPlace(part)]).toEqual([part, part.length])
      }
    }),
    options,
  )
})

test('[F28] up to where it goes wrong a text can be gone on with, and not one letter further', () => {
  const odd = fc.constantFrom('?', '}', ']', ',', ':', '"', 'x', '\u0001', '{', '1', '\\', 'é')
  fc.assert(
    fc.property(json, fc.nat(), odd, (text, place, letter) => {
      const at = place % text.length
      const spoilt = text.slice(0, at) + letter + text.slice(at + 1)
      try {
        JSON.parse(spoilt)
      } catch {
        const broken = brokenPlace(spoilt)
        // What went well before the fault goes on well where it is taken out: nothing earlier was at fault.
        expect(brokenPlace(spoilt.slice(0, broken))).toBeGreaterThanOrEqual(broken)
        expect(broken).toBeGreaterThanOrEqual(0)
      }
    }),
    options,
  )
})

test.each([
  ['', 'it breaks off before its end'],
  ['{"a": [1, 2', 'it breaks off before its end'],
  ['{"a": "half', 'it breaks off before its end'],
  ['{"a": tru', 'it breaks off before its end'],
  ['{"a": oops}', 'it goes wrong in line 1, at letter 7'],
  ['id,kind\n1,note', 'it goes wrong in line 1, at letter 1'],
  ['{\n  "a": 1,\n  "b" 2\n}', 'it goes wrong in line 3, at letter 7'],
  ["{'a': 1}", 'it goes wrong in line 1, at letter 2'],
  ['{"a": 1,}', 'it goes wrong in line 1, at letter 9'],
  ['{"a": 01}', 'it goes wrong in line 1, at letter 7'],
  ['[1, 2}', 'it goes wrong in line 1, at letter 6'],
  ['{"a": 1} and more', 'it goes wrong in line 1, at letter 10'],
  ['{"a": "line\nbreak"}', 'it goes wrong in line 1, at letter 12'],
  ['{"a": "\\x"}', 'it goes wrong in line 1, at letter 9'],
  ['{"a": "\\u00', 'it breaks off before its end'],
  ['<!doctype html>', 'it goes wrong in line 1, at letter 1'],
])('[F28] of %j it is said that %s', (text, says) => {
  expect(() => JSON.parse(text)).toThrow()
  expect(brokenAt(text)).toBe(says)
})

test('[F28] nesting without end is looked through like anything else', () => {
  expect(brokenPlace('['.repeat(2_000_000))).toBe(2_000_000)
  expect(brokenPlace(`${'['.repeat(500_000)}?`)).toBe(500_000)
})
