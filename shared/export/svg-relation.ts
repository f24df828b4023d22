import { dashesFor } from '../dashes.ts'
import type { Relation } from '../board.ts'
import type { Point } from '../methods/method.ts'
import { drawnAs, type End, relationOf } from '../relations.ts'
import type { Box } from '../room.ts'
import { element, line, type Paint, short } from './svg-parts.ts'

const dashes = { solid: undefined, heavy: undefined, dashed: '7 4.5', dotted: '.1 5.5' } as const

/** How far a line's end stays from its card. */
const clearance = 3
/** Less bent than this, a line is straight. */
const leastBend = 8

/** A way between the middles of two boxes. Parts of it are counted from 0 to 1. */
interface Way {
  readonly at: (part: number) => Point
  /** The path of the stretch between two parts, from where a path stands at the first. */
  readonly on: (from: number, to: number) => string
  readonly length: number
}

const middleOf = ({ x, y, w, h }: Box): Point => ({ x: x + w / 2, y: y + h / 2 })

function straight(a: Point, b: Point): Way {
  const at = (part: number): Point => ({ x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part })
  return { at, on: (_, to) => `L${said(at(to))}`, length: Math.hypot(b.x - a.x, b.y - a.y) }
}

/** An arc through both middles whose own middle stands `bend` off the straight line, as tldraw bends arrows. */
function bent(a: Point, b: Point, bend: number): Way {
  const length = Math.hypot(b.x - a.x, b.y - a.y)
  const radius = (length ** 2 / 4 + bend ** 2) / (2 * Math.abs(bend))
  const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length]
  const side = Math.sign(bend)
  const toCentre = radius - Math.abs(bend)
  // The centre lies on the other side of the line than the bow, unless the arc is more than half a circle.
  const centre = { x: (a.x + b.x) / 2 + uy * side * toCentre, y: (a.y + b.y) / 2 - ux * side * toCentre }
  const from = Math.atan2(a.y - centre.y, a.x - centre.x)
  const sweep = -side * 2 * Math.asin(Math.max(-1, Math.min(1, length / 2 / radius)))
  const turn = Math.abs(bend) > radius ? -side * 2 * Math.PI - sweep : sweep
  const at = (part: number): Point => ({ x: centre.x + radius * Math.cos(from + turn * part), y: centre.y + radius * Math.sin(from + turn * part) })
  return {
    at,
    on: (start, end) => `A${short(radius)} ${short(radius)} 0 ${Math.abs(turn) * (end - start) > Math.PI ? 1 : 0} ${turn > 0 ? 1 : 0} ${said(at(end))}`,
    length: Math.abs(turn) * radius,
  }
}

const said = ({ x, y }: Point): string => `${short(x)} ${short(y)}`

const holds = ({ x, y, w, h }: Box, point: Point): boolean => point.x > x - clearance && point.x < x + w + clearance && point.y > y - clearance && point.y < y + h + clearance

/** How far along a way one leaves a box for good, looking from one end. */
function leaves(way: Way, box: Box, forwards: boolean): number {
  const at = (part: number) => way.at(forwards ? part : 1 - part)
  let [inside, outside] = [0, 1]
  for (let step = 1; step <= 32; step++) {
    if (!holds(box, at(step / 32))) {
      ;[inside, outside] = [(step - 1) / 32, step / 32]
      break
    }
  }
  for (let i = 0; i < 12; i++) {
    const part = (inside + outside) / 2
    if (holds(box, at(part))) inside = part
    else outside = part
  }
  return forwards ? outside : 1 - outside
}

const heads: Readonly<Record<End, string>> = {
  filled: element('path', { d: 'M0 0L-10 -5V5Z', fill: 'currentColor' }),
  open: element('path', { d: 'M-9 -5L0 0L-9 5', fill: 'none', 'stroke-width': 1.8 }),
  bar: element('path', { d: 'M-.5 -7V7', 'stroke-width': 3.2 }),
  diamond: element('path', { d: 'M0 0L-5.5 -4.5L-11 0L-5.5 4.5Z', fill: 'currentColor' }),
  dot: element('circle', { cx: -4, r: 4, fill: 'currentColor' }),
}

const head = ({ x, y }: Point, angle: number, end: End): string => element('g', { transform: `translate(${short(x)} ${short(y)}) rotate(${short(angle)})` }, heads[end])

const angleAt = (way: Way, part: number, before: number): number => {
  const [tip, tail] = [way.at(part), way.at(before)]
  return (Math.atan2(tip.y - tail.y, tip.x - tail.x) * 180) / Math.PI
}

/** A relation from one card's edge to the other's, told by its line and its end before its colour. */
export function drawRelation({ kind, sign, delay, bend }: Relation, from: Box, to: Box, paint: Paint): string {
  const [a, b] = [middleOf(from), middleOf(to)]
  const length = Math.hypot(b.x - a.x, b.y - a.y)
  if (length < 1) return ''
  const way = Math.abs(bend) < leastBend || Math.abs(bend) > 10 * length ? straight(a, b) : bent(a, b, bend)
  const [start, end] = [leaves(way, from, true), leaves(way, to, false)]
  // Cards that lie on one another have no line between them.
  if (start >= end) return ''
  const { line: stroke, end: tip, color, symmetric } = drawnAs(kind, sign)
  const shade = paint.color(color)
  const seen = (end - start) * way.length
  const step = 4 / way.length
  const middle = way.at((start + end) / 2)
  const parts = [
    element('path', { d: `M${said(way.at(start))}${way.on(start, end)}`, fill: 'none', 'stroke-width': 1.7 + (stroke === 'heavy' || stroke === 'dotted' ? 0.6 : 0), 'stroke-dasharray': dashesFor(dashes[stroke], seen), 'stroke-linecap': stroke === 'dotted' ? 'round' : undefined }),
    head(way.at(end), angleAt(way, end, end - step), tip),
    symmetric ? head(way.at(start), angleAt(way, start, start + step), tip) : '',
  ]
  if (delay) {
    const [at, angle] = [way.at(start + (end - start) * 0.75), angleAt(way, start + (end - start) * 0.75, start + (end - start) * 0.75 - step)]
    parts.push(element('path', { d: 'M-4 -7V7M3 -7V7', transform: `translate(${short(at.x)} ${short(at.y)}) rotate(${short(angle)})`, 'stroke-width': 2 }))
  }
  if (kind === 'leads') {
    parts.push(
      element('circle', { cx: middle.x, cy: middle.y, r: 7.5, fill: paint.token('sheet'), 'stroke-width': 1.5 }),
      element('path', { d: sign === '-' ? 'M-3.6 0H3.6' : 'M-3.6 0H3.6M0 -3.6V3.6', transform: `translate(${short(middle.x)} ${short(middle.y)})`, 'stroke-width': 1.6 }),
    )
  }
  const words = kind !== 'leads' && seen > 110 ? line(relationOf(kind).label + (delay ? ', later' : ''), { face: 'strong', size: 13, x: middle.x, y: middle.y - 7, fill: shade, anchor: 'middle', halo: paint.token('table') }) : ''
  return element('g', { color: shade, stroke: 'currentColor' }, parts.join('')) + words
}
