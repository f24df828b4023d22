import type { Spread, SpreadRow } from '../../shared/spread.ts'
import { type ScaleName, scaleOf } from '../../shared/views.ts'
import { Mark } from '../ui/Mark.tsx'
import { TwoCamps } from '../ui/TwoCamps.tsx'
import './spread.css'

interface SpreadProps {
  readonly scale: ScaleName
  readonly spread: Spread
  /** This person's own value. */
  readonly mine: number | undefined
  readonly sectors: readonly string[]
  /** Everybody who may say something. */
  readonly people: number
  readonly disabled: boolean
  readonly say: (value: number | undefined) => void
}

/** A scale to place oneself on, and how all others stand, by sector: a mark a person, never a mean. */
export function ScaleSection({ scale, spread, mine, sectors, people, disabled, say }: SpreadProps) {
  const { label, min, max, ends } = scaleOf(scale)
  const steps = Array.from({ length: max - min + 1 }, (_, i) => min + i)
  return (
    <section className="spread" aria-label={label}>
      <h3>
        {label} <span className="quiet numbers">{spread.people ? `${spread.people} of ${Math.max(people, spread.people)}` : ''}</span>
      </h3>
      <div className="steps" role="group" aria-label={`Your own answer, from ${ends?.[0]} to ${ends?.[1]}`}>
        {steps.map(step => (
          <button key={step} type="button" aria-pressed={mine === step} disabled={disabled} aria-label={printStep(step, min)} onClick={() => say(mine === step ? undefined : step)}>
            <span>{printStep(step, min)}</span>
          </button>
        ))}
      </div>
      <p className="ends small quiet" aria-hidden="true">
        <span>{ends?.[0]}</span>
        <span>{ends?.[1]}</span>
      </p>
      {spread.rows.some(row => row.is !== 'empty') && (
        <ul className="rows">
          {spread.rows
            .filter(row => row.is !== 'empty')
            .map(row => (
              <Row key={row.sector ?? ''} row={row} place={row.sector === undefined ? -1 : sectors.indexOf(row.sector)} min={min} max={max} />
            ))}
        </ul>
      )}
      {spread.camps && (
        <p>
          <TwoCamps of={spread.camps} />
        </p>
      )}
    </section>
  )
}

const printStep = (step: number, min: number): string => (min < 0 && step > 0 ? `+${step}` : String(step).replace('-', '−'))

/** What a row says in words, for whoever cannot see the marks. */
const said = ({ is, values }: SpreadRow, min: number): string => (is === 'open' ? values.map(value => printStep(value, min)).join(', ') : is === 'pooled' ? 'fewer than 3, counted with other sectors' : 'fewer than 3, kept closed')

/** Dots above one another; those beyond would stand over what is above. */
const highest = 40

function Row({ row, place, min, max }: { row: SpreadRow; place: number; min: number; max: number }) {
  const seen = new Map<number, number>()
  return (
    <li>
      <span className="small">{row.sector ?? 'Others together'}</span>
      {row.is === 'open' ? (
        <span className="line">
          <span className="unseen">{said(row, min)}</span>
          {row.values.map((value, i) => {
            const above = seen.get(value) ?? 0
            seen.set(value, above + 1)
            return above < highest && (
              <span key={i} className="dot" style={{ left: `${(100 * (value - min + 0.5)) / (max - min + 1)}%`, bottom: 2 + above * 7 }} aria-hidden="true">
                {place < 0 ? <i /> : <Mark place={place} size={11} />}
              </span>
            )
          })}
        </span>
      ) : (
        <span className="small quiet">{said(row, min)}</span>
      )}
    </li>
  )
}
