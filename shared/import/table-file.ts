import { cardFields } from '../cards/index.ts'
import { cardOf, type Column, type Columns, columnsOf, unreadIn } from '../columns.ts'
import { isOwnTable } from '../formula-guard.ts'
import { cellsOf, isBlank, made, type Pasted } from '../table.ts'
import { counted, ImportError, quoted } from './imported.ts'

/** A table of a file or the clipboard, before anybody has said what its columns hold. */
export interface Table {
  readonly rows: readonly (readonly string[])[]
  readonly warnings: readonly string[]
}

/** What somebody says of a table: whether its first row names its columns, and what each holds. */
export interface Mapping extends Columns {
  readonly head: boolean
}

export const mostRows = 10_000
export const mostColumns = 60

const delimiters = { '\t': 'tabs', ',': 'commas', ';': 'semicolons', '|': 'bars' } as const

/** Reads CSV or TSV. Throws an ImportError for what has too many rows or columns to be cards. */
export function readTableText(text: string, name: string): Table {
  const said = text.replace(/^\ufeff/, '').replaceAll('\0', '').toWellFormed()
  const whole = said.replace(/\r\n?/g, '\n')
  if (whole.trim() === '') throw new ImportError(`${quoted(name)} is empty. Choose a table with a row a card.`)
  const { rows, torn } = isAsExported(said) ? cellsOf(said, ',', mostRows + 2, '\r\n') : cellsOf(whole, /\.(tsv|tab)$/i.test(name) ? '\t' : delimiterOf(whole), mostRows + 2)
  const filled = rows.filter(row => !row.every(isBlank))
  if (filled.length > mostRows + 1) throw new ImportError(`${quoted(name)} has more than ${mostRows.toLocaleString('en')} rows, the most that become cards at once. Open it in parts.`)
  const width = Math.max(...filled.map(row => row.length))
  if (width > mostColumns) throw new ImportError(`${quoted(name)} has ${width.toLocaleString('en')} columns; at most ${mostColumns} are read. If it is no table, choose another file.`)
  return { rows: filled.map(row => [...row.map(cell => cell.replace(/\r\n?/g, '\n')), ...Array.from({ length: width - row.length }, () => '')]), warnings: torn ? ['A quotation mark is opened and never closed, so quotation marks were read as letters like any others. Look whether the columns are right.'] : [] }
}

/** Whether a table is as we wrote it: then its line ends are known, and those inside its cells are theirs. */
const isAsExported = (text: string): boolean => isOwnTable(/^[^\r\n]*(?=\r\n)/.exec(text)?.[0].split(','))

/** What stands most evenly in the first lines; one column where nothing does. */
function delimiterOf(text: string): string {
  const lines = text.slice(0, 20_000).split('\n').slice(0, 20).join('\n')
  let best = { delimiter: ',', score: 0 }
  for (const delimiter of Object.keys(delimiters)) {
    const { rows } = cellsOf(lines, delimiter)
    const widths = rows.filter(row => !row.every(isBlank)).map(row => row.length)
    const usual = widths[0] ?? 1
    const score = usual < 2 ? 0 : (widths.filter(width => width === usual).length / widths.length) * usual
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}

/** What a table most likely holds: by its heads where it has some, and else the longest column is the text. */
export function guessMapping({ rows }: Table): Mapping {
  const [first = []] = rows
  const named = columnsOf(first, rows.length)
  if (named) return { ...named, head: true }
  const lengths = first.map((_, col) => rows.reduce((sum, row) => sum + (row[col]?.length ?? 0), 0))
  const text = lengths.indexOf(Math.max(...lengths))
  return { head: false, kind: undefined, columns: first.map((_, col) => ({ is: col === text ? 'text' : 'other', label: '' })) }
}

/** What a column can be taken for, by a name that can be chosen; with the words for it. */
export const meanings: Readonly<Record<string, string>> = {
  text: 'Text of the card',
  kind: 'Kind of card',
  ...Object.fromEntries(Object.entries(cardFields).map(([name, { label }]) => [`field ${name}`, label])),
  other: 'Said in the text, with its head',
  nothing: 'Left out',
}

export const meaningOf = (column: Column): string => (column.is === 'field' ? `field ${column.name}` : column.is)

/** The mapping with one column taken for something else. */
export function meaning(mapping: Mapping, at: number, name: string): Mapping {
  const columns = mapping.columns.map((column, i): Column => {
    if (i !== at) return column
    const field = name.startsWith('field ') ? cardFields[name.slice('field '.length)] : undefined
    if (field) return { is: 'field', label: column.label, name: name.slice('field '.length), field }
    return { is: name === 'text' || name === 'kind' || name === 'nothing' ? name : 'other', label: column.label }
  })
  return { ...mapping, columns }
}

/** The mapping once somebody says whether the first row names the columns: what the columns hold stays as it is. */
export function withHead({ rows }: Table, mapping: Mapping, head: boolean): Mapping {
  const [first = []] = rows
  return { ...mapping, head, columns: mapping.columns.map((column, i) => ({ ...column, label: head ? (first[i] ?? '').trim().replace(/\s*:$/, '') : '' })) }
}

/** The cards of a table, by what its columns hold. */
export function cardsOf({ rows }: Table, mapping: Mapping, most?: number): Pasted {
  // A row of which only the kind is said is a card that somebody means to write on.
  const says = (row: readonly string[]): boolean => row.some((cell, i) => !isBlank(cell) && mapping.columns[i]?.is !== 'nothing')
  return made('rows', rows.slice(mapping.head ? 1 : 0).map(row => (says(row) ? cardOf(row, mapping) : undefined)), most)
}

/** In sentences, what cannot be kept where it was meant to go. */
export const sayUnread = ({ rows }: Table, mapping: Mapping): string[] =>
  unreadIn(rows, mapping, mapping.head ? 1 : 0).map(({ label, cells, first, because }) =>
    because === 'words'
      ? `${label}: ${counted(cells, 'cell')} cannot be read as that, such as ${quoted(first.words, 40)} in row ${first.row.toLocaleString('en')}. ${cells === 1 ? 'What it says' : 'What they say'} is kept in the text.`
      : `${label}: ${counted(cells, 'card')} of a kind that has no such field, such as in row ${first.row.toLocaleString('en')}. What it says is kept in the text.`,
  )
