import { type Flat, key } from './board.ts'
import { type Json, sameJson } from './json.ts'
import { bringBack } from './removed.ts'
import { isPutBack } from './put-back.ts'

/* What it takes to have a board as it was at a moment. Pure. */

/** How a board differs from what it was. */
export interface Since {
  /** Records that were there and are not any more, with relations whose ends stand. */
  readonly missing: ReadonlyMap<string, Flat>
  /** Records that are there and say something else now, as they were. What people think of them, and locks, are as they are. */
  readonly changed: ReadonlyMap<string, Flat>
  /** Records that were made since. */
  readonly extra: ReadonlySet<string>
  /** How many of the changed ones say other words. */
  readonly texts: number
}

export function sinceThen(then: ReadonlyMap<string, Flat>, now: ReadonlyMap<string, Flat>): Since {
  const isThere = (id: string): boolean => now.has(id)
  const gone = new Map([...then].filter(([id]) => !isThere(id)))
  const { records: missing } = bringBack(gone, new Set(gone.keys()), isThere)
  const changed = new Map<string, Flat>()
  let texts = 0
  for (const [id, flat] of then) {
    const own = now.get(id)
    if (!own || !differs(own, flat)) continue
    changed.set(id, flat)
    if (own.get(key.text) !== flat.get(key.text)) texts++
  }
  return { missing, changed, extra: new Set([...now.keys()].filter(id => !then.has(id))), texts }
}

function differs(one: Flat, other: Flat): boolean {
  const names = new Set([...one.keys(), ...other.keys()].filter(isPutBack))
  return [...names].some(name => !sameJson(one.get(name) as Json, other.get(name) as Json))
}
