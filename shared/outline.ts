import type { Board, Card, Structure } from './board.ts'
import { asGrid, cellOf, membersOf, ordersIn } from './computed.ts'
import type { RecordId } from './ids.ts'
import { methodOf } from './methods/index.ts'
import { relationOf } from './relations.ts'

/** A board as a list: what the map shows by place, said by order and depth. */
export interface OutlineEntry {
  readonly id: RecordId
  readonly depth: number
  readonly is: 'structure' | 'card'
  /** A card's kind or a structure's type; a heading has neither and belongs to its structure. */
  readonly kind: string
  readonly text: string
  /** A date, or the name of a cell. */
  readonly aside?: string
}

/** Structures first, each with its cards as its method reads them; then cards that stand free. */
export function outlineOf(board: Board): OutlineEntry[] {
  const entries: OutlineEntry[] = []
  const structures = [...board.structures.values()].sort(byPlace)
  for (const structure of structures) {
    entries.push({ id: structure.id, depth: 0, is: 'structure', kind: structure.type, text: nameOfStructure(structure) })
    entries.push(...inside(board, structure))
  }
  const loose = [...board.cards.values()].filter(card => !board.structures.has(card.place.parent as RecordId)).sort(byPlace)
  entries.push(...loose.map(card => entryOf(card, 0)))
  return entries
}

/** What people call a structure: its title, or what it is. */
export const nameOfStructure = ({ type, fields }: Structure): string => {
  const title = String(fields['title'] ?? '')
  if (type === 'tension') return [title, [fields['left'], fields['right']].filter(Boolean).join(' or ')].filter(Boolean).join(': ') || methodOf(type).title
  return title || methodOf(type).title
}

const byPlace = (a: Card | Structure, b: Card | Structure): number => a.place.y - b.place.y || a.place.x - b.place.x || (a.id < b.id ? -1 : 1)

const dateOfCard = ({ fields }: Card): string | undefined => {
  const date = fields['date'] ?? fields['seen']
  return typeof date === 'string' ? date : undefined
}

function entryOf(card: Card, depth: number, aside = dateOfCard(card)): OutlineEntry {
  return { id: card.id, depth, is: 'card', kind: card.kind, text: card.text, ...(aside !== undefined && { aside }) }
}

function inside(board: Board, structure: Structure): OutlineEntry[] {
  const members = membersOf(board, structure.id)
  switch (structure.type) {
    case 'wheel':
      return wheelEntries(board, structure, members)
    case 'timeline':
      // From the end backwards, as a backcast is read.
      return members
        .sort((a, b) => Number(b.kind === 'vision') - Number(a.kind === 'vision') || (dateOfCard(b) ?? '').localeCompare(dateOfCard(a) ?? '') || byPlace(a, b))
        .map(card => entryOf(card, 1))
    case 'grid': {
      const { rows, cols } = asGrid(structure)
      const at = (card: Card) => cellOf(structure, card)
      return members
        .sort((a, b) => (at(a)?.row ?? 99) - (at(b)?.row ?? 99) || (at(a)?.col ?? 99) - (at(b)?.col ?? 99) || byPlace(a, b))
        .map(card => {
          const cell = at(card)
          return entryOf(card, 1, cell && [rows[cell.row], cols[cell.col]].filter(Boolean).join(', '))
        })
    }
    default:
      return members.sort(byPlace).map(card => entryOf(card, 1))
  }
}

/** The centre, under it each card beneath the first of its causes, and last those that no chain reaches. */
function wheelEntries(board: Board, wheel: Structure, members: readonly Card[]): OutlineEntry[] {
  const { centre, order } = ordersIn(board, wheel.id)
  const byId = new Map(members.map(card => [card.id as string, card]))
  const causes = [...board.relations.values()].filter(r => relationOf(r.kind).causal)
  const said = new Set<string>()
  const entries: OutlineEntry[] = []
  const say = (id: string): void => {
    const card = byId.get(id)
    if (!card || said.has(id)) return
    said.add(id)
    entries.push(entryOf(card, 1 + (order.get(id) ?? 0)))
    const effects = causes.filter(r => r.from === id && order.get(r.to) === (order.get(id) ?? 0) + 1).map(r => byId.get(r.to))
    for (const effect of effects.filter(each => each !== undefined).sort(byPlace)) say(effect.id)
  }
  if (centre) say(centre)
  for (const card of [...members].sort(byPlace)) if (!said.has(card.id)) entries.push(entryOf(card, 1))
  return entries
}
