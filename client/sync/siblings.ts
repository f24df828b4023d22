import type { IndexKey, TLShape, TLShapeId, TLStore } from 'tldraw'

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * An order key just above another, the same on every client: made from the shape's own id. Two siblings with equal keys make
 * tldraw throw in a side effect, which ends the editor of everybody who has the board open.
 */
export function keyAbove(index: IndexKey, id: string): IndexKey {
  let hash = 2_166_136_261
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 16_777_619)
  let tail = ''
  for (let i = 0, rest = hash >>> 0; i < 5; i++, rest = Math.floor(rest / 62)) tail += digits[rest % 62]
  // A key must not end in the smallest digit, or nothing fits below the next one.
  return `${index}${tail}V` as IndexKey
}

/** Who has which order key among which siblings. */
export interface Siblings {
  /** The shape with that key under that parent, if it is another one. */
  rival(shape: TLShape): TLShapeId | undefined
  /** Must hear of every shape that comes, moves or goes while side effects are off. */
  recount(before: TLShape | undefined, after: TLShape | undefined): void
}

const slot = ({ parentId, index }: TLShape): string => `${parentId}|${index}`

/** Keeps the keys of a store's shapes; local shapes get a free one before they are stored. */
export function trackSiblings(store: TLStore): Siblings & { stop(): void } {
  // While a merge is being put in place, two can hold one key for a moment: all of them are remembered.
  const owners = new Map<string, Set<TLShapeId>>()
  const recount = (before: TLShape | undefined, after: TLShape | undefined): void => {
    if (before && after && slot(before) === slot(after)) return
    if (before) {
      const left = owners.get(slot(before))
      left?.delete(before.id)
      if (left?.size === 0) owners.delete(slot(before))
    }
    if (after) {
      const there = owners.get(slot(after))
      if (there) there.add(after.id)
      else owners.set(slot(after), new Set([after.id]))
    }
  }
  const rival = (shape: TLShape): TLShapeId | undefined => {
    for (const id of owners.get(slot(shape)) ?? []) if (id !== shape.id) return id
    return undefined
  }
  const free = (shape: TLShape): TLShape => (rival(shape) ? { ...shape, index: keyAbove(shape.index, shape.id) } : shape)
  for (const record of store.allRecords()) if (record.typeName === 'shape') recount(undefined, record)
  const { sideEffects } = store
  const stops = [
    sideEffects.registerBeforeCreateHandler('shape', (shape, source) => (source === 'user' ? free(shape) : shape)),
    sideEffects.registerBeforeChangeHandler('shape', (before, after, source) => (source === 'user' && slot(before) !== slot(after) ? free(after) : after)),
    sideEffects.registerAfterCreateHandler('shape', shape => recount(undefined, shape)),
    sideEffects.registerAfterChangeHandler('shape', (before, after) => recount(before, after)),
    sideEffects.registerAfterDeleteHandler('shape', shape => recount(shape, undefined)),
  ]
  return { rival, recount, stop: () => stops.forEach(stop => stop()) }
}
