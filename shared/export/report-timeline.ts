import type { Structure } from '../board.ts'
import type { RecordId } from '../ids.ts'
import type { FileReading } from './reading.ts'
import { asideOf, date, joined, type Line, type Part, said, table, text, wordsOf } from './report-parts.ts'

/** A backcast as a table, from its end back to today: each step with what has to be true before it and what stands in its way. */
export function timelineSection(reading: FileReading, timeline: Structure): Part {
  const { title, from, to } = timeline.fields
  const members = reading.cardsIn(timeline.id)
  const part = { key: timeline.id, about: timeline.id, heading: title ? ['Backcast: ', said(String(title))] : ['Backcast'] }
  if (members.length === 0) return { ...part, blocks: [text('Nothing is on this timeline yet.')] }
  const cell = (cards: readonly RecordId[]): Line => joined(cards.map(id => [wordsOf(reading.board.cards.get(id))]), '; ')
  const rows = members.map((card): Line[] => [
    typeof card.fields['date'] === 'string' ? [date(card.fields['date'])] : [],
    [{ is: 'kind', kind: card.kind }],
    [wordsOf(card), ...asideOf(reading, card, ['date', 'actor'])],
    card.fields['actor'] === undefined ? [] : [said(String(card.fields['actor']))],
    cell(reading.chain.into(card.id).map(({ before }) => before)),
    cell(reading.relationsTo(card.id).filter(({ kind }) => kind === 'blocks').map(({ from: blocking }) => blocking)),
  ])
  return { ...part, blocks: [text(`From ${String(to)} back to ${String(from)}.`), table(['When', 'Kind', 'What', 'Who', 'Just before it', 'What blocks it'].map(name => [name]), rows)] }
}
