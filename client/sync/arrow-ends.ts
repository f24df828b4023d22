import type { TLArrowBinding, TLBindingId, TLShape, TLShapeId } from 'tldraw'
import type { Flat } from '../../shared/board.ts'
import { type Json, sameJson } from '../../shared/json.ts'
import { encodeShape, type End, type Ends, recordIdOf, shapeIdOf } from './codec.ts'
import type { Copy } from './copy.ts'

/* An arrow's two ends are part of its record on the board and two binding records on the canvas. */

/** An arrow's ends as the canvas has them. */
export function endsNow(copy: Copy, arrow: TLShapeId): Ends<End> {
  const { from, to } = copy.endsOf(arrow)
  const end = ({ toId, props }: TLArrowBinding): End => ({ id: recordIdOf(toId), props })
  return { ...(from && { from: end(from) }), ...(to && { to: end(to) }) }
}

/** The binding records that give arrows the ends they should have, and those that must go. */
export function bindingsFor(copy: Copy, ends: ReadonlyMap<TLShapeId, Ends<End>>): { bind: TLArrowBinding[]; unbind: TLBindingId[] } {
  const bind: TLArrowBinding[] = []
  const unbind: TLBindingId[] = []
  for (const [arrow, wanted] of ends) {
    const now = copy.endsOf(arrow)
    for (const side of ['from', 'to'] as const) {
      const end = wanted[side]
      const known = now[side]
      if (!end) {
        if (known) unbind.push(known.id)
      } else if (!known || known.toId !== shapeIdOf(end.id) || !sameJson(known.props as unknown as Json, end.props as unknown as Json)) {
        const id = known?.id ?? (`binding:${recordIdOf(arrow)}-${side}` as TLBindingId)
        bind.push({ typeName: 'binding', id, type: 'arrow', fromId: arrow, toId: shapeIdOf(end.id), props: end.props, meta: {} } as TLArrowBinding)
      }
    }
  }
  return { bind, unbind }
}

/** Bindings from or to a shape. */
export function* bindingsAt({ store }: Copy, shape: TLShapeId): Generator<TLBindingId> {
  for (const side of ['fromId', 'toId'] as const) yield* store.query.index('binding', side).get().get(shape) ?? []
}

/** A shape with the ends it should have, as the board would store it. */
export function encodeMeant(shape: TLShape, { from, to }: Ends<End>): Flat {
  const binding = ({ id, props }: End) => ({ toId: shapeIdOf(id), props }) as TLArrowBinding
  return encodeShape(shape, { ...(from && { from: binding(from) }), ...(to && { to: binding(to) }) })
}
