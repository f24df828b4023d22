import type { TLAsset, TLShape, TLShapeId } from 'tldraw'
import { type Flat, readFlat } from '../../shared/board.ts'
import { endsNow } from './arrow-ends.ts'
import { changedKeys, decodeAsset, decodeShape, type End, type Ends, isAssetId, isShapeKey, recordIdOf, shapeIdOf } from './codec.ts'
import { type Copy, rescued } from './copy.ts'
import { type Guard, waits } from './guard.ts'
import { keyAbove, type Siblings } from './siblings.ts'

/** What one merge will do to the canvas: all of it can be drawn, and all of it hangs together. */
export interface Batch {
  readonly shapes: Map<TLShapeId, TLShape>
  readonly ends: Map<TLShapeId, Ends<End>>
  readonly assets: Map<string, TLAsset>
  /** Records to take off the canvas. */
  readonly gone: Set<string>
  /** Records that stand otherwise here than the board says, on purpose; the board should follow. */
  readonly toMend: Set<string>
  /** Records to read again once this merge has been drawn. */
  readonly again: Set<string>
}

/** Shapes drawn on the page because their container is gone, by that container. */
export type Homeless = Map<string, Set<string>>

/** What the board says of records that changed, and of those that depend on them, made safe for the canvas. */
export function readBatch(copy: Copy, changed: Iterable<string>, guard: Guard, siblings: Siblings, homeless: Homeless): Batch {
  const { records, agreed, hidden, store } = copy
  const batch: Batch = { shapes: new Map(), ends: new Map(), assets: new Map(), gone: new Set(), toMend: new Set(), again: new Set() }

  const found = (id: string): TLShape | undefined =>
    batch.shapes.get(id as TLShapeId) ?? (batch.gone.has(recordIdOf(id)) ? undefined : (store.get(id as TLShapeId) as TLShape | undefined))

  /** Why a record that is still as it was when the canvas could not draw it stays away. */
  const refusalOf = (id: string, flat: Flat | undefined): string | undefined => {
    const refusal = copy.refused.get(id)
    if (refusal && flat && changedKeys(refusal.flat, flat).length === 0) return refusal.reason
    copy.refused.delete(id)
    return undefined
  }

  /** Takes what cannot stay off the canvas, and what is inside of it. */
  const takeOff = (id: string, reason: string): void => {
    if (batch.gone.has(id)) return
    hide(id, reason)
    if (store.has(shapeIdOf(id))) batch.gone.add(id)
    for (const child of [...(store.query.index('shape', 'parentId').get().get(shapeIdOf(id)) ?? [])].map(recordIdOf)) {
      takeOff(child, 'what it is inside of cannot be drawn')
      waitFor(id, child)
    }
  }

  const waitFor = (container: string, id: string): void => void copy.waiting.set(container, (copy.waiting.get(container) ?? new Set()).add(id))

  /** Keeps a record off the canvas. One that is there stays as it was: the last good state is better than none. */
  const hide = (id: string, reason: string): void => {
    hidden.set(id, reason)
    batch.shapes.delete(shapeIdOf(id))
    batch.assets.delete(id)
  }

  const readOne = (id: string, flat: Flat | undefined): void => {
    if (!flat) {
      if (records.has(id)) hidden.set(id, 'it is no record')
      else hidden.delete(id)
      if (agreed.has(id)) batch.gone.add(id)
    } else if (isAssetId(id)) {
      const asset = decodeAsset(id, flat)
      if ('reason' in asset) hide(id, asset.reason)
      else batch.assets.set(id, asset)
    } else {
      const refusal = refusalOf(id, flat)
      if (refusal !== undefined) return takeOff(id, refusal)
      const decoded = isShapeKey(id) ? decodeShape(id, flat) : { reason: 'its name makes no sense' }
      if ('reason' in decoded) return hide(id, decoded.reason)
      // What draws a shape of one type must not be handed one of another: it goes first, and comes back as what it is now.
      const before = store.get(decoded.shape.id) as TLShape | undefined
      if (before && before.type !== decoded.shape.type) {
        batch.again.add(id)
        return takeOff(id, 'it is becoming something else')
      }
      batch.shapes.set(decoded.shape.id, decoded.shape)
      batch.ends.set(decoded.shape.id, decoded.ends)
    }
  }

  const readAll = (): void => {
    const queue = new Set(changed)
    for (const id of queue) {
      // What is inside of it may have waited for it; what still has to says so again.
      for (const child of copy.waiting.get(id) ?? []) queue.add(child)
      copy.waiting.delete(id)
      const flat = readFlat(records.get(id))
      copy.mention(id, flat)
      if (!agreed.has(id) || !flat || copy.refused.has(id)) {
        for (const arrow of copy.arrowsAt(id)) queue.add(arrow)
        for (const child of homeless.get(id) ?? []) queue.add(child)
      }
      if (!flat && agreed.has(id)) for (const next of copy.beyond) {
        copy.beyond.delete(next)
        queue.add(next)
        break
      }
      readOne(id, flat)
    }
  }

  const isLost = (shape: TLShape): boolean =>
    shape.parentId.startsWith('shape:') && !found(shape.parentId) && !records.has(recordIdOf(shape.parentId))

  /** Shapes whose container is gone stand on the page, where they were seen, until the board says so too. */
  const adoptOrphans = (): void => {
    for (const id of batch.gone) if (store.has(shapeIdOf(id))) copy.bury(id)
    const orphans = [...batch.shapes.values()].filter(isLost)
    if (batch.gone.size) {
      for (const record of store.allRecords()) {
        if (record.typeName === 'shape' && !batch.gone.has(recordIdOf(record.id)) && !batch.shapes.has(record.id) && isLost(record)) orphans.push(record)
      }
    }
    for (const shape of orphans) {
      const adopted = rescued(copy, shape)
      if (!adopted) continue
      batch.shapes.set(shape.id, adopted)
      if (!batch.ends.has(shape.id)) batch.ends.set(shape.id, endsNow(copy, shape.id))
      const container = recordIdOf(shape.parentId)
      homeless.set(container, (homeless.get(container) ?? new Set()).add(recordIdOf(shape.id)))
      batch.toMend.add(recordIdOf(shape.id))
    }
  }

  /** Whether an arrow can be drawn: with both ends bound it is a relation, and needs both; otherwise a missing end is let go. */
  const hasItsEnds = (arrow: TLShapeId): boolean => {
    const { from, to } = batch.ends.get(arrow) ?? {}
    const here = (end: End) => {
      const shape = found(shapeIdOf(end.id))
      return shape !== undefined && shape.type !== 'arrow'
    }
    if (from && to) return here(from) && here(to)
    const kept = { ...(from && here(from) && { from }), ...(to && here(to) && { to }) }
    if ((from ?? to) && !(kept.from ?? kept.to)) batch.toMend.add(recordIdOf(arrow))
    batch.ends.set(arrow, kept)
    return true
  }

  /** Lets through what can be drawn. Repeats, since what hangs from a record falls with it. */
  const check = (): void => {
    for (const [id, asset] of [...batch.assets]) {
      const reason = guard.asset(asset)
      if (reason) hide(id, reason)
      else hidden.delete(id)
    }
    let room = copy.most - store.query.ids('shape').get().size + batch.gone.size
    for (const id of [...batch.shapes.keys()].map(recordIdOf)) {
      if (store.has(shapeIdOf(id)) || room-- > 0) copy.beyond.delete(id)
      else {
        hide(id, 'there are more things than this page draws')
        batch.ends.delete(shapeIdOf(id))
        copy.beyond.add(id)
      }
    }
    for (let again = true; again; ) {
      again = false
      for (const [shapeId, shape] of [...batch.shapes]) {
        const id = recordIdOf(shapeId)
        if (shape.type === 'arrow' && !hasItsEnds(shapeId)) {
          // One of its cards is gone: the relation reads as absent. It is not hidden, it is over.
          batch.shapes.delete(shapeId)
          batch.ends.delete(shapeId)
          hidden.delete(id)
          if (store.has(shapeId)) batch.gone.add(id)
          continue
        }
        const reason = guard.shape(shape, found)
        if (!reason) {
          hidden.delete(id)
          continue
        }
        hide(id, reason)
        if (waits.has(reason)) waitFor(recordIdOf(shape.parentId), id)
        batch.ends.delete(shapeId)
        again = true
      }
    }
    for (const id of [...batch.gone]) {
      for (const arrow of copy.arrowsAt(id)) {
        const { from, to } = copy.endsOf(shapeIdOf(arrow))
        if (from && to && !batch.shapes.has(shapeIdOf(arrow))) batch.gone.add(arrow)
      }
    }
  }

  /** Gives siblings with equal order keys different ones; the larger id moves, on every client alike. */
  const separate = (): void => {
    const claimed = new Map<string, TLShapeId>()
    for (const shape of [...batch.shapes.values()]) {
      const slot = `${shape.parentId}|${shape.index}`
      const standing = siblings.rival(shape)
      const other = claimed.get(slot) ?? (standing && !batch.gone.has(recordIdOf(standing)) && !batch.shapes.has(standing) ? standing : undefined)
      if (!other) {
        claimed.set(slot, shape.id)
        continue
      }
      const loser = other > shape.id ? other : shape.id
      const moved = found(loser) as TLShape
      batch.shapes.set(loser, { ...moved, index: keyAbove(moved.index, loser) })
      if (!batch.ends.has(loser)) batch.ends.set(loser, endsNow(copy, loser))
      if (loser === other) claimed.set(slot, shape.id)
      batch.toMend.add(recordIdOf(loser))
    }
  }

  readAll()
  adoptOrphans()
  check()
  separate()
  return batch
}
