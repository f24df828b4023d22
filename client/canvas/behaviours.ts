import { type Editor, type TLArrowBinding, type TLShape, type TLShapeId } from 'tldraw'
import { key } from '../../shared/board.ts'
import { asGrid, asTimeline } from '../../shared/computed.ts'
import { kindOf } from '../../shared/cards/index.ts'
import { isDate } from '../../shared/dates.ts'
import { sameJson } from '../../shared/json.ts'
import { keptInCell } from '../../shared/methods/grid.ts'
import type { Point } from '../../shared/methods/method.ts'
import { xOnSpectrum } from '../../shared/methods/tension.ts'
import { dateAtX, keptInLane, xOfDate } from '../../shared/methods/timeline.ts'
import { guessRelation } from '../../shared/relations.ts'
import type { Box } from '../../shared/room.ts'
import { isMerging } from '../sync/merging.ts'
import { type CardShape, isCardShape, isStructureShape, type StructureShape } from '../sync/shapes.ts'
import { isReplaying } from '../sync/undo-guard.ts'
import { bowBeside } from './bows.ts'
import { tall } from '../../shared/card-layout.ts'
import type { Model } from './model.ts'

/*
 * What follows at once from what somebody does here, in the same step of undo: a card on a timeline is dated by its place and
 * placed by its date; an arrow between two cards is a relation of some kind. Only for what is done here: what others do
 * has already followed there.
 */
