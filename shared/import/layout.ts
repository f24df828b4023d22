import { longestText } from '../board.ts'
import { cardDefaults } from '../defaults.ts'
import { gap } from '../room.ts'
import { portions } from '../portions.ts'
import type { PastedCard } from '../table.ts'
import { emptyBoard, type FileCard } from './imported.ts'
import type { BoardFile } from '../file.ts'

/** No card of the usual width is higher than this, whatever it says: what is longer is cut on it. Board units; a browser test holds it. */
export const highest = 162

const step = { x: cardDefaults.w + gap, y: highest + gap } as const

/** A board of a table's cards, in a block a little wider than high. */
export function boardOf(cards: readonly PastedCard[], title: string): BoardFile {
  const across = Math.max(1, Math.ceil(Math.sqrt(cards.length)))
  const made = cards.map(({ text, kind = 'note', fields = {} }, i): FileCard => ({ ...fields, id: `c${i + 1}`, kind, text, x: (i % across) * step.x, y: Math.floor(i / across) * step.y }))
  return { ...emptyBoard(title), cards: made }
}

/** A text as one card or several below one another: what is too long for one goes on in the next. */
export function continuedBelow(card: FileCard): FileCard[] {
  const [first = '', ...rest] = portions(card.text, longestText)
  const { id, kind, x, y, w, in: inside } = card
  return [{ ...card, text: first }, ...rest.map((text, i): FileCard => ({ id: `${id}-${i + 2}`, kind, text, x, y: y + (i + 1) * step.y, ...(w !== undefined && { w }), ...(inside !== undefined && { in: inside }) }))]
}
