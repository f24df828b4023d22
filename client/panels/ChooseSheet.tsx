import { useRef, useState } from 'react'
import { accepted } from '../../shared/import/accepted.ts'
import { Sheet } from './Sheet.tsx'
import './import.css'

interface ChooseSheetProps {
  readonly file: (file: File) => void
  readonly text: (text: string) => void
  readonly close: () => void
}

/** Where something is brought in from: a file, or what is on the clipboard. */
export function ChooseSheet({ file, text, close }: ChooseSheetProps) {
  const input = useRef<HTMLInputElement>(null)
  const [pasted, setPasted] = useState('')
  return (
    <Sheet title="Bring something into this board" close={close}>
      <form
        style={{ display: 'contents' }}
        onSubmit={event => {
          event.preventDefault()
          if (pasted.trim()) text(pasted)
        }}
      >
        <section>
          <p className="small quiet">A board file, a tldraw file, a table (CSV or TSV) or a JSON Canvas. It stands beside what is there, as one step of undo.</p>
          <span className="row">
            <button type="button" className="button" data-main onClick={() => input.current?.click()}>
              Choose a file
            </button>
            <input ref={input} type="file" accept={accepted} hidden aria-label="File" onChange={event => event.target.files?.[0] && file(event.target.files[0])} />
          </span>
        </section>
        <label className="field">
          <span>Or paste a table, or the text of such a file</span>
          <textarea className="input" rows={5} value={pasted} onChange={event => setPasted(event.target.value)} />
        </label>
        <span className="row right">
          <button type="button" className="button" data-quiet onClick={close}>
            Cancel
          </button>
          <button type="submit" className="button" disabled={pasted.trim() === ''}>
            Read what was pasted
          </button>
        </span>
      </form>
    </Sheet>
  )
}
