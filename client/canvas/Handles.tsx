import { type PointerEvent as ReactPointerEvent, useCallback, useEffect, useRef, useState } from 'react'
import plus from 'lucide/dist/esm/icons/plus.mjs'
import { type Editor, type TLShapeId, useEditor, useValue, type VecLike } from 'tldraw'
import type { RecordId } from '../../shared/ids.ts'
import { guessRelation, relationOf } from '../../shared/relations.ts'
import { recordIdOf } from '../sync/codec.ts'
import { type CardShape, isCardShape } from '../sync/shapes.ts'
import { Icon } from '../ui/Icon.tsx'
import { useCommands } from './board-context.ts'
import { kindAfter } from './commands.ts'
import { lookOf } from './card.tsx'
import { structureAround } from './spots.ts'

interface Spot {
  readonly id: TLShapeId
  /** Whether the plus asks what came before, as it does on a timeline. */
  readonly before: boolean
  /** On the screen, from the map's corner. */
  readonly x: number
  readonly y: number
}

/** Where somebody has dragged the plus to. */
interface Drag {
  readonly spot: Spot
  /** From the map's corner. */
  readonly x: number
  readonly y: number
  readonly over: CardShape | undefined
  readonly words: string
}

/**
 * A plus beside the selected card: what follows from it or, on a timeline, what had to be true just before it. Dragged to another
 * card it relates the two; dragged to where there is none it adds a related card there.
 */
export function Handles() {
  const editor = useEditor()
  const commands = useCommands()
  const [drag, setDrag] = useState<Drag>()
  const spot = useValue('where the plus goes', () => spotOf(editor), [editor])
  const press = useRef<{ readonly spot: Spot; readonly x: number; readonly y: number; readonly pointer: number }>(undefined)
  const dragged = useRef(false)

  const end = useCallback((): void => {
    press.current = undefined
    setDrag(undefined)
    editor.setHintingShapes([])
  }, [editor])
  const isDragged = drag !== undefined
  useEffect(() => {
    if (!isDragged) return undefined
    // Before the map hears of it, which would let go of the card.
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return
      event.stopPropagation()
      end()
    }
    window.addEventListener('keydown', pressed, { capture: true })
    return () => window.removeEventListener('keydown', pressed, { capture: true })
  }, [isDragged, end])
  const start = (event: ReactPointerEvent<HTMLButtonElement>): void => {
    editor.markEventAsHandled(event)
    if (!spot || event.button !== 0 || press.current) return
    dragged.current = false
    press.current = { spot, x: event.clientX, y: event.clientY, pointer: event.pointerId }
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const move = (event: ReactPointerEvent): void => {
    const from = press.current
    if (!from || from.pointer !== event.pointerId) return
    // A finger that taps moves a little.
    const slack = event.pointerType === 'mouse' ? 4 : 10
    if (!dragged.current && Math.hypot(event.clientX - from.x, event.clientY - from.y) < slack) return
    dragged.current = true
    const next = dragTo(editor, from.spot, event)
    editor.setHintingShapes(next.over ? [next.over.id] : [])
    setDrag(next)
  }
  const drop = (event: ReactPointerEvent): void => {
    const from = press.current
    if (!from || from.pointer !== event.pointerId) return
    editor.markEventAsHandled(event)
    if (dragged.current && editor.getShape(from.spot.id)) {
      const { over } = dragTo(editor, from.spot, event)
      const id = recordIdOf(from.spot.id)
      if (over) commands.join(...between(from.spot, id, recordIdOf(over.id)))
      else if (isOnMap(editor, event)) commands.addRelated(id, editor.screenToPage({ x: event.clientX, y: event.clientY }))
    }
    end()
  }

  if (!spot && !drag) return null
  const at = drag?.spot ?? (spot as Spot)
  return (
    <>
      {drag && <Line {...drag} />}
      <button
        type="button"
        className="mf-plus"
        data-before={at.before || undefined}
        data-dragged={drag ? true : undefined}
        style={{ left: at.x, top: at.y }}
        aria-label={at.before ? 'What had to be true just before this?' : 'Add what follows'}
        onPointerDown={start}
        onPointerMove={move}
        onPointerUp={drop}
        onPointerCancel={end}
        // The click that ends a drag has done its work; a key's click never was a drag.
        onClick={event => {
          if (!dragged.current || event.detail === 0) commands.addChild(recordIdOf(at.id))
        }}
      >
        <Icon of={plus} size={15} />
        {at.before && !drag && <span>What had to be true just before this?</span>}
      </button>
    </>
  )
}

function spotOf(editor: Editor): Spot | undefined {
  if (editor.getIsReadonly() || !editor.isIn('select.idle')) return undefined
  const shape = editor.getOnlySelectedShape() ?? undefined
  const bounds = editor.getSelectionRotatedScreenBounds()
  if (!isCardShape(shape) || !bounds || editor.getZoomLevel() < 0.2) return undefined
  const before = structureAround(editor, shape)?.type === 'timeline'
  const viewport = editor.getViewportScreenBounds()
  return { id: shape.id, before, x: (before ? bounds.minX - 4 : bounds.maxX + 4) - viewport.x, y: bounds.midY - viewport.y }
}

/** A relation leads from what came before, so the other way round on a timeline. */
const between = ({ before }: Spot, id: RecordId, other: RecordId): [from: RecordId, to: RecordId] => (before ? [other, id] : [id, other])

function isOnMap(editor: Editor, { clientX, clientY }: { clientX: number; clientY: number }): boolean {
  const { minX, minY, maxX, maxY } = editor.getViewportScreenBounds()
  return clientX >= minX && clientX <= maxX && clientY >= minY && clientY <= maxY
}

/** What would happen if the plus were let go here. */
function dragTo(editor: Editor, spot: Spot, event: { clientX: number; clientY: number }): Drag {
  const viewport = editor.getViewportScreenBounds()
  const at: VecLike = editor.screenToPage({ x: event.clientX, y: event.clientY })
  const under = editor.getShapeAtPoint(at, { hitInside: true, filter: shape => isCardShape(shape) && shape.id !== spot.id })
  const over = isCardShape(under) ? under : undefined
  const from = editor.getShape(spot.id)
  const own = isCardShape(from) ? from.props.kind : ''
  const [first, second] = spot.before ? [over?.props.kind, own] : [own, over?.props.kind]
  const words = over ? relationOf(guessRelation(first ?? '', second ?? '')).label : `A new ${lookOf(kindAfter(own, structureAround(editor, from))).title.toLowerCase()}`
  return { spot, x: event.clientX - viewport.x, y: event.clientY - viewport.y, over, words }
}

/** From the card to the pointer, in the colour of what the tool adds, with what letting go would do. */
function Line({ spot, x, y, over, words }: Drag) {
  const angle = (Math.atan2(y - spot.y, x - spot.x) * 180) / Math.PI
  return (
    <div className="mf-drag">
      <svg aria-hidden="true">
        <path d={`M${spot.x} ${spot.y}L${x} ${y}`} />
        {spot.before ? <path className="head" d="M9 -5L0 0L9 5" transform={`translate(${spot.x} ${spot.y}) rotate(${angle})`} /> : <path className="head" d="M-9 -5L0 0L-9 5" transform={`translate(${x} ${y}) rotate(${angle})`} />}
      </svg>
      <span style={{ left: x, top: y }} data-over={over ? true : undefined}>
        {words}
      </span>
    </div>
  )
}
