import type * as Y from 'yjs'
import { assert } from './assert.ts'
import { isId, type RecordId } from './ids.ts'
import { wheel } from './methods/wheel.ts'

/*
 * The session document: what the group is doing just now, the same for everybody on the board. Only the server writes it, on
 * what facilitators ask for over HTTP; all roles read it. Its names are stored in boards for ever; `tests/session.test.ts`
 * pins them. Today it holds how far wheels are open; the stage the group is at and its timer will live here too.
 */

const RINGS = 'rings'

/** How many rings of a wheel can be open: 1 to 9, as many as one can have. */
export const { min: fewestRings, max: mostRings } = wheel.fields.rings

export interface Session {
  /** How many rings of a wheel are open, from the centre out. A wheel that is not in here is open as a whole. */
  readonly rings: ReadonlyMap<RecordId, number>
}

const isRings = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= fewestRings && value <= mostRings

const ringsOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap(RINGS)

/** What the document says, read tolerantly: what makes no sense is left out. */
export function readSession(doc: Y.Doc): Session {
  const rings = new Map<RecordId, number>()
  for (const [wheel, open] of ringsOf(doc).entries()) if (isId(wheel) && isRings(open)) rings.set(wheel, open)
  return { rings }
}

/** Opens a wheel’s first rings, 1 to 9, or all of them where `open` is nothing. Writes only what differs. */
export function writeRings(doc: Y.Doc, wheel: RecordId, open: number | undefined): void {
  assert(open === undefined || isRings(open), `A wheel cannot have ${open} rings open.`)
  const rings = ringsOf(doc)
  if (open === undefined) rings.delete(wheel)
  else if (rings.get(wheel) !== open) rings.set(wheel, open)
}
