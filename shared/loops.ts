import type { RecordId } from './ids.ts'
import type { Sign } from './relations.ts'

/** A step from cause to effect, with its sign. */
export interface Cause {
  readonly id: RecordId
  readonly from: RecordId
  readonly to: RecordId
  readonly sign: Sign
}

/** Cards that feed themselves through one another: a finding, never a mistake. */
export interface Loop {
  /** In the order of cause and effect, beginning with the lowest id, so that all readers name it the same. */
  readonly cards: readonly RecordId[]
  readonly relations: readonly RecordId[]
  /** Reinforcing when it has an even number of minus signs, else balancing. */
  readonly reinforcing: boolean
}

/** Most loops named on one board: beyond that a list helps nobody, and their number can grow without bound. */
export const mostLoops = 50

/** The shortest loop through each card that is on one, without repeats, shortest first. */
export function loopsIn(relations: Iterable<Cause>): Loop[] {
  const effects = new Map<RecordId, Cause[]>()
  for (const cause of relations) {
    const known = effects.get(cause.from)
    if (known) known.push(cause)
    else effects.set(cause.from, [cause])
  }
  for (const causes of effects.values()) causes.sort((a, b) => (a.to < b.to ? -1 : a.to > b.to ? 1 : a.id < b.id ? -1 : 1))
  const loops = new Map<string, Loop>()
  for (const group of knots(effects)) {
    const inside = new Set(group)
    const named = new Set<RecordId>()
    for (const card of group.sort()) {
      if (loops.size >= mostLoops) break
      if (named.has(card)) continue
      const loop = loopThrough(card, effects, inside)
      for (const each of loop.cards) named.add(each)
      loops.set(loop.relations.join(), loop)
    }
  }
  return [...loops.values()].sort((a, b) => a.cards.length - b.cards.length || ((a.cards[0] ?? '') < (b.cards[0] ?? '') ? -1 : 1))
}

/** Groups in which every card reaches every other (Tarjan 1972), without recursion: a chain may be as long as the board. */
function knots(effects: ReadonlyMap<RecordId, readonly Cause[]>): RecordId[][] {
  const index = new Map<RecordId, number>()
  const low = new Map<RecordId, number>()
  const onStack = new Set<RecordId>()
  const stack: RecordId[] = []
  const groups: RecordId[][] = []
  for (const root of effects.keys()) {
    if (index.has(root)) continue
    const walk: { card: RecordId; next: number }[] = [{ card: root, next: 0 }]
    const open = (card: RecordId) => {
      index.set(card, index.size)
      low.set(card, index.size - 1)
      stack.push(card)
      onStack.add(card)
    }
    open(root)
    for (let top = walk.at(-1); top; top = walk.at(-1)) {
      const { card } = top
      const effect = effects.get(card)?.[top.next++]
      if (effect) {
        if (!index.has(effect.to)) {
          open(effect.to)
          walk.push({ card: effect.to, next: 0 })
        } else if (onStack.has(effect.to)) low.set(card, Math.min(low.get(card) as number, index.get(effect.to) as number))
        continue
      }
      walk.pop()
      const parent = walk.at(-1)?.card
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent) as number, low.get(card) as number))
      if (low.get(card) !== index.get(card)) continue
      const group = stack.splice(stack.lastIndexOf(card))
      for (const each of group) onStack.delete(each)
      if (group.length > 1) groups.push(group)
    }
  }
  return groups
}

/** The shortest way from a card back to itself inside its group; there is one, since the group is a knot. */
function loopThrough(start: RecordId, effects: ReadonlyMap<RecordId, readonly Cause[]>, inside: ReadonlySet<RecordId>): Loop {
  const cameBy = new Map<RecordId, Cause>()
  const queue = [start]
  for (const card of queue) {
    if (cameBy.has(start)) break
    for (const cause of effects.get(card) ?? []) {
      if (!inside.has(cause.to) || cameBy.has(cause.to)) continue
      cameBy.set(cause.to, cause)
      queue.push(cause.to)
    }
  }
  const causes: Cause[] = []
  let at = start
  do {
    const cause = cameBy.get(at)
    if (!cause) break
    causes.unshift(cause)
    at = cause.from
  } while (at !== start)
  const first = causes.reduce((lowest, cause, i) => (cause.from < (causes[lowest]?.from ?? '') ? i : lowest), 0)
  const turned = [...causes.slice(first), ...causes.slice(0, first)]
  return {
    cards: turned.map(cause => cause.from),
    relations: turned.map(cause => cause.id),
    reinforcing: turned.filter(cause => cause.sign === '-').length % 2 === 0,
  }
}
