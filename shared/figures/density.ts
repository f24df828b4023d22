import type { Structure } from '../board.ts'
import { isDate, yearOf } from '../dates.ts'
import type { FileReading } from '../export/reading.ts'

/** How many cards of a timeline lie in each stretch of years. */
export interface Density {
  /** “2026”, or “2026–2030”, from today's end on. */
  readonly stretches: readonly { readonly years: string; readonly cards: number }[]
  /** Cards with a date before or after the axis, and cards without one. */
  readonly outside: number
  readonly undated: number
}

const widths = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000] as const
/** Stretches that can be told apart in a row. */
const most = 16

/** Where a backcast's steps lie, and where there are none. Nothing for a timeline of one year, or without dated cards. */
export function densityOf(reading: FileReading, timeline: Structure): Density | undefined {
  const [first, last] = [timeline.fields['from'], timeline.fields['to']].map(date => (isDate(date) ? yearOf(date as string) : NaN)) as [number, number]
  const dates = reading.cardsIn(timeline.id).map(({ fields }) => fields['date'])
  const years = dates.filter(isDate).map(date => yearOf(date as string))
  const inside = years.filter(year => year >= first && year <= last)
  if (!(last > first) || inside.length === 0) return undefined
  const width = widths.find(each => (last - first + 1) / each <= most) ?? 1_000
  const stretches = Array.from({ length: Math.ceil((last - first + 1) / width) }, (_, i) => {
    const [from, to] = [first + i * width, Math.min(last, first + (i + 1) * width - 1)]
    return { years: from === to ? String(from) : `${from}–${to}`, cards: inside.filter(year => year >= from && year <= to).length }
  })
  return { stretches, outside: years.length - inside.length, undated: dates.length - years.length }
}
