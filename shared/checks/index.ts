import type { Board, Card, Structure } from '../board.ts'
import { chainOf } from '../chain.ts'
import { asTimeline, insideOf } from '../computed.ts'
import { groupBy } from '../group.ts'
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
  const inside = insideOf(board)
  const kinds = groupBy(board.cards.values(), card => card.kind)
  const types = groupBy(board.structures.values(), structure => structure.type)
  return {
    board,
    chain: chainOf(board),
    loops: loopsIn([...board.relations.values()].filter(relation => relationOf(relation.kind).causal)),
    members: inside.members,
    wheel: inside.orders,
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

/** What whoever has just put a card somewhere, dated it or given it a kind is told at once; nothing where all is as they may think. */
export const toldAtOnce = (reading: Reading, card: RecordId): string | undefined =>
  Object.values<Check>(checks)
    .filter(check => check.atOnce)
    .flatMap(check => check.find(reading))
    .find(({ cards }) => cards.includes(card))?.sentence

const meantAt = ({ cards, relations, structures }: Board, id: RecordId): ReadonlySet<string> | undefined => (cards.get(id) ?? relations.get(id) ?? structures.get(id))?.meant
