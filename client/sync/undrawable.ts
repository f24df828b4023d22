import type { TLShapeId, TLStore } from 'tldraw'

type TakeOff = (id: TLShapeId, error: unknown) => void

const takers = new WeakMap<TLStore, TakeOff>()

/** Says who takes a shape off a canvas that could not draw it; call the answer when nobody does any more. */
export function takeOffBy(store: TLStore, take: TakeOff): () => void {
  takers.set(store, take)
  return () => void takers.delete(store)
}

/** A shape could not be drawn: it goes off the canvas, but not while the canvas is at work on it. */
export const undrawable = (store: TLStore, id: TLShapeId, error: unknown): void => queueMicrotask(() => takers.get(store)?.(id, error))
