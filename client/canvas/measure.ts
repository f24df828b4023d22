import type { Outline } from '../../shared/cards/card.ts'

/*
 * How many lines a text takes on a card. Worked out from letter widths rather than from the page, so that a card's height
 * depends on its text alone and a thousand of them are measured in a few milliseconds.
 */

const widths = new Map<string, Map<string, number>>()
let context: CanvasRenderingContext2D | null | undefined

/** Width of a piece of text in a CSS font, in pixels. */
function widthOf(font: string, piece: string): number {
  const known = widths.get(font) ?? new Map<string, number>()
  widths.set(font, known)
  let width = known.get(piece)
  if (width === undefined) {
    context ??= document.createElement('canvas').getContext('2d')
    if (context) context.font = font
    width = context?.measureText(piece).width ?? piece.length * 8
    if (known.size > 20_000) known.clear()
    known.set(piece, width)
  }
  return width
}

/** Text that may be broken anywhere: scripts written without spaces. */
const unspaced = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u9fff\uac00-\ud7af\uf900-\ufaff]/

/** Lines a text fills at a width, breaking between words as a browser does, and inside a word only when it must. */
export function lineCount(text: string, font: string, width: number): number {
  let lines = 0
  for (const paragraph of text.split('\n')) lines += linesOf(paragraph, font, width)
  return lines
}

function linesOf(paragraph: string, font: string, width: number): number {
  let lines = 1
  let used = 0
  const space = widthOf(font, ' ')
  for (const word of paragraph.split(/\s+/)) {
    for (const [i, piece] of piecesOf(word).entries()) {
      const wide = widthOf(font, piece)
      const gap = used > 0 && i === 0 ? space : 0
      if (used + gap + wide <= width) {
        used += gap + wide
      } else if (wide <= width) {
        lines++
        used = wide
      } else {
        // Longer than a line: it is broken between letters.
        if (used > 0) lines++
        used = 0
        for (const letter of piece) {
          const step = widthOf(font, letter)
          if (used + step > width) {
            lines++
            used = 0
          }
          used += step
        }
      }
    }
  }
  return lines
}

/** Where a browser may break inside a word: after hyphens, and anywhere in unspaced scripts. */
const piecesOf = (word: string): string[] => (unspaced.test(word) ? [...word] : (word.match(/[^-–—]+[-–—]*|[-–—]+/g) ?? ['']))

export const cardFont = {
  full: { font: '400 15px "Source Sans 3 Variable", "Source Sans 3", sans-serif', line: 19 },
  compact: { font: '470 18.5px "Source Sans 3 Variable", "Source Sans 3", sans-serif', line: 21 },
} as const

/** Longest texts are cut on the card and read in the panel. */
export const mostLines = 5

/** Widths of the band with the icon, and of the space left of the words. */
const before = { full: 28 + 10, compact: 32 + 12 } as const

/** Space right of the words: outlines that are cut or rounded there take more. */
export const spaceAfter: Readonly<Record<Outline, number>> = {
  'dog-ear': 16,
  pointed: 20,
  pill: 18,
  rounded: 12,
  arch: 16,
  swallowtail: 20,
  octagon: 15,
  'cut-corners': 13,
  speech: 12,
  'round-left': 10,
  leaf: 14,
  square: 10,
}

export interface CardLayout {
  /** Height in board units. */
  readonly h: number
  /** Whether the text is longer than a card shows. */
  readonly cut: boolean
}

const layouts = new Map<string, CardLayout>()

/**
 * A card's height: its text at every distance, and room below it. `least` is what somebody made it by hand; `foot` says whether
 * a line of date or actor stands under the words when they are seen from afar.
 */
export function cardLayout(text: string, w: number, least: number, outline: Outline, foot: boolean): CardLayout {
  const key = `${w}|${least}|${outline}|${foot}|${text}`
  let layout = layouts.get(key)
  if (!layout) {
    // Two units spared: a browser's own rounding must never make one line more than was counted.
    const full = lineCount(text, cardFont.full.font, w - before.full - spaceAfter[outline] - 2)
    const compact = lineCount(text, cardFont.compact.font, w - before.compact - spaceAfter[outline] - 2)
    const cut = full > mostLines
    const whenNear = 24 + Math.min(full, mostLines) * cardFont.full.line + (cut ? 17 : 0) + 26
    const whenFar = 8 + Math.min(compact, mostLines) * cardFont.compact.line + (foot ? 28 : 8)
    layout = { h: Math.max(least, whenNear, whenFar), cut }
    if (layouts.size > 20_000) layouts.clear()
    layouts.set(key, layout)
  }
  return layout
}

/** Fonts were loaded: what was measured with others is not true any more. */
export const forgetLayouts = (): void => {
  widths.clear()
  layouts.clear()
}
