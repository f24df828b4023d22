import type { VecLike } from 'tldraw'
import { must } from '../../shared/assert.ts'
import { asGrid, asTimeline } from '../../shared/computed.ts'
import { cardDefaults } from '../../shared/defaults.ts'
import { cellAt, cellBox } from '../../shared/methods/grid.ts'
import type { Point, Size } from '../../shared/methods/method.ts'
import { spectrumEnd } from '../../shared/methods/tension.ts'
import { timelineFrame, xOfDate } from '../../shared/methods/timeline.ts'
import { type Box, gap } from '../../shared/room.ts'
import type { PastedCard } from '../../shared/table.ts'
import { recordIdOf } from '../sync/codec.ts'
import type { CardShape, StructureShape } from '../sync/shapes.ts'
import type { Model } from './model.ts'

/** A card that is to be made, with the room it takes. */
export interface Item {
  readonly card: PastedCard
  readonly props: CardShape['props']
  readonly size: Size
}

/** A part of a structure where cards may stand, in the structure's own space. */
export interface Room {
  /** Equal for cards that look for room in the same place. */
  readonly name: string
  /** Whether a card would stand wholly inside. */
  holds(card: Box): boolean
  /** Top left corners worth trying, best first. */
  spots(taken: readonly Box[]): Point[]
}

const within = (area: Box, card: Box): boolean => card.x >= area.x && card.y >= area.y && card.x + card.w <= area.x + area.w && card.y + card.h <= area.y + area.h

/** Where a card may stand in a structure: in a grid's cell downwards, on a timeline at its date, elsewhere as near to the point as it can. */
export function roomIn(model: Model, { id, type, props }: StructureShape, from: VecLike): (item: Item) => Room | undefined {
  const structure = must(model.structure(recordIdOf(id)), 'A structure means nothing')
  const { w, h } = props
  switch (type) {
    case 'grid': {
      const grid = asGrid(structure)
      const start = cellAt(grid, from)
      return ({ card }) => {
        const cell = start && { row: start.row + (card.cell?.row ?? 0), col: start.col + (card.cell?.col ?? 0) }
        if (!cell || cell.row >= grid.rows.length || cell.col >= grid.cols.length) return undefined
        const area = inset(cellBox(grid, cell), 11)
        return { name: `${cell.row} ${cell.col}`, holds: box => within(area, box), spots: taken => downwards(area, taken) }
      }
    }
    case 'timeline': {
      const axis = asTimeline(structure)
      const { left, right, top, bottom } = timelineFrame
      const area = { x: left, y: top, w: w - left - right, h: h - top - bottom }
      return ({ props: { kind, fields } }) => {
        const { date } = fields
        const x = typeof date === 'string' && kind !== 'vision' ? xOfDate(axis, date) - cardDefaults.w / 2 : undefined
        return { name: String(x), holds: box => (x === undefined ? within(area, box) : box.y >= top && box.y + box.h <= h - bottom), spots: () => around(from, area).map(spot => (x === undefined ? spot : { x, y: spot.y })) }
      }
    }
    case 'tension': {
      const top = spectrumEnd(model.meta.get().sectors.length)
      const area = inset({ x: 0, y: top, w, h: h - top }, 11)
      return () => ({ name: '', holds: box => within(area, box), spots: taken => downwards(area, taken) })
    }
    case 'wheel': {
      const reaches = (x: number, y: number) => Math.hypot((x - w / 2) / (w / 2), (y - h / 2) / (h / 2)) <= 1
      const holds = (box: Box) => reaches(box.x, box.y) && reaches(box.x + box.w, box.y) && reaches(box.x, box.y + box.h) && reaches(box.x + box.w, box.y + box.h)
      return () => ({ name: '', holds, spots: () => around(from, { x: 0, y: 0, w, h }) })
    }
  }
}

const inset = ({ x, y, w, h }: Box, by: number): Box => ({ x: x + by, y: y + by, w: w - 2 * by, h: h - 2 * by })

/** Corners beside and below what stands in an area, column by column. */
function downwards(area: Box, taken: readonly Box[]): Point[] {
  const here = taken.filter(box => box.x < area.x + area.w && box.x + box.w > area.x)
  const xs = [area.x, ...here.map(box => box.x + box.w + gap)].sort((a, b) => a - b)
  const ys = [area.y, ...here.map(box => box.y + box.h + gap)].sort((a, b) => a - b)
  return [...new Set(xs)].flatMap(x => [...new Set(ys)].map(y => ({ x, y })))
}

/** Corners in steps of half a card, those first whose card would stand nearest to a point. */
function around(from: VecLike, area: Box): Point[] {
  const [dx, dy] = [(cardDefaults.w + gap) / 2, (cardDefaults.h + gap) / 2]
  const corner = { x: from.x - cardDefaults.w / 2, y: from.y - cardDefaults.h / 2 }
  const spots: Point[] = []
  for (let i = Math.floor((area.x - corner.x) / dx); corner.x + i * dx <= area.x + area.w; i++) {
    for (let j = Math.floor((area.y - corner.y) / dy); corner.y + j * dy <= area.y + area.h; j++) spots.push({ x: corner.x + i * dx, y: corner.y + j * dy })
  }
  const far = ({ x, y }: Point) => Math.hypot(x - corner.x, y - corner.y)
  return spots.sort((a, b) => far(a) - far(b))
}
