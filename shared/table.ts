import Papa from 'papaparse'
import { longestText } from './board.ts'
import type { KindName } from './cards/index.ts'
import { cardOf, columnsOf } from './columns.ts'
import { fused, isOwnTable } from './formula-guard.ts'
import type { Json } from './json.ts'
import { portions } from './portions.ts'

/** One card to be made of what was pasted. */
export interface PastedCard {
  readonly text: string
  /** Nothing where the paste does not say. */
  readonly kind?: KindName
  readonly fields?: Readonly<Record<string, Json>>
  /** Where it stood in a table without heads. */
  readonly cell?: { readonly row: number; readonly col: number }
}

/** What a pasted text is taken for, and the cards it makes. `empty` and `long` count what was left out and what was continued. */
export type Pasted =
  | { readonly is: 'nothing' }
  | { readonly is: 'too much'; readonly why: string }
  | { readonly is: 'text' | 'list' | 'cells' | 'rows'; readonly cards: readonly PastedCard[]; readonly empty: number; readonly long: number }

/** Most cards and letters of one paste: more would be a change too large for the server to share. */
export const mostCards = 2_000
export const mostLetters = 1_000_000

/**
 * Reads what somebody pasted. Several lines are a list, a card a line, without their bullets. A table, as spreadsheets copy it
 * or as CSV, makes a card a row where its first row names what cards have, and a card a cell where it does not. Anything else
 * is one text. Nothing is lost but blank space, bullets and the names of columns: what is too long for one card goes on in the
 * next, and what a field cannot read stays in the card's text.
 */
export function readPasted(pasted: string): Pasted {
  const text = pasted.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n').replaceAll('\0', '').replace(/^\n+|\n+$/g, '').toWellFormed()
  if (text.trim() === '') return { is: 'nothing' }
  if (text.length > mostLetters) return { is: 'too much', why: `This is ${text.length.toLocaleString('en')} letters; at most ${mostLetters.toLocaleString('en')} are read at once. Take it in parts.` }
  const table = readTable(text)
  const heads = table && columnsOf(table[0] ?? [], table.length)
  if (table && heads) return made('rows', table.slice(1).map(row => (row.every(isBlank) ? undefined : cardOf(row, heads))))
  if (table) return made('cells', table.flatMap((cells, row) => cells.map((cell, col) => (isBlank(cell) ? undefined : { text: cell.trim(), cell: { row, col } }))))
  const items = readList(text)
  return made(items.length > 1 ? 'list' : 'text', items.map(item => (isBlank(item) ? undefined : { text: item.trim() })))
}

export const isBlank = (cell: string): boolean => cell.trim() === ''

/** The cards of what was found, in pieces a card can hold; too much where there are more than `most`. */
export function made(is: 'text' | 'list' | 'cells' | 'rows', found: readonly (PastedCard | undefined)[], most = mostCards): Pasted {
  const whole = found.filter(card => card !== undefined)
  const cards = whole.flatMap(continued)
  if (cards.length > most) return { is: 'too much', why: `This would make ${cards.length.toLocaleString('en')} cards; at most ${most.toLocaleString('en')} are made at once. Take it in parts.` }
  return { is, cards, empty: found.length - whole.length, long: whole.filter(({ text }) => text.length > longestText).length }
}

/** A card, and those after it that hold what is too long for it; the fields stay with the first. */
function continued(card: PastedCard): PastedCard[] {
  const { fields: _fields, ...rest } = card
  const pieces = portions(card.text)
  return pieces.length ? pieces.map((text, i) => (i === 0 ? { ...card, text } : { ...rest, text })) : [card]
}

// ---- tables

/** Tabs are what spreadsheets put on the clipboard; the others are what files of theirs hold. */
function readTable(text: string): string[][] | undefined {
  for (const delimiter of ['\t', ',', ';']) {
    if (!text.includes(delimiter)) continue
    const { rows, torn } = cellsOf(text, delimiter)
    if (delimiter === '\t' ? isCopied(rows) : !torn && isWritten(rows)) return rows
  }
  return undefined
}

/** Cells by row; of a table we wrote the texts behind them. A text is torn where a quotation mark stands alone: it is a letter then, like any other. */
export function cellsOf(text: string, delimiter: string, preview = 0, newline: '\n' | '\r\n' = '\n'): { rows: string[][]; torn: boolean } {
  const read = (quoteChar: string) => Papa.parse<string[]>(text, { delimiter, newline, quoteChar, preview })
  const quoted = read('"')
  const torn = quoted.errors.some(error => error.type === 'Quotes')
  const rows = (torn ? read('\0') : quoted).data
  return { rows: isOwnTable(rows[0]) ? rows.map(row => row.map(fused)) : rows, torn }
}

