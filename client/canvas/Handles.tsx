import plus from 'lucide/dist/esm/icons/plus.mjs'
import { type TLShapeId, useEditor, useValue } from 'tldraw'
import { recordIdOf } from '../sync/codec.ts'
import { isCardShape, isStructureShape } from '../sync/shapes.ts'
import { Icon } from '../ui/Icon.tsx'
import { useCommands } from './board-context.ts'

/** A plus beside the selected card: what follows from it or, on a timeline, what had to be true just before it. */
export function Handles() {
  const editor = useEditor()
  const spot = useValue(
    'where the plus goes',
    () => {
      if (editor.getIsReadonly() || !editor.isIn('select.idle')) return undefined
      const shape = editor.getOnlySelectedShape() ?? undefined
      const bounds = editor.getSelectionRotatedScreenBounds()
      if (!isCardShape(shape) || !bounds || editor.getZoomLevel() < 0.2) return undefined
      const parent = editor.getShape(shape.parentId as TLShapeId)
      const before = isStructureShape(parent) && parent.type === 'timeline'
      const viewport = editor.getViewportScreenBounds()
      return { id: shape.id, before, x: (before ? bounds.minX - 4 : bounds.maxX + 4) - viewport.x, y: bounds.midY - viewport.y }
    },
    [editor],
  )
  const commands = useCommands()
  if (!spot) return null
  return (
    <button
      type="button"
      className="mf-plus"
      data-before={spot.before || undefined}
      style={{ left: spot.x, top: spot.y }}
      aria-label={spot.before ? 'What had to be true just before this?' : 'Add what follows'}
      onPointerDown={event => editor.markEventAsHandled(event)}
      onClick={() => commands.addChild(recordIdOf(spot.id))}
    >
      <Icon of={plus} size={15} />
      {spot.before && <span>What had to be true just before this?</span>}
    </button>
  )
}
