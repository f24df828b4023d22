import type { Card } from '../board.ts'
import { fieldsOf, kindOf } from '../cards/index.ts'
import { printField } from '../fields.ts'
import { noViews } from '../views.ts'
import { address, inline } from './markdown.ts'
import type { FileReading } from './reading.ts'

/** A card's words in one line. */
export const wordsOf = (card: Card | undefined): string => inline(card?.text ?? '') || '(nothing written yet)'

export const kindTitle = (card: Card): string => inline(kindOf(card.kind)?.title ?? card.kind)

const printStep = (step: number): string => (step > 0 ? `+${step}` : String(step).replace('-', '−'))

/** How people value a card: every value that may be shown, and never their mean. */
function valued(reading: FileReading, card: Card): string[] {
  if (card.views === noViews) return []
  return (['valence', 'likelihood'] as const).flatMap(scale => {
    const values = card.views[scale]
    if (values.size === 0) return []
    const { shown, camps } = reading.spread(values, scale)
    const said = shown.length ? shown.map(step => (scale === 'valence' ? printStep(step) : String(step))).join(' ') : 'fewer than 3 people, kept closed'
    return [`${scale} ${said}${camps ? ', two camps' : ''}`]
  })
}

/** What a card says beside its words: its fields, and how it is valued. */
export function asideOf(reading: FileReading, card: Card, without: readonly string[] = []): string {
  const fields = fieldsOf(card.kind).flatMap(([name, field]) => {
    const value = without.includes(name) ? '' : printField(field, card.fields[name])
    if (value === '') return []
    return field.type === 'url' ? [address(value)] : field.type === 'line' ? [`${inline(field.label.toLowerCase())}: ${inline(value)}`] : [inline(value)]
  })
  const all = [...fields, ...valued(reading, card)]
  return all.length ? ` (${all.join('; ')})` : ''
}

/** A card as an item of a list. */
export const bullet = (reading: FileReading, card: Card): string => `- **${kindTitle(card)}**: ${wordsOf(card)}${asideOf(reading, card)}`
