import type { Structure } from '../board.ts'
import { asGrid, asTimeline, asWheel } from '../computed.ts'
import { dashesFor } from '../dashes.ts'
import { widthIn } from '../measure.ts'
import { cellBox, gridFrame } from '../methods/grid.ts'
import { methodOf, type MethodName } from '../methods/index.ts'
import type { Point } from '../methods/method.ts'
import { marksApart, spectrumEnd, tensionFrame, xOfMarker } from '../methods/tension.ts'
import { firstMovesEnd, laneBands, rulerTop, ticks, timelineFrame, xOfDate } from '../methods/timeline.ts'
import { partNames, ringEdge, ringName } from '../methods/wheel.ts'
import { markOf } from '../marks.ts'
import { type Mark, skeletonOf } from '../preview.ts'
import type { Box } from '../room.ts'
import { type SpreadRow, thirds } from '../spread.ts'
import { scaleOf } from '../views.ts'
import { shortened, wrap } from '../wrap.ts'
import { printDate } from './dates.ts'
import type { FileReading } from './reading.ts'
import { drawn, element, line, type Paint, short } from './svg-parts.ts'

/* Structures as the map shows them: the skeleton that thumbnails have too, and the words that say what it means. */

type Words = (reading: FileReading, structure: Structure, paint: Paint) => string

/** What each method writes on its skeleton, from the structure's own corner. */
const words: Readonly<Partial<Record<MethodName, Words>>> = { wheel: onWheel, timeline: onTimeline, tension: onTension, grid: onGrid }

export function drawStructure(reading: FileReading, structure: Structure, paint: Paint): string {
  const { x, y } = reading.corner(structure.place)
  const skeleton = skeletonOf(structure, { x: 0, y: 0 }).map(mark => bone(mark, paint)).join('')
  return element('g', { transform: `translate(${short(x)} ${short(y)})` }, skeleton + (words[structure.type] ?? onSheet)(reading, structure, paint))
}

/** Where a tension's rows end; with many sectors that is below its frame. */
const bottomOf = (reading: FileReading, { views }: Structure): number => spectrumEnd(reading.spread(views.marker, 'marker').rows.length)

/** The room a structure takes with all its words: names of a wheel's parts stand outside it, and rows of a tension below. */
export function reachOf(reading: FileReading, structure: Structure): Box {
  const { x, y } = reading.corner(structure.place)
  const { type, w, h } = structure
  const aside = type === 'wheel' && partNames(asWheel(structure)).length ? 150 : 0
  return { x: x - aside, y: y - aside / 4, w: w + 2 * aside, h: (type === 'tension' ? Math.max(h, bottomOf(reading, structure)) : h) + aside / 2 }
}

function bone(mark: Mark, paint: Paint): string {
  switch (mark.is) {
    case 'ring':
      return element('ellipse', { cx: mark.x, cy: mark.y, rx: mark.rx, ry: mark.ry, fill: paint.token(`water-${Math.min(3, mark.depth)}` as 'water-1'), stroke: paint.token('hairline'), 'stroke-width': 1.6 })
    case 'frame':
      return element('rect', { x: mark.x, y: mark.y, width: mark.w, height: mark.h, fill: paint.token('paper'), stroke: paint.token('edge'), 'stroke-width': 1.6 })
    case 'rule':
      return element('path', { d: `M${short(mark.x)} ${short(mark.y)}L${short(mark.x2)} ${short(mark.y2)}`, stroke: paint.token(mark.strong ? 'ink' : 'hairline'), 'stroke-width': mark.strong ? 2 : 1.5 })
    default:
      return ''
  }
}

const heading = (text: string, paint: Paint): string => line(text, { face: 'display', size: 28, x: 26, y: 38, fill: paint.token('ink') })

function onSheet(_reading: FileReading, { type, fields }: Structure, paint: Paint): string {
  return heading(String(fields['title'] ?? '') || methodOf(type).title, paint)
}

function onWheel(_reading: FileReading, structure: Structure, paint: Paint): string {
  const wheel = asWheel(structure)
  const { w, h, rings } = wheel
  const parts = partNames(wheel)
  const inner = ringEdge(wheel, 0)
  const marks: string[] = [element('path', { d: rim(w / 2, h / 2), stroke: paint.token('edge'), 'stroke-width': 1.3, opacity: 0.6 })]
  for (const [i, name] of parts.entries()) {
    const from = (i / parts.length) * 2 * Math.PI - Math.PI / 2
    const middle = from + Math.PI / parts.length
    const across = Math.cos(middle)
    marks.push(
      element('path', { d: `M${short(inner.x * Math.cos(from))} ${short(inner.y * Math.sin(from))}L${short((w / 2) * Math.cos(from))} ${short((h / 2) * Math.sin(from))}`, stroke: paint.token('hairline'), 'stroke-width': 1.6 }),
      line(name, { face: 'display', size: 22, x: (w / 2 + 14) * across, y: (h / 2 + 26) * Math.sin(middle) + 7, fill: paint.token('ink-2'), anchor: Math.abs(across) < 0.3 ? 'middle' : across > 0 ? 'start' : 'end' }),
    )
  }
  const angle = (Math.PI * (180 - 38)) / 180
  for (let ring = rings; ring > 0; ring--) {
    const { x, y } = ringEdge(wheel, ring)
    marks.push(line(ringName(ring), { face: 'aside', size: 23, x: (x - 16) * Math.cos(angle), y: (y - 10) * Math.sin(angle), fill: paint.token('ink-2'), anchor: 'middle', halo: paint.token('water-3') }))
  }
  return element('g', { transform: `translate(${short(w / 2)} ${short(h / 2)})` }, marks.join(''))
}

