import type { Card } from '../board.ts'
import { cardType, mostLines, spaceAfter, spaceBefore, wordsWidth } from '../card-layout.ts'
import { colourOf, kindOf } from '../cards/index.ts'
import type { Outline } from '../cards/card.ts'
import { markOf } from '../marks.ts'
import { textWidth, widthIn } from '../measure.ts'
import { ringName } from '../methods/wheel.ts'
import { histogram } from '../spread.ts'
import { noViews, scaleOf } from '../views.ts'
import { shortened, wrap } from '../wrap.ts'
import { layoutOf, standsTall } from './card-height.ts'
import { printDate } from './dates.ts'
import type { FileReading } from './reading.ts'
import { bandPath, outlinePath } from './svg-outline.ts'
import { drawn, element, line, type Paint, short } from './svg-parts.ts'
import { xml } from './xml.ts'

/** How far down its band a kind's icon stands, and how large it is. */
const iconTop: Readonly<Partial<Record<Outline, number>>> = { arch: 16, octagon: 14, 'cut-corners': 14, leaf: 13 }
const iconSize = 17
const band = 28
/** A tall vision: its band above, and its words below in the letters of visions. */
const tallBand = 132
const tallType = { size: 25, line: 32, most: 14 } as const

const widthOf = { words: widthIn('text', cardType.full.size), tall: widthIn('display', tallType.size), small: widthIn('text', 12) }

/** The icons that kinds of card have, each defined once. */
export const iconId = (kind: string): string => `mf-icon-${kindOf(kind) ? kind : 'other'}`

/** A card as the map shows it from near. */
export function drawCard(reading: FileReading, card: Card, paint: Paint): string {
  const { x, y } = reading.corner(card.place)
  const title = card.text.trim() === '' ? '' : element('title', {}, xml(card.text))
  return element('g', { transform: `translate(${short(x)} ${short(y)})` }, title + (standsTall(card) ? tall(card, paint) : flat(reading, card, paint)))
}

function body(card: Card, h: number, paint: Paint): string {
  const outline = kindOf(card.kind)?.outline ?? 'square'
  const isTall = standsTall(card)
  const fill = paint.color(colourOf(card.kind))
  const inverted = outline === 'pill'
  return [
    element('path', { d: outlinePath(outline, card.w, h, isTall), fill: inverted ? fill : paint.token('sheet'), stroke: inverted ? fill : paint.token('edge') }),
    inverted ? '' : element('path', { d: bandPath(outline, card.w, h, isTall ? tallBand : band, isTall), fill }),
  ].join('')
}

const icon = (kind: string, x: number, y: number, size: number, paint: Paint): string => element('use', { href: `#${iconId(kind)}`, x, y, width: size, height: size, color: paint.token('on-kind') })

function flat(reading: FileReading, card: Card, paint: Paint): string {
  const { h, lines } = layoutOf(card)
  const kind = kindOf(card.kind)
  const outline = kind?.outline ?? 'square'
  const inverted = outline === 'pill'
  const [ink, quiet] = inverted ? [paint.token('on-kind'), paint.token('on-kind')] : [paint.token('ink'), paint.token('ink-2')]
  const middle = outline === 'pill' || outline === 'round-left'
  const left = spaceBefore.full
  const right = card.w - spaceAfter[outline]
  const room = wordsWidth(card.w, outline, 'full')
  const words = shortened(lines, mostLines, room, widthOf.words)
  const order = orderOf(reading, card)
  const ring = order === undefined ? '' : ringName(order)
  const label = fit(kind?.title ?? card.kind, right - left - (ring ? textWidth(ring, 'text', 12) + 8 : 0))
  return [
    body(card, h, paint),
    icon(card.kind, (band - iconSize) / 2, middle ? (h - iconSize) / 2 : (iconTop[outline] ?? 9), iconSize, paint),
    line(label, { face: 'text', size: 12, x: left, y: 19, fill: quiet }),
    line(ring, { face: 'text', size: 12, x: right, y: 19, fill: quiet, anchor: 'end' }),
    ...words.map((each, i) => line(each, { face: 'text', size: cardType.full.size, x: left, y: 38 + i * cardType.full.line, fill: ink, room })),
    foot(reading, card, { h, left, right, ink: quiet }, paint),
  ].join('')
}

