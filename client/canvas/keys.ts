import type { Editor, TLShape } from 'tldraw'
import type { RecordId } from '../../shared/ids.ts'
import { ways } from '../../shared/relations.ts'
import { recordIdOf, shapeIdOf } from '../sync/codec.ts'
import { isCardShape, isStructureShape } from '../sync/shapes.ts'
import type { BoardView } from './board-context.ts'
import { keyFor, type OurKey, type Where } from './key-table.ts'
import type { Model } from './model.ts'

/**
 * Keys of a mind map, for what is selected on the map. What the table gives to nobody here is tldraw's own: without a selection
 * Tab leads out of the map, as it leads out of anything else.
 */
export function listenToKeys(editor: Editor, { commands, inside, model }: Pick<BoardView, 'commands' | 'inside' | 'model'>): () => void {
  const container = editor.getContainer()
  const down = new Set<string>()
  const take = (event: KeyboardEvent): void => {
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  const pressed = (event: KeyboardEvent): void => {
    down.delete(event.code)
    if (event.defaultPrevented || event.isComposing || isTyping(event.target) || !editor.isIn('select.idle')) return
    const act = actionFor(event, editor, { commands, inside, model })
    if (!act || (act.writes && editor.getIsReadonly())) return
    take(event)
    down.add(event.code)
    act.run()
  }
  // tldraw acts when some keys come up, on what is selected by then.
  const released = (event: KeyboardEvent): void => {
    if (down.delete(event.code)) take(event)
  }
  container.addEventListener('keydown', pressed, { capture: true })
  container.addEventListener('keyup', released, { capture: true })
  return () => {
    container.removeEventListener('keydown', pressed, { capture: true })
    container.removeEventListener('keyup', released, { capture: true })
  }
}

/** Keys that work from anywhere: on the map, in the outline, on the bars; not in a text field, a dialog or a menu. */
export function listenAnywhere(acts: Readonly<Record<'quickAdd' | 'help', (() => void) | undefined>>): () => void {
  const pressed = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || event.repeat || isTyping(event.target)) return
    if (event.target instanceof Element && event.target.closest('[role="dialog"], [role="menu"], [role="listbox"]')) return
    const name = keyFor('Anywhere', comboOf(event))
    const run = name === 'quickAdd' || name === 'help' ? acts[name] : undefined
    if (!run) return
    event.preventDefault()
    run()
  }
  window.addEventListener('keydown', pressed)
  return () => window.removeEventListener('keydown', pressed)
}

const buttonLike = ['checkbox', 'radio', 'range', 'button', 'file', 'reset', 'submit', 'color']

