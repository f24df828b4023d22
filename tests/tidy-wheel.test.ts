import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Box, tidyWheel } from '../shared/methods/tidy-wheel.ts'
import { orders, partNames, ringEdge, wheel as kind } from '../shared/methods/wheel.ts'
import { random } from './support/random.ts'

const wheel = kind.defaults
const box = (id: string, x = 0, y = 0): Box => ({ id, x, y, w: 200, h: 88 })

/** A wheel of n cards, each hanging from an earlier one, standing anywhere. */
function wheelOf(n: number, seed: number) {
  const pick = random(seed)
  const cards = Array.from({ length: n }, (_, i) => box(String(i), pick(1500), pick(1200)))
  const relations = cards.slice(1).map((card, i) => ({ from: String(pick(Math.min(i + 1, 12))), to: card.id }))
  return { cards, relations }
}

test('[W4] Tidy puts every card in its own ring and lets none overlap', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(), (n, seed) => {
      const { cards, relations } = wheelOf(n, seed)
      const tidied = tidyWheel(wheel, '0', cards, relations)
      const order = orders('0', relations)
      const laid = cards.map(card => ({ ...card, ...tidied.places.get(card.id) }))
      for (const card of laid) {
        const ring = order.get(card.id) ?? 0
        const reach = (edge: { x: number; y: number }) => Math.hypot((card.x + card.w / 2 - tidied.wheel.w / 2) / edge.x, (card.y + card.h / 2 - tidied.wheel.h / 2) / edge.y)
        expect(reach(ringEdge(tidied.wheel, ring))).toBeLessThanOrEqual(1)
        if (ring > 0) expect(reach(ringEdge(tidied.wheel, ring - 1))).toBeGreaterThan(1)
      }
      for (const [i, a] of laid.entries()) {
        for (const b of laid.slice(i + 1)) {
          const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y
          expect(apart).toBe(true)
        }
      }
    }),
    { numRuns: 40 },
  )
})

test('[W4] tidying twice moves nothing the second time', () => {
  const { cards, relations } = wheelOf(25, 3)
  const once = tidyWheel(wheel, '0', cards, relations)
  const twice = tidyWheel(once.wheel, '0', cards.map(card => ({ ...card, ...once.places.get(card.id) })), relations)
  expect(twice.wheel).toEqual(once.wheel)
  for (const card of cards) {
    const [a, b] = [once.places.get(card.id), twice.places.get(card.id)]
    expect(Math.hypot((a?.x ?? 0) - (b?.x ?? 0), (a?.y ?? 0) - (b?.y ?? 0))).toBeLessThan(1)
  }
})

test('[W4] siblings stay beside one another in the order they stood in', () => {
  const cards = [box('0', 720, 616), box('a', 1200, 616), box('b', 720, 1000), box('c', 200, 616)]
  const relations = ['a', 'b', 'c'].map(to => ({ from: '0', to }))
  const { places, wheel: grown } = tidyWheel(wheel, '0', cards, relations)
  const angle = (id: string) => Math.atan2((places.get(id)?.y ?? 0) + 44 - grown.h / 2, (places.get(id)?.x ?? 0) + 100 - grown.w / 2)
  expect(Math.sign(Math.sin(angle('b') - angle('a')))).toBe(1)
  expect(Math.sign(Math.sin(angle('c') - angle('b')))).toBe(1)
})

test('[W4] a card without a chain to the centre keeps its distance from it', () => {
  const { places, wheel: grown } = tidyWheel(wheel, '0', [box('0', 720, 616), box('loose', 40, 50)], [])
  expect(places.get('loose')).toEqual({ x: 40 + (grown.w - wheel.w) / 2, y: 50 + (grown.h - wheel.h) / 2 })
})

test('[W5] a wheel divided by STEEP keeps each branch in its own part of the circle, however full the others are', () => {
  const divided = { ...wheel, parts: 'steep' as const }
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (n, seed) => {
      const { relations, cards: plain } = wheelOf(n, seed)
      const cards = plain.map((card, i) => ({ ...card, part: i % partNames(divided).length }))
      const { places, wheel: grown } = tidyWheel(divided, '0', cards, relations)
      const root = (id: string): string => {
        const cause = relations.find(({ to }) => to === id)?.from
        return cause === undefined || cause === '0' ? id : root(cause)
      }
      for (const card of cards.slice(1)) {
        const at = places.get(card.id) ?? { x: 0, y: 0 }
        const angle = Math.atan2((at.y + card.h / 2 - grown.h / 2) / grown.h, (at.x + card.w / 2 - grown.w / 2) / grown.w) + Math.PI / 2
        const part = Math.floor((((angle + 2 * Math.PI) % (2 * Math.PI)) / (2 * Math.PI)) * partNames(divided).length)
        expect(part).toBe(cards.find(each => each.id === root(card.id))?.part)
      }
    }),
    { numRuns: 40 },
  )
})

test('[W4] a crowded ring holds its cards in rows; no wheel grows beyond what can be read, and tidying twice still changes nothing', () => {
  const wide = (firsts: number, chain: number, each: number): { cards: Box[]; relations: { from: string; to: string }[] } => {
    const relations = Array.from({ length: firsts }, (_, i) => ({ from: '0', to: `a${i}` }))
    for (let depth = 0; depth < chain; depth++) for (let i = 0; i < each; i++) relations.push({ from: depth ? `b${depth - 1}.0` : 'a0', to: `b${depth}.${i}` })
    return { relations, cards: ['0', ...relations.map(each => each.to)].map((id, i) => ({ ...box(id, (i * 317) % 1500, (i * 211) % 1100), part: 5 })) }
  }
  const divided = { ...wheel, parts: 'steep' as const }
  for (const [{ cards, relations }, most] of [[wide(30, 0, 0), 20_000], [wide(12, 8, 16), 90_001]] as const) {
    const once = tidyWheel(divided, '0', cards, relations)
    expect(once.wheel.w).toBeLessThan(most)
    const laid = cards.map(card => ({ ...card, ...once.places.get(card.id) }))
    if (most < 90_000) for (const [i, a] of laid.entries()) for (const b of laid.slice(i + 1)) expect(a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y).toBe(true)
    expect(tidyWheel(once.wheel, '0', laid, relations).wheel).toEqual(once.wheel)
  }
})
