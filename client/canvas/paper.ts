import type { Editor, TLEventInfo, VecLike } from 'tldraw'
import { isStructureShape } from '../sync/shapes.ts'

/** Further than a hand trembles between pressing and letting go, in pixels of the screen. */
const slack = 6

/**
 * A click on a structure's paper selects it, so that its panel says what can be done with it: nobody looks for its edge. A click
 * that lets go of something does only that, and what is dragged over paper still chooses what it goes around.
 */
export function pickByPaper(editor: Editor): () => void {
  let from: VecLike | undefined
  const before = (info: TLEventInfo): void => {
    if (info.type !== 'pointer' || info.name !== 'pointer_down') return
    const plain = info.button === 0 && !info.shiftKey && !info.altKey && !info.accelKey
    const free = editor.isIn('select.idle') && editor.getSelectedShapeIds().length === 0
    from = plain && free ? { x: info.point.x, y: info.point.y } : undefined
  }
  const after = (info: TLEventInfo): void => {
    if (info.type !== 'pointer' || info.name !== 'pointer_up' || !from) return
    const moved = Math.hypot(info.point.x - from.x, info.point.y - from.y)
    from = undefined
    if (moved > slack || !editor.isIn('select.idle') || editor.getSelectedShapeIds().length > 0) return
    const at = editor.inputs.getCurrentPagePoint()
    const paper = editor.getCurrentPageShapesSorted().findLast(shape => isStructureShape(shape) && editor.isPointInShape(shape, at, { hitInside: true }))
    if (paper) editor.select(paper.id)
  }
  editor.on('before-event', before)
  editor.on('event', after)
  return () => {
    editor.off('before-event', before)
    editor.off('event', after)
  }
}
