import type { CardScale } from '../../shared/export/report-parts.ts'
import { histogram, type Spread } from '../../shared/spread.ts'
import { scaleOf } from '../../shared/views.ts'

export const printStep = (step: number, min: number): string => (min < 0 && step > 0 ? `+${step}` : String(step).replace('-', '−'))

/** How people value a card, in the room of a word: a bar a step, and never a mean. */
export function Stand({ scale, spread: { shown, camps } }: { scale: CardScale; spread: Spread }) {
  const { min, max, ends } = scaleOf(scale)
  if (shown.length === 0) return `${scale}: fewer than 3 people, kept closed`
  const bars = histogram(shown, { min, max })
  const most = Math.max(...bars)
  const said = bars.flatMap((count, i) => (count ? [`${count} at ${printStep(min + i, min)}`] : [])).join(', ')
  const width = bars.length * 7
  return (
    <span className="stand">
      {scale}{' '}
      <svg role="img" aria-label={`from ${ends?.[0]} to ${ends?.[1]}: ${said}`} width={width} height={15} viewBox={`0 0 ${width} 15`}>
        <path className="ground" d={`M0 14.5H${width}`} />
        {min < 0 && <path className="tick" d={`M${width / 2} 11.5V14.5`} />}
        {bars.map((count, i) => count > 0 && <rect key={i} x={i * 7 + 1} y={14 - (count / most) * 12} width={5} height={(count / most) * 12} data-side={min < 0 ? Math.sign(min + i) : 0} />)}
      </svg>
      {camps && <span className="camps-word"> two camps</span>}
    </span>
  )
}
