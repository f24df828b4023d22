import * as Y from 'yjs'

/** A document in one piece, and how far it goes. */
export interface Folded {
  readonly snapshot: Uint8Array
  /** State vector of it. */
  readonly vector: Uint8Array
}

/**
 * A snapshot and what was written after it as one snapshot, through a garbage-collected document: merging the bytes would keep
 * everything that was ever overwritten. Nothing where the result does not say the same as what it is made of.
 */
export function foldUpdates(updates: readonly Uint8Array[]): Folded | undefined {
  const replayed = new Y.Doc()
  replayed.transact(() => {
    for (const update of updates) Y.applyUpdate(replayed, update)
  })
  // What waits for something that never came is nowhere in the document; a snapshot of it would lose it.
  if (replayed.store.pendingStructs || replayed.store.pendingDs) return undefined
  const first = Y.encodeStateAsUpdate(replayed)
  const copy = new Y.Doc()
  Y.applyUpdate(copy, first)
  const snapshot = Y.encodeStateAsUpdate(copy)
  const again = new Y.Doc()
  Y.applyUpdate(again, snapshot)
  const same = Y.equalSnapshots(Y.snapshot(replayed), Y.snapshot(again)) && Buffer.compare(Y.encodeStateAsUpdate(again), snapshot) === 0 && sameContent(replayed, again)
  const vector = Y.encodeStateVector(again)
  for (const doc of [replayed, copy, again]) doc.destroy()
  return same ? { snapshot, vector } : undefined
}

/** Whether two documents read alike, whatever is in them and in whatever order it was put there. */
function sameContent(one: Y.Doc, other: Y.Doc): boolean {
  // Nothing here knows what a document's parts are; as maps they show their entries, and no part of ours is anything else.
  const read = (doc: Y.Doc): string => JSON.stringify(Object.fromEntries([...doc.share.keys()].map(name => [name, doc.getMap(name).toJSON()])), inOneOrder)
  try {
    return read(one) === read(other)
  } catch (error) {
    // Somebody nested things deeper than can be read at all. Structure by structure they were compared before.
    if (error instanceof RangeError) return true
    throw error
  }
}

function inOneOrder(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
