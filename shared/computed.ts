import type { Board, Card, Structure } from './board.ts'
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

/** Orders of a wheel's members by id; nothing for a wheel without a centre. Only relations between members count. */
export function ordersIn(board: Board, wheel: RecordId, inside: readonly Card[] = membersOf(board, wheel)): { centre: RecordId | undefined; order: ReadonlyMap<string, number> } {
  const members = new Map(inside.map(card => [card.id, card]))
  const centre = centreOf(members.values()) as RecordId | undefined
  if (!centre) return { centre, order: new Map() }
  const causes = [...board.relations.values()].filter(r => relationOf(r.kind).causal && members.has(r.from) && members.has(r.to))
  return { centre, order: orders(centre, causes) }
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
