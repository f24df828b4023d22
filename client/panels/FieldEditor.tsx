import { useState } from 'react'
import { type Field, parseField, printField } from '../../shared/fields.ts'
import type { Json } from '../../shared/json.ts'
import { mergeLines } from '../../shared/merge-lines.ts'
import { rebase } from '../../shared/text.ts'
import { useTyped } from './use-typed.ts'

interface FieldEditorProps {
  readonly field: Field
  readonly value: Json | undefined
  readonly disabled: boolean
  readonly change: (value: Json | undefined) => void
}

/** The right control for a kind of value; whatever table the field is in. */
export function FieldEditor({ field, value, disabled, change }: FieldEditorProps) {
  if (field.type === 'choices' || field.type === 'choice') {
    const chosen = field.type === 'choices' ? (Array.isArray(value) ? value : []) : [value]
    const toggle = (option: string) => {
      const next = chosen.includes(option) ? chosen.filter(each => each !== option) : field.type === 'choices' ? [...chosen, option] : [option]
      const inOrder = Object.keys(field.options).filter(each => next.includes(each))
      change(inOrder.length === 0 ? undefined : field.type === 'choices' ? inOrder : inOrder[0])
    }
    return (
      <fieldset className="field" disabled={disabled}>
        <legend className="label">{field.label}</legend>
        <div className="chips">
          {Object.entries(field.options).map(([option, label]) => (
            <button key={option} type="button" className="chip" aria-pressed={chosen.includes(option)} onClick={() => toggle(option)}>
              {label}
            </button>
          ))}
        </div>
      </fieldset>
    )
  }
  return <TypedField field={field} value={value} disabled={disabled} change={change} />
}

const examples = { line: '', url: 'https://', date: '2033, 2033-04 or 2033-04-09', number: '', lines: 'One a line' } as const
const wrong = {
  line: 'This is too long.',
  url: 'Write the address of a web page, such as example.org/report.',
  date: 'Write a year, a month or a day: 2033, 2033-04 or 2033-04-09.',
  number: 'Write a number that fits.',
  lines: 'Write fewer or shorter lines.',
} as const

/** How two people's words become one; what is a single value cannot. */
const merges = {
  line: rebase,
  lines: (before: string, typed: string, current: string) => mergeLines(before.split('\n'), typed.split('\n'), current.split('\n')).join('\n'),
  url: undefined,
  date: undefined,
  number: undefined,
} as const

/** A value that is typed: taken when the field is left or Enter is pressed, refused with a sentence when it is none. */
function TypedField({ field, value, disabled, change }: FieldEditorProps & { field: Exclude<Field, { type: 'choice' | 'choices' }> }) {
  const printed = printField(field, value)
  const [problem, setProblem] = useState(false)
  const take = (typed: string) => {
    if (typed === printed) return setProblem(false)
    const next = parseField(field, typed)
    if (next === undefined && typed.trim() !== '') return setProblem(true)
    setProblem(false)
    change(next)
  }
  const { text, setText, meanwhile } = useTyped(printed, { reads: typed => printField(field, parseField(field, typed)), take, merge: merges[field.type] })
  const leave = () => {
    take(text)
    // What is emptied may have come back as its method has it.
    if (text.trim() === '') setText(printed)
  }
  const common = {
    className: 'input',
    value: text,
    disabled,
    placeholder: examples[field.type],
    'aria-invalid': problem || undefined,
    onChange: (event: { target: { value: string } }) => setText(event.target.value),
    onBlur: leave,
  }
  return (
    <label className="field">
      <span>{field.label}</span>
      {field.type === 'lines' ? (
        <textarea rows={Math.min(6, text.split('\n').length + 1)} {...common} />
      ) : (
        <input
          {...common}
          type={field.type === 'number' ? 'number' : 'text'}
          {...(field.type === 'number' && { min: field.min, max: field.max })}
          onKeyDown={event => {
            if (event.key === 'Enter') leave()
          }}
        />
      )}
      {problem && (
        <span className="small sentence" role="alert">
          {wrong[field.type]}
        </span>
      )}
      {meanwhile !== undefined && (
        <span className="small quiet" role="status">
          {meanwhile === '' ? 'Somebody took this away meanwhile.' : `Somebody made this “${meanwhile}” meanwhile.`}{' '}
          {/* Before the field is left, which would take what is typed. */}
          <button type="button" className="link" onMouseDown={event => event.preventDefault()} onClick={() => setText(meanwhile)}>
            Take theirs
          </button>
        </span>
      )}
    </label>
  )
}
