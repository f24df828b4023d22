import type { Point } from './methods/method.ts'
import type { Box } from './room.ts'

/** How much further a line bows with each try, and how far it may at most, as a part of its length: half of it is a half circle. */
const step = 36
const most = 0.5
/** How far a line stays from what it passes. */
const clearance = 8
/** How far apart the points of a line are that are looked at; no card is as small. */
const apart = 16

const middleOf = ({ x, y, w, h }: Box): Point => ({ x: x + w / 2, y: y + h / 2 })

/** Points on the arc from one point to another that bows by so much to the right of whoever goes along it, where y grows downwards. */
export function pointsOnArc(a: Point, b: Point, bend: number): Point[] {
  const length = Math.hypot(b.x - a.x, b.y - a.y)
  const along = { x: (b.x - a.x) / length, y: (b.y - a.y) / length }
  const across = { x: -along.y, y: along.x }
  // Half of the angle under which the arc is seen from the middle of its circle; none for a straight line.
  const half = Math.abs(bend) < 1 ? 0 : 2 * Math.atan((2 * bend) / length)
  const radius = half === 0 ? Infinity : length / 2 / Math.sin(half)
  const count = Math.max(2, Math.ceil((half === 0 ? length : 2 * half * radius) / apart))
  return Array.from({ length: count + 1 }, (_, i) => {
    const part = i / count
    const turn = (2 * part - 1) * half
    const [on, off] = half === 0 ? [part * length, 0] : [length / 2 + radius * Math.sin(turn), radius * Math.cos(turn) - radius + bend]
    return { x: a.x + along.x * on + across.x * off, y: a.y + along.y * on + across.y * off }
  })
}

/**
 * How far the line between the middles of two boxes has to bow so that it runs over none of the others: as little as it can, and over
 * as few as it can where nothing clears them all. `least` is where it begins, for the second line between the same two. Board units.
 */
export function bendAround(from: Box, to: Box, others: readonly Box[], least = 0): number {
  const [a, b] = [middleOf(from), middleOf(to)]
  const length = Math.hypot(b.x - a.x, b.y - a.y)
  if (length === 0) return least
  const reach = Math.max(least, length * most)
  const near = others.filter(box => box.x < Math.max(a.x, b.x) + reach && box.x + box.w > Math.min(a.x, b.x) - reach && box.y < Math.max(a.y, b.y) + reach && box.y + box.h > Math.min(a.y, b.y) - reach)
  const crossed = (bend: number): number => {
    const points = pointsOnArc(a, b, bend)
    const meets = (box: Box) => points.some(({ x, y }) => x > box.x - clearance && x < box.x + box.w + clearance && y > box.y - clearance && y < box.y + box.h + clearance)
    return near.filter(meets).length
  }
  let best = { bend: least, over: crossed(least) }
  for (let bow = least + step; best.over > 0 && bow <= reach; bow += step) {
    for (const bend of [bow, -bow]) {
      const over = crossed(bend)
      if (over < best.over) best = { bend, over }
    }
  }
  return best.bend
}
