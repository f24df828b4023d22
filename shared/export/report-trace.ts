import type { Card } from '../board.ts'
import type { RecordId } from '../ids.ts'
import type { FileReading } from './reading.ts'
import { asideOf, kindTitle, wordsOf } from './report-parts.ts'

const deepest = 9
/** Beyond these nobody reads on. */
const mostLines = 5_000

/** From each vision back to the research questions behind it, step by step; and the questions that lead to none. */
export function traceSection(reading: FileReading): string[] {
  const visions = reading.cards().filter(({ kind }) => kind === 'vision')
  const questions = reading.cardsOf('question')
  if (visions.length === 0 || questions.length === 0) return []
  const reached = new Set<RecordId>()
  const lines: string[] = []
  for (const vision of visions) {
    const seen = new Set<RecordId>()
    const waiting: { card: Card; depth: number }[] = [{ card: vision, depth: 0 }]
    for (let next = waiting.pop(); next && lines.length < mostLines; next = waiting.pop()) {
      const { card, depth } = next
      const again = seen.has(card.id)
      seen.add(card.id)
      reached.add(card.id)
      lines.push(`${'  '.repeat(Math.min(depth, deepest))}- **${kindTitle(card)}**: ${wordsOf(card)}${again ? ' (see above)' : asideOf(reading, card)}`)
      if (!again) waiting.push(...reading.chain.into(card.id).map(({ before }) => ({ card: reading.board.cards.get(before) as Card, depth: depth + 1 })).reverse())
    }
  }
  const untraced = questions.filter(({ id }) => !reached.has(id))
  return [
    '## From visions to research questions',
    lines.join('\n'),
    ...(untraced.length ? ['### Questions that lead to no vision', untraced.map(card => `- ${wordsOf(card)}`).join('\n')] : []),
  ]
}
