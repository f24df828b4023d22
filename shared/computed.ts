import type { Board, Card, Relation, Structure } from './board.ts'
import { groupBy } from './group.ts'
import type { RecordId } from './ids.ts'
import { cellAt, type Cell, type Grid } from './methods/grid.ts'
import type { Timeline } from './methods/timeline.ts'
import { centreOf, orders, type Wheel } from './methods/wheel.ts'
import { relationOf } from './relations.ts'

/* What follows from where cards stand and how they are related. Never stored: anybody can work it out again. */

/** The cards inside a structure. */
export function membersOf(board: Board, structure: RecordId): Card[] {
  return [...board.cards.values()].filter(card => card.place.parent === structure)
}

/** A wheel's centre, and how far its members follow from it; nothing for a wheel without a centre. */
export interface Orders {
  readonly centre: RecordId | undefined
  readonly order: ReadonlyMap<string, number>
}

/** Orders of a wheel's members by id. Only relations between members count. */
export function ordersIn(board: Board, wheel: RecordId): Orders {
  return ordersFrom(membersOf(board, wheel), board.relations.values())
}

function ordersFrom(inside: readonly Card[], relations: Iterable<Relation>): Orders {
  const members = new Set<string>(inside.map(card => card.id))
  const centre = centreOf(inside) as RecordId | undefined
  if (!centre) return { centre, order: new Map() }
  return { centre, order: orders(centre, [...relations].filter(r => relationOf(r.kind).causal && members.has(r.from) && members.has(r.to))) }
}

/** What stands in what, worked out once for whoever asks of every structure: a board may have thousands. */
export interface Inside {
  members(structure: RecordId): readonly Card[]
  /** Relations between two members. */
  relations(structure: RecordId): readonly Relation[]
  orders(wheel: RecordId): Orders
}

export function insideOf(board: Board): Inside {
  const members = groupBy(board.cards.values(), card => card.place.parent)
  const parentOf = (card: RecordId) => board.cards.get(card)?.place.parent
  const relations = groupBy(board.relations.values(), ({ from, to }) => (parentOf(from) === parentOf(to) ? parentOf(from) : undefined))
  const wheels = new Map<RecordId, Orders>()
  return {
    members: structure => members.get(structure) ?? [],
    relations: structure => relations.get(structure) ?? [],
    orders(wheel) {
      const known = wheels.get(wheel) ?? ordersFrom(members.get(wheel) ?? [], relations.get(wheel) ?? [])
      wheels.set(wheel, known)
      return known
    },
  }
}

export const asWheel = ({ w, h, fields }: Structure): Wheel => ({ w, h, rings: Number(fields['rings']), ...(fields['parts'] === 'steep' && { parts: 'steep' as const }) })
export const asTimeline = ({ w, h, fields }: Structure): Timeline => ({
  w,
  h,
  from: String(fields['from']),
  to: String(fields['to']),
  lanes: fields['lanes'] as readonly string[],
})
export const asGrid = ({ w, h, fields }: Structure): Grid => ({ w, h, rows: fields['rows'] as readonly string[], cols: fields['cols'] as readonly string[] })

/** The cell a card of a grid stands in, by its middle. */
export const cellOf = (grid: Structure, card: Card): Cell | undefined =>
  cellAt(asGrid(grid), { x: card.place.x + card.w / 2, y: card.place.y + card.h / 2 })
