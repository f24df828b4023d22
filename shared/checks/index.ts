import type { Board, Card, Structure } from '../board.ts'
import { chainOf } from '../chain.ts'
import { asTimeline, ordersIn } from '../computed.ts'
import type { RecordId } from '../ids.ts'
import { loopsIn } from '../loops.ts'
import { relationOf } from '../relations.ts'
import { actionWithoutActor, causeAfterEffect, dateOffAxis, milestoneWithoutBefore, noFirstMove, questionInformsNothing, twoVisions, visionWithoutPath } from './backcast.ts'
import type { Check, Finding, Reading } from './check.ts'
import { contradiction } from './relations.ts'
import { consequenceOutside, loopFound, twoCentres } from './wheel.ts'

/** Every check, in the order a panel lists them. Keys are stored beside what is meant that way: add them, never rename them. */
export const checks = {
  'cause-after-effect': causeAfterEffect,
  'milestone-without-before': milestoneWithoutBefore,
  'action-without-actor': actionWithoutActor,
  'vision-without-path': visionWithoutPath,
  'no-first-move': noFirstMove,
  'date-off-axis': dateOffAxis,
  'consequence-outside': consequenceOutside,
  'two-centres': twoCentres,
  'question-informs-nothing': questionInformsNothing,
  loop: loopFound,
  contradiction,
  'two-visions': twoVisions,
} as const satisfies Record<string, Check>

export type CheckName = keyof typeof checks

export const checkOf = (name: CheckName): Check => checks[name]

export interface CheckResult {
  readonly check: CheckName
  readonly findings: readonly Finding[]
  /** Findings that somebody looked at and meant. */
  readonly meant: readonly Finding[]
  readonly looked: { readonly count: number; readonly noun: string } | undefined
}

/** Works out once what all checks ask for. */
export function readingOf(board: Board): Reading {
  const inside = groupBy([...board.cards.values()], card => card.place.parent)
  const kinds = groupBy([...board.cards.values()], card => card.kind)
  const types = groupBy([...board.structures.values()], structure => structure.type)
  const wheels = new Map<RecordId, ReturnType<Reading['wheel']>>()
  return {
    board,
    chain: chainOf(board),
    loops: loopsIn([...board.relations.values()].filter(relation => relationOf(relation.kind).causal)),
    members: structure => inside.get(structure) ?? [],
    wheel(structure) {
      const known = wheels.get(structure) ?? ordersIn(board, structure, inside.get(structure) ?? [])
      wheels.set(structure, known)
      return known
    },
    structuresOf: type => types.get(type) ?? [],
    cardsOf: kind => kinds.get(kind) ?? [],
    timelineOf(card: Card) {
      const structure: Structure | undefined = board.structures.get(card.place.parent as RecordId)
      return structure?.type === 'timeline' ? { ...structure, axis: asTimeline(structure) } : undefined
    },
  }
}

/** Everything a board's checks say, in their order; checks with nothing to look at are left out. */
export function checkBoard(reading: Reading): CheckResult[] {
  const results: CheckResult[] = []
  for (const [name, check] of Object.entries<Check>(checks)) {
    const looked = check.looked(reading)
    if (!looked) continue
    const all = check.find(reading)
    const isMeant = ({ about }: Finding) => meantAt(reading.board, about)?.has(name) ?? false
    results.push({ check: name as CheckName, findings: all.filter(each => !isMeant(each)), meant: all.filter(isMeant), looked })
  }
  return results
}

const meantAt = ({ cards, relations, structures }: Board, id: RecordId): ReadonlySet<string> | undefined => (cards.get(id) ?? relations.get(id) ?? structures.get(id))?.meant

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const known = groups.get(keyOf(item))
    if (known) known.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}
