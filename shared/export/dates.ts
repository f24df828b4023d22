import type { PartialDate } from '../dates.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** A date as exact as its writer was: “2033”, “Apr 2033”, “9 Apr 2033”; the same on every machine. */
export function printDate(date: PartialDate): string {
  const [year = '', month, day] = date.split('-')
  return [day && String(Number(day)), month && months[Number(month) - 1], year].filter(Boolean).join(' ')
}
