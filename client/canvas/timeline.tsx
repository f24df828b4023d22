import { memo, useMemo } from 'react'
import { HTMLContainer, useValue } from 'tldraw'
import { asTimeline } from '../../shared/computed.ts'
import { dashesFor } from '../../shared/dashes.ts'
import { firstMovesEnd, laneBands, rulerTop as ruler, ticks, timeline as method, timelineFrame, xOfDate } from '../../shared/methods/timeline.ts'
import { printDate } from '../ui/dates.ts'
import { Begin } from './Begin.tsx'
import { useModel } from './board-context.ts'
import type { FaceProps } from './structure.tsx'

/** About how wide a label of the ruler is, in board units. */
const wide = (label: string): number => label.length * 10.5

/** A ruler on top, lanes below it, today as an ink line with a wash over the near term, and room for the vision at the end. */
export const TimelineFace = memo(function TimelineFace({ structure }: FaceProps) {
  const model = useModel()
  const { w, h } = structure
  const axis = useMemo(() => asTimeline(structure), [structure])
  const title = String(structure.fields['title'] ?? '')
  const vision = useValue('the vision', () => model.members(structure.id).find(card => card.kind === 'vision')?.text, [model, structure.id])
  const { left, right, top, bottom } = timelineFrame
  const end = w - right
  const marks = useMemo(() => ticks(axis), [axis])
  const moves = firstMovesEnd(axis)
  const today = `${printDate(marks.some(({ labelled, date }) => labelled && date.length > 4) ? axis.from.slice(0, 7) : axis.from.slice(0, 4))}, today`
  const horizon = printDate(axis.to)
  // A label that would run into today's or the horizon's is left out.
  const free = (x: number, label: string) => x - wide(label) / 2 > left - 8 + wide(today) + 14 && x + wide(label) / 2 < end - wide(horizon) / 2 - 14
  return (
    <HTMLContainer>
      <svg className="mf-furniture" width={w} height={h} aria-hidden="true">
        <rect x="0" y="0" width={w} height={h} fill="var(--paper)" stroke="var(--edge)" strokeWidth="1.6" />
        <rect x={left} y={52} width={moves - left} height={Math.max(0, h - 52 - bottom)} fill="var(--water-2)" />
        <text className="title" x="26" y="38">
          {title || 'Timeline'}
        </text>
        <path d={`M${left} ${ruler}H${end}`} stroke="var(--ink)" strokeWidth="2" />
        <path d={marks.map(({ x, labelled, date }) => `M${x} ${ruler}v-${labelled ? 20 : date.length === 4 ? 12 : 6}`).join('')} stroke="var(--ink-2)" strokeWidth="1.3" />
        {marks
          .filter(({ labelled, x, date }) => labelled && free(x, printDate(date)))
          .map(({ x, date }) => (
            <g key={x}>
              <text className="year" x={x} y={ruler - 28} textAnchor="middle">
                {printDate(date)}
              </text>
              <path d={`M${x} ${ruler}V${h - bottom}`} stroke="var(--hairline)" strokeWidth="1.4" strokeDasharray={dashesFor('1.5 6', h)} />
            </g>
          ))}
        <text className="year" data-end x={left - 8} y={ruler - 28}>
          {today}
        </text>
        <text className="year" data-end x={end} y={ruler - 28} textAnchor="middle">
          {horizon}
        </text>
        <path d={`M${xOfDate(axis, axis.from)} ${ruler}V${h - bottom}`} stroke="var(--ink)" strokeWidth="2" />
        {laneBands(axis).map(({ name, y }) => (
          <g key={y}>
            <path d={`M14 ${y}H${end - 12}`} stroke="var(--hairline)" strokeWidth="1.5" />
            <text className="lane" x={left + 14} y={y + 30}>
              {name}
            </text>
          </g>
        ))}
        <path d={`M14 ${h - bottom}H${end - 12}`} stroke="var(--hairline)" strokeWidth="1.5" />
        <text className="aside" x={(left + moves) / 2} y={h - bottom - 12} textAnchor="middle">
          first moves
        </text>
      </svg>
      {vision === undefined && <Begin structure={structure.id} sentence={method.empty} style={{ left: end + right / 2 - 6, top: (top + h - bottom) / 2, width: right - 48 }} />}
    </HTMLContainer>
  )
})
