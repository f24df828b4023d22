import type { Structure } from '../board.ts'
import { asGrid, cellOf } from '../computed.ts'
import { groupBy } from '../group.ts'
import type { FileReading } from './reading.ts'
import { asideOf, bullet, heading, type Line, list, type Part, said, wordsOf } from './report-parts.ts'

/** A grid as a table: what stands in a cell stands in its cell. */
export function gridSection(reading: FileReading, grid: Structure): Part {
  const { rows, cols } = asGrid(grid)
  const cards = reading.cardsIn(grid.id)
  const cells = groupBy(cards, card => {
    const cell = cellOf(grid, card)
    return cell ? `${cell.row} ${cell.col}` : undefined
  })
  const cell = (row: number, col: number): Line[] => (cells.get(`${row} ${col}`) ?? []).map(card => [{ is: 'kind', kind: card.kind }, ': ', wordsOf(card), ...asideOf(reading, card)])
  const title = String(grid.fields['title'] ?? '')
  const outside = cells.get(undefined) ?? []
  return {
    key: grid.id,
    about: grid.id,
    heading: title ? ['Grid: ', said(title)] : ['Grid'],
    blocks: [
      { is: 'table', head: [[], ...cols.map(name => [said(name)])], rows: rows.map((name, row) => [[[said(name)]], ...cols.map((_, col) => cell(row, col))]) },
      ...(outside.length ? [heading('In no cell'), list(outside.map(card => bullet(reading, card)))] : []),
    ],
  }
}
