import { type Editor, isShapeId, type TLArrowBinding, type TLBinding, type TLBindingId, type TLShape, type TLShapeId } from 'tldraw'
import { key } from '../../shared/board.ts'
import { changedKeys, encodeShape, pageId, withKeysOf } from './codec.ts'
import { type Copy, rescued } from './copy.ts'
import { createJournal } from './journal.ts'

/*
 * tldraw's undo is each person's own, but it puts whole old records back. This keeps what peers did since: fields they wrote,
 * letters they typed, shapes they built upon.
 */

export interface UndoGuard {
  /** Peers wrote these keys of a shape. */
  touched(id: TLShapeId, names: Iterable<string>): void
  /** A peer made this shape. */
  appeared(id: TLShapeId): void
  removed(id: TLShapeId): void
  stop(): void
}

/** Whether history is being put back right now; tldraw knows, and keeps it to itself. */
export const isReplaying = (editor: Editor | undefined): boolean => (editor as unknown as { isReplayingHistory?(): boolean } | undefined)?.isReplayingHistory?.() ?? false

export function createUndoGuard(copy: Copy): UndoGuard {
  const { store } = copy
  /** Keys whose last writer was a peer. */
  const peers = new Map<TLShapeId, Set<string>>()
  const madeByPeers = new Set<TLShapeId>()
  const journal = createJournal()
  const replaying = () => isReplaying(copy.editor)
  /** Shapes that history just put somewhere; looked at when it is done, since a parent may come back after its child. */
  const suspects = new Set<TLShapeId>()

  const change = (before: TLShape, after: TLShape, source: 'user' | 'remote'): TLShape => {
    if (source !== 'user') return after
    const ownWords = before.type === 'card' && after.type === 'card' && before.props.text !== after.props.text
    if (!replaying()) {
      if (ownWords) journal.note(before.id, textOf(before), textOf(after))
      const written = peers.get(after.id)
      if (written?.size) for (const name of changedKeys(encodeShape(before), encodeShape(after))) written.delete(name)
      return after
    }
    const written = peers.get(after.id)
    const words = ownWords ? journal.replay(before.id, textOf(before), textOf(after)) : undefined
    if (!written?.size) return after
    const kept = withKeysOf(after, before, [...written].filter(name => name !== key.text))
    return words !== undefined && written.has(key.text) ? ({ ...kept, props: { ...kept.props, text: words } } as TLShape) : kept
  }

  /** Whether taking a shape back would take away what somebody else did with it. */
  const isBuiltUpon = (shape: TLShape): boolean => {
    if (peers.get(shape.id)?.size) return true
    for (const id of store.query.index('binding', 'toId').get().get(shape.id) ?? []) {
      const binding = store.get(id) as TLArrowBinding | undefined
      if (binding && madeByPeers.has(binding.fromId)) return true
    }
    for (const id of store.query.index('shape', 'parentId').get().get(shape.id) ?? []) {
      if (madeByPeers.has(id as TLShapeId) || peers.get(id as TLShapeId)?.has(key.place)) return true
    }
    return false
  }

  const suspect = (shape: TLShape, source: 'user' | 'remote') => {
    if (source === 'user' && replaying() && isShapeId(shape.parentId)) suspects.add(shape.id)
  }

  const bound = new Set<TLBindingId>()
  const suspectBinding = (binding: TLBinding, source: 'user' | 'remote') => {
    if (source === 'user' && replaying()) bound.add(binding.id)
  }

  /** An end that history put back: it needs its arrow and its card, and the terminal to itself. */
  const isLoose = (binding: TLBinding): boolean => {
    if (!store.has(binding.fromId) || !store.has(binding.toId)) return true
    const others = store.query.index('binding', 'fromId').get().get(binding.fromId) ?? []
    return [...others].some(id => {
      const other = store.get(id) as TLArrowBinding | undefined
      return other !== undefined && id !== binding.id && other.props.terminal === (binding as TLArrowBinding).props.terminal
    })
  }

  const { sideEffects } = store
  const stops = [
    sideEffects.registerAfterCreateHandler('binding', suspectBinding),
    sideEffects.registerAfterChangeHandler('binding', (_before, after, source) => suspectBinding(after, source)),
    sideEffects.registerBeforeChangeHandler('shape', change),
    sideEffects.registerBeforeDeleteHandler('shape', (shape, source) => (source === 'user' && replaying() && isBuiltUpon(shape) ? false : undefined)),
    sideEffects.registerAfterCreateHandler('shape', suspect),
    sideEffects.registerAfterChangeHandler('shape', (_before, after, source) => suspect(after, source)),
    sideEffects.registerOperationCompleteHandler(() => {
      for (const id of [...bound]) {
        bound.delete(id)
        const binding = store.get(id) as TLBinding | undefined
        if (binding && isLoose(binding)) store.remove([id])
      }
      for (const id of [...suspects]) {
        suspects.delete(id)
        const shape = store.get(id) as TLShape | undefined
        // A peer removed the container meanwhile: it comes back on the page, where it was seen.
        if (shape && isShapeId(shape.parentId) && !store.has(shape.parentId)) store.put([rescued(copy, shape) ?? { ...shape, parentId: pageId }])
      }
    }),
  ]

  return {
    touched(id, names) {
      const written = peers.get(id) ?? new Set<string>()
      peers.set(id, written)
      for (const name of names) written.add(name)
    },
    appeared: id => void madeByPeers.add(id),
    removed(id) {
      peers.delete(id)
      madeByPeers.delete(id)
    },
    stop: () => stops.forEach(stop => stop()),
  }
}

const textOf = (shape: TLShape): string => (shape.type === 'card' ? shape.props.text : '')

