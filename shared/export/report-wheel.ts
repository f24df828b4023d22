import type { Card, Structure } from '../board.ts'
import { groupBy } from '../group.ts'
import type { RecordId } from '../ids.ts'
import { ringName } from '../methods/wheel.ts'
import { relationOf } from '../relations.ts'
import type { FileReading } from './reading.ts'
import { asideOf, bullet, wordsOf } from './report-parts.ts'

/** Deeper items stay at this depth, with their order in figures: no page is wide enough for them. */
const deepest = 9

/** A futures wheel: its consequences by order, the chains they form, and what feeds itself. */
export function wheelSection(reading: FileReading, wheel: Structure): string[] {
  const members = reading.cardsIn(wheel.id)
  const { centre, order } = reading.wheel(wheel.id)
  const change = centre && reading.board.cards.get(centre)
  const heading = `## Futures wheel${change ? `: ${wordsOf(change)}` : ''}`
  if (!change) return [heading, members.length ? members.map(card => bullet(reading, card)).join('\n') : 'Nothing is in this wheel yet.']
  const aside = asideOf(reading, change)
  const orders = groupBy(members.filter(({ id }) => id !== centre && order.has(id)), ({ id }) => order.get(id) as number)
  const untied = members.filter(({ id }) => !order.has(id))
  return [
    heading,
    ...(aside ? [`The change${aside}.`] : []),
    ...[...orders].sort(([a], [b]) => a - b).flatMap(([nth, cards]) => [`### ${nth === 1 ? 'Direct consequences' : `${ringName(nth)} order`}`, cards.map(card => `- ${wordsOf(card)}${asideOf(reading, card)}`).join('\n')]),
    ...chains(reading, members, order),
    ...loops(reading, new Set(members.map(({ id }) => id))),
    ...(untied.length ? ['### In the wheel, and tied to nothing', untied.map(card => bullet(reading, card)).join('\n')] : []),
  ]
}

/** Each card under the first of its causes, with what else it follows from. */
function chains(reading: FileReading, members: readonly Card[], order: ReadonlyMap<string, number>): string[] {
  const path: RecordId[] = []
  const lines = members.flatMap(card => {
    const depth = order.get(card.id)
    if (depth === undefined) return []
    const above = path[depth - 1]
    path.length = depth
    path[depth] = card.id
    const causes = reading.relationsTo(card.id).filter(({ kind, from }) => relationOf(kind).causal && order.has(from))
    const own = causes.find(({ from }) => from === above)
    const others = causes.filter(({ from }) => from !== above).map(({ from, sign }) => `${wordsOf(reading.board.cards.get(from))}${sign === '-' ? ' (−)' : ''}`)
    const marks = [own?.sign === '-' ? '(−) ' : '', own?.delay ? '(later) ' : '', depth > deepest ? `(order ${depth}) ` : ''].join('')
    return [`${'  '.repeat(Math.min(depth, deepest))}- ${marks}${wordsOf(card)}${others.length ? ` — follows also from: ${others.join('; ')}` : ''}`]
  })
  return lines.length > 1 ? ['### Chains', lines.join('\n')] : []
}

function loops({ loops, board }: FileReading, inside: ReadonlySet<string>): string[] {
  const here = loops.filter(({ cards }) => cards.every(card => inside.has(card)))
  const lines = here.map(({ cards, reinforcing }) => `- ${reinforcing ? 'Reinforcing' : 'Balancing'}: ${[...cards, cards[0] as RecordId].map(card => wordsOf(board.cards.get(card))).join(' → ')}`)
  return lines.length ? ['### What feeds itself', lines.join('\n')] : []
}
