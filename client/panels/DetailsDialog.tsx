import { useState } from 'react'
import { type Meta, type Telling, tellings } from '../../shared/board.ts'
import { isDate } from '../../shared/dates.ts'
import { mergeLines } from '../../shared/merge-lines.ts'
import { Sheet } from './Sheet.tsx'

/** What each way of telling means, in the words of somebody who agrees to it. */
const says: Readonly<Record<Telling, string>> = {
  person: 'By person: a random id for each, and their sector',
  sector: 'By sector, where at least three took part',
  none: 'Not at all: neither who, nor when, nor what anybody thinks',
}

type Name = keyof Meta
type Values = Readonly<Record<Name, string>>
const valuesOf = (meta: Meta): Values => ({ ...meta, sectors: meta.sectors.join('\n') })

/** What somebody made of a field, and what it said when they began or were told last. */
interface Edit {
  readonly text: string
  readonly from: string
}

/**
 * What the board says of itself: title, question, time and the parts of society people speak from. What others change meanwhile shows
 * at once; only what was changed here is saved.
 */
export function DetailsDialog({ meta, disabled, save, close }: { meta: Meta; disabled: boolean; save: (changes: Partial<Meta>) => void; close: () => void }) {
  const now = valuesOf(meta)
  const [edits, setEdits] = useState<Readonly<Partial<Record<Name, Edit>>>>({})
  const [problem, setProblem] = useState<string>()
  /** Lists of two people are one list; of two titles one has to be chosen. */
  const merged = (name: Name, { text, from }: Edit): string => (name === 'sectors' ? mergeLines(from.split('\n'), text.split('\n'), now[name].split('\n')).join('\n') : text)
  const shown = (name: Name): string => {
    const edit = edits[name]
    return edit ? merged(name, edit) : now[name]
  }
  const edit = (name: Name, text: string) => setEdits({ ...edits, [name]: { text, from: name === 'sectors' ? now[name] : (edits[name]?.from ?? now[name]) } })
  const leave = (name: Name) => setEdits(({ [name]: _left, ...others }) => others)

  const submit = () => {
    const isChanged = (name: Name): boolean => shown(name) !== now[name] && edits[name]?.text !== edits[name]?.from
    const changed = (Object.keys(edits) as Name[]).filter(isChanged)
    if (changed.some(name => (name === 'today' || name === 'horizon') && !isDate(shown(name)))) return setProblem('Write today and the horizon as a year, a month or a day: 2033, 2033-04 or 2033-04-09.')
    const sectors = shown('sectors').split('\n').map(each => each.trim().slice(0, 80)).filter(Boolean)
    save(Object.fromEntries(changed.map(name => [name, name === 'sectors' ? [...new Set(sectors)].slice(0, 16) : shown(name).trim()])))
    close()
  }

  /** What somebody else made of a field that is being changed here too. */
  const meanwhile = (name: Name) => {
    const own = edits[name]
    if (!own || own.from === now[name] || own.text === now[name] || name === 'sectors') return null
    return (
      <span className="small quiet" role="status">
        Somebody made this “{name === 'provenance' ? says[meta.provenance] : now[name]}” meanwhile.{' '}
        <button type="button" className="link" onClick={() => leave(name)}>
          Take theirs
        </button>
      </span>
    )
  }
  const field = (name: Exclude<Name, 'provenance'>, label: string, hint?: string) => (
    <div className="field">
      <label className="field">
        <span>{label}</span>
        {hint && <span className="small quiet">{hint}</span>}
        {name === 'sectors' ? (
          <textarea className="input" rows={6} value={shown(name)} disabled={disabled} onChange={event => edit(name, event.target.value)} />
        ) : (
          <input className="input" value={shown(name)} disabled={disabled} maxLength={name === 'focus' ? 500 : 200} onChange={event => edit(name, event.target.value)} />
        )}
      </label>
      {meanwhile(name)}
    </div>
  )
  return (
    <Sheet title="About this board" close={close}>
      <form
        style={{ display: 'contents' }}
        onSubmit={event => {
          event.preventDefault()
          submit()
        }}
      >
        {field('title', 'Title')}
        {field('focus', 'Focus question', 'What the group works on, as a question.')}
        {field('today', 'Today')}
        {field('horizon', 'Horizon')}
        {field('sectors', 'Sectors', 'One a line. The place in the list decides the mark, so add new ones at the end.')}
        <div className="field">
          <label className="field">
            <span>People in exports</span>
            <span className="small quiet">Names are in none. Ask the group how it wants to be told of; this holds for every format.</span>
            <select className="input" value={shown('provenance')} disabled={disabled} onChange={event => edit('provenance', event.target.value)}>
              {tellings.map(each => (
                <option key={each} value={each}>
                  {says[each]}
                </option>
              ))}
            </select>
          </label>
          {meanwhile('provenance')}
        </div>
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
