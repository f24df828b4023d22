import { Box, type Editor, type TLShapeId } from 'tldraw'

/** Milliseconds of a movement; none for people who asked for none. */
export const motion = (editor: Editor, ms: number): number => (editor.user.getAnimationSpeed() === 0 ? 0 : ms)

/** Brings shapes into view as they are seen now, or smaller where they need it; moves nothing that is seen already. */
export function reveal(editor: Editor, ids: readonly TLShapeId[]): void {
  const bounds = Box.Common(ids.map(id => editor.getShapePageBounds(id)).filter(each => each !== undefined))
  if (ids.length && !editor.getViewportPageBounds().contains(bounds)) editor.zoomToBounds(bounds, { inset: 64, targetZoom: editor.getZoomLevel(), animation: { duration: motion(editor, 400) } })
}
