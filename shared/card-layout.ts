import type { Outline } from './cards/card.ts'
import { type WidthOf, wrap } from './wrap.ts'

/*
 * How high a card is: worked out from the widths of letters alone, so that it depends on nothing but the card, and all who draw
 * it agree. Sizes are board units.
 */

/** Size and line of the words on a card: as it is, and from afar. */
export const cardType = { full: { size: 15, line: 19 }, compact: { size: 18.5, line: 21 } } as const

/** Longest texts are cut on the card and read in the panel. */
export const mostLines = 5

/** A vision this tall stands at the end of a timeline and is drawn as an arch. */
export const tall = 240

/** Widths of the band with the icon, and of the space left of the words. */
export const spaceBefore = { full: 28 + 10, compact: 32 + 12 } as const

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

/** Width of a card's words. Two units spared: a browser's own rounding must never make one line more than was counted. */
export const wordsWidth = (w: number, outline: Outline, type: keyof typeof cardType): number => w - spaceBefore[type] - spaceAfter[outline] - 2

export interface CardLayout {
  readonly h: number
  /** The lines its whole text fills, seen from near. */
  readonly lines: readonly string[]
  /** Whether the text is longer than a card shows. */
  readonly cut: boolean
}

/**
 * A card's height: its text at every distance, and room below it. `least` is what somebody made it by hand; `foot` says whether
 * a line of date or actor stands under the words when they are seen from afar.
 */
export function layCard(text: string, w: number, least: number, outline: Outline, foot: boolean, widthOf: Readonly<Record<keyof typeof cardType, WidthOf>>): CardLayout {
  const lines = wrap(text, wordsWidth(w, outline, 'full'), widthOf.full)
  const full = lines.length
  const compact = wrap(text, wordsWidth(w, outline, 'compact'), widthOf.compact).length
  const cut = full > mostLines
  const whenNear = 24 + Math.min(full, mostLines) * cardType.full.line + (cut ? 17 : 0) + 26
  const whenFar = 8 + Math.min(compact, mostLines) * cardType.compact.line + (foot ? 28 : 8)
  return { h: Math.max(least, whenNear, whenFar), lines, cut }
}