/** Short strokes inwards, every third one longer, as on a compass card. */
function rim(rx: number, ry: number): string {
  return Array.from({ length: 72 }, (_, i) => {
    const [cos, sin] = [Math.cos((i / 72) * 2 * Math.PI), Math.sin((i / 72) * 2 * Math.PI)]
    const length = i % 3 ? 7 : 14
    return `M${short(rx * cos)} ${short(ry * sin)}L${short((rx - length) * cos)} ${short((ry - length) * sin)}`
  }).join('')
}

function onTimeline(_reading: FileReading, structure: Structure, paint: Paint): string {
  const axis = asTimeline(structure)
  const { w, h } = axis
  const { left, right, bottom } = timelineFrame
  const end = w - right
  const floor = h - bottom
  const marks = ticks(axis)
  const moves = firstMovesEnd(axis)
  const monthly = marks.some(({ labelled, date }) => labelled && date.length > 4)
  const year = (text: string, x: number, anchor: 'start' | 'middle', face: 'text' | 'strong' = 'text') => line(text, { face, size: 21, x, y: rulerTop - 28, fill: paint.token('ink'), anchor })
  return [
    element('rect', { x: left, y: 52, width: Math.max(0, moves - left), height: Math.max(0, floor - 52), fill: paint.token('water-2') }),
    heading(String(structure.fields['title'] ?? '') || 'Timeline', paint),
    element('path', { d: `M${left} ${rulerTop}H${short(end)}`, stroke: paint.token('ink'), 'stroke-width': 2 }),
    element('path', { d: marks.map(({ x, labelled, date }) => `M${short(x)} ${rulerTop}v-${labelled ? 20 : date.length === 4 ? 12 : 6}`).join(''), stroke: paint.token('ink-2'), 'stroke-width': 1.3 }),
    ...marks
      .filter(({ labelled, x }) => labelled && x > left + 130 && x < end - 60)
      .map(({ x, date }) => year(printDate(date), x, 'middle') + element('path', { d: `M${short(x)} ${rulerTop}V${short(floor)}`, stroke: paint.token('hairline'), 'stroke-width': 1.4, 'stroke-dasharray': dashesFor('1.5 6', h) })),
    year(`${printDate(monthly ? axis.from.slice(0, 7) : axis.from.slice(0, 4))}, today`, left - 8, 'start', 'strong'),
    year(printDate(axis.to), end, 'middle', 'strong'),
    element('path', { d: `M${short(xOfDate(axis, axis.from))} ${rulerTop}V${short(floor)}`, stroke: paint.token('ink'), 'stroke-width': 2 }),
    ...laneBands(axis).map(({ name, y }) => element('path', { d: `M14 ${short(y)}H${short(end - 12)}`, stroke: paint.token('hairline'), 'stroke-width': 1.5 }) + line(name, { face: 'aside', size: 22, x: left + 14, y: y + 30, fill: paint.token('ink-2') })),
    element('path', { d: `M14 ${short(floor)}H${short(end - 12)}`, stroke: paint.token('hairline'), 'stroke-width': 1.5 }),
    line('first moves', { face: 'text', size: 20, x: (left + moves) / 2, y: floor - 12, fill: paint.token('ink-2'), anchor: 'middle' }),
  ].join('')
}

const widthOf = { pole: widthIn('display', 26), head: widthIn('strong', 19), sector: widthIn('text', 18), title: widthIn('text', 20) }

/** Lines of a text in a box, from its top. */
function boxed(text: string, room: number, most: number, of: keyof typeof widthOf): string[] {
  return shortened(wrap(text, Math.max(10, room), widthOf[of]), most, room, widthOf[of])
}

