import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bendAround, pointsOnArc } from '../shared/bend.ts'
import type { Box } from '../shared/room.ts'

const card = (x: number, y: number): Box => ({ x, y, w: 200, h: 88 })
const middle = ({ x, y, w, h }: Box) => ({ x: x + w / 2, y: y + h / 2 })
/** Cards that a line runs over, or closer than eight units by. */
const runsOver = (from: Box, to: Box, others: readonly Box[], bend: number) =>
  others.filter(box => pointsOnArc(middle(from), middle(to), bend).some(({ x, y }) => x > box.x - 8 && x < box.x + box.w + 8 && y > box.y - 8 && y < box.y + box.h + 8))

test('[C7] an arc begins and ends where it should, and bows by as much as it is told', () => {
  fc.assert(
    fc.property(fc.integer({ min: -900, max: 900 }), fc.integer({ min: 1, max: 900 }), fc.double({ min: -0.5, max: 0.5, noNaN: true }), (dx, dy, part) => {
      const [a, b] = [{ x: 40, y: -30 }, { x: 40 + dx, y: -30 + dy }]
      const length = Math.hypot(dx, dy)
      fc.pre(Math.abs(part * length) >= 1)
      const points = pointsOnArc(a, b, part * length)
      const off = points.map(({ x, y }) => ((x - a.x) * -dy + (y - a.y) * dx) / length)
      expect(points[0]?.x).toBeCloseTo(a.x)
      expect(points.at(-1)?.y).toBeCloseTo(b.y)
      expect(Math.max(...off.map(Math.abs))).toBeLessThanOrEqual(Math.abs(part * length) + 1e-6)
      if (points.length % 2) expect(off[(points.length - 1) / 2]).toBeCloseTo(part * length)
    }),
  )
})

test('[C7] a line is straight where nothing lies between, bows around one card, and keeps its distance from the line there already is', () => {
  const [from, to, between] = [card(0, 0), card(800, 0), card(400, 10)]
  expect(bendAround(from, to, [])).toBe(0)
  expect(bendAround(from, to, [card(400, 300)])).toBe(0)
  const bend = bendAround(from, to, [between])
  expect(Math.abs(bend)).toBeGreaterThan(44)
  expect(runsOver(from, to, [between], bend)).toEqual([])
  expect(bendAround(from, to, [], 36)).toBe(36)
  expect(bendAround(from, from, [between])).toBe(0)
})

test('[C7] a bow never runs over more cards than the straight line does, and is never more than a half circle', () => {
  const place = fc.record({ x: fc.integer({ min: -600, max: 600 }), y: fc.integer({ min: -600, max: 600 }) }).map(({ x, y }) => card(x, y))
  fc.assert(
    fc.property(place, place, fc.array(place, { maxLength: 12 }), (from, to, others) => {
      fc.pre(Math.hypot(from.x - to.x, from.y - to.y) > 1)
      const bend = bendAround(from, to, others)
      expect(runsOver(from, to, others, bend).length).toBeLessThanOrEqual(runsOver(from, to, others, 0).length)
      expect(Math.abs(bend)).toBeLessThanOrEqual(Math.hypot(from.x - to.x, from.y - to.y) / 2)
    }),
  )
})
