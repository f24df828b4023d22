import type { Card } from '../board.ts'
import { type CardLayout, cardType, layCard, tall } from '../card-layout.ts'
import { kindOf } from '../cards/index.ts'
import { widthIn } from '../measure.ts'

const widthOf = { full: widthIn('text', cardType.full.size), compact: widthIn('far', cardType.compact.size) }

/** A vision that stands tall at the end of a timeline. */
export const standsTall = ({ kind, h }: Card): boolean => kind === 'vision' && h >= tall

/** How a card is laid out on the map: as high as its words need, as there. Worked out once: relations ask for it again and again. */
export function layoutOf(card: Card): CardLayout {
  const known = layouts.get(card) ?? layOut(card)
  layouts.set(card, known)
  return known
}

const layouts = new WeakMap<Card, CardLayout>()

function layOut({ text, w, h, kind, fields, views }: Card): CardLayout {
  return layCard(text, w, h, kindOf(kind)?.outline ?? 'square', ['date', 'seen', 'actor'].some(name => name in fields) || views.valence.size > 0, widthOf)
}

export const cardHeight = (card: Card): number => (standsTall(card) ? card.h : layoutOf(card).h)
