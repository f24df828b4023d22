import type { CardKind } from './cards/card.ts'
import { cardFields, fieldsOf, type KindName, kinds } from './cards/index.ts'
import { type Field, type Options, parseField } from './fields.ts'
import type { Json } from './json.ts'
import type { PastedCard } from './table.ts'

/** What a column of a table holds. `label` is what its head said; of `nothing` nothing is kept. */
export type Column =
  | { readonly is: 'text' | 'kind' | 'other' | 'nothing'; readonly label: string }
  | { readonly is: 'field'; readonly label: string; readonly name: string; readonly field: Field }

/** A table's columns, and the kind of those rows that name none. */
export interface Columns {
  readonly columns: readonly Column[]
  readonly kind: KindName | undefined
}

const texts = ['text', 'card', 'statement', 'title']
const kindHeads = ['kind', 'type', 'kind of card']
/** Other words for a field, besides its stored name and its label. */
const otherNames: Readonly<Record<string, string>> = { who: 'actor', year: 'date', link: 'source', url: 'source' }

const plain = (words: string): string => words.trim().replace(/\s*:$/, '').toLowerCase()

function columnOf(head: string): Column {
  const label = head.trim().replace(/\s*:$/, '')
  const said = plain(head)
  if (texts.includes(said)) return { is: 'text', label }
  if (kindHeads.includes(said)) return { is: 'kind', label }
  const known = Object.entries(cardFields).find(([name, field]) => said === name || said === plain(field.label) || said !== '' && otherNames[said] === name)
  return known ? { is: 'field', label, name: known[0], field: known[1] } : { is: 'other', label }
}

/** What a first row names; nothing where it is a row like the others. One name might be chance, unless it names the text. */
export function columnsOf(row: readonly string[], rows: number): Columns | undefined {
  const columns = row.map(columnOf)
  const named = columns.filter(column => column.is !== 'other').length
  const isHead = columns.some(column => column.is === 'text') || named > 1 || (named === 1 && named === row.filter(cell => plain(cell) !== '').length)
  if (rows < 2 || !isHead) return undefined
  const other = columns.findIndex(column => column.is === 'other')
  if (!columns.some(column => column.is === 'text') && other >= 0) columns[other] = { is: 'text', label: columns[other]?.label ?? '' }
  return { columns, kind: kindShowing(columns.flatMap(column => (column.is === 'field' ? [column.name] : []))) }
}

/** The kind that shows most of these fields and fewest others; nothing for none. A vision and a change stand alone on a board: no table is full of them. */
function kindShowing(names: readonly string[]): KindName | undefined {
  let best: { kind: KindName; shown: number; others: number } | undefined
  for (const kind of Object.keys(kinds) as KindName[]) {
    const fields = fieldsOf(kind)
    const shown = fields.filter(([name]) => names.includes(name)).length
    const others = fields.length - shown
    if (shown === 0 || kind === 'vision' || kind === 'change') continue
    if (!best || shown > best.shown || (shown === best.shown && others < best.others)) best = { kind, shown, others }
  }
  return best?.kind
}

/** The kind people mean by a word: its title, its stored name, or its title in the plural. */
export const kindNamed = (words: string): KindName | undefined =>
  (Object.entries<CardKind>(kinds) as [KindName, CardKind][]).find(([name, { title }]) => [name, title.toLowerCase(), `${title.toLowerCase()}s`].includes(plain(words)))?.[0]

/** A row as a card. What its kind has no field for, or a field cannot read, is said in the text under the name of its column. */
export function cardOf(row: readonly string[], { columns, kind }: Columns): PastedCard {
  const kindCell = row[columns.findIndex(column => column.is === 'kind')] ?? ''
  const named = kindNamed(kindCell) ?? kind
  const said: string[] = []
  const aside: string[] = []
  const fields: Record<string, Json> = {}
  for (const [i, cell] of row.entries()) {
    const column = columns[i]
    const words = cell.trim()
    if (words === '' || column?.is === 'nothing' || (column?.is === 'kind' && cell === kindCell && kindNamed(cell))) continue
    const value = column?.is === 'field' && fields[column.name] === undefined && shows(named, column.name) ? readCell(column.field, words) : undefined
    if (column?.is === 'field' && value !== undefined) fields[column.name] = value
    else if (column?.is === 'text') said.push(words)
    else aside.push(column?.label ? `${column.label}: ${words}` : words)
  }
  return { text: [...said, ...aside].join('\n'), ...(named && { kind: named }), ...(Object.keys(fields).length > 0 && { fields }) }
}

const shows = (kind: KindName | undefined, name: string): boolean => fieldsOf(kind ?? '').some(([field]) => field === name)

/** Cells of a column that mean nothing to what the column is taken for; they stay in the text. `row` counts from 1, heads included. */
export interface Unread {
  readonly label: string
  readonly cells: number
  readonly first: { readonly row: number; readonly words: string }
  /** Whether cells cannot be read at all, or the kinds of their cards have no such field. */
  readonly because: 'words' | 'kind'
}

/** What of a table's columns cannot be kept where it was meant to go. `skip` rows come before the first card. */
export function unreadIn(rows: readonly (readonly string[])[], { columns, kind }: Columns, skip: number): Unread[] {
  const kindAt = columns.findIndex(column => column.is === 'kind')
  return columns.flatMap((column, i) => {
    if (column.is !== 'field' && column.is !== 'kind') return []
    const found = { words: [] as { row: number; words: string }[], kind: [] as { row: number; words: string }[] }
    for (const [nth, row] of rows.entries()) {
      const words = row[i]?.trim() ?? ''
      if (words === '' || nth < skip) continue
      const named = kindNamed(row[kindAt] ?? '') ?? kind
      const isRead = (column.is === 'field' ? readCell(column.field, words) : kindNamed(words)) !== undefined
      if (!isRead) found.words.push({ row: nth + 1, words })
      else if (column.is === 'field' && !shows(named, column.name)) found.kind.push({ row: nth + 1, words })
    }
    return (['words', 'kind'] as const).flatMap(because => {
      const [first] = found[because]
      return first ? [{ label: column.label || `Column ${i + 1}`, cells: found[because].length, first, because }] : []
    })
  })
}

/** A field's value where all of what was typed can be read: half of it would lose the other half. */
export function readCell(field: Field, typed: string): Json | undefined {
  switch (field.type) {
    case 'choice':
    case 'choices': {
      const options = typed.split(field.type === 'choices' ? /[,;/\n]/ : '\n').filter(part => part.trim() !== '').map(part => optionNamed(field.options, part))
      return options.every(option => option !== undefined) ? parseField(field, options.join(',')) : undefined
    }
    case 'line':
      return typed.length <= field.max && !typed.includes('\n') ? parseField(field, typed) : undefined
    case 'url':
      // A name of a newspaper could be read as an address too.
      return /^https?:\/\/|^[^\s/]+\.[^\s/]{2,}/i.test(typed) ? parseField(field, typed) : undefined
    default:
      return parseField(field, typed)
  }
}

const optionNamed = (options: Options, words: string): string | undefined =>
  Object.entries(options).find(([name, label]) => [name.toLowerCase(), label.toLowerCase()].includes(plain(words)))?.[0]
