import { createShapeId, type Editor, type TLParentId, type VecLike } from 'tldraw'
import { cardDefaults } from '../../shared/defaults.ts'
import { newId, type RecordId } from '../../shared/ids.ts'
import { methodOf } from '../../shared/methods/index.ts'
import type { Point, Size } from '../../shared/methods/method.ts'
import { type Box, freePlace, gap, overlaps } from '../../shared/room.ts'
import type { Beside, PastedCard } from '../../shared/table.ts'
import { pageId, recordIdOf } from '../sync/codec.ts'
import { type CardShape, isCardShape, isStructureShape, type StructureShape } from '../sync/shapes.ts'
import { cardHeight } from './card.tsx'
import type { Model } from './model.ts'
import { type Item, roomIn } from './room-in.ts'

/** What became of many cards: all of them, and those that found no room in the structure they were put on. */
export interface Added {
  readonly ids: readonly RecordId[]
  readonly beside?: Beside
}

/** Cards of a list stand in columns of this many. */
const perColumn = 8

/**
 * Makes many cards at once around a point of the page: inside the structure that lies there as far as there is room, and the
 * others together on the board, clear of everything that stands there. A table keeps its rows and columns.
 */
export function addMany(editor: Editor, model: Model, cards: readonly PastedCard[], at: VecLike, kind: string): Added {
  const items = cards.map(card => itemOf(card, kind))
  const structure = structureAt(editor, at)
  const inside = structure ? placesIn(editor, model, structure, items, at) : []
  const outside = items.filter((_, i) => !inside[i])
  const block = outside.some(({ card }) => card.cell) ? inRows(outside) : inColumns(outside)
  const corner = outside.length ? cornerOf(editor, block, structure, at) : at
  const made = items.map((item, i) => {
    const place = inside[i]
    const spot = block.spots.get(item) ?? { x: 0, y: 0 }
    const [parent, x, y]: [TLParentId, number, number] = place && structure ? [structure.id, place.x, place.y] : [pageId, corner.x + spot.x, corner.y + spot.y]
    return { id: createShapeId(newId()), type: 'card' as const, parentId: parent, x, y, props: item.props }
  })
  editor.createShapes(made)
  return { ids: made.map(({ id }) => recordIdOf(id)), ...(structure && outside.length > 0 && { beside: { cards: outside.length, of: methodOf(structure.type).title.toLowerCase() } }) }
}

function itemOf({ text, kind, fields = {}, cell }: PastedCard, otherwise: string): Item {
  const props = { kind: kind ?? otherwise, text: text.toWellFormed(), ...cardDefaults, fields: { ...fields } }
  return { card: { text, ...(cell && { cell }) }, props, size: { w: props.w, h: cardHeight({ props, meta: {} } as CardShape) } }
}

/** The structure at a point of the page that new cards may join. */
export function structureAt(editor: Editor, at: VecLike): StructureShape | undefined {
  const under = editor.getShapeAtPoint(at, { hitInside: true, hitFrameInside: true, filter: shape => isStructureShape(shape) && !shape.isLocked })
  return isStructureShape(under) ? under : undefined
}

// ---- on the board: one block, clear of everything

interface Block extends Size {
  readonly spots: ReadonlyMap<Item, Point>
}

function inColumns(items: readonly Item[]): Block {
  const spots = new Map<Item, Point>()
  let [x, y, h] = [0, 0, 0]
  for (const [i, item] of items.entries()) {
    if (i > 0 && i % perColumn === 0) [x, y] = [x + cardDefaults.w + gap, 0]
    spots.set(item, { x, y })
    y += item.size.h + gap
    h = Math.max(h, y - gap)
  }
  return { spots, w: x + cardDefaults.w, h }
}

/** Rows as high as their highest cell; what is continued stands below it in the same cell. Rows and columns that hold nothing take no room. */
function inRows(items: readonly Item[]): Block {
  const spots = new Map<Item, Point>()
  const cols = [...new Set(items.map(({ card }) => card.cell?.col ?? 0))].sort((a, b) => a - b)
  const rows = Map.groupBy(items, ({ card }) => card.cell?.row ?? 0)
  let top = 0
  for (const [, row] of [...rows].sort(([a], [b]) => a - b)) {
    const ends = new Map<number, number>()
    for (const item of row) {
      const col = item.card.cell?.col ?? 0
      const y = ends.get(col) ?? top
      spots.set(item, { x: cols.indexOf(col) * (cardDefaults.w + gap), y })
      ends.set(col, y + item.size.h + gap)
    }
    top = Math.max(...ends.values())
  }
  return { spots, w: cols.length * (cardDefaults.w + gap) - gap, h: top - gap }
}

/** Where a block's corner goes: as near as it can to the point, or beside the structure that was full. What is in the block already does not count. */
export function cornerOf(editor: Editor, { w, h }: Size, structure: StructureShape | undefined, at: VecLike, block: ReadonlySet<string> = new Set()): Point {
  const boxes = editor
    .getSortedChildIdsForParent(pageId)
    .filter(id => !block.has(id) && editor.getShape(id)?.type !== 'arrow')
    .map(id => editor.getShapePageBounds(id))
    .filter(bounds => bounds !== undefined)
  const full = structure && editor.getShapePageBounds(structure.id)
  const wanted = full ? { x: full.maxX + gap, y: full.minY, w, h } : { x: at.x - w / 2, y: at.y - h / 2, w, h }
  const place = freePlace(wanted, boxes)
  // Where it is crowded as far as one looks, there is room right of everything.
  return boxes.some(box => overlaps({ ...place, w, h }, box)) ? { x: Math.max(...boxes.map(box => box.maxX)) + gap, y: wanted.y } : place
}

// ---- in a structure: each card where it fits

/**
 * A place in the structure's own space for each card; nothing for those that find no room. A grid takes what fits its cells. In
 * anything else all of them find room or none: half a list here and half of it there would be no list.
 */
function placesIn(editor: Editor, model: Model, structure: StructureShape, items: readonly Item[], at: VecLike): (Point | undefined)[] {
  const from = editor.getPointInShapeSpace(structure, at)
  const taken: Box[] = editor
    .getSortedChildIdsForParent(structure.id)
    .map(id => editor.getShape(id))
    .filter(isCardShape)
    .map(shape => ({ x: shape.x, y: shape.y, w: shape.props.w, h: cardHeight(shape) }))
  // Once a card finds no room in a place, those after it stay with it rather than fill gaps in another order.
  const full = new Set<string>()
  const roomOf = roomIn(model, structure, from)
  const places = items.map(item => {
    const room = roomOf(item)
    if (!room || full.has(room.name)) return undefined
    const place = room.spots(taken).find(spot => room.holds({ ...spot, ...item.size }) && !taken.some(box => overlaps({ ...spot, ...item.size }, box)))
    if (place) taken.push({ ...place, ...item.size })
    else full.add(room.name)
    return place
  })
  return structure.type === 'grid' || places.every(place => place !== undefined) ? places : []
}
