import type { Editor } from 'tldraw'
import type { RecordId } from '../../shared/ids.ts'
import { recordIdOf } from '../sync/codec.ts'
import { isCardShape } from '../sync/shapes.ts'
import type { Commands } from './commands.ts'
import type { Model } from './model.ts'

/**
 * Keys of a mind map, while one card is selected: Tab adds what follows, Enter a sibling, F2 writes on it, arrow keys with Alt
 * walk the relations. Without a selection they are tldraw's own, so that Tab still leads a screen reader round the canvas.
 */
export function listenToKeys(editor: Editor, commands: Commands, model: Model): () => void {
  const container = editor.getContainer()
  const pressed = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || isTyping(event.target) || !editor.isIn('select.idle')) return
    const shape = editor.getOnlySelectedShape()
    if (!isCardShape(shape ?? undefined) || !shape) return
    const id = recordIdOf(shape.id)
    const act = actionFor(event, commands, model, id)
    if (!act || (act.writes && editor.getIsReadonly())) return
    event.preventDefault()
    event.stopImmediatePropagation()
    act.run()
  }
  container.addEventListener('keydown', pressed, { capture: true })
  return () => container.removeEventListener('keydown', pressed, { capture: true })
}

const isTyping = (target: EventTarget | null): boolean => target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))

interface Act {
  readonly writes: boolean
  run(): void
}

function actionFor(event: KeyboardEvent, commands: Commands, model: Model, id: RecordId): Act | undefined {
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event
  const plain = !altKey && !ctrlKey && !metaKey && !shiftKey
  if (plain && key === 'Tab') return { writes: true, run: () => commands.addChild(id) }
  if (plain && key === 'Enter') return { writes: true, run: () => commands.addSibling(id) }
  if (plain && key === 'F2') return { writes: true, run: () => commands.edit(id) }
  if (altKey && !ctrlKey && !metaKey && key.startsWith('Arrow')) {
    const next = neighbour(model, id, key)
    return { writes: false, run: () => next && commands.show(next) }
  }
  return undefined
}

/** The related card that lies most nearly in a direction. */
function neighbour(model: Model, id: RecordId, key: string): RecordId | undefined {
  const here = model.card(id)
  if (!here) return undefined
  const wanted = { ArrowRight: 0, ArrowDown: Math.PI / 2, ArrowLeft: Math.PI, ArrowUp: -Math.PI / 2 }[key] ?? 0
  let best: { id: RecordId; off: number } | undefined
  for (const { from, to } of model.relationsAt(id)) {
    const other = model.card(from === id ? to : from)
    if (!other) continue
    const angle = Math.atan2(other.place.y - here.place.y, other.place.x - here.place.x)
    const off = Math.abs(Math.atan2(Math.sin(angle - wanted), Math.cos(angle - wanted)))
    if (off < Math.PI / 2 && (!best || off < best.off)) best = { id: other.id, off }
  }
  return best?.id
}
