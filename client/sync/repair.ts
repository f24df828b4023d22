import type * as Y from 'yjs'
import { type Place, key, packPlace, readEnd, readFlat, readPlace } from '../../shared/board.ts'
import type { Json } from '../../shared/json.ts'
import type { Copy } from './copy.ts'

/**
 * Makes the board follow where the canvas had to differ: orphans that stand where they were seen, siblings whose equal order
 * keys were set apart, containers that two people put into one another. What it writes depends on the board alone and is the
 * same however often and by however many it is done.
 */
export interface Repair {
  /** Notes records to mend; it happens when the board has been quiet for a moment. */
  later(ids: Iterable<string>): void
  dispose(): void
}

/** Long enough for whoever moved things at the same time to have been heard. */
const quietMs = 1_000
/** Containers inside one another: more than this nobody moves at once. */
const longestRing = 64
/** Whoever does not know where a lost container stood leaves the others time to say. */
const strangerMs = 5_000

export function createRepair(copy: Copy): Repair {
  const { records, agreed, hidden } = copy
  const due = new Set<string>()
  const lostSince = new Map<string, number>()
  let cancel: (() => void) | undefined

  const placeOf = (id: string): Place | undefined => readPlace(readFlat(records.get(id))?.get(key.place))
  const isLost = ({ parent }: Place): boolean => parent !== '' && !records.has(parent)

  /** The smallest id of the ring of containers a record is in, if it is in one that people could have made. */
  const ringOf = (id: string): string | undefined => {
    const chain: string[] = []
    for (let at: string | undefined = id; at && !chain.includes(at); at = placeOf(at)?.parent) if (chain.push(at) > longestRing) return undefined
    const last = placeOf(chain.at(-1) ?? '')?.parent
    const start = last ? chain.indexOf(last) : -1
    return start < 0 ? undefined : chain.slice(start).sort()[0]
  }

  const mendOne = (id: string): void => {
    const record = records.get(id)
    const stored = placeOf(id)
    const shown = readPlace(agreed.get(id)?.get(key.place))
    if (!record || !stored || !shown) return
    letGo(record)
    if (isLost(stored)) record.set(key.place, packPlace(shown))
    else if (stored.parent === shown.parent && stored.index !== shown.index) record.set(key.place, packPlace({ ...stored, index: shown.index }))
  }

  /** A loose arrow that hung on one thing, which is gone, hangs on nothing. With two ends it is a relation, and reads as absent. */
  const letGo = (record: Y.Map<unknown>): void => {
    const ends = [key.from, key.to].filter(name => record.has(name))
    const [only] = ends
    const target = only && readEnd(record.get(only) as Json)
    if (ends.length === 1 && only && !(target && records.has(target))) record.delete(only)
  }

  const bringHome = (id: string, now: number): void => {
    const stored = placeOf(id)
    if (!stored) return
    if (!isLost(stored)) {
      lostSince.delete(id)
      const inRing = ringOf(id)
      const place = inRing === undefined ? undefined : placeOf(inRing)
      if (inRing !== undefined && place) records.get(inRing)?.set(key.place, packPlace({ ...place, parent: '' }))
      return
    }
    const since = lostSince.get(id) ?? now
    lostSince.set(id, since)
    if (now - since >= strangerMs) records.get(id)?.set(key.place, packPlace({ ...stored, parent: '' }))
  }

  const run = (): void => {
    cancel = undefined
    const now = copy.clock.now()
    const ids = [...due]
    due.clear()
    if (!copy.canWrite()) return
    copy.doc.transact(() => {
      ids.forEach(mendOne)
      for (const id of [...hidden.keys()]) bringHome(id, now)
    }, 'repair')
    for (const id of lostSince.keys()) if (!hidden.has(id)) lostSince.delete(id)
    if (lostSince.size) arm()
  }

  const arm = (): void => {
    cancel ??= copy.clock.later(run, quietMs)
  }

  return {
    later(ids) {
      for (const id of ids) due.add(id)
      if (due.size || hidden.size) arm()
    },
    dispose: () => cancel?.(),
  }
}
