import { type Editor, type TLShape, type TLShapeId } from 'tldraw'
import { methodOf } from '../../shared/methods/index.ts'
import { isAsked, type Removal, sayRemoval } from '../../shared/removal.ts'
import { isCardShape, isStructureShape, provenanceOf } from '../sync/shapes.ts'
import type { BoardView } from './board-context.ts'
import { say } from './say.ts'

/** What somebody is to be asked about before it goes. */
export interface Removing {
  readonly ids: readonly TLShapeId[]
  /** Takes away what of it is still there, as one step of undo. */
  readonly remove: () => void
}

/**
 * Every way of removing ends in the editor's `deleteShapes`: keys, menus, cutting, the eraser, panels. There, whoever does not lead the
 * board is asked before structures, or more than a handful of other people's cards, go; who leads it is told what went.
 * `deleteShape`, of one, is the program's own.
 */
export function askBeforeRemoving(editor: Editor, { me, leads }: Pick<BoardView, 'me' | 'leads'>): () => void {
  const remove = (ids: readonly TLShapeId[]): Editor => Object.getPrototypeOf(editor).deleteShapes.call(editor, ids.filter(id => editor.getShape(id)))
  editor.deleteShapes = (shapes: readonly (TLShape | TLShapeId)[]) => {
    const ids = shapes.map(shape => (typeof shape === 'string' ? shape : shape.id))
    const removal = removalOf(editor, ids, me)
    if (editor.getIsReadonly() || !isAsked(removal)) return remove(ids)
    if (leads) {
      remove(ids)
      say(editor, `You removed ${sayRemoval(removal)}. Ctrl Z takes it back.`)
      return editor
    }
    const removing: Removing = {
      ids,
      remove: () => {
        editor.markHistoryStoppingPoint('remove')
        remove(ids)
      },
    }
    editor.getContainer().dispatchEvent(new CustomEvent<Removing>('manyfutures:removing', { detail: removing, bubbles: true }))
    return editor
  }
  editor.deleteShape = (shape: TLShape | TLShapeId) => remove([typeof shape === 'string' ? shape : shape.id])
  return () => {
    // What a class gives is there again.
    delete (editor as Partial<Editor>).deleteShapes
    delete (editor as Partial<Editor>).deleteShape
  }
}

/** What would go with some shapes, all that stands on them too; what is locked stays. */
export function removalOf(editor: Editor, ids: readonly TLShapeId[], me: string): Removal {
  const all = new Set<TLShapeId>()
  for (const id of ids) {
    if (!editor.getShape(id) || editor.getShape(id)?.isLocked) continue
    all.add(id)
    editor.visitDescendants(id, child => void all.add(child))
  }
  const shapes = [...all].flatMap(id => editor.getShape(id) ?? [])
  const structures = shapes.filter(isStructureShape)
  const makers = shapes.filter(isCardShape).map(card => provenanceOf(card).by)
  return {
    structures: structures.map(({ type }) => methodOf(type).title),
    cards: makers.length,
    others: makers.filter(by => by !== me).length,
    people: new Set(makers.filter(by => by !== undefined)).size,
    ownAndEmpty: structures.every(structure => provenanceOf(structure).by === me && editor.getSortedChildIdsForParent(structure.id).length === 0),
  }
}
