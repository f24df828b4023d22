import { longestReason } from '../../shared/views.ts'
import { Mark } from '../ui/Mark.tsx'
import { useTyped } from './use-typed.ts'

/** More reasons than these nobody reads in a panel; the report has them all. */
const mostReasons = 200

interface TensionSectionProps {
  readonly left: string
  readonly right: string
  readonly marker: number | undefined
  readonly reason: string
  /** What others gave as a reason, with their sector where it can be said. */
  readonly reasons: readonly { readonly sector: string | undefined; readonly place: number; readonly text: string }[]
  readonly disabled: boolean
  readonly setMarker: (marker: number | undefined) => void
  readonly setReason: (reason: string | undefined) => void
}

/** One's own place between two poles, and why; and the reasons of others, by sector and without names. */
export function TensionSection({ left, right, marker, reason, reasons, disabled, setMarker, setReason }: TensionSectionProps) {
  const take = (typed: string) => setReason(typed.trim() || undefined)
  const { text, setText } = useTyped(reason, { reads: typed => typed.trim(), take })
  return (
    <>
      <section aria-label="Your own place">
        <h3>Where do you stand?</h3>
        <input
          type="range"
          className="range"
          min={-100}
          max={100}
          step={5}
          value={marker ?? 0}
          data-unset={marker === undefined || undefined}
          disabled={disabled}
          aria-label={`Your place between ${left || 'the left pole'} and ${right || 'the right pole'}`}
          aria-valuetext={marker === undefined ? 'not placed yet' : inWords(marker, left, right)}
          onChange={event => setMarker(Number(event.target.value))}
        />
        <p className="small quiet">{marker === undefined ? 'You have not placed yourself yet.' : inWords(marker, left, right)}</p>
        <label className="field">
          <span>Why there?</span>
          <textarea rows={2} className="input" maxLength={longestReason} disabled={disabled} value={text} onChange={event => setText(event.target.value)} onBlur={() => text.trim() !== reason && take(text)} />
        </label>
        {marker !== undefined && !disabled && (
          <div className="row">
            <button
              type="button"
              className="button"
              data-small
              data-quiet
              onClick={() => {
                setMarker(undefined)
                setReason(undefined)
              }}
            >
              Take my mark back
            </button>
          </div>
        )}
      </section>
      {reasons.length > 0 && (
        <section>
          <h3>Reasons</h3>
          <ul className="reasons">
            {reasons.slice(0, mostReasons).map(({ sector, place, text: said }, i) => (
              <li key={i}>
                <Mark place={place} {...(sector && { name: sector })} /> “{said}”
              </li>
            ))}
          </ul>
          {reasons.length > mostReasons && <p className="small quiet">{reasons.length - mostReasons} more are in the report.</p>}
        </section>
      )}
    </>
  )
}

/** A place between two poles as a person would say it. */
function inWords(marker: number, left: string, right: string): string {
  if (Math.abs(marker) <= 5) return 'In the middle.'
  const pole = marker < 0 ? left || 'the left pole' : right || 'the right pole'
  const how = Math.abs(marker) > 66 ? 'Close to' : Math.abs(marker) > 33 ? 'Towards' : 'Leaning to'
  return `${how} “${pole}”.`
}
