import { useState } from 'react'
import type { TemplateWords } from '../api.ts'
import { Sheet } from './Sheet.tsx'

interface TemplateDialogProps {
  readonly title: string
  /** How many things are selected on the map; they can be saved alone. */
  readonly selected: number
  readonly problem: string | undefined
  readonly save: (words: TemplateWords, onlySelected: boolean) => void
  readonly close: () => void
}

const terms = [
  ['about', 'What it is for', 'One or two sentences.'],
  ['people', 'For how many', 'For example: 6 to 20 people'],
  ['takes', 'How long', 'For example: 75 minutes'],
  ['gives', 'What comes out', 'For example: three first moves with names and dates'],
] as const

/** Saves the board, or what is selected on it, to start others from. People's names, marks and scores stay out of it. */
export function TemplateDialog({ title, selected, problem, save, close }: TemplateDialogProps) {
  const [words, setWords] = useState({ title, about: '', people: '', takes: '', gives: '' })
  const [only, setOnly] = useState(false)
  return (
    <Sheet title="Save as a template" close={close}>
      <form
        style={{ display: 'contents' }}
        onSubmit={event => {
          event.preventDefault()
          const said = Object.fromEntries(Object.entries(words).map(([name, text]) => [name, text.trim()] as const).filter(([, text]) => text !== ''))
          save({ ...said, title: words.title.trim() }, only)
        }}
      >
        <p className="small quiet">The words on its cards go along; who wrote them, marks and scores do not. Everybody who can make boards on this server can start from it.</p>
        <label className="field">
          <span>Title</span>
          <input className="input" value={words.title} required maxLength={200} onChange={event => setWords({ ...words, title: event.target.value })} />
        </label>
        {terms.map(([name, label, hint]) => (
          <label key={name} className="field">
            <span>{label}</span>
            <input className="input" value={words[name]} placeholder={hint} maxLength={name === 'about' ? 2_000 : 200} onChange={event => setWords({ ...words, [name]: event.target.value })} />
          </label>
        ))}
        {selected > 0 && (
          <label className="row">
            <input type="checkbox" checked={only} onChange={event => setOnly(event.target.checked)} /> Only the {selected} selected {selected === 1 ? 'thing' : 'things'}
          </label>
        )}
        {problem && (
          <p className="sentence" data-alarm role="alert">
            {problem}
          </p>
        )}
        <span className="row right">
          <button type="button" className="button" data-quiet onClick={close}>
            Cancel
          </button>
          <button type="submit" className="button" data-main disabled={words.title.trim() === ''}>
            Save
          </button>
        </span>
      </form>
    </Sheet>
  )
}