/** Whether keys that are pressed there are letters. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('textarea, select') || (target instanceof HTMLInputElement && !buttonLike.includes(target.type)))

/** A pressed combination as the table writes it. A sign such as ? is what it is, wherever a keyboard has it. */
function comboOf({ key, code, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): string {
  const isSign = key.length === 1 && !/[\p{L}\d]/u.test(key)
  // Letters of other scripts, and figures that need Shift on their keyboard, go by their place.
  const isPlaced = key.length === 1 && (!/^[\x20-\x7e]$/.test(key) || (isSign && !shiftKey))
  const placed = isPlaced ? /^(?:Key([A-Z])|(?:Digit|Numpad)(\d))$/.exec(code) : undefined
  const name = placed?.[1] ?? placed?.[2] ?? (key.length === 1 ? key.toUpperCase() : key)
  return [(ctrlKey || metaKey) && 'Ctrl', altKey && 'Alt', shiftKey && !(isSign && !placed) && 'Shift', name].filter(Boolean).join('+')
}

interface Act {
  readonly writes: boolean
  run(): void
}

/** What is selected, as the table calls it. */
function whereIs(editor: Editor, model: Model, selected: readonly TLShape[]): Where | undefined {
  const [first] = selected
  if (!first) return document.activeElement === editor.getContainer() ? 'On the map' : undefined
  if (selected.every(isCardShape)) return selected.length === 1 ? 'With one card' : 'With several cards'
  if (selected.length > 1) return undefined
  return isStructureShape(first) ? 'With a structure' : model.relation(recordIdOf(first.id)) ? 'With a relation' : undefined
}

function actionFor(event: KeyboardEvent, editor: Editor, { commands, inside, model }: Pick<BoardView, 'commands' | 'inside' | 'model'>): Act | undefined {
  const selected = editor.getSelectedShapes()
  const where = whereIs(editor, model, selected)
  const combo = comboOf(event)
  const name = where && keyFor(where, combo)
  if (!name) return undefined
  const [id, other] = selected.map(shape => recordIdOf(shape.id)) as [RecordId, RecordId | undefined]
  const acts: Record<Exclude<OurKey, 'quickAdd' | 'help'>, () => Act | undefined> = {
    enter: () => {
      const first = firstCard(editor)
      return first && { writes: false, run: () => commands.show(first) }
    },
    child: () => ({ writes: true, run: () => commands.addChild(id) }),
    sibling: () => ({ writes: true, run: () => commands.addSibling(id) }),
    write: () => ({ writes: true, run: () => commands.edit(id) }),
    walk: () => {
      const next = neighbour(editor, model, id, event.key)
      // Whoever holds the key down to walk on does not mean to push the last card off its place.
      const stays = event.altKey || (event.repeat && model.relationsAt(id).length > 0)
      return next || stays ? { writes: false, run: () => next && commands.show(next) } : undefined
    },
    join: () => (other && selected.length === 2 ? { writes: true, run: () => commands.join(id, other) } : undefined),
    choose: () => {
      const way = ways[Number(combo) - 1]
      return way && { writes: true, run: () => commands.setRelation(id, ...way) }
    },
    begin: () => ({ writes: true, run: () => inside.add(id) }),
    panel: toPanel,
    structurePanel: toPanel,
    turn: () => ({ writes: true, run: () => commands.turnRound(id) }),
  }
  return name === 'quickAdd' || name === 'help' ? undefined : acts[name]()
}

/** The panel of what is selected takes the keys; its first field stands ready. */
function toPanel(): Act | undefined {
  const panel = document.querySelector<HTMLElement>('.side')
  const first = panel?.querySelector<HTMLElement>('section :is(textarea, input, button, select):not(:disabled)')
  return first ? { writes: false, run: () => first.focus() } : undefined
}

/** The first card as one reads, of those that are seen if there are any. */
function firstCard(editor: Editor): RecordId | undefined {
  const shapes = editor.getCurrentPageShapesInReadingOrder()
  const cards = shapes.some(isCardShape) ? shapes.filter(isCardShape) : shapes.filter(isStructureShape)
  const seen = editor.getViewportPageBounds()
  const first = cards.find(card => seen.contains(editor.getShapePageBounds(card) ?? seen)) ?? cards[0]
  return first && recordIdOf(first.id)
}

const directions: Readonly<Record<string, number>> = { ArrowRight: 0, ArrowDown: Math.PI / 2, ArrowLeft: Math.PI, ArrowUp: -Math.PI / 2 }

/** The related card that lies most nearly in a direction, at most 60° off it; nothing where none does. */
function neighbour(editor: Editor, model: Model, id: RecordId, key: string): RecordId | undefined {
  const middle = (card: RecordId) => editor.getShapePageBounds(shapeIdOf(card))?.center
  const here = middle(id)
  const wanted = directions[key] ?? 0
  let best: { id: RecordId; off: number } | undefined
  for (const { from, to } of model.relationsAt(id)) {
    const other = from === id ? to : from
    const there = middle(other)
    if (!here || !there) continue
    const angle = Math.atan2(there.y - here.y, there.x - here.x) - wanted
    const off = Math.abs(Math.atan2(Math.sin(angle), Math.cos(angle)))
    if (off <= Math.PI / 3 && (!best || off < best.off)) best = { id: other, off }
  }
  return best?.id
}
