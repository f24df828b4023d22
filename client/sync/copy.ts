import type { Editor, TLArrowBinding, TLRecord, TLShape, TLShapeId, TLStore } from 'tldraw'
import type * as Y from 'yjs'
import { type Flat, key, readEnd, readFlat, readPlace, type Records, recordsOf } from '../../shared/board.ts'
import type { RecordId } from '../../shared/ids.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import type { Clock } from './clock.ts'
import { changedKeys, type Ends, encodeAsset, encodeShape, pageId, recordIdOf, shapeIdOf } from './codec.ts'

/** One board on one canvas, and what both directions of the binding need to know of it. */
export interface Copy {
  readonly doc: Y.Doc
  readonly records: Records
  readonly store: TLStore
  /** The editor once the canvas has one; the store is filled before. */
  editor: Editor | undefined
  readonly canWrite: () => boolean
  readonly clock: Clock
  /** The most shapes that peers put on the canvas. */
  readonly most: number
  /** The most records that the server takes. */
  readonly mostRecords: () => number
  /** Each record as both sides last agreed on it: what differs from it on the canvas is this person's own edit. */
  readonly agreed: Map<string, Flat>
  /** Records that cannot be drawn here, and why. */
  readonly hidden: Map<string, string>
  /** Records that are hidden because of what they are inside of, by that. */
  readonly waiting: Map<string, Set<string>>
  /** Records that are hidden because there are too many. */
  readonly beyond: Set<string>
  /** Records that the canvas could not draw although they were let through, as they were then, and why. */
  readonly refused: Map<string, Refusal>
  /** What the canvas holds for a record, as the board would store it. */
  encoded(id: string): Flat | undefined
  /** Whether the canvas holds anything for a record. */
  isDrawn(id: string): boolean
  endsOf(arrow: TLShapeId): Ends<TLArrowBinding>
  /** Arrows that the board says are bound to a record. */
  arrowsAt(id: string): Iterable<RecordId>
  /** Must hear of every record that changes in the board. */
  mention(id: string, flat: Flat | undefined): void
  /** Where a record stands on the page: by what was last agreed on, for containers that are gone too. */
  pagePlace(id: string): { x: number; y: number; rotation: number } | undefined
  /** Notes that the canvas cannot draw a record as it is; false where it was noted already, or there is none. */
  refuse(id: string, error: unknown): boolean
  /** Remembers where a container stood, for cards that somebody moves into it while it goes. */
  bury(id: string): void
}

export interface Refusal {
  readonly flat: Flat
  readonly reason: string
}

export function createCopy(doc: Y.Doc, store: TLStore, canWrite: () => boolean, clock: Clock, most: number, mostRecords: () => number): Copy {
  const records = recordsOf(doc)
  const agreed = new Map<string, Flat>()
  const refused = new Map<string, Refusal>()
  const graves = new Map<string, { x: number; y: number; rotation: number }>()
  const mentions = new Map<string, Set<RecordId>>()
  const mentioned = new Map<string, readonly string[]>()
  const bindingsOf = store.query.index('binding', 'fromId')

  const endsOf = (arrow: TLShapeId): Ends<TLArrowBinding> => {
    const ends: { from?: TLArrowBinding; to?: TLArrowBinding } = {}
    for (const id of bindingsOf.get().get(arrow) ?? []) {
      const binding = store.get(id) as TLArrowBinding | undefined
      if (binding?.type === 'arrow') ends[binding.props.terminal === 'start' ? 'from' : 'to'] = binding
    }
    return ends
  }

  const placeOf = (id: string) => {
    const flat = agreed.get(id)
    return flat && readPlace(flat.get(key.place))
  }

  const pagePlace = (id: string, depth = 0): { x: number; y: number; rotation: number } | undefined => {
    const place = placeOf(id)
    if (!place || depth > 64) return graves.get(id)
    if (place.parent === '') return place
    const outer = pagePlace(place.parent, depth + 1)
    return outer && within(outer, place)
  }

  return {
    doc,
    records,
    store,
    editor: undefined,
    canWrite,
    clock,
    most,
    mostRecords,
    agreed,
    hidden: new Map(),
    waiting: new Map(),
    beyond: new Set(),
    refused,
    isDrawn: id => store.has(drawnIdOf(id)),
    encoded(id) {
      const record = store.get(drawnIdOf(id)) as TLRecord | undefined
      if (record?.typeName === 'shape') return encodeShape(record, record.type === 'arrow' ? endsOf(record.id) : {})
      return record?.typeName === 'asset' ? encodeAsset(record) : undefined
    },
    endsOf,
    arrowsAt: id => mentions.get(id) ?? [],
    mention(id, flat) {
      for (const end of mentioned.get(id) ?? []) mentions.get(end)?.delete(id as RecordId)
      const ends = [readEnd(flat?.get(key.from)), readEnd(flat?.get(key.to))].filter(end => end !== undefined)
      if (ends.length === 0) return void mentioned.delete(id)
      mentioned.set(id, ends)
      for (const end of ends) {
        const arrows = mentions.get(end)
        if (arrows) arrows.add(id as RecordId)
        else mentions.set(end, new Set([id as RecordId]))
      }
    },
    pagePlace: id => pagePlace(id),
    refuse(id, error) {
      const flat = readFlat(records.get(id))
      const known = refused.get(id)
      if (!flat || (known && changedKeys(known.flat, flat).length === 0)) return false
      // Content may do this, and so may a fault of ours: whoever looks for one finds it here.
      console.warn(`The canvas could not draw ${id}, so it is hidden.`, error)
      refused.set(id, { flat, reason: `it cannot be drawn: ${sentenceOf(error).slice(0, 160)}` })
      return true
    },
    bury(id) {
      const place = pagePlace(id)
      if (place) graves.set(id, { x: place.x, y: place.y, rotation: place.rotation })
    },
  }
}

/** A place inside a container, as seen from outside it. */
export function within(outer: { x: number; y: number; rotation: number }, { x, y, rotation }: { x: number; y: number; rotation: number }) {
  const [sin, cos] = [Math.sin(outer.rotation), Math.cos(outer.rotation)]
  return { x: outer.x + x * cos - y * sin, y: outer.y + x * sin + y * cos, rotation: outer.rotation + rotation }
}

/** The shape on the page itself, where it was seen inside a container that is gone; unchanged where nobody knows. */
export function rescued(copy: Copy, shape: TLShape): TLShape | undefined {
  const outer = copy.pagePlace(recordIdOf(shape.parentId))
  return outer && ({ ...shape, ...within(outer, shape), parentId: pageId } as TLShape)
}

/** What stands for a record on the canvas: pictures keep their own names there. */
const drawnIdOf = (id: string): TLShapeId => (id.includes(':') ? id : shapeIdOf(id)) as TLShapeId
