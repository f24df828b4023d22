import type { Card, Structure } from '../board.ts'
import { inline, tableOf } from './markdown.ts'
import type { FileReading } from './reading.ts'
import { asideOf, kindTitle, wordsOf } from './report-parts.ts'

/** A backcast as a table, from its end back to today: each step with what has to be true before it and what stands in its way. */
export function timelineSection(reading: FileReading, timeline: Structure): string[] {
  const { title, from, to } = timeline.fields
  const members = reading.cardsIn(timeline.id)
  const heading = `## Backcast${title ? `: ${inline(String(title))}` : ''}`
  if (members.length === 0) return [heading, 'Nothing is on this timeline yet.']
  const cell = (cards: readonly (Card | undefined)[]) => cards.map(card => wordsOf(card)).join('; ')
  const rows = members.map(card => [
    typeof card.fields['date'] === 'string' ? card.fields['date'] : '',
    kindTitle(card),
    wordsOf(card) + asideOf(reading, card, ['date', 'actor']),
    inline(String(card.fields['actor'] ?? '')),
    cell(reading.chain.into(card.id).map(({ before }) => reading.board.cards.get(before))),
    cell(reading.relationsTo(card.id).filter(({ kind }) => kind === 'blocks').map(({ from }) => reading.board.cards.get(from))),
  ])
  return [heading, `From ${String(to)} back to ${String(from)}.`, tableOf(['When', 'Kind', 'What', 'Who', 'Just before it', 'What blocks it'], rows)]
}
