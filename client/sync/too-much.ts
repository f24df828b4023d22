import type { Flat } from '../../shared/board.ts'
import { mostValueBytes } from '../../shared/document/stored.ts'

/* What the server would refuse is not written: it would be refused again with every reload, and all that is done later with it. */

/** Whether a value takes more bytes than boards store of one. */
export function isTooLarge(value: Flat extends ReadonlyMap<string, infer V> ? V : never): boolean {
  const letters = typeof value === 'string' ? value : typeof value === 'object' && value !== null ? JSON.stringify(value) : ''
  // A letter takes one byte to three; most need not be counted.
  return letters.length * 3 > mostValueBytes && new TextEncoder().encode(letters).length > mostValueBytes
}

export const refusals = {
  large: 'That is more than a board holds in one piece, so it was not kept. Bring it in smaller pieces.',
  full: 'This board is full, so that was not kept. Remove something first, or start another board.',
} as const