/** A text in one line of the small print, cut where there is no more room. */
const fit = (text: string, room: number): string => (room < 12 ? '' : widthOf.small(text) <= room ? text : (shortened([text, ''], 1, room, widthOf.small)[0] ?? ''))

function orderOf(reading: FileReading, { id, place: { parent } }: Card): number | undefined {
  const structure = parent === '' ? undefined : reading.board.structures.get(parent)
  return structure?.type === 'wheel' ? reading.wheel(structure.id).order.get(id) : undefined
}

/** How people value it, who does it, when, and the sectors of those who wrote it. */
function foot(reading: FileReading, card: Card, { h, left, right, ink }: { h: number; left: number; right: number; ink: string }, paint: Paint): string {
  const baseline = h - 10
  let end = right
  const parts: string[] = []
  for (const place of sectorsOf(reading, card).reverse()) {
    const shape = markOf(place)
    if (!shape) continue
    end -= 12
    parts.push(element('g', { transform: `translate(${short(end)} ${short(baseline - 10)}) scale(.7)`, fill: paint.token(`sector-${(place % 8) + 1}` as 'sector-1') }, drawn(shape)))
    end -= 5
  }
  const when = card.fields['date'] ?? card.fields['seen']
  if (typeof when === 'string') {
    const date = printDate(when)
    parts.push(line(date, { face: 'text', size: 12, x: end, y: baseline, fill: ink, anchor: 'end' }))
    end -= textWidth(date, 'text', 12) + 8
  }
  const bars = valence(reading, card, left, h - 23, paint)
  const actor = card.fields['actor']
  const start = left + (bars ? 93 : 0)
  if (typeof actor === 'string') parts.push(line(fit(actor, end - start), { face: 'text', size: 12, x: start, y: baseline, fill: ink, room: end - start }))
  return bars + parts.join('')
}

/** A bar a step, for those who may be shown; never a mean. */
function valence(reading: FileReading, card: Card, x: number, y: number, paint: Paint): string {
  if (card.views === noViews || card.views.valence.size === 0) return ''
  const bars = histogram(reading.spread(card.views.valence, 'valence').shown, scaleOf('valence'))
  const most = Math.max(...bars)
  if (most === 0) return ''
  const drawnBars = bars.map((count, i) => (count > 0 ? element('rect', { x: 3 + i * 12, y: 15 - (count / most) * 13, width: 8, height: (count / most) * 13, fill: paint.token(i < 3 ? 'val-down' : i > 3 ? 'val-up' : 'ink-3') }) : ''))
  return element('g', { transform: `translate(${short(x)} ${short(y)})` }, element('path', { d: 'M0 15.5H86M43 12V15.5', stroke: paint.token('edge') }) + drawnBars.join(''))
}

/** Places of the sectors of those who made and changed a card. */
function sectorsOf({ sectorOf, board }: FileReading, { by, edited }: Card): number[] {
  const places = [by, edited?.by].map(person => (person === undefined ? -1 : board.meta.sectors.indexOf(sectorOf(person))))
  return [...new Set(places.filter(place => place >= 0))]
}

function tall(card: Card, paint: Paint): string {
  const { w, h } = card
  const [left, right] = [22, 18]
  const room = w - left - right
  const most = Math.max(1, Math.min(tallType.most, Math.floor((h - tallBand - 54) / tallType.line)))
  const words = shortened(wrap(card.text, room, widthOf.tall), most, room, widthOf.tall)
  const date = card.fields['date']
  return [
    body(card, h, paint),
    icon(card.kind, (w - 52) / 2, 50, 52, paint),
    line(kindOf(card.kind)?.title ?? card.kind, { face: 'text', size: 15, x: left, y: tallBand + 30, fill: paint.token('ink-2') }),
    typeof date === 'string' ? line(printDate(date), { face: 'text', size: 15, x: w - right, y: tallBand + 30, fill: paint.token('ink-2'), anchor: 'end' }) : '',
    ...words.map((each, i) => line(each, { face: 'display', size: tallType.size, x: left, y: tallBand + 67 + i * tallType.line, fill: paint.token('ink'), room })),
  ].join('')
}
