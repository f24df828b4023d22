import type { Editor, TLRecord } from 'tldraw'
import { changeRecord, createRecord, type Flat, readFlat } from '../../shared/board.ts'
import { isPutBack } from '../../shared/put-back.ts'
import type { Batch } from './batch.ts'
import { changedKeys, isAssetId, shapeIdOf } from './codec.ts'
import type { Within } from './incoming.ts'

/** What is changed to what it was, and what goes because it was made since. */
export interface Also {
  readonly changed: ReadonlyMap<string, Flat>
  readonly extra: ReadonlySet<string>
}

/**
 * Puts records back that were removed, as they were: an edit of this person, one step of undo. Those that are there stay as they are,
 * but for what is to be `changed` to what it was and what is `extra` and goes.
 */
export function bringBack(within: Within, back: ReadonlyMap<string, Flat>, also?: Also): void {
  const { copy, outgoing, hooks, origin, read, put, came, drain } = within
  const { store, records, agreed, editor } = copy
  drain()
  store._flushHistory()
  outgoing.flush()
  const missing = [...back].filter(([id]) => !records.has(id))
  const changed = [...(also?.changed ?? [])].filter(([id]) => records.has(id))
  const extra = [...(also?.extra ?? [])].filter(id => records.has(id))
  const ids = new Set([...missing.map(([id]) => id), ...changed.map(([id]) => id), ...extra])
  if (ids.size === 0) return
  // All of it, also what the canvas does not know.
  copy.doc.transact(() => {
    for (const [id, flat] of missing) createRecord(records, id, flat)
    for (const [id, flat] of changed) {
      const record = records.get(id)
      // By the smallest edit; what people think of it stays.
      if (record) for (const name of changedKeys(readFlat(record) ?? new Map(), flat)) if (isPutBack(name)) changeRecord(record, name, flat.get(name))
    }
    for (const id of extra) {
      copy.bury(id)
      records.delete(id)
    }
  }, origin)
  const batch = read(ids)
  try {
    if (editor) putAsOwn(within, editor, batch)
    else put(ids)
  } catch (error) {
    // It is on the board; what the canvas can bear of it is drawn like what a peer did.
    hooks.failed(error)
    put(ids)
  }
  for (const id of ids) {
    const now = copy.encoded(id)
    if (now) agreed.set(id, now)
    else agreed.delete(id)
    copy.mention(id, readFlat(records.get(id)))
  }
  for (const [id] of missing) came(id)
  hooks.merged(batch.toMend)
}

/** Unlike a merge it is this person's, so that undo takes it back; like one, it is answered by nothing. */
function putAsOwn({ copy, guard, hooks, derived, reassert, bindingsAt, bindingsFor, whileMerging }: Within, editor: Editor, batch: Batch): void {
  const { store } = copy
  const { bind, unbind } = bindingsFor(copy, batch.ends)
  const goneShapes = [...batch.gone].filter(id => !isAssetId(id)).map(shapeIdOf)
  // Whoever made them first: they are this person's to take away again.
  for (const id of batch.shapes.keys()) if (!store.has(id)) hooks.removed(id)
  try {
    whileMerging(store, () => {
      editor.markHistoryStoppingPoint('bring back')
      editor.run(() => {
        store.remove([...unbind, ...goneShapes.flatMap(id => [...bindingsAt(copy, id)])])
        store.remove(goneShapes)
        store.put([...batch.assets.values(), ...batch.shapes.values()] as TLRecord[])
        store.put(bind)
      }, { ignoreShapeLock: true })
      store._flushHistory()
      reassert(batch)
    })
  } finally {
    derived.clear()
  }
  for (const id of goneShapes) {
    guard.gone(id)
    hooks.removed(id)
  }
}
