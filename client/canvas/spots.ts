import type { Editor, TLParentId, TLShape, TLShapeId, VecLike } from 'tldraw'
import { must } from '../../shared/assert.ts'
import type { Card } from '../../shared/board.ts'
import { asTimeline, asWheel } from '../../shared/computed.ts'
import { cardDefaults } from '../../shared/defaults.ts'
import { dateAtX, timelineFrame } from '../../shared/methods/timeline.ts'
import { ringMiddle } from '../../shared/methods/wheel.ts'
import { recordIdOf, shapeIdOf } from '../sync/codec.ts'
import { isStructureShape, type StructureShape } from '../sync/shapes.ts'
import type { Model } from './model.ts'

/** Where a new card goes, before it makes room for those that are there. */
export interface Spot {
  readonly parent: TLParentId
  /** Middle of the new card, in the parent's own space. */
  readonly middle: VecLike
}

export interface Spots {
  /** For what follows from a card: the next ring of its wheel, or beside it. */
  after(shape: TLShape, card: Card): Spot
  /** For what had to be true before a card of a timeline, and when that was. */
  before(timeline: StructureShape, card: Card): Spot & { readonly date: string }
  /** The middle of another card below a shape. */
  below(shape: TLShape): VecLike
}

/** The structure a shape lies in; nothing where it lies in none. */
export function structureAround(editor: Editor, shape: TLShape | undefined): StructureShape | undefined {
  const parent = shape && editor.getShape(shape.parentId as TLShapeId)
  return isStructureShape(parent) ? parent : undefined
}

export function createSpots(editor: Editor, model: Model): Spots {
  const middleOf = (shape: TLShape): VecLike => {
    const bounds = editor.getShapeGeometry(shape).bounds
    return { x: shape.x + bounds.w / 2, y: shape.y + bounds.h / 2 }
  }

  /** The ring beyond a card, in its own direction, or the widest gap around the centre. */
  const inWheel = (wheel: StructureShape, card: Card): Spot => {
    const structure = must(model.structure(recordIdOf(wheel.id)), 'A wheel is no structure')
    const { order } = model.wheel(structure.id)
    const next = (order.get(card.id) ?? 0) + 1
    const centre = { x: structure.w / 2, y: structure.h / 2 }
    const angleOf = (x: number, y: number) => Math.atan2((y - centre.y) / structure.h, (x - centre.x) / structure.w)
    const children = model
      .relationsAt(card.id)
      .filter(relation => relation.from === card.id)
      .map(relation => editor.getShape(shapeIdOf(relation.to)))
      .filter(shape => shape?.parentId === wheel.id)
      .map(shape => middleOf(shape as TLShape))
      .map(({ x, y }) => angleOf(x, y))
    const own = angleOf(card.place.x + card.w / 2, card.place.y + card.h / 2)
    const angle = next === 1 ? widestGap(children) : own + (children.length % 2 ? 1 : -1) * Math.ceil(children.length / 2) * (0.5 / next)
    const rings = asWheel(structure)
    const radius = ringMiddle({ ...rings, rings: Math.max(rings.rings, next) }, next)
    return { parent: wheel.id, middle: { x: centre.x + radius.x * Math.cos(angle), y: centre.y + radius.y * Math.sin(angle) } }
  }

  return {
    after(shape, card) {
      const structure = structureAround(editor, shape)
      if (structure?.type === 'wheel') return inWheel(structure, card)
      return { parent: shape.parentId, middle: { x: card.place.x + card.w + 90 + cardDefaults.w / 2, y: middleOf(shape).y } }
    },
    before(timeline, card) {
      const structure = must(model.structure(recordIdOf(timeline.id)), 'A timeline is no structure')
      const axis = asTimeline(structure)
      const at = Math.min(card.place.x + card.w / 2, structure.w - timelineFrame.right)
      const x = Math.max(timelineFrame.left + cardDefaults.w * 0.4, Math.min(at - cardDefaults.w - 90, at - (at - timelineFrame.left) * 0.3))
      const tallVision = card.h > cardDefaults.h * 2
      const y = tallVision ? Math.max(card.place.y + 60, timelineFrame.top + 90) : card.place.y + cardDefaults.h / 2
      return { parent: timeline.id, middle: { x, y }, date: dateAtX(axis, x) }
    },
    below(shape) {
      const { x, y } = middleOf(shape)
      return { x, y: y + cardDefaults.h + 32 }
    },
  }
}

/** The middle of the widest gap between some directions; straight up where there is none. */
function widestGap(angles: readonly number[]): number {
  if (angles.length === 0) return -Math.PI / 2
  const sorted = [...angles].sort((a, b) => a - b)
  let best = { width: -1, middle: 0 }
  for (const [i, angle] of sorted.entries()) {
    const next = sorted[i + 1] ?? (sorted[0] as number) + 2 * Math.PI
    if (next - angle > best.width) best = { width: next - angle, middle: angle + (next - angle) / 2 }
  }
  return best.middle
}
