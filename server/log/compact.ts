import { isDeepStrictEqual } from 'node:util'
import * as Y from 'yjs'
import type { DocumentKind } from '../../shared/document/stored.ts'
import { packedOf, type ToKeep } from '../history/keep.ts'
import type { RemovedRecord } from '../history/pack.ts'
import type { Packed, Stored } from '../storage/log.ts'
import { emptyDocument, hydrateAtOnce, type ToHydrate } from '../sync/hydrate.ts'

/** What a log was compacted to. */
export interface Compacted {
  readonly snapshot: Uint8Array
  /** The last position it holds. */
  readonly upTo: number
}

/** A document in one piece, how far it goes, and how many records it has. */
export interface Snapshot {
  readonly snapshot: Uint8Array
  /** State vector of it. */
  readonly vector: Uint8Array
  readonly records: number
  /** What it takes the place of, where that is to be kept. */
  readonly packed?: Packed
}

/**
 * A snapshot and what was written after it as one snapshot, through a garbage-collected document: merging the bytes would keep
 * everything that was ever overwritten. Nothing where the result does not say the same as what it is made of.
 */
export function compactUpdates(kind: DocumentKind, stored: ToHydrate, toKeep?: ToKeep): Snapshot | undefined {
  const removed = new Map<number, readonly RemovedRecord[]>()
  const { snapshot: before, entries } = apart(stored, toKeep?.notes.length ?? 0)
  const firstEntry = stored.updates.length - entries.length
  const { doc: replayed, leftOut } = hydrateAtOnce(kind, stored, toKeep && ((nth, records) => removed.set(nth - firstEntry, [...(removed.get(nth - firstEntry) ?? []), ...records])))
  // What waits for something that never came is nowhere in the document; a snapshot of it would lose it.
  if (leftOut > 0) return undefined
  const first = Y.encodeStateAsUpdate(replayed)
  const copy = documentOf(kind, first)
  const snapshot = Y.encodeStateAsUpdate(copy)
  copy.destroy()
  const again = documentOf(kind, snapshot)
  const isSame = Y.equalSnapshots(Y.snapshot(replayed), Y.snapshot(again)) && Buffer.compare(Y.encodeStateAsUpdate(again), snapshot) === 0 && readAlike(replayed, again)
  const vector = Y.encodeStateVector(again)
  const records = again.getMap('records').size
  for (const doc of [replayed, again]) doc.destroy()
  return isSame ? { snapshot, vector, records, ...(toKeep && { packed: packedOf({ snapshot: before, entries, removed }, toKeep) }) } : undefined
}

/** The snapshot before, and the entries after it. */
function apart({ judgedSnapshot, updates }: ToHydrate, entries: number): { readonly snapshot: Uint8Array | undefined; readonly entries: readonly Uint8Array[] } {
  const first = updates.length - entries
  return { snapshot: judgedSnapshot ?? (first > 0 ? updates[0] : undefined), entries: updates.slice(first) }
}

/** The document that one of our own documents was written as. */
function documentOf(kind: DocumentKind, update: Uint8Array): Y.Doc {
  const { doc } = emptyDocument(kind)
  Y.applyUpdate(doc, update)
  return doc
}

/** What a log has, for compacting it. */
export const toCompact = ({ snapshot, records, entries }: Pick<Stored, 'snapshot' | 'records' | 'entries'>): ToHydrate =>
  records !== undefined ? { judgedSnapshot: snapshot, updates: entries } : { updates: snapshot ? [snapshot, ...entries] : entries }

/** Whether two documents read alike, whatever is in them and in whatever order it was put there. */
function readAlike(one: Y.Doc, other: Y.Doc): boolean {
  const names = [...one.share.keys()]
  return names.length === other.share.size && names.every(name => isSameMap(one.getMap(name), other.getMap(name)))
}

/** A value at a time: a text of a whole board would be the largest thing in memory. */
function isSameMap(one: Y.Map<unknown>, other: Y.Map<unknown>): boolean {
  if (one.size !== other.size) return false
  for (const [name, value] of one.entries()) if (!isSame(value, other.get(name))) return false
  return true
}

function isSame(one: unknown, other: unknown): boolean {
  if (one instanceof Y.Map) return other instanceof Y.Map && isSameMap(one, other)
  if (one instanceof Y.Text) return other instanceof Y.Text && one.toString() === other.toString()
  return isDeepStrictEqual(one, other)
}
