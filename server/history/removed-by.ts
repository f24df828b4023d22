import * as Y from 'yjs'
import { readFlat, recordsOf } from '../../shared/board.ts'
import { indexOf, type Judged, lengthBy, liveStructsOf } from '../sync/places.ts'
import type { RemovedRecord } from './pack.ts'

interface Range {
  readonly client: number
  readonly from: number
  readonly to: number
}

/** Records that a change is about to delete or to put others in place of, as they are. */
export function recordsIn(judged: Judged, ranges: readonly Range[]): RemovedRecord[] {
  const records = recordsOf(judged.doc)
  const found: RemovedRecord[] = []
  for (const { client, from, to } of ranges) {
    const structs = liveStructsOf(judged, client)
    if (!structs || from >= lengthBy(judged, client)) continue
    for (let i = indexOf(structs, from), struct = structs[i]; struct && struct.id.clock < to; struct = structs[++i]) {
      if (!(struct instanceof Y.Item) || struct.deleted || struct.parent !== records || struct.parentSub === null) continue
      const flat = readFlat(records.get(struct.parentSub))
      if (flat) found.push([struct.parentSub, [...flat]])
    }
  }
  return found
}
