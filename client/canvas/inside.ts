import type { Editor, TLShape } from 'tldraw'
import type { Card, Structure } from '../../shared/board.ts'
import { asGrid, asTimeline, cellOf } from '../../shared/computed.ts'
import { cardDefaults } from '../../shared/defaults.ts'
import type { RecordId } from '../../shared/ids.ts'
import { type Cell, cellBox } from '../../shared/methods/grid.ts'
import type { Point } from '../../shared/methods/method.ts'
import { type Attached, spectrumEnd, xOfMarker } from '../../shared/methods/tension.ts'
import { laneBands } from '../../shared/methods/timeline.ts'
import { overlaps } from '../../shared/room.ts'
import { shapeIdOf } from '../sync/codec.ts'
import { isCardShape } from '../sync/shapes.ts'
import { cardHeight } from './card.tsx'
import type { Commands } from './commands.ts'
import type { Model } from './model.ts'

/** How far a card stays from the edges of its cell. */
const inset = 11

/** What can be done in a structure without pointing at a place in it: by key, by touch in a panel, by a screen reader. */
export interface Inside {
  /** Begins an empty structure, or adds the next card where the method expects it. */
  add(structure: RecordId): void
  /** Moves a card to a cell of the grid it stands in. */
  toCell(card: RecordId, cell: Cell): void
  /** Moves a card of a tension under a pole, or under both. */
  attach(card: RecordId, side: Attached): void
  /** Moves a card of a timeline to another lane; its date stays. */
  toLane(card: RecordId, lane: number): void
}

