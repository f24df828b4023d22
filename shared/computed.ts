import type { Board, Card, Relation, Structure } from './board.ts'
import { isDate } from './dates.ts'
import { groupBy } from './group.ts'
import type { RecordId } from './ids.ts'
import { isList, type Json } from './json.ts'
import { cellAt, type Cell, grid, type Grid } from './methods/grid.ts'
import { timeline, type Timeline } from './methods/timeline.ts'
import { centreOf, orders, wheel, type Wheel } from './methods/wheel.ts'
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

/** What a structure says of itself: one that was read, or one that is just being put on a canvas and may say anything. */
type Says = Pick<Structure, 'w' | 'h' | 'fields'>

const dateOr = (value: Json | undefined, otherwise: string): string => (isDate(value) ? value : otherwise)
const namesOr = (value: Json | undefined, otherwise: readonly string[]): readonly string[] => (isList(value) ? (value as readonly string[]) : otherwise)

export const asWheel = ({ w, h, fields }: Says): Wheel => ({ w, h, rings: typeof fields['rings'] === 'number' ? fields['rings'] : wheel.defaults.rings, ...(fields['parts'] === 'steep' && { parts: 'steep' as const }) })
export const asTimeline = ({ w, h, fields }: Says): Timeline => ({
  w,
  h,
  from: dateOr(fields['from'], timeline.defaults.from),
  to: dateOr(fields['to'], timeline.defaults.to),
  lanes: namesOr(fields['lanes'], timeline.defaults.lanes),
})
export const asGrid = ({ w, h, fields }: Says): Grid => ({ w, h, rows: namesOr(fields['rows'], grid.defaults.rows), cols: namesOr(fields['cols'], grid.defaults.cols) })

/** The cell a card of a grid stands in, by its middle. */
export const cellOf = (grid: Structure, card: Card): Cell | undefined =>
  cellAt(asGrid(grid), { x: card.place.x + card.w / 2, y: card.place.y + card.h / 2 })
