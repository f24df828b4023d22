import type { Editor, TLShapeId } from 'tldraw'
import { bendAround } from '../../shared/bend.ts'
import type { Box } from '../../shared/room.ts'
import { recordIdOf } from '../sync/codec.ts'
import { isCardShape } from '../sync/shapes.ts'
import type { Model } from './model.ts'

/** How far lines between the same two cards keep from one another. */
export const apartBy = 36

/** How far a new relation between two cards has to bow: away from those there already are, and around other cards. */
export function bowBeside(editor: Editor, model: Model, from: TLShapeId, to: TLShapeId, but?: TLShapeId): number {
  const [a, b] = [recordIdOf(from), recordIdOf(to)]
  const between = model.relationsAt(a).filter(other => (other.from === b || other.to === b) && (but === undefined || other.id !== recordIdOf(but))).length
  return bowsAmong(editor)(from, to, apartBy * between)
}

/** A card where it is seen on the page. */
const boxOf = (editor: Editor, id: TLShapeId): Box | undefined => editor.getShapePageBounds(id)?.toJson()

/** How far new lines between cards have to bow so as not to run over other cards; the cards are looked up once for all of them. */
export function bowsAmong(editor: Editor): (from: TLShapeId, to: TLShapeId, least?: number) => number {
  const boxes = new Map(editor.getCurrentPageShapes().filter(isCardShape).flatMap(({ id }) => {
    const box = boxOf(editor, id)
    return box ? [[id, box] as const] : []
  }))
  return (from, to, least = 0) => {
    const [a, b] = [boxes.get(from), boxes.get(to)]
    return a && b ? bendAround(a, b, [...boxes].filter(([id]) => id !== from && id !== to).map(([, box]) => box), least) : least
  }
}
