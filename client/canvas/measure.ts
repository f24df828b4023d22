import { type CardLayout, cardType, layCard } from '../../shared/card-layout.ts'
import type { Outline } from '../../shared/cards/card.ts'

/* Card heights as this browser's own letters make them. A thousand of them are measured in a few milliseconds. */

const widths = new Map<string, Map<string, number>>()
let context: CanvasRenderingContext2D | null | undefined

/** Width of a piece of text in a CSS font, in pixels. */
const widthIn = (font: string) => (piece: string): number => {
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

export const cardFont = {
  full: { font: `400 ${cardType.full.size}px "Source Sans 3 Variable", "Source Sans 3", sans-serif` },
  compact: { font: `470 ${cardType.compact.size}px "Source Sans 3 Variable", "Source Sans 3", sans-serif` },
} as const

const widthOf = { full: widthIn(cardFont.full.font), compact: widthIn(cardFont.compact.font) }

const layouts = new Map<string, CardLayout>()

/** A card's layout; see `layCard`. */
export function cardLayout(text: string, w: number, least: number, outline: Outline, foot: boolean): CardLayout {
  const key = `${w}|${least}|${outline}|${foot}|${text}`
  let layout = layouts.get(key)
  if (!layout) {
    layout = layCard(text, w, least, outline, foot, widthOf)
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