function onTension(reading: FileReading, tension: Structure, paint: Paint): string {
  const { w, h, fields, views } = tension
  const spread = reading.spread(views.marker, 'marker')
  const [start, end, top] = [tensionFrame.left, w - tensionFrame.right, tensionFrame.top]
  const bottom = bottomOf(reading, tension)
  const third = Math.max(0, end - start) / 3
  const rowY = (i: number): number => top + (i + 0.5) * tensionFrame.row
  const quiet = { face: 'text', size: 18, fill: paint.token('ink-3'), halo: paint.token('paper') } as const
  const placed = spread.people ? `${spread.people} placed` : ''
  const camps = spread.camps ? 'Two camps' : ''
  const poles = [fields['left'], fields['right']].map((pole, i) => String(pole ?? '') || (i ? 'Right pole' : 'Left pole'))
  const { low, between, high } = thirds(spread.shown, scaleOf('marker'))
  const said = spread.shown.length === 0 ? (spread.people ? 'Marks are shown once three people are placed.' : '') : spread.camps ? `${low} here, ${between || 'nobody'} between, ${high} here` : `${low} lean left, ${between} between, ${high} lean right`
  return [
    h < bottom ? element('rect', { y: h, width: w, height: bottom - h, fill: paint.token('paper'), stroke: paint.token('edge'), 'stroke-width': 1.6 }) : '',
    spread.camps ? [start, end - third].map(x => element('rect', { x, y: top, width: third, height: bottom - top - tensionFrame.foot, rx: 4, fill: paint.token('water-1') })).join('') : '',
    line([String(fields['title'] ?? '') || 'Tension', camps].filter(Boolean).join(' · '), { face: 'text', size: 20, x: 20, y: 31, fill: paint.token('ink-2') }),
    line(placed, { face: 'text', size: 20, x: w - 20, y: 31, fill: paint.token('ink-2'), anchor: 'end' }),
    ...poles.flatMap((pole, i) => boxed(pole, (end - start) / 2 - 12, 2, 'pole').map((each, n, all) => line(each, { face: 'display', size: 26, x: i ? end : start, y: 70 + (n - (all.length - 1) / 2) * 30 + 8, fill: paint.token(fields[i ? 'right' : 'left'] ? 'ink' : 'ink-3'), anchor: i ? 'end' : 'start' }))),
    element('path', { d: `M${start} ${top - 15}v14M${short(end)} ${top - 15}v14M${short((start + end) / 2)} ${top - 12}v8`, stroke: paint.token('ink'), 'stroke-width': 2 }),
    ...spread.rows.flatMap((row, i) => [
      element('path', { d: `M${start} ${short(rowY(i))}H${short(end)}`, stroke: paint.token('hairline'), 'stroke-width': 1.5 }),
      line(boxed(row.sector ?? 'Others', start - 40, 1, 'sector')[0] ?? '', { face: 'text', size: 18, x: 20, y: rowY(i) + 6, fill: paint.token('ink') }),
      row.is === 'closed' || row.is === 'pooled' ? line(row.is === 'closed' ? 'fewer than 3, kept closed' : 'fewer than 3, shown with others', { ...quiet, x: (start + end) / 2, y: rowY(i) + 6, anchor: 'middle' }) : '',
      ...marksOf(reading, tension, row, rowY(i), paint),
    ]),
    line(said, { ...quiet, fill: paint.token(spread.shown.length ? 'ink' : 'ink-3'), x: (start + end) / 2, y: bottom - 16, anchor: 'middle' }),
    h > bottom + 60 ? element('path', { d: `M0 ${short(bottom)}H${short(w)}M${short(start + third)} ${short(bottom)}V${short(h)}M${short(end - third)} ${short(bottom)}V${short(h)}`, stroke: paint.token('hairline'), 'stroke-width': 1.5, 'stroke-dasharray': dashesFor('1.5 6', h) }) : '',
  ].join('')
}

/** A mark a person, without names; those that would hide one another stand a little apart. */
function marksOf({ board }: FileReading, tension: Structure, { sector, values }: SpreadRow, y: number, paint: Paint): string[] {
  const place = sector === undefined ? -1 : board.meta.sectors.indexOf(sector)
  const shape = markOf(place)
  return marksApart(values).map(({ value, shift }) => {
    const at: Point = { x: xOfMarker(tension, value), y: y + shift }
    return shape
      ? element('g', { transform: `translate(${short(at.x - 7.6)} ${short(at.y - 7.6)}) scale(.95)`, fill: paint.token(`sector-${(place % 8) + 1}` as 'sector-1') }, drawn(shape))
      : element('circle', { cx: at.x, cy: at.y, r: 5, fill: paint.token('paper'), stroke: paint.token('ink-3'), 'stroke-width': 3 })
  })
}

function onGrid(_reading: FileReading, structure: Structure, paint: Paint): string {
  const grid = asGrid(structure)
  const head = (text: string, room: number, most: number, x: number, y: number): string =>
    boxed(text, room, most, 'head').map((each, i) => line(each, { face: 'strong', size: 19, x, y: y + i * 23, fill: paint.token('ink') })).join('')
  const { top, left } = gridFrame
  return [
    head(String(structure.fields['title'] ?? '') || 'Grid', left - 20, 1, 14, top / 2 + 6),
    ...grid.cols.map((name, col) => {
      const box = cellBox(grid, { row: 0, col })
      return head(name, box.w - 20, 1, box.x + 14, top / 2 + 6)
    }),
    ...grid.rows.map((name, row) => {
      const box = cellBox(grid, { row, col: 0 })
      return head(name, left - 24, Math.max(1, Math.floor((box.h - 16) / 23)), 14, box.y + 28)
    }),
  ].join('')
}
