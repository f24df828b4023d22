import type { Card } from '../board.ts'
import type { FileReading } from '../export/reading.ts'
import { type Camps, histogram } from '../spread.ts'
import { noViews, scaleOf } from '../views.ts'

/** How people value one card, step by step. */
export interface Valued {
  readonly card: Card
  /** From the scale's lowest step to its highest: who stands there, a count a sector; nothing for the small sectors together. */
  readonly steps: readonly (readonly { readonly sector: string | undefined; readonly people: number }[])[]
  readonly camps: Camps | undefined
}

export const valenceSteps: readonly number[] = Array.from({ length: scaleOf('valence').max - scaleOf('valence').min + 1 }, (_, i) => scaleOf('valence').min + i)

/** Those of some cards on whose valence three people or more may be shown, and how many are kept closed for want of them. */
export function valuedAmong(reading: FileReading, cards: readonly Card[]): { readonly open: readonly Valued[]; readonly closed: number } {
  const scored = cards.filter(({ views }) => views !== noViews && views.valence.size > 0)
  const open = scored.flatMap((card): Valued[] => {
    const { rows, shown, camps } = reading.spread(card.views.valence, 'valence')
    if (shown.length === 0) return []
    const counts = rows.filter(({ is }) => is === 'open').map(({ sector, values }) => ({ sector, at: histogram(values, scaleOf('valence')) }))
    return [{ card, steps: valenceSteps.map((_, i) => counts.flatMap(({ sector, at }) => (at[i] ? [{ sector, people: at[i] }] : []))), camps }]
  })
  return { open, closed: scored.length - open.length }
}
