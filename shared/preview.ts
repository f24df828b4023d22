import type { Board, Card, Structure } from './board.ts'
import { colourOf, kindOf } from './cards/index.ts'
import { asGrid, asTimeline, asWheel } from './computed.ts'
import { cornersOf } from './corner.ts'
import { cellBox, gridFrame } from './methods/grid.ts'
import type { Point } from './methods/method.ts'
import { tensionFrame } from './methods/tension.ts'
import { rulerTop, ticks, timelineFrame } from './methods/timeline.ts'
import { ringEdge } from './methods/wheel.ts'
import { drawnAs } from './relations.ts'
import type { Box } from './room.ts'

/**
 * A board as a small picture: boxes, lines and furniture, without text. Made from the board itself, so that a gallery
 * never shows what a template does not hold. Coordinates are board units, rounded; `color` counts `light, dark`.
 */
export interface Preview {
  readonly w: number
  readonly h: number
  readonly marks: readonly Mark[]
}

export type Mark =
  | { readonly is: 'ring'; readonly x: number; readonly y: number; readonly rx: number; readonly ry: number; readonly depth: number }
  | { readonly is: 'frame'; readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  | { readonly is: 'rule'; readonly x: number; readonly y: number; readonly x2: number; readonly y2: number; readonly strong?: boolean }
  | { readonly is: 'line'; readonly x: number; readonly y: number; readonly x2: number; readonly y2: number; readonly color: readonly [string, string]; readonly dashed?: boolean }
  | { readonly is: 'card'; readonly x: number; readonly y: number; readonly w: number; readonly h: number; readonly color: readonly [string, string]; readonly solid?: boolean }

const margin = 60
/** More than this cannot be told apart in a thumbnail, and a gallery must stay light. */
const mostCards = 160
const mostStructures = 60

/** `drawings` are boxes of other things on the board, where they are known. */
export function previewOf(board: Board, drawings: readonly Box[] = []): Preview {
  const corner = cornersOf(id => board.structures.get(id)?.place)
  const marks: Mark[] = drawings.slice(0, mostCards).map(({ x, y, w, h }) => ({ is: 'frame', x, y, w, h }))
  for (const structure of [...board.structures.values()].slice(0, mostStructures)) for (const mark of skeletonOf(structure, corner(structure.place))) marks.push(mark)
  const cards = [...board.cards.values()].slice(0, mostCards)
  const shown = new Map(cards.map(card => [card.id, { card, ...corner(card.place) }]))
  for (const { from, to, kind, sign } of board.relations.values()) {
    const a = shown.get(from)
    const b = shown.get(to)
    const { color, line } = drawnAs(kind, sign)
    if (a && b) marks.push({ is: 'line', ...middle(a), x2: middle(b).x, y2: middle(b).y, color, ...(line !== 'solid' && line !== 'heavy' && { dashed: true }) })
  }
  for (const { card, x, y } of shown.values()) {
    const kind = kindOf(card.kind)
    marks.push({ is: 'card', x, y, w: card.w, h: card.h, color: colourOf(card.kind), ...(kind?.outline === 'pill' && { solid: true }) })
  }
  return framed(marks)
}

const middle = ({ card, x, y }: { card: Card; x: number; y: number }) => ({ x: x + card.w / 2, y: y + card.h / 2 })

/** A structure without its words: what thumbnails show of it, and what drawings begin with. */
export function skeletonOf(structure: Structure, at: Point): Mark[] {
  const { w, h } = structure
  const rule = (x: number, y: number, x2: number, y2: number, strong?: boolean): Mark => ({ is: 'rule', x: at.x + x, y: at.y + y, x2: at.x + x2, y2: at.y + y2, ...(strong && { strong }) })
  switch (structure.type) {
    case 'wheel': {
      const wheel = asWheel(structure)
      return Array.from({ length: wheel.rings }, (_, i): Mark => {
        const order = wheel.rings - i
        const edge = ringEdge(wheel, order)
        return { is: 'ring', x: at.x + w / 2, y: at.y + h / 2, rx: edge.x, ry: edge.y, depth: order }
      })
    }
    case 'timeline': {
      const axis = asTimeline(structure)
      const { left, right } = timelineFrame
      return [
        { is: 'frame', ...at, w, h },
        rule(left, rulerTop, w - right, rulerTop, true),
        ...ticks(axis).filter(tick => tick.labelled).map(({ x }) => rule(x, rulerTop - 20, x, rulerTop, true)),
      ]
    }
    case 'tension':
      return [{ is: 'frame', ...at, w, h }, rule(tensionFrame.left, tensionFrame.top - 8, w - tensionFrame.right, tensionFrame.top - 8, true)]
    case 'grid': {
      const grid = asGrid(structure)
      return [
        { is: 'frame', ...at, w, h },
        rule(0, gridFrame.top, w, gridFrame.top, true),
        ...grid.rows.slice(1).map((_, row) => rule(0, cellBox(grid, { row: row + 1, col: 0 }).y, w, cellBox(grid, { row: row + 1, col: 0 }).y)),
        ...grid.cols.map((_, col) => rule(cellBox(grid, { row: 0, col }).x, 0, cellBox(grid, { row: 0, col }).x, h)),
      ]
    }
    default:
      return [{ is: 'frame', ...at, w, h }]
  }
}

/** Moved so that everything fits, with whole numbers, since it travels. */
function framed(marks: readonly Mark[]): Preview {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }
  const hold = (x: number, y: number) => {
    box.left = Math.min(box.left, x)
    box.right = Math.max(box.right, x)
    box.top = Math.min(box.top, y)
    box.bottom = Math.max(box.bottom, y)
  }
  for (const mark of marks) {
    if (mark.is === 'ring') {
      hold(mark.x - mark.rx, mark.y - mark.ry)
      hold(mark.x + mark.rx, mark.y + mark.ry)
    } else {
      hold(mark.x, mark.y)
      if ('w' in mark) hold(mark.x + mark.w, mark.y + mark.h)
      else hold(mark.x2, mark.y2)
    }
  }
  if (marks.length === 0) return { w: 400, h: 300, marks: [] }
  const shift = (mark: Mark): Mark => {
    const moved: Record<string, unknown> = { ...mark }
    for (const name of ['x', 'x2']) if (typeof moved[name] === 'number') moved[name] = Math.round(moved[name] - box.left + margin)
    for (const name of ['y', 'y2']) if (typeof moved[name] === 'number') moved[name] = Math.round(moved[name] - box.top + margin)
    for (const name of ['w', 'h', 'rx', 'ry']) if (typeof moved[name] === 'number') moved[name] = Math.round(moved[name])
    return moved as unknown as Mark
  }
  return { w: Math.round(box.right - box.left + 2 * margin), h: Math.round(box.bottom - box.top + 2 * margin), marks: marks.map(shift) }
}
