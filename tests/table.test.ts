import fc from 'fast-check'
import { expect, test } from 'vitest'
import { longestText } from '../shared/board.ts'
import { portions } from '../shared/portions.ts'
import { mostCards, type Pasted, readPasted, sayPasted } from '../shared/table.ts'

const cardsOf = (pasted: Pasted) => ('cards' in pasted ? pasted.cards : [])
const textsOf = (text: string) => cardsOf(readPasted(text)).map(card => card.text)

/** A table as spreadsheets put it on the clipboard: quotation marks only around cells that need them. */
const copied = (rows: readonly (readonly string[])[]): string =>
  rows.map(row => row.map(cell => (/[\n\t"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join('\t')).join('\r\n')

/** Letters without blank space, which may be trimmed. */
const letters = (text: string): string => text.replace(/\s/gu, '')

test.each([
  ['plain lines', 'one\ntwo\nthree', ['one', 'two', 'three']],
  ['lines of Windows, blank space around them', ' one \r\ntwo\r\n', ['one', 'two']],
  ['bullets', '- one\n* two\n• three\n- [ ] four', ['one', 'two', 'three', '[ ] four']],
  ['numbers that count', '1. one\n2. two\n3) three', ['one', 'two', 'three']],
  ['numbers that are words', '12. June opens\n30. June closes', ['12. June opens', '30. June closes']],
  ['figures', '-5 degrees\n1.5 million', ['-5 degrees', '1.5 million']],
  ['what is indented under a bullet', '- one\n  goes on\n- two', ['one\ngoes on', 'two']],
  ['a list indented with tabs', 'one\n\ttwo\n\t\tthree', ['one', 'two', 'three']],
  ['prose with commas', 'First, we meet.\nThen, we part.', ['First, we meet.', 'Then, we part.']],
  ['figures with commas', 'It costs 1,000\nIt costs 2,000', ['It costs 1,000', 'It costs 2,000']],
  ['one column of cells with several lines', '"one\ngoes on"\ntwo', ['one\ngoes on', 'two']],
  ['quotations', '"Yes," she said.\n"No," said he.', ['"Yes," she said.', '"No," said he.']],
])('[X1] a list makes a card a line: %s', (_, text, cards) => {
  expect(readPasted(text)).toMatchObject({ is: 'list' })
  expect(textsOf(text)).toEqual(cards)
})

test.each([
  ['prose', 'We meet, then we part.', ['We meet, then we part.']],
  ['nothing but blank space', ' \n\t\n ', []],
  ['nothing', '', []],
])('[X1] a single text is one card, and no text is none: %s', (_, text, cards) => {
  expect(textsOf(text)).toEqual(cards)
})

test('[X1] a table without heads makes a card a cell, which keeps its row and column; empty cells are left out and counted', () => {
  const pasted = readPasted('a\t\tc\n\t\t\nd\t"e ""e""\nf"\t')
  expect(pasted).toEqual({
    is: 'cells',
    cards: [
      { text: 'a', cell: { row: 0, col: 0 } },
      { text: 'c', cell: { row: 0, col: 2 } },
      { text: 'd', cell: { row: 2, col: 0 } },
      { text: 'e "e"\nf', cell: { row: 2, col: 1 } },
    ],
    empty: 5,
    long: 0,
  })
  expect(sayPasted(pasted)).toBe('4 cards made, 5 empty cells left out. Ctrl Z takes them back.')
})

test('[X1] CSV is a table too; a quotation mark that nothing closes is a letter', () => {
  expect(textsOf('a,"b, b"\nc,d')).toEqual(['a', 'b, b', 'c', 'd'])
  expect(textsOf('a;b\nc;d')).toEqual(['a', 'b', 'c', 'd'])
  expect(textsOf('a\t"b" is a letter\nc\td')).toEqual(['a', '"b" is a letter', 'c', 'd'])
  expect(textsOf('a\t"b\nc\td')).toEqual(['a', '"b', 'c', 'd'])
})

test('[X1] what is too long for one card goes on in the next, and is counted', () => {
  const long = `${'word '.repeat(1_500)}end`
  const pasted = readPasted(`short\n\n${long}\n`)
  expect(cardsOf(pasted).map(card => card.text.length <= longestText)).toEqual([true, true, true])
  expect(letters(cardsOf(pasted).map(card => card.text).join(''))).toBe(letters(`short${long}`))
  expect(sayPasted(pasted)).toBe('3 cards made, 1 empty line left out, 1 long line continued on a next card. Ctrl Z takes them back.')
})

test('[X1] more than can be shared at once makes nothing, and says so', () => {
  const many = readPasted(Array.from({ length: mostCards + 1 }, (_, i) => `line ${i}`).join('\n'))
  expect(many).toMatchObject({ is: 'too much' })
  expect(sayPasted(many)).toBe('This would make 2,001 cards; at most 2,000 are made at once. Take it in parts.')
  expect(sayPasted(readPasted('x'.repeat(1_000_001)))).toMatch(/^This is 1,000,001 letters; at most 1,000,000/)
})

const cell = fc.oneof(fc.constant(''), fc.string({ unit: 'grapheme', maxLength: 30 }), fc.constantFrom('two\nlines', 'a\ttab', '"quoted"', 'half "', '😀'.repeat(2_600), 'kind', 'x'.repeat(longestText + 1)))
const table = fc.integer({ min: 2, max: 5 }).chain(width => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }))

test('[X1] nothing of a table is lost, whatever its cells hold', () => {
  fc.assert(
    fc.property(table, rows => {
      const pasted = readPasted(copied(rows))
      const there = letters(cardsOf(pasted).map(card => card.text).join(' ') + (cardsOf(pasted).some(card => card.kind) ? 'kind' : ''))
      if ('is' in pasted && pasted.is === 'cells') expect(there).toBe(letters(rows.flat().join(' ').replaceAll('\0', '')))
      for (const word of rows.flat().filter(each => /^[\p{L}\d]{3,}$/u.test(each) && pasted.is !== 'rows')) expect(there).toContain(word)
      expect(cardsOf(pasted).every(({ text }) => text !== '' && text.length <= longestText && text.isWellFormed())).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('[X1] nothing of any text is lost but blank space, bullets and numbers', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'Ö', '😀', ' ', ',', ';', '\t', '"', '.', '字'), maxLength: 40 }), { maxLength: 20 }), lines => {
      const text = lines.join('\n')
      const pasted = readPasted(text)
      const kept = (words: string) => words.replace(/[^aÖ😀字]/gu, '')
      expect(kept(cardsOf(pasted).map(card => card.text).join(''))).toBe(kept(text))
    }),
    { numRuns: 500 },
  )
})

