import type { Board, Card, Relation, Structure } from './board.ts'
import { asGrid, cellOf, type Inside, insideOf, type Orders } from './computed.ts'
import { groupBy } from './group.ts'
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
  const within = insideOf(board)
  const structures = [...board.structures.values()].sort(byPlace)
  for (const structure of structures) {
    entries.push({ id: structure.id, depth: 0, is: 'structure', kind: structure.type, text: nameOfStructure(structure) })
    for (const entry of inside(within, structure)) entries.push(entry)
  }
  const loose = [...board.cards.values()].filter(card => !board.structures.has(card.place.parent as RecordId)).sort(byPlace)
  for (const card of loose) entries.push(entryOf(card, 0))
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

function inside(within: Inside, structure: Structure): OutlineEntry[] {
  const members = [...within.members(structure.id)]
  switch (structure.type) {
    case 'wheel':
      return wheelEntries(within.orders(structure.id), members, within.relations(structure.id))
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
function wheelEntries({ centre, order }: Orders, members: readonly Card[], relations: readonly Relation[]): OutlineEntry[] {
  const byId = new Map(members.map(card => [card.id as string, card]))
  const effects = groupBy(relations.filter(r => relationOf(r.kind).causal), r => r.from as string)
  const said = new Set<string>()
  const entries: OutlineEntry[] = []
  // A chain may be as long as the board: what is still to be said waits in a list, the next one last.
  const waiting = centre ? [centre as string] : []
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const card = byId.get(id)
    if (!card || said.has(id)) continue
    said.add(id)
    const own = order.get(id) ?? 0
    entries.push(entryOf(card, 1 + own))
    const next = (effects.get(id) ?? []).filter(r => order.get(r.to) === own + 1).map(r => byId.get(r.to) as Card)
    for (const each of next.sort(byPlace).reverse()) waiting.push(each.id)
  }
  for (const card of [...members].sort(byPlace)) if (!said.has(card.id)) entries.push(entryOf(card, 1))
  return entries
}
