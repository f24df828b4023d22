import { expect, test } from 'vitest'
import { mergeLines } from '../shared/merge-lines.ts'
import { random } from './support/random.ts'

const merge = (before: string, mine: string, theirs: string): string => mergeLines([...before], [...mine], [...theirs]).join('')

test('[M80] what two people made of one list are both kept: added, taken away, reworded, moved', () => {
  for (const [before, mine, theirs, both] of [
    ['abc', 'abc', 'abc', 'abc'],
    ['abc', 'abcd', 'abc', 'abcd'],
    ['abc', 'abc', 'xabc', 'xabc'],
    ['abc', 'abcd', 'abce', 'abced'],
    ['abc', 'abcd', 'Abc', 'Abcd'],
    ['abc', 'AbC', 'aBc', 'ABC'],
    ['abc', 'ac', 'abcd', 'acd'],
    ['abc', 'bc', 'ab', 'b'],
    ['abc', 'aXc', 'aYc', 'aYXc'],
    ['abc', 'abcd', 'abcd', 'abcd'],
    ['', 'a', 'b', 'ba'],
    ['abc', '', 'abc', ''],
  ] as const) expect([before, mine, theirs, merge(before, mine, theirs)]).toEqual([before, mine, theirs, both])
})

test('[M80] of any two edits of any list nothing that one of them added is lost, and nothing comes back that one took away', () => {
  const seed = 20261128
  const pick = random(seed)
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  for (let round = 0; round < 500; round++) {
    const before = [...letters.slice(0, pick(8))]
    const edited = (own: string) => {
      const list = before.filter(() => pick(4) > 0)
      for (let i = pick(3); i > 0; i--) list.splice(pick(list.length + 1), 0, `${own}${i}`)
      return list
    }
    const [mine, theirs] = [edited('X'), edited('Y')]
    const said = `seed ${seed}, round ${round}: ${JSON.stringify([before, mine, theirs])}`
    const both = mergeLines(before, mine, theirs)
    const kept = before.filter(line => mine.includes(line) && theirs.includes(line))
    const added = [...mine, ...theirs].filter(line => !before.includes(line))
    expect([...both].sort(), said).toEqual([...kept, ...added].sort())
    // In the order of each of them.
    for (const list of [mine, theirs]) expect(both.filter(line => list.includes(line)), said).toEqual(list.filter(line => both.includes(line)))
    expect(mergeLines(before, mine, before), said).toEqual(mine)
    expect(mergeLines(before, before, theirs), said).toEqual(theirs)
  }
})
