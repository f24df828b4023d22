import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applySplice, moveCaret, rebase, spliceBetween } from '../shared/text.ts'

const words = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '😀', '😁', 'é'), maxLength: 12 })

test('[T1] the smallest edit between two texts makes the second from the first and cuts no emoji in half', () => {
  fc.assert(
    fc.property(words, words, fc.nat(14), (before, after, caret) => {
      const splice = spliceBetween(before, after, caret)
      expect(applySplice(before, splice)).toBe(after)
      expect(splice.insert.isWellFormed()).toBe(true)
      expect(before.slice(0, splice.at).isWellFormed()).toBe(true)
      expect(before.slice(splice.at, splice.at + splice.remove).isWellFormed()).toBe(true)
    }),
  )
})

test('[T1] a letter typed among equal ones is inserted where the caret is', () => {
  expect(spliceBetween('aaa', 'aaaa', 1)).toEqual({ at: 0, remove: 0, insert: 'a' })
  expect(spliceBetween('aaa', 'aaaa', 4)).toEqual({ at: 3, remove: 0, insert: 'a' })
})

test('[T2] an edit rebased on another keeps every letter both of them wrote', () => {
  const insert = (text: string, at: number, piece: string) => [...text].toSpliced(at % ([...text].length + 1), 0, piece).join('')
  fc.assert(
    fc.property(words, fc.nat(20), fc.nat(20), (before, i, j) => {
      const result = rebase(before, insert(before, i, 'MINE'), insert(before, j, 'theirs'))
      expect(result).toContain('theirs')
      expect(result).toContain('MINE')
      expect([...result].length).toBe([...before].length + 10)
    }),
  )
})

test('[T2] an edit rebased on any other never loses what the other wrote', () => {
  fc.assert(
    fc.property(words, words, fc.nat(20), (before, after, at) => {
      const current = [...before].toSpliced(at % ([...before].length + 1), 0, 'THEIRS').join('')
      expect(rebase(before, after, current)).toContain('THEIRS')
      expect(rebase(before, after, current).isWellFormed()).toBe(true)
    }),
  )
})

test('[T3] a caret keeps its place in the sentence when somebody writes before or behind it', () => {
  const before = 'one two'
  expect(moveCaret(3, spliceBetween(before, 'zero one two', 5))).toBe(8)
  expect(moveCaret(3, spliceBetween(before, 'one two three'))).toBe(3)
  expect(moveCaret(5, { at: 4, remove: 3, insert: '' })).toBe(4)
})
