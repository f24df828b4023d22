/** A calendar date as people know it: a year `2033`, a month `2033-04`, or a day `2033-04-09`. */
export type PartialDate = string

const pattern = /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?$/
const dayMs = 86_400_000

/** Whether a text is a date that exists, as exact as its writer knew it. */
export function isDate(value: unknown): value is PartialDate {
  if (typeof value !== 'string' || !pattern.test(value)) return false
  // A day beyond its month's last counts on into the next one.
  return value.length < 10 || new Date(dayOf(value) * dayMs).getUTCDate() === Number(value.slice(8))
}

/** Days since 1970; `Date.UTC` would take the years before 100 for those of the last century. */
const daysUntil = (year: number, month: number, day: number): number => new Date(0).setUTCFullYear(year, month, day) / dayMs

/** Days since 1970 of the moment a date begins: a year counts as its first of January. */
export function dayOf(date: PartialDate): number {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number)
  return daysUntil(year, month - 1, day)
}

export type Precision = 'year' | 'month' | 'day'

/** The days that years of four figures hold. */
const [firstDay, lastDay] = [dayOf('0000'), dayOf('9999-12-31')]

/** The date that holds a day, said as exactly as asked; the first or the last there is for days beyond them. */
export function dateOf(day: number, precision: Precision = 'day'): PartialDate {
  const iso = new Date(Math.max(firstDay, Math.min(lastDay, Math.round(day))) * dayMs).toISOString().slice(0, 10)
  return iso.slice(0, precision === 'year' ? 4 : precision === 'month' ? 7 : 10)
}

export const precisionOf = (date: PartialDate): Precision => (date.length === 4 ? 'year' : date.length === 7 ? 'month' : 'day')

export const yearOf = (date: PartialDate): number => Number(date.slice(0, 4))

/** Days since 1970 of the last day that a date holds: a year counts as its 31st of December. */
export function lastDayOf(date: PartialDate): number {
  const [year = 1970, month = 12, day] = date.split('-').map(Number)
  return day === undefined ? daysUntil(year, month, 0) : dayOf(date)
}

/** Whether one date is over before another begins; false where they may be the same day. */
export const isAfter = (date: PartialDate, other: PartialDate): boolean => dayOf(date) > lastDayOf(other)
