import type { Editor, StateNode, TLPointerEventInfo, TLShape } from 'tldraw'
import { isStructureShape } from '../sync/shapes.ts'

/**
 * Whoever presses on what stands on a structure means that, and not the structure, also where the structure is selected: else a card that
 * is dragged would take it along, with everybody's cards.
 */
export function dragAlone(editor: Editor): () => void {
  const pointing = editor.getStateDescendant<StateNode>('select.pointing_shape')
  if (!pointing) return () => undefined
  const enter = pointing.onEnter
  pointing.onEnter = (info: TLPointerEventInfo & { shape: TLShape }, from: string) => {
    const selected = editor.getSelectedShapeIds()
    const under = new Set(editor.getShapeAncestors(info.shape).filter(isStructureShape).map(({ id }) => id))
    // Of several, one could be the other's structure: only what is pressed stays.
    if (selected.some(id => under.has(id as never))) editor.setSelectedShapes(info.shiftKey ? selected.filter(id => !under.has(id as never)) : [])
    enter?.call(pointing, info, from)
  }
  return () => {
    if (enter) pointing.onEnter = enter
  }
}
