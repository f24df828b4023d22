import { createShapeId, type Editor, type TLArrowShape, type TLParentId, type TLShape, type TLShapeId, type VecLike } from 'tldraw'
import { must } from '../../shared/assert.ts'
import { stepOf } from '../../shared/chain.ts'
import { key } from '../../shared/board.ts'
import { type KindName } from '../../shared/cards/index.ts'
import { cardDefaults } from '../../shared/defaults.ts'
import { newId, type RecordId } from '../../shared/ids.ts'
import { isList, type Json } from '../../shared/json.ts'
import { asGrid, asTimeline, asWheel } from '../../shared/computed.ts'
import { type MethodName, methodOf } from '../../shared/methods/index.ts'
import { sizeWith } from '../../shared/methods/grid.ts'
import { spectrumEnd } from '../../shared/methods/tension.ts'
import { dateAtX, timelineFrame } from '../../shared/methods/timeline.ts'
import type { tidyWheel } from '../../shared/methods/tidy-wheel.ts'
import { partOf } from '../../shared/methods/wheel.ts'
import { guessRelation, type RelationName, relationOf, type Sign } from '../../shared/relations.ts'
import { freePlace } from '../../shared/room.ts'
import type { PastedCard } from '../../shared/table.ts'
import { pageId, recordIdOf, shapeIdOf } from '../sync/codec.ts'
import { isCardShape, isStructureShape, type StructureShape } from '../sync/shapes.ts'
import { loaded } from '../ui/load.ts'
import { type Added, addMany, structureAt } from './add-many.ts'
import { apartBy, bowBeside, bowsAmong } from './bows.ts'
import { cardHeight } from './card.tsx'
import type { Model } from './model.ts'
import { motion, reveal } from './reveal.ts'
import { notOpen } from './rings.ts'
import { say } from './say.ts'
import { createSpots, type Spot, structureAround } from './spots.ts'
import { travel } from './travel.ts'

/** Everything a person can do to the board that means something. Each is one step of undo. */
export interface Commands {
  /** A card with its middle at a point of the page, inside the structure that lies there. Without a text it is ready to be written on. */
  addCard(kind: string, at: VecLike, text?: string): RecordId
  /** Many cards around a point of the page, where there is room for them; selected, unless the selection is to `stay`. They may come `instead` of others. */
  addCards(cards: readonly PastedCard[], at: VecLike, kind: string, stay?: 'stay', instead?: readonly RecordId[]): Added
  addStructure(type: MethodName, at: VecLike): RecordId
  /** What follows from a card: the next ring of a wheel, what came before on a timeline. */
  addChild(card: RecordId): void
  /** Why nothing may follow from a card yet, in a sentence; nothing where something may. */
  closedAfter(card: RecordId): string | undefined
  /** Cards with a text, related to one as what Tab adds is; the selection stays. */
  addFollowing(card: RecordId, cards: readonly PastedCard[], kind: string): readonly RecordId[]
  /** A card at a point of the page, of the kind that Tab adds and related as it is, ready to be written on. */
  addRelated(card: RecordId, at: VecLike): void
  /** Another card beside this one, with the same cause; on a timeline, for the same effect. */
  addSibling(card: RecordId): void
  /** “What had to be true just before this?” */
  addPredecessor(card: RecordId): void
  /** The change in the middle of a wheel, or the vision at the end of a timeline. */
  addCentre(structure: RecordId): void
  relate(from: RecordId, to: RecordId, kind?: RelationName): RecordId
  /** Relates two cards, unless a relation already leads from one to the other: that one is selected then. */
  join(from: RecordId, to: RecordId): void
  setRelation(relation: RecordId, kind: RelationName, sign: Sign): void
  turnRound(relation: RecordId): void
  /** Whether the effect shows only after a while. */
  setDelay(relation: RecordId, delay: boolean): void
  setKind(card: RecordId, kind: KindName): void
  setKinds(cards: readonly RecordId[], kind: KindName): void
  setField(record: RecordId, name: string, value: Json | undefined): void
  /** What a picture shows, in words. */
  describePicture(picture: RecordId, words: string): void
  tidy(wheel: RecordId): void
  remove(ids: readonly RecordId[]): void
  /** Selects something and brings it into view. */
  show(id: RecordId): void
  edit(card: RecordId): void
}

