import icon from 'lucide/dist/esm/icons/grid-3x3.mjs'
import { line, lines } from '../fields.ts'
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
