import copyPlus from 'lucide/dist/esm/icons/copy-plus.mjs'
import downloadIcon from 'lucide/dist/esm/icons/download.mjs'
import undo from 'lucide/dist/esm/icons/undo-2.mjs'
import { useState } from 'react'
import type { OutlineEntry } from '../../shared/outline.ts'
import { Icon } from '../ui/Icon.tsx'
import { ago } from './ago.ts'
import { Outline } from './Outline.tsx'
import { type Counts, sayCounts } from './said-counts.ts'
import './moments.css'

/** A moment that is looked at. */
export interface Seen {
  readonly seq: number
  readonly at: number
  /** Address of the drawn map. */
  readonly map: string
  readonly outline: readonly OutlineEntry[]
  /** What there was then and is not any more, and what was made since. */
  readonly missing: Counts
  readonly extra: Counts
  /** How many things say or stand otherwise now, and how many of them say other words. */
  readonly changed: number
  readonly texts: number
}

export type How = 'missing' | 'as it was'

interface MomentsProps {
  /** Nothing while it is fetched. */
  readonly list: { readonly moments: readonly { readonly seq: number; readonly at: number; readonly removed: number }[]; readonly damaged: number } | undefined
  /** Milliseconds since 1970. */
  readonly now: number
  readonly chosen: number | undefined
  readonly choose: (seq: number) => void
  /** Nothing while it is fetched. */
  readonly seen: Seen | undefined
  readonly problem: string | undefined
  readonly done: string | undefined
  readonly disabled: boolean
  readonly canWrite: boolean
  readonly formats: readonly { readonly name: string; readonly title: string }[]
  readonly take: (format: string) => void
  readonly openAsNew: () => void
  readonly bringBack: (how: How) => void
}

/** Moments to choose from, newest first, and the one that is looked at beside them. */
export function Moments({ list, now, chosen, choose, seen, problem, done, ...rest }: MomentsProps) {
  const moments = (list?.moments ?? []).toReversed()
  return (
    <div className="moments">
      <div className="moments-list">
        {!list && !problem && <p className="quiet" role="status">Looking for what was kept …</p>}
        {list && moments.length === 0 && <p>Nothing is kept of what this board was before.</p>}
        {list && list.damaged > 0 && <p className="sentence" role="status">A part of what was kept was damaged on the server’s disk and is left out. The board itself is as it was.</p>}
        <ul aria-label="Moments">
          {moments.map(({ seq, at, removed }) => (
            <li key={seq}>
              <button type="button" aria-current={seq === chosen || undefined} onClick={() => choose(seq)}>
                <time dateTime={new Date(at).toISOString()}>{ago(at, now)}</time>
                {removed > 0 && <span className="small">before {removed === 1 ? 'one thing was' : `${removed.toLocaleString('en')} things were`} removed</span>}
              </button>
            </li>
          ))}
        </ul>
      </div>
      <div className="moment">
        {problem && (
          <p className="sentence" data-alarm role="alert">
            {problem}
          </p>
        )}
        {chosen === undefined ? <p className="quiet">Choose a moment to look at the board as it was then.</p> : seen ? <MomentSeen key={seen.seq} seen={seen} {...rest} /> : !problem && <p className="quiet" role="status">Looking back …</p>}
        {done && <p className="small" role="status">{done}</p>}
      </div>
    </div>
  )
}

const clock = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' })

function MomentSeen({ seen, disabled, canWrite, formats, take, openAsNew, bringBack }: { seen: Seen } & Pick<MomentsProps, 'disabled' | 'canWrite' | 'formats' | 'take' | 'openAsNew' | 'bringBack'>) {
  const [how, setHow] = useState<How>('missing')
  const [format, setFormat] = useState(formats[0]?.name ?? '')
  const [asList, setAsList] = useState(false)
  const lacks = seen.missing.size > 0
  const isSame = !lacks && seen.extra.size === 0 && seen.changed === 0
  return (
    <>
      <div className="row moment-head">
        <h3 className="grow">As it was on {clock.format(seen.at)}</h3>
        <label className="row small">
          <input type="checkbox" checked={asList} onChange={({ target }) => setAsList(target.checked)} /> As a list
        </label>
      </div>
      {asList ? (
        <div className="moment-outline">
          <Outline entries={seen.outline} selected={none} show={undefined} close={undefined} />
        </div>
      ) : (
        <img className="moment-map" src={seen.map} alt={`The map as it was: ${seen.outline.filter(({ is }) => is === 'card').length} cards. “As a list” has their words.`} />
      )}
      <div className="row moment-take">
        <select className="input" aria-label="Format" value={format} onChange={({ target }) => setFormat(target.value)}>
          {formats.map(each => (
            <option key={each.name} value={each.name}>
              {each.title}
            </option>
          ))}
        </select>
        <button type="button" className="button" data-small disabled={disabled} onClick={() => take(format)}>
          <Icon of={downloadIcon} size={15} /> Export
        </button>
        <button type="button" className="button" data-small disabled={disabled} onClick={openAsNew}>
          <Icon of={copyPlus} size={15} /> Open as a new board
        </button>
      </div>
      {isSame ? (
        <p className="small quiet">The board holds the same now.</p>
      ) : (
        <fieldset className="moment-how">
          <legend className="unseen">What comes back</legend>
          <label data-on={how === 'missing' || undefined}>
            <input type="radio" name="how" checked={how === 'missing'} onChange={() => setHow('missing')} />
            <span className="grow">
              <b>Bring back what is missing</b>
              <span className="small quiet">Nothing made since then changes.</span>
            </span>
            <span className="small numbers moment-counts">{lacks ? [...seen.missing].map(each => <Count key={each[0]} sign="+" counted={each} />) : 'Nothing is missing'}</span>
          </label>
          <label data-on={how === 'as it was' || undefined}>
            <input type="radio" name="how" checked={how === 'as it was'} onChange={() => setHow('as it was')} />
            <span className="grow">
              <b>Put all back as it was</b>
              <span className="small quiet">Also takes back what was made and written since. What people think stays.</span>
            </span>
            <span className="small numbers moment-counts">
              {[...seen.missing].map(each => <Count key={`+${each[0]}`} sign="+" counted={each} />)}
              {[...seen.extra].map(each => <Count key={`-${each[0]}`} sign="−" counted={each} />)}
              {seen.changed > 0 && <span>{seen.changed.toLocaleString('en')} changed, {seen.texts === 1 ? '1 text' : `${seen.texts.toLocaleString('en')} texts`}</span>}
            </span>
          </label>
          <div className="row">
            <button type="button" className="button" data-main disabled={disabled || !canWrite || (how === 'missing' && !lacks)} onClick={() => bringBack(how)}>
              <Icon of={undo} size={17} /> {how === 'as it was' ? 'Put all back as it was' : lacks ? `Bring back ${sayCounts(seen.missing)}` : 'Bring back'}
            </button>
            <span className="small quiet">One step, which you can undo. Everybody sees it.</span>
          </div>
        </fieldset>
      )}
    </>
  )
}

const none: ReadonlySet<string> = new Set()

function Count({ sign, counted: [name, count] }: { sign: '+' | '−'; counted: readonly [string, number] }) {
  return (
    <span>
      <b data-sign={sign}>
        {sign}
        {count.toLocaleString('en')}
      </b>{' '}
      {count === 1 ? name : `${name}s`}
    </span>
  )
}