export function watchMeaning(editor: Editor, model: Model): () => void {
  const { store } = editor
  const { sideEffects } = store
  const mine = (source: 'user' | 'remote') => source === 'user' && !isMerging(store) && !isReplaying(editor)

  const timelineOf = (shape: TLShape): StructureShape | undefined => {
    const parent = store.get(shape.parentId as TLShapeId) as TLShape | undefined
    return isStructureShape(parent) && parent.type === 'timeline' ? parent : undefined
  }
  const axisOf = ({ props: { w, h, fields } }: StructureShape) => asTimeline({ w, h, fields })

  /** A card whose place or date changed, with the other one following. */
  const dated = (before: TLShape | undefined, card: CardShape): CardShape => {
    const timeline = timelineOf(card)
    if (!timeline || card.props.kind === 'vision' || !kindOf(card.props.kind)?.fields['date']) return card
    const axis = axisOf(timeline)
    const middle = card.x + card.props.w / 2
    const written = card.props.fields['date']
    const wrote = isCardShape(before) ? before.props.fields !== card.props.fields : written !== undefined
    if (wrote && isDate(written)) return { ...card, x: xOfDate(axis, written) - card.props.w / 2 }
    const moved = !before || before.x !== card.x || before.parentId !== card.parentId
    if (!moved) return card
    const date = dateAtX(axis, middle)
    return date === written ? card : { ...card, props: { ...card.props, fields: { ...card.props.fields, date } } }
  }

  /** Cards keep their dates when the axis under them changes. */
  const keepDates = (before: TLShape, after: TLShape) => {
    if (!isStructureShape(after) || after.type !== 'timeline' || !isStructureShape(before)) return
    const [a, b] = [axisOf(before), axisOf(after)]
    if (a.w === b.w && a.h === b.h && a.from === b.from && a.to === b.to) return
    const cards = editor.getSortedChildIdsForParent(after.id).map(id => editor.getShape(id)).filter(isCardShape)
    const visions = cards.filter(card => card.props.kind === 'vision')
    // A vision stands at the horizon, wherever that is put, as tall as the lanes.
    const horizon = ({ fields }: CardShape['props']) => (fields['date'] === a.to ? { ...fields, date: b.to } : fields)
    editor.updateShapes([
      ...cards.filter(card => isDate(card.props.fields['date']) && card.props.kind !== 'vision').map(card => ({ id: card.id, type: 'card' as const, props: { fields: { ...card.props.fields } } })),
      ...visions.map(card => ({ id: card.id, type: 'card' as const, x: card.x + b.w - a.w, props: { h: card.props.h >= tall ? Math.max(tall, card.props.h + b.h - a.h) : card.props.h, fields: horizon(card.props) } })),
    ])
  }

  /** Cards keep their cell when the grid under them changes, their pole when the tension does, and their lane when the timeline does. */
  const keepPlaces = (before: TLShape, after: TLShape) => {
    if (!isStructureShape(after) || !isStructureShape(before) || before.props === after.props) return
    const keep = placeKept(before, after)
    const cards = keep ? editor.getSortedChildIdsForParent(after.id).map(id => editor.getShape(id)).filter(isCardShape) : []
    editor.updateShapes(cards.map(({ id, x, y, props: { w, h } }) => ({ id, type: 'card' as const, ...keep?.({ x, y, w, h }) })))
  }

  const arrows = new Set<TLShapeId>()
  const name = () => {
    for (const id of [...arrows]) {
      arrows.delete(id)
      const arrow = editor.getShape(id)
      if (arrow?.type !== 'arrow' || arrow.meta[key.kind] !== undefined) continue
      const ends = editor.getBindingsFromShape(id, 'arrow')
      const cardAt = (terminal: 'start' | 'end') => editor.getShape(ends.find(end => end.props.terminal === terminal)?.toId ?? id)
      const [from, to] = [cardAt('start'), cardAt('end')]
      if (!isCardShape(from) || !isCardShape(to)) continue
      const bend = arrow.props.bend || bowBeside(editor, model, from.id, to.id, id)
      editor.updateShape({ id, type: 'arrow', props: { bend }, meta: { ...arrow.meta, [key.kind]: guessRelation(from.props.kind, to.props.kind) } })
    }
  }
  const noteArrow = (binding: TLArrowBinding, source: 'user' | 'remote') => {
    // While somebody still draws it, it is nothing yet.
    if (mine(source) && binding.type === 'arrow') arrows.add(binding.fromId)
  }

  const stops = [
    sideEffects.registerBeforeCreateHandler('shape', (shape, source) => (mine(source) && isCardShape(shape) ? dated(undefined, shape) : shape)),
    sideEffects.registerBeforeChangeHandler('shape', (before, after, source) => (mine(source) && isCardShape(after) ? dated(before, after) : after)),
    // Turned with others of a selection, a structure stays as it stands: places on it mean something.
    sideEffects.registerBeforeChangeHandler('shape', (before, after, source) => (mine(source) && isStructureShape(after) && after.rotation !== before.rotation ? { ...after, rotation: before.rotation, x: before.x, y: before.y } : after)),
    sideEffects.registerAfterChangeHandler('shape', (before, after, source) => {
      if (!mine(source)) return
      keepDates(before, after)
      keepPlaces(before, after)
    }),
    sideEffects.registerAfterCreateHandler('binding', (binding, source) => noteArrow(binding as TLArrowBinding, source)),
    sideEffects.registerAfterChangeHandler('binding', (_before, binding, source) => noteArrow(binding as TLArrowBinding, source)),
    sideEffects.registerOperationCompleteHandler(source => {
      if (arrows.size && source === 'user' && !editor.isInAny('arrow.pointing', 'select.dragging_handle')) name()
    }),
  ]
  return () => stops.forEach(stop => stop())
}

/** Where a box in a structure has to go so that it means the same after a change; nothing where it may stay. */
function placeKept(before: StructureShape, after: StructureShape): ((box: Box) => Point) | undefined {
  const [a, b] = [before.props, after.props]
  if (after.type === 'tension' && a.w !== b.w) return ({ x, y, w }) => ({ x: xOnSpectrum(a, b, x + w / 2) - w / 2, y })
  if (after.type === 'timeline') {
    const [from, to] = [asTimeline(a), asTimeline(b)] as const
    return from.h === to.h && sameJson(from.lanes, to.lanes) ? undefined : box => keptInLane(from, to, box)
  }
  if (after.type !== 'grid') return undefined
  const [from, to] = [asGrid(a), asGrid(b)] as const
  const same = from.w === to.w && from.h === to.h && sameJson(from.rows, to.rows) && sameJson(from.cols, to.cols)
  return same ? undefined : box => keptInCell(from, to, box)
}
