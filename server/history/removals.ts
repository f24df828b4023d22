import type { BoardId } from '../../shared/ids.ts'
import { docIdOf, kindOf } from '../documents.ts'
import type { Seq } from '../storage/log.ts'
import { readNote } from '../storage/notes.ts'
import { hydrateAtOnce } from '../sync/hydrate.ts'
import { toCompact } from '../log/compact.ts'
import type { Past } from './moments.ts'
import { type Removal, type RemovedRecord, unpackRemovals } from './pack.ts'

export interface Removals {
  /** Oldest first. */
  readonly removals: readonly Removal[]
  /** How many rows were passed over because they were damaged. */
  readonly damaged: number
  /** Ids of the records that are on the board now. */
  readonly present: ReadonlySet<string>
}

/** What was removed of a board since some time, in milliseconds since 1970: what folds put away, and what nobody has folded yet. */
export async function removalsOf({ log, history }: Past, board: BoardId, since: number): Promise<Removals> {
  const doc = docIdOf(board, 'canvas')
  const stored = await log.load(doc)
  const first = stored.upTo - stored.entries.length
  const removals: Removal[] = []
  let damaged = 0
  for (const { upTo, data } of await history.removals(doc, since)) {
    // It was folded between the two readings, or it is in both: the log has it.
    if (upTo > first) continue
    const read = data && readRemovals(data)
    if (read) removals.push(...read)
    else damaged++
  }
  const inLog = new Map<number, RemovedRecord[]>()
  const offset = stored.snapshot && stored.records === undefined ? 1 : 0
  const { doc: now } = hydrateAtOnce(kindOf(doc), toCompact(stored), (nth, records) => {
    const known = inLog.get(nth - offset) ?? []
    inLog.set(nth - offset, [...known, ...records])
  })
  for (const [nth, records] of [...inLog].sort(([a], [b]) => a - b)) {
    const seq: Seq = first + 1 + nth
    removals.push({ seq, ...readNote(stored.notes?.[nth]), records })
  }
  const present = new Set(now.getMap('records').keys())
  now.destroy()
  return { removals: removals.filter(({ at }) => at >= since), damaged, present }
}

function readRemovals(data: Uint8Array): Removal[] | undefined {
  try {
    return unpackRemovals(data)
  } catch {
    // Its sum is right and it still makes no sense: as good as damaged.
    return undefined
  }
}
