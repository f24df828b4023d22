import type { Card, Relation } from '../board.ts'
import { colourOf, fieldsOf, kindOf } from '../cards/index.ts'
import { printField } from '../fields.ts'
import type { Json } from '../json.ts'
import { nameOfStructure } from '../outline.ts'
import { drawnAs, relationOf } from '../relations.ts'
import type { Box } from '../room.ts'
import { cardHeight } from './card-height.ts'
import { address, markdown } from './markdown.ts'
import type { FileReading } from './reading.ts'

/*
 * JSON Canvas 1.0 (jsoncanvas.org/spec/1.0). Its texts are Markdown and its lines have a label and a colour only, so kinds and
 * fields are said in words that our own reader of canvases understands again. Beyond the specification a group says which
 * structure it is, and a text which kind of card; other programs pass over that.
 */

type Node = Readonly<Record<string, Json>> & { readonly id: string }

const whole = ({ x, y, w, h }: Box) => ({ x: Math.round(x), y: Math.round(y), width: Math.round(w), height: Math.round(h) })

export function jsonCanvas(reading: FileReading): string {
  const { board, scribbles, corner } = reading
  const cardBox = (card: Card): Box => ({ ...corner(card.place), w: card.w, h: cardHeight(card) })
  const cards = [...board.cards.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  const nodes: Node[] = [
    ...[...board.structures.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).map((structure): Node => ({ id: structure.id, type: 'group', ...whole({ ...corner(structure.place), w: structure.w, h: structure.h }), label: nameOfStructure(structure), structure: { type: structure.type, ...structure.fields } })),
    ...scribbles.filter(({ is }) => is === 'frame').map((frame): Node => ({ id: frame.id, type: 'group', ...whole(frame), ...(frame.words && { label: frame.words }) })),
    ...scribbles.filter(({ is, words }) => is !== 'frame' && words.trim() !== '').map((scribble): Node => ({ id: scribble.id, type: 'text', ...whole(scribble), text: markdown(scribble.words) })),
    ...cards.map((card): Node => ({ id: card.id, type: 'text', ...whole(cardBox(card)), color: colourOf(card.kind)[0], text: wordsOf(card), kind: card.kind })),
  ]
  const edges = [...board.relations.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).map((relation): Node => {
    const { color, symmetric } = drawnAs(relation.kind, relation.sign)
    const [from, to] = [board.cards.get(relation.from), board.cards.get(relation.to)].map(card => cardBox(card as Card)) as [Box, Box]
    const [fromSide, toSide] = sidesOf(from, to)
    return { id: relation.id, fromNode: relation.from, fromSide, fromEnd: symmetric ? 'arrow' : 'none', toNode: relation.to, toSide, toEnd: 'arrow', color: color[0], label: labelOf(relation) }
  })
  return `${JSON.stringify({ nodes, edges }, null, 2)}\n`
}

/** A card as a page of a notebook says it: its kind, its words, its fields. */
function wordsOf(card: Card): string {
  const kind = kindOf(card.kind)?.title ?? card.kind
  const fields = fieldsOf(card.kind).flatMap(([name, field]) => {
    const value = printField(field, card.fields[name])
    return value === '' ? [] : [`${markdown(field.label)}: ${field.type === 'url' ? address(value) : markdown(value)}`]
  })
  return [`**${markdown(kind)}**`, markdown(card.text), fields.join('\n')].filter(part => part !== '').join('\n\n')
}

/** A relation in the words of our own reader: “leads to −, later”. */
function labelOf({ kind, sign, delay }: Relation): string {
  return [relationOf(kind).label, kind === 'leads' && sign === '-' ? ' −' : '', delay ? ', later' : ''].join('')
}

type Side = 'top' | 'right' | 'bottom' | 'left'

/** The sides of two boxes that look at one another. */
function sidesOf(a: Box, b: Box): [Side, Side] {
  const dx = b.x + b.w / 2 - a.x - a.w / 2
  const dy = b.y + b.h / 2 - a.y - a.h / 2
  const across = Math.abs(dx) / (a.w + b.w) > Math.abs(dy) / (a.h + b.h)
  return across ? (dx > 0 ? ['right', 'left'] : ['left', 'right']) : dy > 0 ? ['bottom', 'top'] : ['top', 'bottom']
}

