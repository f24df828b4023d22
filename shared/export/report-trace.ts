import type { Card } from '../board.ts'
import type { RecordId } from '../ids.ts'
import type { FileReading } from './reading.ts'
import { asideOf, heading, type Item, list, type Part, wordsOf } from './report-parts.ts'

const deepest = 9
/** Beyond these nobody reads on. */
const mostLines = 5_000

/** From each vision back to the research questions behind it, step by step; and the questions that lead to none. */
export function traceSection(reading: FileReading): Part[] {
  const visions = reading.cards().filter(({ kind }) => kind === 'vision')
  const questions = reading.cardsOf('question')
  if (visions.length === 0 || questions.length === 0) return []
  const reached = new Set<RecordId>()
  const items: Item[] = []
  for (const vision of visions) {
    const seen = new Set<RecordId>()
    const waiting: { card: Card; depth: number }[] = [{ card: vision, depth: 0 }]
    for (let next = waiting.pop(); next && items.length < mostLines; next = waiting.pop()) {
      const { card, depth } = next
      const again = seen.has(card.id)
      seen.add(card.id)
      reached.add(card.id)
      items.push({ depth: Math.min(depth, deepest), line: [{ is: 'kind', kind: card.kind, strong: true }, ': ', wordsOf(card), ...(again ? [' (see above)'] : asideOf(reading, card))] })
      if (!again) for (const { before } of reading.chain.into(card.id).toReversed()) waiting.push({ card: reading.board.cards.get(before) as Card, depth: depth + 1 })
    }
  }
  const untraced = questions.filter(({ id }) => !reached.has(id))
  return [
    {
      key: 'trace',
      heading: ['From visions to research questions'],
      blocks: [{ is: 'list', items }, ...(untraced.length ? [heading('Questions that lead to no vision'), list(untraced.map(card => [wordsOf(card)]))] : [])],
    },
  ]
}
