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

/** Whether two documents read alike, whatever is in them. */
function sameContent(one: Y.Doc, other: Y.Doc): boolean {
  const read = (doc: Y.Doc): string =>
    // Nothing here knows what a document's parts are; as maps they show their entries, and no part of ours is anything else.
    JSON.stringify([...doc.share.keys()].sort().map(name => [name, doc.getMap(name).toJSON()]), (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  return read(one) === read(other)
}
