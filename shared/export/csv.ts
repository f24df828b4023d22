import type { Card, Provenance, Relation } from '../board.ts'
import { cardFields } from '../cards/index.ts'
import { asGrid, cellOf } from '../computed.ts'
import { defused } from '../formula-guard.ts'
import { isList, type Json } from '../json.ts'
import { nameOfStructure } from '../outline.ts'
import { relationOf } from '../relations.ts'
import { histogram, type Spread } from '../spread.ts'
import { scaleOf } from '../views.ts'
import type { FileReading } from './reading.ts'

/*
 * Tables as RFC 4180 has them. They begin with a byte order mark: without one Excel reads the letters of another century, and
 * whoever reads tables by program is used to saying utf-8-sig. No cell is a formula, see `formula-guard.ts`.
 */

export { defused, fused } from '../formula-guard.ts'

const mark = '\ufeff'

const cell = (value: Json | undefined): string => {
  const text = defused(isList(value) ? value.join(', ') : value === undefined || value === null ? '' : String(value))
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Columns by their heads. */
type Columns<T> = Readonly<Record<string, (item: T) => Json | undefined>>

function table<T>(columns: Columns<T>, items: readonly T[]): string {
  const cells = Object.values(columns)
  const rows = items.map(item => cells.map(read => cell(read(item))).join(','))
  return mark + [Object.keys(columns).map(cell).join(','), ...rows].map(row => `${row}\r\n`).join('')
}

const momentOf = (at: number | undefined): string | undefined => (at === undefined ? undefined : new Date(at * 1000).toISOString().replace('.000Z', 'Z'))

/** Who made and changed something, as far as the board says. */
function madeBy(reading: FileReading): Columns<Provenance> {
  const sector = (id: Parameters<FileReading['sectorOf']>[0] | undefined) => (id === undefined ? undefined : reading.sectorOf(id))
  return {
    by: ({ by }) => by,
    'by sector': ({ by }) => sector(by),
    at: ({ at }) => momentOf(at),
    'edited by': ({ edited }) => edited?.by,
    'edited by sector': ({ edited }) => sector(edited?.by),
    'edited at': ({ edited }) => momentOf(edited?.at),
  }
}

/** How many stand at each step, for those who may be shown; a mean would hide that two camps are two. */
function counts(reading: FileReading, scale: 'valence' | 'likelihood'): Columns<Card> {
  const { min, max } = scaleOf(scale)
  const known = new Map<Card, Spread>()
  const spread = (card: Card): Spread => {
    const spread = known.get(card) ?? reading.spread(card.views[scale], scale)
    known.set(card, spread)
    return spread
  }
  const steps = Array.from({ length: max - min + 1 }, (_, i) => min + i)
  const said = (card: Card): boolean => card.views[scale].size > 0
  return {
    [`${scale}: people`]: card => (said(card) ? spread(card).people : undefined),
    ...Object.fromEntries(steps.map((step, i) => [`${scale}: ${step}`, (card: Card) => (said(card) ? histogram(spread(card).shown, { min, max })[i] : undefined)])),
  }
}

/** A card a row, in the order in which the board is read. */
export function csvOfCards(reading: FileReading): string {
  const { board } = reading
  const structureOf = (card: Card) => (card.place.parent === '' ? undefined : board.structures.get(card.place.parent))
  const cellAt = (card: Card) => {
    const structure = structureOf(card)
    const at = structure?.type === 'grid' ? cellOf(structure, card) : undefined
    return structure && at && { row: asGrid(structure).rows[at.row], column: asGrid(structure).cols[at.col] }
  }
  const orderOf = (card: Card) => {
    const structure = structureOf(card)
    return structure?.type === 'wheel' ? reading.wheel(structure.id).order.get(card.id) : undefined
  }
  const columns: Columns<Card> = {
    id: ({ id }) => id,
    kind: ({ kind }) => kind,
    text: ({ text }) => text,
    ...Object.fromEntries(Object.keys(cardFields).map(name => [name, (card: Card) => card.fields[name]])),
    in: ({ place }) => place.parent,
    structure: card => structureOf(card)?.type,
    'structure title': card => {
      const structure = structureOf(card)
      return structure && nameOfStructure(structure)
    },
    order: orderOf,
    row: card => cellAt(card)?.row,
    column: card => cellAt(card)?.column,
    x: ({ place }) => Math.round(reading.corner(place).x),
    y: ({ place }) => Math.round(reading.corner(place).y),
    ...counts(reading, 'valence'),
    ...counts(reading, 'likelihood'),
    ...madeBy(reading),
  }
  return table(columns, reading.cards())
}

/** A relation a row, in the order of the cards it begins at. */
export function csvOfRelations(reading: FileReading): string {
  const { board } = reading
  const place = new Map(reading.cards().map((card, i) => [card.id, i]))
  const at = (id: Relation['from']): number => place.get(id) ?? 0
  const relations = [...board.relations.values()].sort((a, b) => at(a.from) - at(b.from) || at(a.to) - at(b.to) || (a.id < b.id ? -1 : 1))
  const columns: Columns<Relation> = {
    id: ({ id }) => id,
    kind: ({ kind }) => kind,
    label: ({ kind }) => relationOf(kind).label,
    sign: ({ kind, sign }) => (kind === 'leads' ? (sign === '-' ? 'minus' : 'plus') : undefined),
    delay: ({ delay }) => (delay ? 'later' : undefined),
    from: ({ from }) => from,
    'from kind': ({ from }) => board.cards.get(from)?.kind,
    'from text': ({ from }) => board.cards.get(from)?.text,
    to: ({ to }) => to,
    'to kind': ({ to }) => board.cards.get(to)?.kind,
    'to text': ({ to }) => board.cards.get(to)?.text,
    ...madeBy(reading),
  }
  return table(columns, relations)
}
