import type { Board, Relation } from './board.ts'
import type { RecordId } from './ids.ts'
import type { RelationName } from './relations.ts'

/*
 * The chain: vision ← milestone ← action ← research question. Relations say it in both directions (“a enables b”, “b requires
 * a”), so each is read here as a step from what comes first to what it makes possible.
 */

/** One step of the chain. */
export interface Step {
  readonly relation: RecordId
  readonly before: RecordId
  readonly after: RecordId
}

export interface Chain {
  /** Steps that end at a card. */
  into(card: RecordId): readonly Step[]
  /** Steps that begin at a card. */
  outOf(card: RecordId): readonly Step[]
}

const forwards: ReadonlySet<RelationName> = new Set<RelationName>(['leads', 'enables', 'informs'])

/** What comes first in a relation and what follows; nothing for those that join no chain (blocks, is in tension with). */
export function stepOf({ id, kind, from, to }: Relation, kindOf: (card: RecordId) => string | undefined): Step | undefined {
  if (kind === 'requires') return { relation: id, before: to, after: from }
  // A question comes before what it informs, whichever way the arrow was drawn.
  if (kind === 'informs' && kindOf(to) === 'question' && kindOf(from) !== 'question') return { relation: id, before: to, after: from }
  return forwards.has(kind) ? { relation: id, before: from, after: to } : undefined
}

export function chainOf(board: Board): Chain {
  const into = new Map<RecordId, Step[]>()
  const outOf = new Map<RecordId, Step[]>()
  const put = (map: Map<RecordId, Step[]>, card: RecordId, step: Step) => {
    const known = map.get(card)
    if (known) known.push(step)
    else map.set(card, [step])
  }
  for (const relation of board.relations.values()) {
    const step = stepOf(relation, card => board.cards.get(card)?.kind)
    if (!step) continue
    put(into, step.after, step)
    put(outOf, step.before, step)
  }
  const none: readonly Step[] = []
  return { into: card => into.get(card) ?? none, outOf: card => outOf.get(card) ?? none }
}

/** Everything on the ways through a card: what leads to it and what it leads to. */
export interface Trace {
  readonly cards: ReadonlySet<RecordId>
  readonly relations: ReadonlySet<RecordId>
}

/** Walks the chain from a card, back to where it begins and on to where it ends. Loops end where they began. */
export function traceOf(chain: Chain, start: RecordId): Trace {
  const cards = new Set([start])
  const relations = new Set<RecordId>()
  const walk = (next: (card: RecordId) => readonly Step[], end: 'before' | 'after') => {
    const seen = new Set([start])
    for (const card of seen) {
      for (const step of next(card)) {
        relations.add(step.relation)
        seen.add(step[end])
      }
    }
    for (const card of seen) cards.add(card)
  }
  walk(chain.into, 'before')
  walk(chain.outOf, 'after')
  return { cards, relations }
}

/** The fewest steps from a card to one that `isEnd` accepts, in the order they are walked; nothing where there is no way. The card itself does not count. */
export function shortestPath(chain: Chain, start: RecordId, direction: 'before' | 'after', isEnd: (card: RecordId) => boolean): RecordId[] | undefined {
  const cameFrom = new Map<RecordId, RecordId | undefined>([[start, undefined]])
  for (const [card] of cameFrom) {
    for (const step of direction === 'before' ? chain.into(card) : chain.outOf(card)) {
      const next = step[direction]
      if (cameFrom.has(next)) continue
      cameFrom.set(next, card)
      if (!isEnd(next)) continue
      const path = [next]
      for (let at = cameFrom.get(next); at !== undefined; at = cameFrom.get(at)) path.unshift(at)
      return path
    }
  }
  return undefined
}
