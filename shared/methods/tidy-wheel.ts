import { hierarchy, type HierarchyNode } from 'd3-hierarchy'
import type { Point, Size } from './method.ts'
import { type CausalRelation, orders, partNames, type Wheel } from './wheel.ts'

/** A card's box inside its wheel, from the wheel's top left corner. */
export interface Box extends Point, Size {
  readonly id: string
  /** The part of a divided wheel it belongs to; what follows from it stays there. */
  readonly part?: number
}

export interface Tidied {
  readonly wheel: Wheel
  /** New top left corners. Cards that no chain ties to the centre keep their distance from it. */
  readonly places: ReadonlyMap<string, Point>
}

interface Branch {
  readonly id: string
  readonly children: Branch[]
}

/** Space left between two cards, in board units. */
const gap = 18
/** Half axes of one ring's depth when a wheel is small. */
const least = { x: 220, y: 165 }
/** Where rings would have to be deeper than this, their cards stand in rows behind one another, over this part of the depth. */
const crowded = 4 * least.x
const used = 0.8
/** No wheel grows beyond what every reader takes for a size; what finds no room even then lies on one another. */
const widest = 90_000

/**
 * Lays a wheel out: each card in the ring of its order, siblings together in the order they already stand in, nothing
 * overlapping. The wheel grows when its rings cannot hold their cards; it never shrinks, and its middle stays.
 */
export function tidyWheel(wheel: Wheel, centre: string, cards: readonly Box[], relations: readonly CausalRelation[]): Tidied {
  const boxes = new Map(cards.map(card => [card.id, card]))
  const inside = relations.filter(r => boxes.has(r.from) && boxes.has(r.to))
  const order = orders(centre, inside)
  const middle = { x: wheel.w / 2, y: wheel.h / 2 }
  const angleNow = (id: string) => {
    const box = boxes.get(id)
    return box ? Math.atan2((box.y + box.h / 2 - middle.y) / wheel.h, (box.x + box.w / 2 - middle.x) / wheel.w) : 0
  }

  const parts = partNames(wheel).length
  const tree = hierarchy(grow(centre, order, inside, angleNow))
  const branches = parts ? sectors(tree, parts, id => boxes.get(id)?.part ?? parts - 1) : sectors(tree)
  const turn = parts ? -Math.PI / 2 : meanTurn(branches, angleNow)
  const rings = [...order.values()].reduce((most, ring) => Math.max(most, ring), wheel.rings)
  const begin = { x: Math.max(least.x, wheel.w / 2 / (rings + 1)), y: Math.max(least.y, wheel.h / 2 / (rings + 1)) }
  const highest = cards.reduce((most, { h }) => Math.max(most, h), 0) + gap
  const nth = countedBy(branches, ({ node }) => node.depth)
  // From left to right, as nearly every size has them: sorting them again for each size costs next to nothing then.
  const spots = branches
    .map(({ node: { depth, data }, angle }, i) => ({ ...(boxes.get(data.id) as Box), depth, nth: nth[i] as number, right: Math.cos(angle + turn), down: Math.sin(angle + turn) }))
    .sort((a, b) => (a.depth + 0.5) * a.right - (b.depth + 0.5) * b.right)
  const lay = (step: Point, inRows: boolean): Box[] => {
    const rows = inRows ? Math.max(1, Math.floor((used * step.y) / highest)) : 1
    return spots.map(({ id, w, h, depth, nth: place, right, down }) => {
      const row = (place % rows) - (rows - 1) / 2
      const radius = depth === 0 ? 0 : depth + 0.5 + row * (used / rows)
      return { id, w, h, x: radius * step.x * right - w / 2, y: radius * step.y * down - h / 2 }
    })
  }
  const fit = (inRows: boolean) => {
    let step = begin
    let laid = lay(step, inRows)
    while (overlaps(laid) && step.x * (rings + 1) < widest / 2) {
      step = { x: step.x * 1.06, y: step.y * 1.06 }
      laid = lay(step, inRows)
    }
    return { step, laid }
  }
  const plain = fit(false)
  const { step, laid } = plain.step !== begin && plain.step.x > crowded ? fit(true) : plain

  const grown: Wheel = { ...wheel, w: Math.ceil(step.x * 2 * (rings + 1)), h: Math.ceil(step.y * 2 * (rings + 1)), rings }
  const places = new Map<string, Point>()
  for (const { id, x, y } of cards) places.set(id, { x: x + (grown.w - wheel.w) / 2, y: y + (grown.h - wheel.h) / 2 })
  for (const { id, x, y } of laid) places.set(id, { x: x + grown.w / 2, y: y + grown.h / 2 })
  return { wheel: grown, places }
}

