import { kindOf } from '../documents.ts'
import type { DocId, Packed, Seq, Stored } from '../storage/log.ts'
import type { HistoryReader } from '../storage/sqlite-history.ts'
import { readNote, timeOfNote } from '../storage/notes.ts'
import { firstThinning } from './ages.ts'
import { packBytes, packRemovals, packSteps, type Removal, type RemovedRecord } from './pack.ts'

/** What a fold is to keep of what it replaces. */
export interface ToKeep {
  /** Position of the last entry that the snapshot before holds. */
  readonly since: Seq
  /** Of each entry after it. */
  readonly notes: readonly (string | undefined)[]
  /** Whether the snapshot before is to be kept as well. */
  readonly base: boolean
  /** Bytes that all of a document's history may take. */
  readonly most: number
}

interface Replaced {
  readonly snapshot: Uint8Array | undefined
  readonly entries: readonly Uint8Array[]
  /** What each entry removed, by its place among them. */
  readonly removed: ReadonlyMap<number, readonly RemovedRecord[]>
}

/** What a fold replaces, packed, so that every moment of it can be read again. */
export function packedOf({ snapshot, entries, removed }: Replaced, { since, notes, base, most }: ToKeep): Packed {
  let [began, ended] = [0, 0]
  for (const note of notes) {
    const at = timeOfNote(note)
    began ||= at
    if (at > ended) ended = at
  }
  const removals = [...removed].map(([nth, records]): Removal => ({ seq: since + 1 + nth, ...readNote(notes[nth]), records }))
  return {
    since,
    began,
    ended,
    steps: entries.length,
    due: ended + firstThinning,
    ...(base && snapshot && { base: packBytes(snapshot) }),
    data: packSteps(entries.map((data, nth) => ({ seq: since + 1 + nth, note: notes[nth], data }))),
    ...(removals.length && { gone: packRemovals(removals) }),
    most,
  }
}

/** What the fold of a document is to keep; nothing where nobody looks back: at the session, or where no room is given. */
export async function toKeepOf(history: Pick<HistoryReader, 'needsBase'>, doc: DocId, { snapshot, entries, notes, upTo }: Stored, most: number): Promise<ToKeep | undefined> {
  if (most === 0 || kindOf(doc) !== 'canvas' || entries.length === 0) return undefined
  const since = upTo - entries.length
  return { since, notes: notes ?? entries.map(() => undefined), base: await history.needsBase(doc, since, snapshot?.length ?? 0, most), most }
}
