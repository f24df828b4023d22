import icon from 'lucide/dist/esm/icons/target.mjs'
import { choice, number, steep } from '../fields.ts'
import { type Box, overlaps } from '../room.ts'
import type { Method, Point, Size } from './method.ts'

/** A futures wheel (Glenn 1971): one change in the centre, and rings of what follows from what follows. */
export const wheel = {
  title: 'Wheel',
  hint: 'One change, and what follows from what follows.',
  empty: 'Write the change in the middle.',
  icon,
  fields: { rings: number('Rings', 1, 9), parts: choice('Parts', { steep: 'By STEEP' }) },
  defaults: { w: 1760, h: 1320, rings: 3 },
} as const satisfies Method

export interface Wheel extends Size {
  readonly rings: number
  /** What the circle is divided by, from the top clockwise; one part where it is not divided. */
  readonly parts?: 'steep'
}

/** The names of a wheel's parts; the last one takes what belongs to none of the others. */
export const partNames = (wheel: Wheel): readonly string[] => (wheel.parts === 'steep' ? [...Object.values(steep), 'Not said'] : [])

/** The part a card belongs to, by the first of its STEEP values. */
export function partOf(wheel: Wheel, fields: Readonly<Record<string, unknown>>): number {
  const [first] = Array.isArray(fields['steep']) ? fields['steep'] : []
  const place = Object.keys(steep).indexOf(String(first))
  return wheel.parts === 'steep' ? (place < 0 ? Object.keys(steep).length : place) : 0
}

/** What people call a card's order. */
export const ringName = (order: number): string => ['Centre', 'Direct', 'Second', 'Third', 'Fourth', 'Fifth'][order] ?? `${order}th`

/** Half axes of the ellipse around the cards of an order; the centre's own ground is order 0. A wheel has `rings` of equal depth beyond it. */
export function ringEdge({ w, h, rings }: Wheel, order: number): Point {
  const part = (order + 1) / (rings + 1) / 2
  return { x: w * part, y: h * part }
}

/** Half axes of the ellipse the middles of an order's cards stand on. */
export const ringMiddle = (wheel: Wheel, order: number): Point => (order === 0 ? { x: 0, y: 0 } : ringEdge(wheel, order - 0.5))

/** The order whose ring a point lies on, counted from the wheel's top left corner; beyond the last ring counts on. */
export function ringAt({ w, h, rings }: Wheel, { x, y }: Point): number {
  return Math.max(0, Math.ceil(Math.hypot((x - w / 2) / (w / 2), (y - h / 2) / (h / 2)) * (rings + 1) - 1))
}

/**
 * Where a card goes that belongs on an order's ring: on its middle, in the direction it already lies or the nearest one with room
 * between the cards that are there. Top left corners.
 */
export function placeOnRing(wheel: Wheel, order: number, card: Box, taken: readonly Box[]): Point {
  const radius = ringMiddle(wheel, order)
  const own = Math.atan2((card.y + card.h / 2 - wheel.h / 2) / wheel.h, (card.x + card.w / 2 - wheel.w / 2) / wheel.w)
  const steps = Math.max(8, Math.round((2 * Math.PI * Math.max(radius.x, radius.y)) / (card.h / 2)))
  const places = Array.from({ length: steps }, (_, i): Point => {
    const angle = own + (i % 2 ? 1 : -1) * Math.ceil(i / 2) * ((2 * Math.PI) / steps)
    return { x: wheel.w / 2 + radius.x * Math.cos(angle) - card.w / 2, y: wheel.h / 2 + radius.y * Math.sin(angle) - card.h / 2 }
  })
  return places.find(place => !taken.some(box => overlaps({ ...card, ...place }, box))) ?? (places[0] as Point)
}

/** The step from cause to effect that orders count. */
export interface CausalRelation {
  readonly from: string
  readonly to: string
}

/**
 * Each card's order: its causal distance from the centre, along the fewest steps. Cards no chain reaches have none.
 * Loops, several parents and cross-links are all allowed; the shortest path decides.
 */
export function orders(centre: string, relations: Iterable<CausalRelation>): Map<string, number> {
  const effects = new Map<string, string[]>()
  for (const { from, to } of relations) {
    const known = effects.get(from)
    if (known) known.push(to)
    else effects.set(from, [to])
  }
  const order = new Map([[centre, 0]])
  for (const [card, steps] of order) {
    for (const effect of effects.get(card) ?? []) if (!order.has(effect)) order.set(effect, steps + 1)
  }
  return order
}

/** What choosing a centre needs to know of a card. */
export interface CentreCandidate {
  readonly id: string
  readonly kind: string
  readonly at?: number
}

/** The card a wheel grows from: its member of the kind “change”; the oldest where there are several, so that all readers agree. */
export function centreOf(members: Iterable<CentreCandidate>): string | undefined {
  let centre: CentreCandidate | undefined
  for (const card of members) {
    if (card.kind !== 'change') continue
    const age = (card.at ?? 0) - (centre?.at ?? 0)
    if (!centre || age < 0 || (age === 0 && card.id < centre.id)) centre = card
  }
  return centre?.id
}
