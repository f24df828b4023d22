import icon from 'lucide/dist/esm/icons/grid-3x3.mjs'
import { line, lines } from '../fields.ts'
import { keptInside, lineAfter } from './lines.ts'
import type { Method, Point, Size } from './method.ts'

/** A grid of named rows and columns; which cell a card stands in is data. */
export const grid = {
  title: 'Grid',
  hint: 'Named rows and columns; a card’s cell is data.',
  empty: 'Name the rows and columns.',
  icon,
  fields: { title: line('Title'), rows: lines('Rows', 24), cols: lines('Columns', 24) },
  defaults: { w: 1400, h: 760, title: '', rows: ['', '', ''], cols: ['Near', 'Mid', 'Long'] },
} as const satisfies Method

export interface Grid extends Size {
  readonly rows: readonly string[]
  readonly cols: readonly string[]
}

/** Room for the column heads above and the row heads at the left. */
export const gridFrame = { top: 44, left: 172 } as const

export interface Cell {
  readonly row: number
  readonly col: number
}

/** The cell a point lies in; nothing for the heads and the outside. */
export function cellAt({ w, h, rows, cols }: Grid, { x, y }: Point): Cell | undefined {
  const col = Math.floor(((x - gridFrame.left) / (w - gridFrame.left)) * cols.length)
  const row = Math.floor(((y - gridFrame.top) / (h - gridFrame.top)) * rows.length)
  return col >= 0 && col < cols.length && row >= 0 && row < rows.length ? { row, col } : undefined
}

/** A cell's top left corner and size. */
export function cellBox({ w, h, rows, cols }: Grid, { row, col }: Cell): Point & Size {
  const width = (w - gridFrame.left) / Math.max(1, cols.length)
  const height = (h - gridFrame.top) / Math.max(1, rows.length)
  return { x: gridFrame.left + col * width, y: gridFrame.top + row * height, w: width, h: height }
}

/** The top left corner of a box once a grid has other names or another size: in the cell it was in, as far inside as it was. */
export function keptInCell(before: Grid, after: Grid, { x, y, w, h }: Point & Size): Point {
  const cell = cellAt(before, { x: x + w / 2, y: y + h / 2 })
  if (!cell || after.rows.length === 0 || after.cols.length === 0) return { x, y }
  const from = cellBox(before, cell)
  const to = cellBox(after, { row: lineAfter(before.rows, after.rows, cell.row), col: lineAfter(before.cols, after.cols, cell.col) })
  return { x: to.x + keptInside(x - from.x, w, to.w), y: to.y + keptInside(y - from.y, h, to.h) }
}

/** The size of a grid with other rows or columns whose cells are as large as they were. */
export const sizeWith = (grid: Grid, { rows = grid.rows, cols = grid.cols }: Partial<Pick<Grid, 'rows' | 'cols'>>): Size => ({
  w: gridFrame.left + ((grid.w - gridFrame.left) / Math.max(1, grid.cols.length)) * Math.max(1, cols.length),
  h: gridFrame.top + ((grid.h - gridFrame.top) / Math.max(1, grid.rows.length)) * Math.max(1, rows.length),
})
