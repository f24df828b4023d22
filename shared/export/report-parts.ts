import type { Card } from '../board.ts'
import { fieldsOf, kindOf } from '../cards/index.ts'
import type { PartialDate } from '../dates.ts'
import { type Field, printField } from '../fields.ts'
import type { RecordId } from '../ids.ts'
import type { Spread } from '../spread.ts'
import { noViews } from '../views.ts'
import type { FileReading } from './reading.ts'

/*
 * What a report is made of before it is printed. One reading of a board, two prints: as Markdown (`report-markdown.ts`), and as
 * the page a board has for it.
 */

/** Kinds of views that are told of cards. */
export type CardScale = 'valence' | 'likelihood'

/** A piece of a line. A plain text is our own words; all others are what people wrote, or what stands for it. */
export type Run =
  | string
  /** Words from the board, or about it; `at` is where they stand on it. */
  | { readonly is: 'said'; readonly text: string; readonly at?: RecordId }
  | { readonly is: 'strong'; readonly text: string }
  | { readonly is: 'date'; readonly date: PartialDate }
  /** A kind of card by its name. */
  | { readonly is: 'kind'; readonly kind: string; readonly strong?: true }
  /** A web page that somebody named. */
  | { readonly is: 'address'; readonly url: string }
  /** How people value a card. */
  | { readonly is: 'stand'; readonly scale: CardScale; readonly spread: Spread }

export type Line = readonly Run[]

/** A line of a list; nothing lies deeper than one below the line above it. */
export interface Item {
  readonly depth: number
  readonly line: Line
}

export type Block =
  | { readonly is: 'heading'; readonly text: Line }
  | { readonly is: 'text'; readonly text: Line }
  | { readonly is: 'list'; readonly items: readonly Item[] }
  /** Cells hold lines, most of them one. The first cell of a row says what the row is about; the last of a short row is about all columns that are left. */
  | { readonly is: 'table'; readonly head: readonly Line[]; readonly rows: readonly (readonly (readonly Line[])[])[] }

/** What the report says of one structure, or of the board as a whole. */
export interface Part {
  /** A structure's id, or the name of what is told of the whole board. */
  readonly key: string
  /** The structure it is about. */
  readonly about?: RecordId
  readonly heading: Line
  readonly blocks: readonly Block[]
}

export const heading = (...text: Line): Block => ({ is: 'heading', text })
export const text = (...runs: Line): Block => ({ is: 'text', text: runs })
export const list = (lines: readonly Line[]): Block => ({ is: 'list', items: lines.map(line => ({ depth: 0, line })) })
/** A table whose cells are one line each. */
export const table = (head: readonly Line[], rows: readonly (readonly Line[])[]): Block => ({ is: 'table', head, rows: rows.map(row => row.map(cell => [cell])) })

export const said = (words: string): Run => ({ is: 'said', text: words })
export const date = (when: PartialDate): Run => ({ is: 'date', date: when })
export const strong = (words: string): Run => ({ is: 'strong', text: words })

const unwritten = '(nothing written yet)'

/** A card's words, and where they stand. */
export const wordsOf = (card: Card | undefined): Run => ({ is: 'said', text: card && card.text.trim() !== '' ? card.text : unwritten, ...(card && { at: card.id }) })

/** What a kind of card is called. */
export const kindTitle = (kind: string): string => kindOf(kind)?.title ?? kind

/** Lines one after another, with something between. */
export const joined = (lines: readonly Line[], between: string): Line => lines.flatMap((line, i) => (i ? [between, ...line] : line))

/** How people value a card, where anybody does. */
function valued(reading: FileReading, { views }: Card): Line[] {
  if (views === noViews) return []
  return (['valence', 'likelihood'] as const).flatMap(scale => (views[scale].size ? [[{ is: 'stand', scale, spread: reading.spread(views[scale], scale) }]] : []))
}

function fieldLine({ type, label }: Field, value: string): Line {
  switch (type) {
    case 'url':
      return [{ is: 'address', url: value }]
    case 'date':
      return [date(value)]
    case 'line':
      return [said(label.toLowerCase()), ': ', said(value)]
    default:
      return [said(value)]
  }
}

/** What a card says beside its words: its fields, and how it is valued. */
export function asideOf(reading: FileReading, card: Card, without: readonly string[] = []): Line {
  const fields = fieldsOf(card.kind).flatMap(([name, field]): Line[] => {
    const value = without.includes(name) ? '' : printField(field, card.fields[name])
    return value === '' ? [] : [fieldLine(field, value)]
  })
  const all = [...fields, ...valued(reading, card)]
  return all.length ? [' (', ...joined(all, '; '), ')'] : []
}

/** A card as a line of its own. */
export const bullet = (reading: FileReading, card: Card): Line => [{ is: 'kind', kind: card.kind, strong: true }, ': ', wordsOf(card), ...asideOf(reading, card)]
