import * as Y from 'yjs'
import { isTooDeep } from './nesting.ts'
import type { Decoded } from './updates.ts'

/** Letters, list items or deleted stretches one change may add under one client id: more than a year of typing, far less than what would take an id's numbers away from its owner. */
export const mostNew = 4_000_000

/**
 * Whether an update would silence somebody. Yjs takes each client id's numbers (clocks) in order and forgets what it believes to
 * have; a change that claims another's numbers, or a huge stretch of them, makes everything that one writes later vanish. So a
 * client id that somebody here speaks for belongs to them, and no change takes more numbers than people can use. Nor may it
 * nest things so deep that nobody could read the board any more.
 */
export function isPoison(doc: Y.Doc, { structs }: Decoded, isForeign: (client: number) => boolean): boolean {
  const added = new Map<number, number>()
  for (const { id, length } of structs) {
    const fresh = id.clock + length - Math.max(id.clock, Y.getState(doc.store, id.client))
    if (fresh <= 0) continue
    if (isForeign(id.client)) return true
    const sum = (added.get(id.client) ?? 0) + fresh
    if (sum > mostNew) return true
    added.set(id.client, sum)
  }
  return isTooDeep(doc, structs)
}
