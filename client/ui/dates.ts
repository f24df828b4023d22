import { isDate, type PartialDate } from '../../shared/dates.ts'

const month = new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric', timeZone: 'UTC' })
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })

/** A date as exact as its writer was: “2033”, “Apr 2033”, “9 Apr 2033”; what is none as it is. */
export function printDate(date: PartialDate): string {
  if (date.length === 4 || !isDate(date)) return date
  return (date.length === 7 ? month : day).format(new Date(`${date.padEnd(10, '-01')}T00:00:00Z`))
}

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
const steps = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** How long ago, in words; `now` and `then` in milliseconds since 1970. */
export function ago(then: number, now = Date.now()): string {
  const seconds = (then - now) / 1_000
  for (const [unit, size] of steps) if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit)
  return 'just now'
}
