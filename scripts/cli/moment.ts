import type { Wanted } from '../../server/history/moments.ts'
import { Failure } from './failure.ts'

/** The option that names a moment of a board. */
export const at = { type: 'string', value: 'moment', hint: 'As the board was at a time (2026-11-28T14:32, or with a zone), or after a change that history lists by number.' } as const

/** The moment a text means. */
export function momentIn(text: string): Wanted {
  if (/^\d{1,15}$/.test(text)) return { seq: Number(text) }
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) throw new Failure('usage', `“${text}” is no moment. Give a time such as 2026-11-28T14:32, or a number from: history <board>`)
  return { at: time }
}
