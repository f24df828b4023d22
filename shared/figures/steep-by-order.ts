import type { Card } from '../board.ts'
import type { FileReading } from '../export/reading.ts'
import { steep } from '../fields.ts'
import type { RecordId } from '../ids.ts'
import { isList } from '../json.ts'
import { ringName } from '../methods/wheel.ts'

/** How many cards there are of each row and column. These count cards, not people: nothing in them is closed. */
export interface Matrix {
  readonly columns: readonly string[]
  readonly rows: readonly { readonly name: string; readonly counts: readonly number[] }[]
  /** Cards in each column, whatever row they are in. */
  readonly totals: readonly number[]
}

/** Orders beyond this one share a column. */
const furthest = 6

/**
 * A wheel's consequences by the part of life they are about and by their order. A card that names two parts counts in both;
 * one that names none has a row of its own. Nothing for a wheel without consequences.
 */
export function steepByOrder(reading: FileReading, wheel: RecordId): Matrix | undefined {
  const { centre, order } = reading.wheel(wheel)
  const cards = reading.cardsIn(wheel).filter(({ id }) => id !== centre)
  if (cards.length === 0) return undefined
  const columnOf = ({ id }: Card): number => Math.min(order.get(id) ?? 0, furthest)
  const deepest = cards.reduce((most, card) => Math.max(most, columnOf(card)), 0)
  const orders = Array.from({ length: deepest }, (_, i) => i + 1)
  const untied = cards.some(card => columnOf(card) === 0)
  const count = (of: readonly Card[]): number[] => [...orders, ...(untied ? [0] : [])].map(column => of.filter(card => columnOf(card) === column).length)
  const partsOf = ({ fields }: Card): readonly unknown[] => (isList(fields['steep']) ? fields['steep'] : [])
  return {
    columns: [...orders.map(nth => (nth === furthest ? `${ringName(nth)} and on` : ringName(nth))), ...(untied ? ['Tied to nothing'] : [])],
    rows: [
      ...Object.entries(steep).map(([part, name]) => ({ name, counts: count(cards.filter(card => partsOf(card).includes(part))) })),
      { name: 'None named', counts: count(cards.filter(card => partsOf(card).length === 0)) },
    ],
    totals: count(cards),
  }
}