/** The tree of first causes: every card under one of the cards a step nearer to the centre. */
function grow(centre: string, order: ReadonlyMap<string, number>, relations: readonly CausalRelation[], angle: (id: string) => number): Branch {
  const branches = new Map<string, Branch>([...order.keys()].map(id => [id, { id, children: [] }]))
  const placed = new Set([centre])
  for (const { from, to } of relations) {
    const nearer = order.get(from)
    if (nearer === undefined || order.get(to) !== nearer + 1 || placed.has(to)) continue
    placed.add(to)
    branches.get(from)?.children.push(branches.get(to) as Branch)
  }
  for (const { id, children } of branches.values()) {
    // Around the parent's own direction, so that the cut between the last sibling and the first lies behind it.
    const ahead = id === centre ? -Math.PI / 2 : angle(id)
    const turned = (child: Branch) => (((angle(child.id) - ahead + (id === centre ? 0 : Math.PI)) % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI)
    children.sort((a, b) => turned(a) - turned(b) || (a.id < b.id ? -1 : 1))
  }
  return branches.get(centre) as Branch
}

interface Sector {
  readonly node: HierarchyNode<Branch>
  /** The sector's middle, in radians of a wheel stretched to a circle. */
  readonly angle: number
}

/**
 * Shares the circle out: every branch gets a sector as wide as its cards need in their rings, and stands in its middle.
 * It depends on the order of branches alone, wherever the first one is cut, so that tidying twice moves nothing.
 */
function sectors(root: HierarchyNode<Branch>, parts = 1, partOf: (id: string) => number = () => 0): Sector[] {
  const need = new Map<HierarchyNode<Branch>, number>()
  root.eachAfter(node => need.set(node, Math.max(1 / (node.depth + 0.5), sum(node.children ?? [], child => need.get(child) ?? 0))))
  const out: Sector[] = []
  const share = (node: HierarchyNode<Branch>, start: number, end: number): void => {
    out.push({ node, angle: (start + end) / 2 })
    const all = sum(node.children ?? [], child => need.get(child) ?? 0)
    let at = start
    for (const child of node.children ?? []) {
      const width = ((need.get(child) ?? 0) / all) * (end - start)
      share(child, at, at + width)
      at += width
    }
  }
  if (parts === 1) share(root, 0, 2 * Math.PI)
  else {
    // Every part keeps its place on the circle, full or empty, so that a wheel reads the same as it fills.
    out.push({ node: root, angle: 0 })
    const width = (2 * Math.PI) / parts
    for (let part = 0; part < parts; part++) {
      const branches = (root.children ?? []).filter(child => partOf(child.data.id) === part)
      const all = sum(branches, branch => need.get(branch) ?? 0)
      let at = part * width
      for (const branch of branches) {
        const own = ((need.get(branch) ?? 0) / all) * width
        share(branch, at, at + own)
        at += own
      }
    }
  }
  return out
}

/** For each item, how many of the same kind came before it. */
function countedBy<T>(items: readonly T[], kindOf: (item: T) => number): number[] {
  const counts = new Map<number, number>()
  return items.map(item => {
    const before = counts.get(kindOf(item)) ?? 0
    counts.set(kindOf(item), before + 1)
    return before
  })
}

const sum = <T>(items: readonly T[], value: (item: T) => number): number => items.reduce((total, item) => total + value(item), 0)

/** How far to turn the whole wheel so that the first ring moves as little as possible. */
function meanTurn(branches: readonly Sector[], angle: (id: string) => number): number {
  const first = branches.filter(({ node }) => node.depth === 1).map(sector => angle(sector.node.data.id) - sector.angle)
  if (first.length === 0) return 0
  return Math.atan2(
    sum(first, away => Math.sin(away)),
    sum(first, away => Math.cos(away)),
  )
}

function overlaps(boxes: readonly Box[]): boolean {
  const byLeft = [...boxes].sort((a, b) => a.x - b.x)
  return byLeft.some((a, i) => {
    for (let j = i + 1; j < byLeft.length; j++) {
      const b = byLeft[j] as Box
      if (b.x >= a.x + a.w + gap) return false
      if (b.y < a.y + a.h + gap && a.y < b.y + b.h + gap) return true
    }
    return false
  })
}