export function createInside(editor: Editor, model: Model, commands: Commands): Inside {
  const boxesIn = (structure: RecordId, but?: RecordId) =>
    model
      .members(structure)
      .filter(card => card.id !== but)
      .map(card => ({ x: card.place.x, y: card.place.y, w: card.w, h: heightOf(card) }))
  const heightOf = (card: Card): number => {
    const shape = editor.getShape(shapeIdOf(card.id))
    return isCardShape(shape) ? cardHeight(shape) : card.h
  }

  const spotIn = (grid: Structure, cell: Cell, w: number, h: number, but?: RecordId): Point => {
    const box = cellBox(asGrid(grid), cell)
    const taken = boxesIn(grid.id, but)
    // Never out of the cell, since the cell is data: where it is full, cards lie a little over one another.
    for (let y = box.y + inset; y + h / 2 < box.y + box.h; y += inset) {
      for (let x = box.x + inset; x + w / 2 < box.x + box.w; x += inset) {
        if (x + w <= box.x + box.w && y + h <= box.y + box.h && !taken.some(other => overlaps({ x, y, w, h }, other, inset))) return { x, y }
      }
    }
    const inCell = taken.filter(other => other.x + other.w / 2 > box.x && other.x + other.w / 2 < box.x + box.w && other.y + other.h / 2 > box.y && other.y + other.h / 2 < box.y + box.h).length
    const shift = inset + ((inCell * inset * 2) % Math.max(1, Math.min(box.w - w, box.h - h) / 2))
    // A cell smaller than a card has at least the card's middle in its own.
    return { x: box.x + Math.min(shift, (box.w - w) / 2), y: box.y + Math.min(shift, box.h > h / 2 ? (box.h - h / 2) / 2 : (box.h - h) / 2) }
  }

  /** The first cell, as one reads, with the fewest cards. */
  const emptiest = (grid: Structure): Cell => {
    const { rows, cols } = asGrid(grid)
    const counts = new Map<string, number>()
    for (const card of model.members(grid.id)) {
      const cell = cellOf(grid, card)
      if (cell) counts.set(`${cell.row} ${cell.col}`, (counts.get(`${cell.row} ${cell.col}`) ?? 0) + 1)
    }
    const cells = rows.flatMap((_, row) => cols.map((__, col) => ({ row, col })))
    const count = ({ row, col }: Cell) => counts.get(`${row} ${col}`) ?? 0
    return cells.reduce((best, cell) => (count(cell) < count(best) ? cell : best), cells[0] ?? { row: 0, col: 0 })
  }

  /** The kind most cards in a structure have: the next one is probably of it too. */
  const usualKind = (structure: RecordId): string => {
    const counts = new Map<string, number>()
    for (const { kind } of model.members(structure)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
    return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'note'
  }

  const addAt = (structure: Structure, corner: Point): void => {
    const shape = editor.getShape(shapeIdOf(structure.id)) as TLShape
    const middle = { x: corner.x + cardDefaults.w / 2, y: corner.y + cardDefaults.h / 2 }
    commands.addCard(usualKind(structure.id), editor.getShapePageTransform(shape).applyToPoint(middle))
  }

  const inOneStep = (name: string, work: () => void): void => {
    const mark = editor.markHistoryStoppingPoint(name)
    work()
    editor.squashToMark(mark)
  }

  const move = (card: RecordId, to: Point): void => void editor.updateShape({ id: shapeIdOf(card), type: 'card', ...to })

  const middleOf = ({ w, h }: Structure): Point => ({ x: (w - cardDefaults.w) / 2, y: (h - cardDefaults.h) / 2 })

  /** Under the spectrum, below its pole. A tension without room there is made higher: no card lies on people's marks, or beside its tension. */
  const spotUnder = (tension: Structure, side: Attached, w: number, h: number, but?: RecordId): Point => {
    const x = xOfMarker(tension, { left: -66, both: 0, right: 66 }[side]) - w / 2
    const taken = boxesIn(tension.id, but)
    const top = spectrumEnd(model.meta.get().sectors.length) + inset
    let y = Math.max(top, tension.h - h - 34)
    for (let next = top; taken.some(box => overlaps({ x, y, w, h }, box, inset)); next += inset) y = next
    if (y + h + 34 > tension.h) editor.updateShape({ id: shapeIdOf(tension.id), type: 'tension', props: { h: y + h + 34 } })
    return { x, y }
  }

  return {
    add(id) {
      const structure = model.structure(id)
      if (!structure) return
      switch (structure.type) {
        case 'wheel': {
          const { centre } = model.wheel(id)
          return centre ? commands.addChild(centre) : commands.addCentre(id)
        }
        case 'timeline': {
          const vision = model.members(id).find(card => card.kind === 'vision')
          return vision ? commands.addPredecessor(vision.id) : commands.addCentre(id)
        }
        case 'grid':
          return addAt(structure, spotIn(structure, emptiest(structure), cardDefaults.w, cardDefaults.h))
        case 'tension':
          return inOneStep('add a card', () => addAt(structure, spotUnder(structure, 'both', cardDefaults.w, cardDefaults.h)))
        default:
          return addAt(structure, middleOf(structure))
      }
    },
    toCell(id, cell) {
      const card = model.card(id)
      const grid = card?.place.parent ? model.structure(card.place.parent) : undefined
      if (card && grid?.type === 'grid') inOneStep('move a card', () => move(id, spotIn(grid, cell, card.w, heightOf(card), id)))
    },
    toLane(id, lane) {
      const card = model.card(id)
      const timeline = card?.place.parent ? model.structure(card.place.parent) : undefined
      const band = timeline?.type === 'timeline' ? laneBands(asTimeline(timeline))[lane] : undefined
      if (!card || !timeline || !band) return
      const [h, taken] = [heightOf(card), boxesIn(timeline.id, id)]
      const [first, last] = [band.y + inset, Math.max(band.y + inset, band.y + band.h - h - inset)]
      const free = Array.from({ length: Math.floor((last - first) / inset) + 1 }, (_, i) => first + i * inset).find(y => !taken.some(box => overlaps({ x: card.place.x, y, w: card.w, h }, box, inset)))
      // Never out of its lane or off its date: where the lane is full there, it lies on what is there.
      inOneStep('move a card', () => move(id, { x: card.place.x, y: free ?? (first + last) / 2 }))
    },
    attach(id, side) {
      const card = model.card(id)
      const tension = card?.place.parent ? model.structure(card.place.parent) : undefined
      if (card && tension?.type === 'tension') inOneStep('move a card', () => move(id, spotUnder(tension, side, card.w, heightOf(card), id)))
    },
  }
}
