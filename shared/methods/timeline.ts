import icon from 'lucide/dist/esm/icons/move-horizontal.mjs'
import { dateOf, dayOf, type PartialDate, type Precision, yearOf } from '../dates.ts'
import { date, line, lines } from '../fields.ts'
import type { Box } from '../room.ts'
import { keptInside, lineAfter } from './lines.ts'
import type { Method, Point, Size } from './method.ts'

/** A backcasting timeline (Robinson 1990): the vision stands at the horizon, today at the other end. */
export const timeline = {
  title: 'Timeline',
  hint: 'Start at the vision, work back to a first move.',
  empty: 'Start at the end: what is the vision?',
  icon,
  fields: { title: line('Title'), from: date('Today'), to: date('Horizon'), lanes: lines('Lanes', 12) },
  defaults: { w: 1600, h: 900, title: '', from: '2026', to: '2040', lanes: ['Milestones', 'Obstacles', 'Actions'] },
} as const satisfies Method

export interface Timeline extends Size {
  readonly from: PartialDate
  readonly to: PartialDate
  readonly lanes: readonly string[]
}

/** Room around the axis: the title and ruler above, the vision's arch at the end. */
export const timelineFrame = { left: 56, right: 288, top: 116, bottom: 24, vision: 216 } as const

/** Where the ruler's line is, from the timeline's top. */
export const rulerTop = timelineFrame.top - 8

/** Days the axis runs over; a year where the horizon is not after today, so that there is something to stand on. */
const span = ({ from, to }: Timeline): number => (dayOf(to) > dayOf(from) ? dayOf(to) - dayOf(from) : 365)
const length = ({ w }: Timeline): number => Math.max(1, w - timelineFrame.left - timelineFrame.right)

/** How far beyond an end of the axis a card may stand: further out nobody would find it, and in the end it would be nowhere. */
const furthestOff = 400

/** Where a date stands on the axis, from the timeline's left edge. Dates beyond the axis stand beyond its ends. */
export function xOfDate(timeline: Timeline, at: PartialDate): number {
  const along = ((dayOf(at) - dayOf(timeline.from)) / span(timeline)) * length(timeline)
  return timelineFrame.left + Math.max(-furthestOff, Math.min(length(timeline) + furthestOff, along))
}

/** How exactly a place on the axis can be read: years on a long one, months on most, days on a short one. */
export function axisPrecision(timeline: Timeline): Precision {
  const years = span(timeline) / 365.25
  return years > 40 ? 'year' : years > 2 ? 'month' : 'day'
}

/** The date a place on the axis means. */
export function dateAtX(timeline: Timeline, x: number): PartialDate {
  const day = dayOf(timeline.from) + ((x - timelineFrame.left) / length(timeline)) * span(timeline)
  return dateOf(day, axisPrecision(timeline))
}

export interface Tick {
  readonly x: number
  readonly date: PartialDate
  /** Whether its date is written beside it. */
  readonly labelled: boolean
}

/** Least distances on the ruler, in board units: between two labels (a year is short, a month has its name), and between two ticks. */
const labelWidth = { year: 80, month: 110 } as const
const tickWidth = { quarter: 10, year: 4 } as const
/** On an axis longer than this everything stands further apart: no ruler has more marks than one of this length. */
const longRuler = 6_000

const yearSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000] as const

/** The ruler's ticks: years, or months where the axis is short, labelled as close as they can be read, with finer ones between. */
export function ticks(timeline: Timeline): Tick[] {
  const first = yearOf(timeline.from)
  const last = yearOf(timeline.to)
  const perYear = (length(timeline) / (span(timeline) / 365.25)) * Math.min(1, longRuler / length(timeline))
  const months = [1, 2, 3, 6].find(each => (each / 12) * perYear >= labelWidth.month) ?? 12
  const years = yearSteps.find(each => each * perYear >= labelWidth.year) ?? 10_000
  const fine = months < 12 ? 1 : perYear / 4 >= tickWidth.quarter ? 3 : 12
  const step = yearSteps.find(each => years % each === 0 && each * perYear >= tickWidth.year) ?? years
  const out: Tick[] = []
  // Counted back from the horizon, which always has a label.
  for (let year = last - Math.floor((last - first) / step) * step; year <= last; year += step) {
    for (let month = 1; month <= 12; month += fine) {
      const date = String(year).padStart(4, '0') + (month === 1 ? '' : `-${String(month).padStart(2, '0')}`)
      const x = xOfDate(timeline, date)
      if (x < timelineFrame.left - 0.5 || x > timeline.w - timelineFrame.right + 0.5) continue
      out.push({ x, date, labelled: months < 12 ? (month - 1) % months === 0 : month === 1 && (year - last) % years === 0 })
    }
  }
  return out
}

/** The near term: the first fifth of the way, where first moves belong. */
export const firstMovesEnd = (timeline: Timeline): number => timelineFrame.left + length(timeline) / 5

/** The lane a place lies in, from the timeline's top; nothing above and below them. */
export function laneAt(timeline: Timeline, y: number): number | undefined {
  const found = laneBands(timeline).findLastIndex(band => y >= band.y)
  return found < 0 || y >= timeline.h - timelineFrame.bottom ? undefined : found
}

/** The top left corner of a card once its timeline has other lanes or another height: in the lane it was in, as far inside as it was. What reaches over several lanes stays. */
export function keptInLane(before: Timeline, after: Timeline, { x, y, h }: Box): Point {
  const lane = laneAt(before, y + h / 2)
  const [from, to] = [laneBands(before), laneBands(after)]
  const [was, is] = [from[lane ?? -1], lane === undefined ? undefined : to[lineAfter(before.lanes, after.lanes, lane)]]
  if (!was || !is || h > was.h) return { x, y }
  return { x, y: is.y + keptInside(y - was.y, h, is.h) }
}

/** Top edge and height of each lane, from the timeline's top. */
export function laneBands({ h, lanes }: Timeline): { name: string; y: number; h: number }[] {
  const names = lanes.length ? lanes : ['']
  const height = Math.max(0, h - timelineFrame.top - timelineFrame.bottom) / names.length
  return names.map((name, i) => ({ name, y: timelineFrame.top + i * height, h: height }))
}
