import type { Card, Structure } from '../board.ts'
import { groupBy } from '../group.ts'
import type { RecordId } from '../ids.ts'
import { ringName } from '../methods/wheel.ts'
import { relationOf } from '../relations.ts'
import type { FileReading } from './reading.ts'
import { asideOf, type Block, bullet, heading, type Item, joined, type Line, list, type Part, text, wordsOf } from './report-parts.ts'

/** Deeper items stay at this depth, with their order in figures: no page is wide enough for them. */
const deepest = 9

/** What the consequences of an order are called. */
export const orderName = (order: number): string => (order === 1 ? 'Direct consequences' : `${ringName(order)} order`)

/** A futures wheel: its consequences by order, the chains they form, and what feeds itself. */
export function wheelSection(reading: FileReading, wheel: Structure): Part {
  const members = reading.cardsIn(wheel.id)
  const { centre, order } = reading.wheel(wheel.id)
  const change = centre && reading.board.cards.get(centre)
  const part = { key: wheel.id, about: wheel.id, heading: change ? ['Futures wheel: ', wordsOf(change)] : ['Futures wheel'] }
  if (!change) return { ...part, blocks: [members.length ? list(members.map(card => bullet(reading, card))) : text('Nothing is in this wheel yet.')] }
  const aside = asideOf(reading, change)
  const orders = groupBy(members.filter(({ id }) => id !== centre && order.has(id)), ({ id }) => order.get(id) as number)
  const untied = members.filter(({ id }) => !order.has(id))
  return {
    ...part,
    blocks: [
      ...(aside.length ? [text('The change', ...aside, '.')] : []),
      ...[...orders].sort(([a], [b]) => a - b).flatMap(([nth, cards]) => [heading(orderName(nth)), list(cards.map(card => [wordsOf(card), ...asideOf(reading, card)]))]),
      ...chains(reading, members, order),
      ...loops(reading, new Set(members.map(({ id }) => id))),
      ...(untied.length ? [heading('In the wheel, and tied to nothing'), list(untied.map(card => bullet(reading, card)))] : []),
    ],
  }
}

/** Each card under the first of its causes, with what else it follows from. */
function chains(reading: FileReading, members: readonly Card[], order: ReadonlyMap<string, number>): Block[] {
  const path: RecordId[] = []
  const items = members.flatMap((card): Item[] => {
    const depth = order.get(card.id)
    if (depth === undefined) return []
    const above = path[depth - 1]
    path.length = depth
    path[depth] = card.id
    const causes = reading.relationsTo(card.id).filter(({ kind, from }) => relationOf(kind).causal && order.has(from))
    const own = causes.find(({ from }) => from === above)
    const others = causes.filter(({ from }) => from !== above).map(({ from, sign }): Line => [wordsOf(reading.board.cards.get(from)), ...(sign === '-' ? [' (−)'] : [])])
    const marks = [own?.sign === '-' ? '(−) ' : '', own?.delay ? '(later) ' : '', depth > deepest ? `(order ${depth}) ` : ''].join('')
    return [{ depth: Math.min(depth, deepest), line: [marks, wordsOf(card), ...(others.length ? [' — follows also from: ', ...joined(others, '; ')] : [])] }]
  })
  return items.length > 1 ? [heading('Chains'), { is: 'list', items }] : []
}

function loops({ loops, board }: FileReading, inside: ReadonlySet<string>): Block[] {
  const here = loops.filter(({ cards }) => cards.every(card => inside.has(card)))
  const lines = here.map(({ cards, reinforcing }): Line => [reinforcing ? 'Reinforcing: ' : 'Balancing: ', ...joined([...cards, cards[0] as RecordId].map(card => [wordsOf(board.cards.get(card))]), ' → ')])
  return lines.length ? [heading('What feeds itself'), list(lines)] : []
}