/** `openRings` tells how many rings of a wheel are open; nothing where all are. */
/** What lays out wheels is large, and asked for now and then. Fetched ahead by whoever has time. */
export const loadTidy = () => import('../../shared/methods/tidy-wheel.ts')

export function createCommands(editor: Editor, model: Model, openRings: (wheel: RecordId) => number | undefined): Commands {
  const shapeOf = (id: RecordId): TLShape | undefined => editor.getShape(shapeIdOf(id))
  const spots = createSpots(editor, model)
  const structureOf = (shape: TLShape | undefined) => structureAround(editor, shape)

  const step = <T>(name: string, work: () => T): T => {
    editor.markHistoryStoppingPoint(name)
    let result: T | undefined
    editor.run(() => void (result = work()))
    return result as T
  }

  const boxesIn = (parent: TLParentId) =>
    editor
      .getSortedChildIdsForParent(parent)
      .map(id => editor.getShape(id))
      .filter(isCardShape)
      .map(shape => ({ x: shape.x, y: shape.y, w: shape.props.w, h: cardHeight(shape) }))

  const putCard = (kind: string, { parent, middle }: Spot, values: { text?: string; fields?: Record<string, Json>; h?: number; w?: number; room?: boolean } = {}): TLShapeId => {
    const id = createShapeId(newId())
    const { w = cardDefaults.w, h = cardDefaults.h, fields = {}, room = true, text = '' } = values
    const wanted = { x: middle.x - w / 2, y: middle.y - h / 2, w, h }
    const place = room ? freePlace(wanted, boxesIn(parent)) : wanted
    editor.createShape({ id, type: 'card', parentId: parent, x: place.x, y: place.y, props: { kind, text: text.toWellFormed(), w, h, fields } })
    return id
  }

  const startWriting = (id: TLShapeId): void => {
    editor.select(id)
    const bounds = editor.getShapePageBounds(id)
    if (bounds && (!editor.getViewportPageBounds().contains(bounds) || editor.getZoomLevel() < 0.45)) {
      const zoom = Math.max(editor.getZoomLevel(), 0.76)
      editor.zoomToBounds(bounds, { targetZoom: zoom, animation: { duration: motion(editor, 400) } })
    }
    editor.setEditingShape(id)
    editor.setCurrentTool('select.editing_shape', { target: 'shape', shape: editor.getShape(id) })
  }

  const connect = (from: TLShapeId, to: TLShapeId, kind: RelationName): TLShapeId => {
    const id = createShapeId(newId())
    const parent = editor.getShape(from)?.parentId === editor.getShape(to)?.parentId ? (editor.getShape(from)?.parentId ?? pageId) : pageId
    const bend = bowBeside(editor, model, from, to)
    editor.createShape<TLArrowShape>({ id, type: 'arrow', parentId: parent, meta: { [key.kind]: kind }, ...(bend && { props: { bend } }) })
    editor.createBindings([
      { fromId: id, toId: from, type: 'arrow', props: { terminal: 'start' } },
      { fromId: id, toId: to, type: 'arrow', props: { terminal: 'end' } },
    ])
    return id
  }

  /** Lines between some cards, as straight as the cards let them be. */
  const bowAnew = (cards: ReadonlySet<RecordId>): void => {
    const bow = bowsAmong(editor)
    const joined = new Map<string, number>()
    const lines = [...cards].flatMap(card => model.relationsAt(card).filter(relation => relation.from === card && cards.has(relation.to)))
    editor.updateShapes(
      lines.map(({ id, from, to }) => {
        const pair = [from, to].sort().join(' ')
        const between = joined.get(pair) ?? 0
        joined.set(pair, between + 1)
        return { id: shapeIdOf(id), type: 'arrow' as const, props: { bend: bow(shapeIdOf(from), shapeIdOf(to), apartBy * between) } }
      }),
    )
  }

  /** tldraw's own update can set what a relation is, and not take it away; a value that is nothing would end the editor. */
  const setMeta = (id: RecordId, changes: Record<string, Json | undefined>): void => {
    const shape = shapeOf(id)
    if (!shape || editor.getIsReadonly() || editor.isShapeOrAncestorLocked(shape)) return
    const meta = Object.fromEntries(Object.entries({ ...shape.meta, ...changes }).filter(([, value]) => value !== undefined)) as TLShape['meta']
    editor.store.put([{ ...shape, meta }])
  }

  /** On a timeline one asks what came before; elsewhere what follows. */
  const follows = (shape: TLShape, other: TLShapeId, kind: string, otherKind: string): void => {
    if (structureOf(shape)?.type === 'timeline') connect(other, shape.id, guessRelation(otherKind, kind))
    else connect(shape.id, other, guessRelation(kind, otherKind))
  }

  const tidyBy = (lay: typeof tidyWheel, id: RecordId): void =>
    step('tidy the wheel', () => {
      const structure = model.structure(id)
      const { centre } = model.wheel(id)
      if (!structure || !centre) return
      const members = model.members(id)
      const boxes = members.map(card => ({ id: card.id, x: card.place.x, y: card.place.y, w: card.w, h: cardHeight(editor.getShape(shapeIdOf(card.id)) as Parameters<typeof cardHeight>[0]), part: partOf(asWheel(structure), card.fields) }))
      const causes = members.flatMap(card => model.relationsAt(card.id)).filter(relation => relationOf(relation.kind).causal)
      const { wheel, places } = lay(asWheel(structure), centre, boxes, causes)
      const fields = { ...structure.fields, rings: wheel.rings }
      editor.updateShape({
        id: shapeIdOf(id),
        type: 'wheel',
        x: structure.place.x - (wheel.w - structure.w) / 2,
        y: structure.place.y - (wheel.h - structure.h) / 2,
        props: { w: wheel.w, h: wheel.h, fields },
      })
      travel(editor)
      editor.updateShapes([...places].map(([card, { x, y }]) => ({ id: shapeIdOf(card), type: 'card' as const, x, y })))
      bowAnew(new Set(members.map(card => card.id)))
    })

  const commands: Commands = {
    addCard: (kind, at, text) =>
      step('add a card', () => {
        const under = editor.getShapeAtPoint(at, { hitInside: true, hitFrameInside: true, filter: isStructureShape })
        const parent = under ? under.id : pageId
        const middle = under ? editor.getPointInShapeSpace(under, at) : at
        const id = putCard(kind, { parent, middle }, { room: false, ...(text && { text }) })
        if (text) editor.select(id)
        else startWriting(id)
        return recordIdOf(id)
      }),

    addCards: (cards, at, kind, stay, instead = []) =>
      step('add cards', () => {
        editor.deleteShapes(instead.map(shapeIdOf).filter(id => editor.getShape(id)))
        const added = addMany(editor, model, cards, at, kind)
        if (!stay) editor.select(...added.ids.map(shapeIdOf))
        reveal(editor, added.ids.map(shapeIdOf))
        return added
      }),

    addStructure: (type, at) =>
      step('add a structure', () => {
        const { defaults } = methodOf(type)
        const { today, horizon } = model.meta.get()
        const { w, h: usual, ...values } = defaults as Record<string, Json> & { w: number; h: number }
        // A tension has a row a sector, and room for cards under them.
        const h = type === 'tension' ? Math.max(usual, spectrumEnd(model.meta.get().sectors.length) + cardDefaults.h + 60) : usual
        const fields = type === 'timeline' ? { ...values, from: today, to: horizon } : values
        const id = createShapeId(newId())
        editor.createShape({ id, type, parentId: pageId, x: at.x - w / 2, y: at.y - h / 2, props: { w, h, fields } })
        editor.sendToBack([id])
        editor.select(id)
        if (!editor.getViewportPageBounds().contains(must(editor.getShapePageBounds(id), 'A new structure has no bounds'))) editor.zoomToSelection({ animation: { duration: motion(editor, 400) } })
        editor.setCurrentTool('select')
        return recordIdOf(id)
      }),

    addChild(id) {
      const card = model.card(id)
      const shape = shapeOf(id)
      if (!card || !shape) return
      const structure = structureOf(shape)
      if (structure?.type === 'timeline') return commands.addPredecessor(id)
      const closed = commands.closedAfter(id)
      if (closed) return say(editor, closed)
      step('add what follows', () => {
        const kind = kindAfter(card.kind, structure)
        const child = putCard(kind, spots.after(shape, card))
        connect(shape.id, child, guessRelation(card.kind, kind))
        startWriting(child)
      })
    },

    closedAfter(id) {
      const structure = structureOf(shapeOf(id))
      const next = structure?.type === 'wheel' ? (model.wheel(recordIdOf(structure.id)).order.get(id) ?? 0) + 1 : 0
      return structure && next > (openRings(recordIdOf(structure.id)) ?? Infinity) ? notOpen(next) : undefined
    },

    addFollowing: (id, cards, otherwise) =>
      step('add what follows', () => {
        const ids = cards.map(({ text, kind = otherwise, fields = {} }) => {
          const card = must(model.card(id), 'What others follow from is gone')
          const shape = must(shapeOf(id), 'What others follow from is not drawn')
          const structure = structureOf(shape)
          // On a timeline the date follows from the place that is found.
          const spot = structure?.type === 'timeline' ? spots.before(structure, card) : spots.after(shape, card)
          const other = putCard(kind, spot, { text, fields })
          follows(shape, other, card.kind, kind)
          return recordIdOf(other)
        })
        reveal(editor, ids.map(shapeIdOf))
        return ids
      }),

    addRelated: (id, at) =>
      step('add a related card', () => {
        const card = model.card(id)
        const shape = shapeOf(id)
        if (!card || !shape) return
        const structure = structureAt(editor, at)
        const closed = structure?.id === shape.parentId ? commands.closedAfter(id) : undefined
        if (closed) return say(editor, closed)
        const kind = kindAfter(card.kind, structureOf(shape))
        const middle = structure ? editor.getPointInShapeSpace(structure, at) : at
        const other = putCard(kind, { parent: structure?.id ?? pageId, middle })
        follows(shape, other, card.kind, kind)
        startWriting(other)
      }),

    addSibling(id) {
      const card = model.card(id)
      const shape = shapeOf(id)
      if (!card || !shape) return
      const container = structureOf(shape)
      const onTimeline = container?.type === 'timeline' ? model.structure(recordIdOf(container.id)) : undefined
      // A change and a vision have none beside them: what they begin with goes on.
      if ((container?.type === 'wheel' && card.kind === 'change') || (onTimeline && card.kind === 'vision')) return commands.addChild(id)
      const cause = model.relationsAt(id).find(relation => relation.to === id && relationOf(relation.kind).causal)
      if (cause && !onTimeline) return commands.addChild(cause.from)
      step('add another card', () => {
        const middle = spots.below(shape)
        const fields: Record<string, Json> = onTimeline ? { date: dateAtX(asTimeline(onTimeline), middle.x) } : {}
        const other = putCard(card.kind === 'change' ? 'consequence' : card.kind, { parent: shape.parentId, middle }, { fields })
        // On a timeline it makes the same thing possible.
        const step = onTimeline && model.relationsAt(id).map(relation => stepOf(relation, each => model.card(each)?.kind)).find(each => each?.before === id)
        if (step) connect(other, shapeIdOf(step.after), guessRelation(card.kind, model.card(step.after)?.kind ?? ''))
        startWriting(other)
      })
    },

    addPredecessor(id) {
      const card = model.card(id)
      const shape = shapeOf(id)
      const structure = structureOf(shape)
      if (!card || !shape || structure?.type !== 'timeline') return
      step('add what had to be true before', () => {
        const { date, ...spot } = spots.before(structure, card)
        const before = putCard('milestone', spot, { fields: { date } })
        connect(before, shape.id, guessRelation('milestone', card.kind))
        startWriting(before)
      })
    },

    addCentre(id) {
      const structure = model.structure(id)
      if (!structure) return
      step('begin', () => {
        const parent = shapeIdOf(id)
        if (structure.type === 'wheel') startWriting(putCard('change', { parent, middle: { x: structure.w / 2, y: structure.h / 2 } }, { w: 220 }))
        if (structure.type === 'timeline') {
          const { to } = asTimeline(structure)
          const h = structure.h - timelineFrame.top - timelineFrame.bottom - 24
          const middle = { x: structure.w - timelineFrame.right + 36 + timelineFrame.vision / 2, y: timelineFrame.top + 12 + h / 2 }
          startWriting(putCard('vision', { parent, middle }, { w: timelineFrame.vision, h, fields: { date: to }, room: false }))
        }
      })
    },

    relate: (from, to, kind) =>
      step('relate', () => {
        const [a, b] = [model.card(from), model.card(to)]
        const id = connect(shapeIdOf(from), shapeIdOf(to), kind ?? guessRelation(a?.kind ?? '', b?.kind ?? ''))
        editor.select(id)
        return recordIdOf(id)
      }),

    join(from, to) {
      const known = model.relationsAt(from).find(relation => relation.from === from && relation.to === to)
      if (known) editor.select(shapeIdOf(known.id))
      else if (from !== to) commands.relate(from, to)
    },

    setRelation: (id, kind, sign) =>
      step('change a relation', () => setMeta(id, { [key.kind]: kind, [key.sign]: kind === 'leads' && sign === '-' ? '-' : undefined })),

    setDelay: (id, delay) => step('change a relation', () => setMeta(id, { [key.delay]: delay || undefined })),

    turnRound: id =>
      step('turn a relation round', () => {
        const bindings = editor.getBindingsFromShape(shapeIdOf(id), 'arrow')
        for (const binding of bindings) {
          editor.updateBinding({ ...binding, props: { ...binding.props, terminal: binding.props.terminal === 'start' ? 'end' : 'start' } })
        }
      }),

    describePicture: (id, words) => step('describe a picture', () => void editor.updateShape({ id: shapeIdOf(id), type: 'image', props: { altText: words } })),

    setKind: (id, kind) => step('change the kind', () => void editor.updateShape({ id: shapeIdOf(id), type: 'card', props: { kind } })),

    setKinds: (ids, kind) => step('change the kinds', () => void editor.updateShapes(ids.map(id => ({ id: shapeIdOf(id), type: 'card' as const, props: { kind } })))),

    setField(id, name, value) {
      step('change a field', () => {
        const shape = shapeOf(id)
        if (!isCardShape(shape) && !isStructureShape(shape)) return
        const { [name]: _old, ...others } = shape.props.fields
        // What a structure says nothing about is as its method has it, if the method has it at all.
        const next = value ?? (isStructureShape(shape) ? (methodOf(shape.type).defaults as Record<string, Json>)[name] : undefined)
        const fields = next === undefined ? others : { ...others, [name]: next }
        // Rows and columns that come or go take their room with them: the others stay as large as they were.
        const size = shape.type === 'grid' && isList(next) && (name === 'rows' || name === 'cols') ? sizeWith(asGrid(must(model.structure(id), 'A grid is no structure')), { [name]: next as string[] }) : {}
        editor.updateShape({ id: shape.id, type: shape.type, props: { ...size, fields } } as TLShape)
      })
      // A date may have taken a card to where nobody looks.
      if (name === 'date' && isCardShape(shapeOf(id))) reveal(editor, [shapeIdOf(id)])
    },

    tidy: id => void loaded(loadTidy).then(({ tidyWheel }) => tidyBy(tidyWheel, id), () => say(editor, 'What lays a wheel out could not be loaded. Check your connection and try again.')),
    remove: ids => step('remove', () => void editor.deleteShapes(ids.map(shapeIdOf))),

    show(id) {
      const bounds = editor.getShapePageBounds(shapeIdOf(id))
      if (!bounds) return
      editor.select(shapeIdOf(id))
      editor.zoomToBounds(bounds, { targetZoom: Math.min(1, Math.max(0.6, editor.getZoomLevel())), animation: { duration: motion(editor, 400) } })
    },

    edit: id => startWriting(shapeIdOf(id)),
  }

  return commands
}

/** The kind of card that Tab adds to a card of a kind, where it stands. */
export const kindAfter = (kind: string, structure: StructureShape | undefined): string => (structure?.type === 'timeline' ? 'milestone' : kind === 'change' ? 'consequence' : kind)
