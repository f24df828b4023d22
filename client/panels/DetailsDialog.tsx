import { useState } from 'react'
import { type Meta, type Telling, tellings } from '../../shared/board.ts'
import { isDate } from '../../shared/dates.ts'
import { Sheet } from './Sheet.tsx'

/** What each way of telling means, in the words of somebody who agrees to it. */
const says: Readonly<Record<Telling, string>> = {
  person: 'By person: a random id for each, and their sector',
  sector: 'By sector, where at least three took part',
  none: 'Not at all: neither who, nor when, nor what anybody thinks',
}

/** What the board says of itself: title, question, time and the parts of society people speak from. */
export function DetailsDialog({ meta, disabled, save, close }: { meta: Meta; disabled: boolean; save: (meta: Meta) => void; close: () => void }) {
  const [draft, setDraft] = useState({ ...meta, sectors: meta.sectors.join('\n') })
  const [problem, setProblem] = useState<string>()
  const field = (name: Exclude<keyof typeof draft, 'provenance'>, label: string, hint?: string) => (
    <label className="field">
      <span>{label}</span>
      {hint && <span className="small quiet">{hint}</span>}
      {name === 'sectors' ? (
        <textarea className="input" rows={6} value={draft[name]} disabled={disabled} onChange={event => setDraft({ ...draft, [name]: event.target.value })} />
      ) : (
        <input className="input" value={draft[name]} disabled={disabled} maxLength={name === 'focus' ? 500 : 200} onChange={event => setDraft({ ...draft, [name]: event.target.value })} />
      )}
    </label>
  )
  return (
    <Sheet title="About this board" close={close}>
      <form
        style={{ display: 'contents' }}
        onSubmit={event => {
          event.preventDefault()
          if (!isDate(draft.today) || !isDate(draft.horizon)) return setProblem('Write today and the horizon as a year, a month or a day: 2033, 2033-04 or 2033-04-09.')
          const sectors = draft.sectors.split('\n').map(each => each.trim().slice(0, 80)).filter(Boolean)
          save({ ...draft, title: draft.title.trim(), focus: draft.focus.trim(), sectors: [...new Set(sectors)].slice(0, 16) })
          close()
        }}
      >
        {field('title', 'Title')}
        {field('focus', 'Focus question', 'What the group works on, as a question.')}
        {field('today', 'Today')}
        {field('horizon', 'Horizon')}
        {field('sectors', 'Sectors', 'One a line. The place in the list decides the mark, so add new ones at the end.')}
        <label className="field">
          <span>People in exports</span>
          <span className="small quiet">Names are in none. Ask the group how it wants to be told of; this holds for every format.</span>
          <select className="input" value={draft.provenance} disabled={disabled} onChange={event => setDraft({ ...draft, provenance: event.target.value as Telling })}>
            {tellings.map(each => (
              <option key={each} value={each}>
                {says[each]}
              </option>
            ))}
          </select>
        </label>
        {problem && (
          <p className="sentence" data-alarm role="alert">
            {problem}
          </p>
        )}
        {!disabled && (
          <span className="row right">
            <button type="button" className="button" data-quiet onClick={close}>
              Cancel
            </button>
            <button type="submit" className="button" data-main>
              Save
            </button>
          </span>
        )}
      </form>
    </Sheet>
  )
}
