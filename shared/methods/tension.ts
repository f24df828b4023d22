import icon from 'lucide/dist/esm/icons/arrow-left-right.mjs'
import { line } from '../fields.ts'
import type { Method, Point, Size } from './method.ts'

/** A tension: a spectrum between two named poles, on which people stand apart and are never averaged. */
export const tension = {
  title: 'Tension',
  hint: 'Two poles, and everyone’s own place between.',
  empty: 'Name the two poles.',
  icon,
  fields: { title: line('About'), left: line('Left pole'), right: line('Right pole') },
  defaults: { w: 980, h: 240, title: '', left: '', right: '' },
} as const satisfies Method

/** Room around the spectrum: title and poles above, the names of sectors at the left, a count below. Cards stand under it. */
export const tensionFrame = { left: 136, right: 26, top: 116, row: 30, foot: 44 } as const

/** Where the rows end and cards may stand, from the tension's top; `rows` are the sectors with marks to show. */
export const spectrumEnd = (rows: number): number => tensionFrame.top + Math.max(1, rows) * tensionFrame.row + tensionFrame.foot

/** From a place on the spectrum (−100 the left pole, 100 the right) to a place on the board, from the tension's left edge; and back. */
export const xOfMarker = ({ w }: Size, marker: number): number => tensionFrame.left + ((marker + 100) / 200) * (w - tensionFrame.left - tensionFrame.right)
export function markerAt({ w }: Size, x: number): number {
  const part = (x - tensionFrame.left) / Math.max(1, w - tensionFrame.left - tensionFrame.right)
  return Math.round(Math.max(-100, Math.min(100, part * 200 - 100))) + 0
}

/** Marks nearer to one another than this would hide one another, in parts of the spectrum; they stand apart by this much, in board units. */
const [near, apart] = [4, [0, -8, 8]] as const

/**
 * Where the marks of one row stand, from the lowest on: those that would hide one another a little apart. Of marks that would stand in the
 * very same place one is drawn, so that a row has a few hundred however many people there are.
 */
export function marksApart(values: readonly number[]): { readonly value: number; readonly shift: number }[] {
  const seen = new Set<string>()
  let first = 0
  return values.flatMap((value, nth) => {
    while (value - (values[first] ?? value) >= near) first++
    const shift = apart[(nth - first) % apart.length] as number
    const place = `${value} ${shift}`
    if (seen.has(place)) return []
    seen.add(place)
    return { value, shift }
  })
}

/** The same place on the spectrum of a tension that has another width. */
export const xOnSpectrum = (before: Size, after: Size, x: number): number => xOfMarker(after, (200 * (x - xOfMarker(before, -100))) / (xOfMarker(before, 100) - xOfMarker(before, -100)) - 100)

/** What a card under the spectrum is attached to: a pole, or the tension as a whole. */
export type Attached = 'left' | 'right' | 'both'

/** By the thirds of the spectrum, from the card's middle. */
export function attachedAt(tension: Size, middle: Point): Attached {
  const marker = markerAt(tension, middle.x)
  return marker < -33 ? 'left' : marker > 33 ? 'right' : 'both'
}
