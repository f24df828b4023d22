import type { Structure } from '../board.ts'
import { asGrid, cellOf } from '../computed.ts'
import { groupBy } from '../group.ts'
import { inline, tableOf } from './markdown.ts'
import type { FileReading } from './reading.ts'
import { asideOf, bullet, kindTitle, wordsOf } from './report-parts.ts'

/** A grid as a table: what stands in a cell stands in its cell. */
export function gridSection(reading: FileReading, grid: Structure): string[] {
  const { rows, cols } = asGrid(grid)
  const cards = reading.cardsIn(grid.id)
  const cells = groupBy(cards, card => {
    const cell = cellOf(grid, card)
    return cell ? `${cell.row} ${cell.col}` : undefined
  })
  const cell = (row: number, col: number) => (cells.get(`${row} ${col}`) ?? []).map(card => `${kindTitle(card)}: ${wordsOf(card)}${asideOf(reading, card)}`).join('<br>')
  const title = String(grid.fields['title'] ?? '')
  const outside = cells.get(undefined) ?? []
  return [
    `## Grid${title ? `: ${inline(title)}` : ''}`,
    tableOf(['', ...cols.map(inline)], rows.map((name, row) => [inline(name), ...cols.map((_, col) => cell(row, col))])),
    ...(outside.length ? ['### In no cell', outside.map(card => bullet(reading, card)).join('\n')] : []),
  ]
}
