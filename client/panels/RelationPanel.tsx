import type { CSSProperties } from 'react'
import repeat from 'lucide/dist/esm/icons/arrow-left-right.mjs'
import spline from 'lucide/dist/esm/icons/spline.mjs'
import trash from 'lucide/dist/esm/icons/trash.mjs'
import { drawnAs, type RelationName, relationOf, relations, type Sign, ways } from '../../shared/relations.ts'
import { themed } from '../ui/colours.ts'
import { Icon } from '../ui/Icon.tsx'
import { Inspector } from './Inspector.tsx'

interface RelationPanelProps {
  readonly kind: RelationName
  readonly sign: Sign
  readonly from: string
  readonly to: string
  readonly disabled: boolean
  /** Whether the effect shows only after a while. */
  readonly delay: boolean
  readonly choose: (kind: RelationName, sign: Sign) => void
  readonly setDelay: (delay: boolean) => void
  readonly turnRound: () => void
  readonly remove: () => void
  readonly close: () => void
}

/** One relation, read as a sentence, and every other way it could be meant. */
export function RelationPanel({ kind, sign, delay, from, to, disabled, choose, setDelay, turnRound, remove, close }: RelationPanelProps) {
  return (
    <Inspector badge={<Icon of={spline} />} title="Relation" close={close}>
      <section>
        <p>
          {from || 'An empty card'} <b style={{ color: themed(drawnAs(kind, sign).color) }}>{relationOf(kind).label}</b> {to || 'an empty card'}
        </p>
      </section>
      <section>
        <div className="ways" role="group" aria-label="Kind of relation">
          {ways.map(([name, each]) => (
            <button key={name + each} type="button" disabled={disabled} aria-pressed={name === kind && (name !== 'leads' || each === sign)} onClick={() => choose(name, each)}>
              <Sample kind={name} sign={each} />
              <span>
                <b>
                  {relations[name].label}
                  {name === 'leads' && (each === '-' ? ' −' : ' +')}
                </b>
                <span>{name === 'leads' ? (each === '-' ? 'More of one, less of the other.' : 'More of one, more of the other.') : relations[name].hint}</span>
              </span>
            </button>
          ))}
        </div>
      </section>
      {kind === 'leads' && (
        <section>
          <label className="row small">
            <input type="checkbox" checked={delay} disabled={disabled} onChange={event => setDelay(event.target.checked)} /> It takes a while to show
          </label>
        </section>
      )}
      {!disabled && (
        <section>
          <div className="row">
            <button type="button" className="button" data-small onClick={turnRound}>
              <Icon of={repeat} size={15} /> Turn round
            </button>
            <button type="button" className="button" data-small data-quiet data-danger onClick={remove}>
              <Icon of={trash} size={15} /> Remove
            </button>
          </div>
        </section>
      )}
    </Inspector>
  )
}

/** A relation's line and end, as the map draws them. */
function Sample({ kind, sign }: { kind: RelationName; sign: Sign }) {
  const { line, end, color, symmetric } = drawnAs(kind, sign)
  const dash = { solid: undefined, heavy: undefined, dashed: '6 4', dotted: '.1 5' }[line]
  return (
    <svg width="58" height="16" viewBox="0 0 58 16" aria-hidden="true" style={{ color: themed(color) } as CSSProperties}>
      <path d={symmetric ? 'M8 8H50' : 'M2 8H48'} stroke="currentColor" strokeWidth={line === 'heavy' ? 2.3 : line === 'dotted' ? 2.4 : 1.7} strokeDasharray={dash} strokeLinecap={line === 'dotted' ? 'round' : 'butt'} />
      <End of={end} />
      {symmetric && (
        <g transform="translate(58 0) scale(-1 1)">
          <End of={end} />
        </g>
      )}
    </svg>
  )
}

function End({ of }: { of: ReturnType<typeof drawnAs>['end'] }) {
  switch (of) {
    case 'filled':
      return <path d="M56 8L46 3V13Z" fill="currentColor" />
    case 'open':
      return <path d="M47 3L56 8L47 13" fill="none" stroke="currentColor" strokeWidth="1.7" />
    case 'bar':
      return <path d="M53 2V14" stroke="currentColor" strokeWidth="3" />
    case 'diamond':
      return <path d="M57 8L51.5 3.5L46 8L51.5 12.5Z" fill="currentColor" />
    case 'dot':
      return <circle cx="52" cy="8" r="4" fill="currentColor" />
  }
}
