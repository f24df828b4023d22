import { kindOf } from '../cards/index.ts'
import type { Icon } from '../cards/card.ts'
import icon from 'lucide/dist/esm/icons/circle-question-mark.mjs'
import { widthIn } from '../measure.ts'
import type { Box } from '../room.ts'
import { shortened, wrap } from '../wrap.ts'
import { cardHeight } from './card-height.ts'
import type { FileReading } from './reading.ts'
import type { Scribble } from './scribbles.ts'
import { drawCard, iconId } from './svg-card.ts'
import { drawn, element, lightPaint, line, type Paint, short, usualFace } from './svg-parts.ts'
import { drawRelation } from './svg-relation.ts'
import { drawStructure, reachOf } from './svg-structure.ts'
import { xml } from './xml.ts'

/*
 * The map as an SVG, drawn from what the board means: no canvas, no browser, no letters but the reader's own. Nothing in it is
 * loaded from anywhere or runs, and every text is escaped. Pen strokes and other drawings without words are left out.
 */

const margin = 60

export const svg = (reading: FileReading): string => `<?xml version="1.0" encoding="UTF-8"?>\n${drawMap(reading, lightPaint)}\n`

/** The drawing itself, as an element of a page. */
export function drawMap(reading: FileReading, paint: Paint): string {
  const { board, corner, scribbles } = reading
  const ordered = <T extends { id: string; place: { index: string } }>(all: Iterable<T>): T[] => [...all].sort((a, b) => (a.place.index < b.place.index ? -1 : a.place.index > b.place.index ? 1 : a.id < b.id ? -1 : 1))
  const structures = ordered(board.structures.values())
  const cards = ordered(board.cards.values())
  const boxOf = new Map(cards.map(card => [card.id, { ...corner(card.place), w: card.w, h: cardHeight(card) } satisfies Box]))
  const frames = scribbles.filter(({ is }) => is === 'frame')
  const parts = [
    ...structures.map(structure => drawStructure(reading, structure, paint)),
    ...frames.map(frame => drawScribble(frame, paint)),
    ...[...board.relations.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).map(relation => drawRelation(relation, boxOf.get(relation.from) as Box, boxOf.get(relation.to) as Box, paint)),
    ...scribbles.filter(({ is }) => is !== 'frame').map(scribble => drawScribble(scribble, paint)),
    ...cards.map(card => drawCard(reading, card, paint)),
  ]
  const view = around([...structures.map(structure => reachOf(reading, structure)), ...boxOf.values(), ...scribbles])
  const kinds = new Set(cards.map(({ kind }) => iconId(kind)))
  const icons = cards.flatMap(({ kind }) => (kinds.delete(iconId(kind)) ? [symbol(iconId(kind), kindOf(kind)?.icon ?? icon)] : []))
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox: [view.x, view.y, view.w, view.h].map(short).join(' '), width: view.w, height: view.h, role: 'img', fill: 'none', ...usualFace, 'aria-label': board.meta.title || 'Board' },
    [
      element('title', {}, xml(board.meta.title || 'Board')),
      element('defs', {}, icons.sort().join('')),
      element('rect', { x: view.x, y: view.y, width: view.w, height: view.h, fill: paint.token('table') }),
      ...parts,
    ].filter(Boolean).join('\n'),
  )
}

const symbol = (id: string, lines: Icon): string => element('symbol', { id, viewBox: '0 0 24 24' }, element('g', { fill: 'none', stroke: 'currentColor', 'stroke-width': 2.1, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' }, drawn(lines)))

function around(boxes: readonly Box[]): Box {
  if (boxes.length === 0) return { x: 0, y: 0, w: 800, h: 600 }
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y, w, h } of boxes) {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + w)
    bottom = Math.max(bottom, y + h)
  }
  return { x: Math.floor(left - margin), y: Math.floor(top - margin), w: Math.ceil(right - left + 2 * margin), h: Math.ceil(bottom - top + 2 * margin) }
}

/** Pictures that any reader can show; others stay an empty frame with their words. */
const shown: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

const widthOf = widthIn('text', 18)

/** What people put on the map beside the cards, plainly: words on paper, frames, pictures. */
function drawScribble({ is, x, y, w, h, words, picture }: Scribble, paint: Paint): string {
  const inside = is === 'text' ? 0 : 16
  const room = Math.max(20, w - 2 * inside)
  const lines = shortened(wrap(words, room, widthOf), Math.max(1, Math.floor((h - inside) / 24)), room, widthOf)
  const written = lines.map((each, i) => line(each, { face: 'text', size: 18, x: x + inside, y: y + inside + 18 + i * 24, fill: paint.token('ink'), room })).join('')
  const sheet = (fill: string): string => element('rect', { x, y, width: w, height: h, fill, stroke: paint.token('edge') })
  switch (is) {
    case 'text':
      return written
    case 'frame':
      return sheet(paint.token('paper')) + line(words, { face: 'strong', size: 18, x: x + 2, y: y - 8, fill: paint.token('ink-2') })
    case 'picture':
      if (picture && shown.has(picture.type) && picture.data.startsWith(`data:${picture.type};base64,`)) return element('image', { x, y, width: w, height: h, href: picture.data, preserveAspectRatio: 'xMidYMid slice' }, words ? element('title', {}, xml(words)) : undefined)
      return sheet(paint.token('sheet')) + written
    default:
      return sheet(paint.token('sheet')) + written
  }
}