test('[X1] a text in pieces is the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '\n', '😀'), maxLength: 200 }), fc.integer({ min: 3, max: 40 }), (text, most) => {
      const pieces = portions(text, most)
      expect(pieces.every(piece => piece.length <= most && piece.isWellFormed())).toBe(true)
      expect(letters(pieces.join(''))).toBe(letters(text))
    }),
  )
})

test('[X2] heads name kinds and fields, by title or stored name, in any letters', () => {
  expect(readPasted('Statement\tKIND\tsteep\tSource:\tSeen on\nEmpty malls\tSignal\tEconomic, social\texample.org/malls\t2025-11\nCheap power\tdriver\teconomic\t\t')).toEqual({
    is: 'rows',
    cards: [
      { text: 'Empty malls', kind: 'signal', fields: { steep: ['social', 'economic'], source: 'https://example.org/malls', seen: '2025-11' } },
      { text: 'Cheap power', kind: 'driver', fields: { steep: ['economic'] } },
    ],
    empty: 0,
    long: 0,
  })
  expect(cardsOf(readPasted('text,who,when\nTrain two maintainers,Towns,2028\nFund them,State,2027-03')).map(({ kind, fields }) => [kind, fields])).toEqual([
    ['action', { actor: 'Towns', date: '2028' }],
    ['action', { actor: 'State', date: '2027-03' }],
  ])
})

test('[X2] what a field cannot read, or a kind does not show, stays in the text under its column’s name', () => {
  const [one, two, three] = cardsOf(readPasted('Text\tKind\tWhen\tSource\tNotes\nOne\taction\tnext spring\thttps://a.org\tmind this\nTwo\tidea\t2031\tThe Guardian\t\n\t\t\t\t\nThree\tsignal\t2031\t\t'))
  expect(one).toEqual({ text: 'One\nWhen: next spring\nSource: https://a.org\nNotes: mind this', kind: 'action' })
  expect(two).toEqual({ text: 'Two\nKind: idea\nSource: The Guardian', kind: 'driver', fields: { date: '2031' } })
  expect(three).toEqual({ text: 'Three\nWhen: 2031', kind: 'signal' })
  expect(sayPasted(readPasted('Text\tWhen\nOne\t2031\n\t\nTwo\t2032'))).toBe('2 cards made, 1 empty row left out. Ctrl Z takes them back.')
})

test('[X2] a half that can be read does not lose the other half', () => {
  expect(cardsOf(readPasted('Text\tSTEEP\nOne\tsocial, magic'))).toEqual([{ text: 'One\nSTEEP: social, magic', kind: 'consequence' }])
  expect(cardsOf(readPasted(`Text\tWho does it\nOne\t${'x'.repeat(201)}`))[0]?.text).toContain('x'.repeat(201))
})

test('[X2] a first row that names nothing is a row like the others', () => {
  expect(readPasted('Near\tFar\nOne\tTwo').is).toBe('cells')
  expect(textsOf('When it rains\tit pours\nOne\tTwo')).toHaveLength(4)
})

test('[X2] whatever a table with heads holds is in a text, a kind or a field', () => {
  const word = fc.stringMatching(/^[a-z]{4,12}$/)
  fc.assert(
    fc.property(fc.array(fc.tuple(word, fc.oneof(word, fc.constant('signal')), fc.oneof(word, fc.constant('2031')), fc.oneof(word, fc.constant('Social')), word), { minLength: 1, maxLength: 10 }), rows => {
      const cards = cardsOf(readPasted(copied([['Text', 'Kind', 'When', 'STEEP', 'Else'], ...rows])))
      expect(cards).toHaveLength(rows.length)
      for (const [i, row] of rows.entries()) {
        const said = JSON.stringify(cards[i]).toLowerCase()
        for (const cell of row) expect(said).toContain(cell.toLowerCase())
      }
    }),
  )
})
