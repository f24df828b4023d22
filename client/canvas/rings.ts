import { type Editor, react, type TLArrowBinding, type TLArrowShape, type TLShape, type TLShapeId } from 'tldraw'
import { key } from '../../shared/board.ts'
import { quoted } from '../../shared/checks/check.ts'
import { asWheel } from '../../shared/computed.ts'
import type { RecordId } from '../../shared/ids.ts'
import { placeOnRing, ringAt, ringName } from '../../shared/methods/wheel.ts'
import type { Box } from '../../shared/room.ts'
import { recordIdOf, shapeIdOf } from '../sync/codec.ts'
import { isMerging } from '../sync/merging.ts'
import { isCardShape } from '../sync/shapes.ts'
import { isReplaying } from '../sync/undo-guard.ts'
import { cardHeight } from './card.tsx'
import type { Model } from './model.ts'
import { say } from './say.ts'
import { travel } from './travel.ts'

type Orders = ReadonlyMap<string, number>

/** What is being done to a wheel's relations here: its orders before, and the arrows that were drawn. */
interface Rewiring {
  readonly before: Orders
  readonly drawn: Set<TLShapeId>
}

/**
 * A card stands on the ring its relations say. Whoever draws, changes or takes away a relation moves the cards whose order it
 * changed, in the same step of undo; what others do has already moved them there. A relation that would bring a card
 * into a ring that is not open yet is taken away again, with a sentence.
 */
export function keepRings(editor: Editor, model: Model, openRings: (wheel: RecordId) => number | undefined): () => void {
  const { store } = editor
  const { sideEffects } = store
  const mine = (source: 'user' | 'remote') => source === 'user' && !isMerging(store) && !isReplaying(editor)
  const rewired = new Map<RecordId, Rewiring>()

  /** The wheel a card stands in. */
  const wheelOf = (card: TLShapeId): RecordId | undefined => {
    const shape = store.get(card) as TLShape | undefined
    const parent = shape?.parentId.startsWith('shape:') ? (store.get(shape.parentId as TLShapeId) as TLShape | undefined) : undefined
    return parent?.type === 'wheel' ? recordIdOf(parent.id) : undefined
  }
  const note = (card: TLShapeId, drawn?: TLShapeId): void => {
    const wheel = wheelOf(card)
    if (wheel === undefined) return
    const known = rewired.get(wheel) ?? { before: model.wheel(wheel).order, drawn: new Set() }
    if (drawn) known.drawn.add(drawn)
    rewired.set(wheel, known)
  }
  const noteEnds = (arrow: TLArrowShape): void => editor.getBindingsFromShape(arrow, 'arrow').forEach(({ toId }) => note(toId))

  const settle = (wheel: RecordId, { before, drawn }: Rewiring): void => {
    const structure = model.structure(wheel)
    const { order: after } = model.wheel(wheel)
    const changed = [...after].filter(([card, order]) => order > 0 && before.get(card) !== order)
    if (!structure || changed.length === 0) return
    const closed = changed.find(([card, order]) => order > (openRings(wheel) ?? Infinity) && (before.get(card) ?? Infinity) > order)
    const arrows = [...drawn].filter(id => editor.getShape(id))
    if (closed && arrows.length) {
      editor.deleteShapes(arrows)
      say(editor, notOpen(closed[1]))
      return
    }
    const rings = asWheel(structure)
    const boxOf = (id: string): Box | undefined => {
      const shape = editor.getShape(shapeIdOf(id))
      return isCardShape(shape) && !shape.isLocked ? { x: shape.x, y: shape.y, w: shape.props.w, h: cardHeight(shape) } : undefined
    }
    const boxes = new Map(model.members(wheel).flatMap(({ id }): [string, Box][] => (boxOf(id) ? [[id, boxOf(id) as Box]] : [])))
    // The inner ones first: what follows from them finds its place around where they went.
    const moving = changed
      .sort(([, a], [, b]) => a - b)
      .filter(([id, order]) => order <= rings.rings && boxes.has(id) && ringAt(rings, middleOf(boxes.get(id) as Box)) !== order)
    if (moving.length === 0) return
    for (const [id, order] of moving) {
      const box = boxes.get(id) as Box
      boxes.delete(id)
      boxes.set(id, { ...box, ...placeOnRing(rings, order, box, [...boxes.values()]) })
    }
    travel(editor)
    editor.updateShapes(moving.map(([id]) => ({ id: shapeIdOf(id), type: 'card' as const, x: boxes.get(id)?.x as number, y: boxes.get(id)?.y as number })))
    const [[first, order]] = moving as [[string, number]]
    say(editor, moving.length === 1 ? `${quoted(model.card(first as RecordId))} is in the ${ringName(order).toLowerCase()} ring now.` : `${moving.length} cards are in other rings now.`)
  }

  const isEnd = (binding: { type: string }): binding is TLArrowBinding => binding.type === 'arrow'
  const stops = [
    sideEffects.registerBeforeCreateHandler('binding', (binding, source) => {
      if (mine(source) && isEnd(binding)) note(binding.toId, binding.fromId)
      return binding
    }),
    sideEffects.registerBeforeChangeHandler('binding', (before, after, source) => {
      if (mine(source) && isEnd(before) && isEnd(after) && (before.toId !== after.toId || before.props.terminal !== after.props.terminal)) [before.toId, after.toId].forEach(card => note(card))
      return after
    }),
    sideEffects.registerBeforeDeleteHandler('binding', (binding, source) => {
      if (mine(source) && isEnd(binding)) note(binding.toId)
    }),
    // A card takes its relations with it: its neighbours' orders are asked for while it is still there.
    sideEffects.registerBeforeDeleteHandler('shape', (shape, source) => {
      if (mine(source) && isCardShape(shape)) note(shape.id)
    }),
    sideEffects.registerBeforeChangeHandler('shape', (before, after, source) => {
      if (mine(source) && after.type === 'arrow' && before.meta[key.kind] !== after.meta[key.kind]) noteEnds(after)
      return after
    }),
    sideEffects.registerOperationCompleteHandler(source => {
      // While somebody still draws it, it is nothing yet.
      if (source !== 'user' || rewired.size === 0 || editor.isInAny('arrow.pointing', 'select.dragging_handle')) return
      const all = [...rewired]
      rewired.clear()
      for (const [wheel, each] of all) settle(wheel, each)
    }),
  ]
  return () => stops.forEach(stop => stop())
}

const middleOf = ({ x, y, w, h }: Box) => ({ x: x + w / 2, y: y + h / 2 })

/** Why nothing may follow there yet. */
export const notOpen = (order: number): string => `The ${ringName(order).toLowerCase()} ring is not open yet. The facilitator opens it.`

/** Tells everybody that a facilitator opened the next ring. Whoever comes when rings are closed sees it on the wheel. */
export function tellRings(editor: Editor, model: Model, openRings: (wheel: RecordId) => number | undefined): () => void {
  let known = new Map<RecordId, number | undefined>()
  return react('rings that were opened', () => {
    const now = new Map(model.allStructures().flatMap(({ id, type }) => (type === 'wheel' ? [[id, openRings(id)] as const] : [])))
    for (const [wheel, open] of now) {
      const before = known.get(wheel)
      if (before !== undefined && (open ?? Infinity) > before) say(editor, open === undefined ? 'All rings are open now.' : `The ${ringName(open).toLowerCase()} ring is open now.`)
    }
    known = now
  })
}