const filled = (row: readonly string[]): number => row.filter(cell => !isBlank(cell)).length
const sameWidth = (rows: readonly (readonly string[])[]): boolean => (rows[0]?.length ?? 0) > 1 && rows.every(row => row.length === rows[0]?.length)

/** Rows of a spreadsheet have all the same width; a list that is indented with tabs has one word a line, and no width. */
const isCopied = (rows: readonly (readonly string[])[]): boolean => sameWidth(rows) || rows.filter(row => filled(row) > 1).length * 2 > rows.length

/** Prose has commas too: blank space follows them, figures stand around them, and they are as many in each line by chance only. */
function isWritten(rows: readonly (readonly string[])[]): boolean {
  const lines = rows.filter(row => filled(row) > 0)
  if (lines.length < 2 || !sameWidth(lines)) return false
  if (columnsOf(lines[0] ?? [], lines.length)) return true
  const isFigure = (row: readonly string[], i: number) => i === 0 || (/\d$/.test(row[i - 1] ?? '') && /^\d/.test(row[i] ?? ''))
  const columns = (lines[0] ?? []).filter((_, col) => lines.some(row => !isBlank(row[col] ?? '')))
  return columns.length > 1 && !lines.some(row => row.some(cell => /^\s/.test(cell))) && !lines.every(row => row.every((_, i) => isFigure(row, i)))
}

// ---- lists

const bullet = /^\s*[-*•‣◦–—]\s+/
const figure = /^\s*(\d{1,4})[.)]\s+/

/** A text's items: its lines without bullets. What is indented under a bullet belongs to it. */
function readList(text: string): string[] {
  const { rows } = cellsOf(text, '\t')
  // One column of a spreadsheet: a cell that holds several lines stands in quotation marks.
  const isColumn = rows.every(row => row.length === 1) && rows.some(([cell]) => cell?.includes('\n'))
  const lines = isColumn ? rows.flat() : text.split('\n')
  const strip = isCounted(lines) ? figure : bullet
  const isBulleted = strip.test(lines[0] ?? '')
  const items: string[] = []
  for (const line of lines) {
    const under = isBulleted && items.length > 0 && !strip.test(line) && /^(?:\t| {2})\s*\S/.test(line)
    if (under) items.push(`${items.pop()}\n${line.trim()}`)
    else items.push(line.replace(strip, ''))
  }
  return items
}

/** Whether figures count the items, one after another, rather than being a part of what they say. */
function isCounted(lines: readonly string[]): boolean {
  const figures = lines.map(line => figure.exec(line)?.[1]).filter(each => each !== undefined).map(Number)
  return figures.length > 1 && figure.test(lines[0] ?? '') && figures.every((each, i) => each === (figures[0] ?? 0) + i)
}

// ---- what is said of it

const nouns = { text: ['text', 'texts'], list: ['line', 'lines'], cells: ['cell', 'cells'], rows: ['row', 'rows'] } as const
const count = (n: number, [one, many]: readonly [string, string]): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`

/** Cards that found no room where they were to stand, and what they stand beside. */
export interface Beside {
  readonly cards: number
  readonly of: string
}

/** What makes cards. */
export type Made = Extract<Pasted, { readonly cards: readonly PastedCard[] }>

/** How many cards, and what was left out or went on, each with its noun. */
function partsOf({ is, cards, empty, long }: Made): string[] {
  const noun = nouns[is]
  return [
    count(cards.length, ['card', 'cards']),
    ...(empty > 0 ? [`${count(empty, [`empty ${noun[0]}`, `empty ${noun[1]}`])} left out`] : []),
    ...(long > 0 ? [`${count(long, [`long ${noun[0]}`, `long ${noun[1]}`])} continued on a next card`] : []),
  ]
}

/** What a table is about to make, in a sentence. */
export const sayAhead = (pasted: Pasted): string => ('cards' in pasted ? `${partsOf(pasted).join(', ')}.` : sayPasted(pasted))

/** What a paste made, in a sentence: every count with its noun, and how to take it back. */
export function sayPasted(pasted: Pasted, beside?: Beside): string {
  if (pasted.is === 'nothing') return 'There was no text to make a card of.'
  if (pasted.is === 'too much') return pasted.why
  const [made, ...others] = partsOf(pasted)
  const aside = beside ? [`${beside.cards === pasted.cards.length ? '' : `${beside.cards.toLocaleString('en')} `}put beside the ${beside.of} for want of room`] : []
  return `${[`${made} made`, ...others, ...aside].join(', ')}. Ctrl Z takes ${pasted.cards.length === 1 ? 'it' : 'them'} back.`
}
