import icon from 'lucide/dist/esm/icons/move-horizontal.mjs'
import { dateOf, dayOf, type PartialDate, type Precision, yearOf } from '../dates.ts'
import { date, line, lines } from '../fields.ts'
import type { Method, Size } from './method.ts'

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

/** Days the axis runs over; one at least, so that a horizon that is today divides by nothing. */
const span = ({ from, to }: Timeline): number => Math.max(1, dayOf(to) - dayOf(from))
const length = ({ w }: Timeline): number => Math.max(1, w - timelineFrame.left - timelineFrame.right)

/** Where a date stands on the axis, from the timeline's left edge. Dates beyond the axis stand beyond its ends. */
export const xOfDate = (timeline: Timeline, at: PartialDate): number =>
  timelineFrame.left + ((dayOf(at) - dayOf(timeline.from)) / span(timeline)) * length(timeline)

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
  /** Text under the tick; nothing on the quarters between. */
  readonly label?: string
  readonly date: PartialDate
}

/** The ruler's ticks: labelled years as close as they can stand, quarters between them where there is room. */
export function ticks(timeline: Timeline): Tick[] {
  const first = yearOf(timeline.from)
  const last = yearOf(timeline.to)
  const perYear = length(timeline) / (span(timeline) / 365.25)
  const step = [1, 2, 5, 10, 20, 50, 100].find(years => years * perYear >= 80) ?? 200
  const parts = perYear >= 40 ? 4 : 1
  const out: Tick[] = []
  for (let year = first; year <= last; year++) {
    for (let part = 0; part < parts; part++) {
      const at = part === 0 ? String(year) : `${year}-${String(1 + (12 / parts) * part).padStart(2, '0')}`
      const x = xOfDate(timeline, at)
      if (x < timelineFrame.left - 0.5 || x > timeline.w - timelineFrame.right + 0.5) continue
      out.push(part === 0 && (year - last) % step === 0 ? { x, date: at, label: String(year) } : { x, date: at })
    }
  }
  return out
}

/** The near term: the first fifth of the way, where first moves belong. */
export const firstMovesEnd = (timeline: Timeline): number => timelineFrame.left + length(timeline) / 5

/** Top edge and height of each lane, from the timeline's top. */
export function laneBands({ h, lanes }: Timeline): { name: string; y: number; h: number }[] {
  const names = lanes.length ? lanes : ['']
  const height = Math.max(0, h - timelineFrame.top - timelineFrame.bottom) / names.length
  return names.map((name, i) => ({ name, y: timelineFrame.top + i * height, h: height }))
}
