import { computed, type ComputedCache, type Signal, type TLArrowBinding, type TLArrowShape, type TLShape, type TLShapeId, type TLStore } from 'tldraw'
import { type Board, type Card, key, type Meta, type Relation, type Structure } from '../../shared/board.ts'
import { readCard, readRelation, readStructure } from '../../shared/board.ts'
import type { RecordId } from '../../shared/ids.ts'
import { type MethodName, methods } from '../../shared/methods/index.ts'
import { centreOf, orders } from '../../shared/methods/wheel.ts'
import { relationOf } from '../../shared/relations.ts'
import { isOpinionKey } from '../../shared/views.ts'
import { encodeShape, recordIdOf, shapeIdOf } from '../sync/codec.ts'
import { provenanceOf } from '../sync/shapes.ts'

/** What the canvas means: cards, relations and structures, worked out from its shapes as they change. */
export interface Model {
  readonly meta: Signal<Meta>
  card(id: RecordId): Card | undefined
  structure(id: RecordId): Structure | undefined
  relation(id: RecordId): Relation | undefined
  /** Relations at a card, both ways. */
  relationsAt(id: RecordId): Relation[]
  members(structure: RecordId): Card[]
  /** The wheel's centre, and its members' orders. */
  wheel(id: RecordId): { readonly centre: RecordId | undefined; readonly order: ReadonlyMap<string, number> }
  /** A card's order in the wheel it is in. */
  orderOf(card: RecordId): number | undefined
  allCards(): Card[]
  allStructures(): Structure[]
  allRelations(): Relation[]
}

export function createModel(store: TLStore, meta: Signal<Meta>): Model {
  const flatOf = (shape: TLShape) => encodeShape(shape)
  const cards: ComputedCache<Card | undefined, TLShape> = store.createComputedCache('cards', (shape: TLShape) =>
    shape.type === 'card' ? readCard(recordIdOf(shape.id), flatOf(shape)) : undefined,
  )
  const structures: ComputedCache<Structure | undefined, TLShape> = store.createComputedCache('structures', (shape: TLShape) =>
    readStructure(recordIdOf(shape.id), flatOf(shape)),
  )
  // Small parts of their own, so that orders are not worked out again because a card was dragged or written on.
  const kinds: ComputedCache<string | undefined, TLShape> = store.createComputedCache('kinds', (shape: TLShape) => (shape.type === 'card' ? shape.props.kind : undefined))
  const ages: ComputedCache<number, TLShape> = store.createComputedCache('ages', (shape: TLShape) => provenanceOf(shape).at ?? 0)
  const signs: ComputedCache<string, TLShape> = store.createComputedCache('signs', (shape: TLShape) => JSON.stringify([shape.meta[key.kind], shape.meta[key.sign], shape.meta[key.delay], Object.keys(shape.meta).filter(isOpinionKey)]))

  const fromIndex = store.query.index('binding', 'fromId')
  const toIndex = store.query.index('binding', 'toId')
  const children = store.query.index('shape', 'parentId')
  const bindingOf = (id: string) => store.get(id as TLArrowBinding['id']) as TLArrowBinding | undefined

  const endsOf = (arrow: TLShapeId): { from?: TLShapeId; to?: TLShapeId } => {
    const ends: { from?: TLShapeId; to?: TLShapeId } = {}
    for (const id of fromIndex.get().get(arrow) ?? []) {
      const binding = bindingOf(id)
      if (binding) ends[binding.props.terminal === 'start' ? 'from' : 'to'] = binding.toId
    }
    return ends
  }

  const relationAt = (arrow: TLShapeId): Relation | undefined => {
    const { from, to } = endsOf(arrow)
    if (!from || !to || signs.get(arrow) === undefined) return undefined
    const flat = new Map([
      ...encodeShape(store.unsafeGetWithoutCapture(arrow) as TLArrowShape),
      [key.from, recordIdOf(from)],
      [key.to, recordIdOf(to)],
    ] as const)
    return readRelation(recordIdOf(arrow), flat, id => kinds.get(shapeIdOf(id)))
  }

  const arrowsAt = (card: TLShapeId): Set<TLShapeId> => {
    const arrows = new Set<TLShapeId>()
    for (const id of toIndex.get().get(card) ?? []) {
      const binding = bindingOf(id)
      if (binding) arrows.add(binding.fromId)
    }
    return arrows
  }

  const wheels = new Map<RecordId, Signal<ReturnType<Model['wheel']>>>()
  const wheelSignal = (wheel: RecordId) => {
    const known = wheels.get(wheel)
    if (known) return known
    const signal = computed(`orders in ${wheel}`, () => {
      const members = [...(children.get().get(shapeIdOf(wheel)) ?? [])].filter(id => kinds.get(id as TLShapeId) !== undefined) as TLShapeId[]
      const inside = new Set<string>(members.map(recordIdOf))
      const centre = centreOf(members.map(id => ({ id: recordIdOf(id), kind: kinds.get(id) ?? '', at: ages.get(id) ?? 0 }))) as RecordId | undefined
      if (!centre) return { centre, order: new Map<string, number>() }
      const causes = members
        .flatMap(id => [...arrowsAt(id)])
        .map(relationAt)
        .filter(relation => relation !== undefined && relationOf(relation.kind).causal && inside.has(relation.from) && inside.has(relation.to))
      return { centre, order: orders(centre, causes as Relation[]) }
    })
    wheels.set(wheel, signal)
    return signal
  }

  const ofType = (type: string) => store.query.records('shape', () => ({ type: { eq: type as TLShape['type'] } })).get()

  const model: Model = {
    meta,
    card: id => cards.get(shapeIdOf(id)),
    structure: id => structures.get(shapeIdOf(id)),
    relation: id => relationAt(shapeIdOf(id)),
    relationsAt: id => [...arrowsAt(shapeIdOf(id))].map(relationAt).filter(relation => relation !== undefined),
    members: structure => [...(children.get().get(shapeIdOf(structure)) ?? [])].map(id => cards.get(id as TLShapeId)).filter(card => card !== undefined),
    wheel: id => wheelSignal(id).get(),
    orderOf(id) {
      const shape = store.get(shapeIdOf(id)) as TLShape | undefined
      const parent = shape?.parentId.startsWith('shape:') ? (store.get(shape.parentId as TLShapeId) as TLShape | undefined) : undefined
      return parent?.type === 'wheel' ? wheelSignal(recordIdOf(parent.id)).get().order.get(id) : undefined
    },
    allCards: () => ofType('card').map(shape => cards.get(shape.id)).filter(card => card !== undefined),
    allStructures: () =>
      (Object.keys(methods) as MethodName[])
        .flatMap(ofType)
        .map(shape => structures.get(shape.id))
        .filter(structure => structure !== undefined),
    allRelations: () => ofType('arrow').map(shape => relationAt(shape.id)).filter(relation => relation !== undefined),
  }
  return model
}

/** The whole board as the canvas has it now; reactive. */
export function boardNow(model: Model): Board {
  const by = <T extends { id: RecordId }>(all: readonly T[]) => new Map(all.map(each => [each.id, each]))
  return { meta: model.meta.get(), cards: by(model.allCards()), structures: by(model.allStructures()), relations: by(model.allRelations()) }
}
