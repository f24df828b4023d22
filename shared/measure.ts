import { stretches, widths } from './letters.ts'
import type { WidthOf } from './wrap.ts'

/* Widths of text in our own fonts, without a browser: sums of measured letters. With kerning browsers come within a fortieth of it. */

export type Face = keyof typeof widths

/** Letters the table does not hold: of scripts that stand in squares, and others, in thousandths of the size. */
const square = 1_000
const other = 640
const isSquare = (code: number): boolean => (code >= 0x1100 && code < 0x1200) || (code >= 0x2e80 && code < 0xa4d0) || (code >= 0xac00 && code < 0xd7b0) || (code >= 0xf900 && code < 0xfb00) || (code >= 0xfe30 && code < 0xfe70) || (code >= 0xff00 && code < 0xff61) || code >= 0x1f000
/** What takes no room of its own: marks on letters, joiners and selectors. */
const none = /^[\p{Mn}\p{Me}\p{Cf}]$/u

const tables = new Map<Face, ReadonlyMap<number, number>>()

function tableOf(face: Face): ReadonlyMap<number, number> {
  const known = tables.get(face)
  if (known) return known
  const figures = widths[face].split(' ')
  const table = new Map<number, number>()
  let nth = 0
  for (const [first, last] of stretches) for (let code = first; code <= last; code++) table.set(code, Number.parseInt(figures[nth++] ?? '0', 36))
  tables.set(face, table)
  return table
}

/** Width of a text in a face and size, in the size's unit. */
export function textWidth(text: string, face: Face, size: number): number {
  const table = tableOf(face)
  let sum = 0
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0
    sum += table.get(code) ?? (none.test(letter) ? 0 : isSquare(code) ? square : other)
  }
  return (sum * size) / 1_000
}

/** Whether every letter of a text is measured, so that its width is known and not guessed. */
export function isMeasured(text: string): boolean {
  const table = tableOf('text')
  for (const letter of text) if (!table.has(letter.codePointAt(0) ?? 0)) return false
  return true
}

/** Widths in one face and size. Words come again and again: each is summed up once. */
export function widthIn(face: Face, size: number): WidthOf {
  const known = new Map<string, number>()
  return piece => {
    let width = known.get(piece)
    if (width === undefined) {
      width = textWidth(piece, face, size)
      if (known.size > 20_000) known.clear()
      known.set(piece, width)
    }
    return width
  }
}
