import { createContext, useContext, useEffect, useRef, useState } from 'react'
import { copied, reportOf } from './failure.ts'
import { Thrown } from './Fence.tsx'
import { isOlder, NotLoaded } from './load.ts'
import './failed.css'

/** Whether something done on this page is not on the server yet: then nobody is to load the page again. */
export const Unsent = createContext(false)

export interface FailedProps {
  /** What failed, as people call it: “Export”. */
  readonly part: string
  /** Tries once more. */
  readonly again?: (() => void) | undefined
  readonly close?: (() => void) | undefined
  /** Over the page, as what was asked for would have been, or in its place. */
  readonly over?: boolean
  /** The class of what would have been there, where that places it. */
  readonly place?: string
}

/** In place of a part of the page that did not come or threw: what happened, another try, and what to send to whoever can mend it. */
export function Failed({ part, again, close, over = false, place = '' }: FailedProps) {
  const error = useContext(Thrown)
  const isMissing = error instanceof NotLoaded
  const [older, setOlder] = useState<boolean>()
  const unsent = useContext(Unsent)
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (isMissing) void isOlder().then(setOlder)
  }, [isMissing])
  useEffect(() => {
    if (over) dialog.current?.showModal()
  }, [over])

  const sentence = !isMissing
    ? 'It met an error. The rest of the page goes on, and nothing is lost.'
    : older
      ? 'The server has a newer version of Manyfutures by now, and this part of the old one is gone. Nothing is lost.'
      : 'Check your connection and try again. The rest of the page goes on, and nothing is lost.'
  const inside = (
    <div className={`${place} failed`} role="alert">
      <h2>{isMissing ? 'This part could not be loaded' : 'This part stopped'}</h2>
      <p>
        <b>{part}.</b> {sentence}
      </p>
      {older && unsent && <p>Load the page again as soon as everything is saved.</p>}
      <p className="row">
        {again && (
          <button type="button" className="button" data-small data-main={!older || undefined} onClick={again}>
            Try again
          </button>
        )}
        {(older || !isMissing) && <Reload main={older === true} />}
        <CopyReport part={part} of={error} />
        {close && (
          <button type="button" className="button" data-small onClick={close}>
            Close
          </button>
        )}
      </p>
    </div>
  )
  return over ? (
    <dialog ref={dialog} className="failed-over" aria-label={part} onClose={close}>
      {inside}
    </dialog>
  ) : (
    inside
  )
}

/** Loads the page anew, once nothing would be lost by it. */
export function Reload({ main = true }: { main?: boolean }) {
  const unsent = useContext(Unsent)
  return (
    <button type="button" className="button" data-small data-main={main || undefined} disabled={unsent} onClick={() => location.reload()}>
      Load the page again
    </button>
  )
}

/** Copies what went wrong; where the browser does not let it, the text is there to be copied by hand. */
export function CopyReport({ part, of: error }: { part: string; of: unknown }) {
  const [done, setDone] = useState<boolean>()
  return (
    <>
      <button type="button" className="button" data-small onClick={() => void copied(reportOf(part, error)).then(setDone)}>
        Copy a report
      </button>
      {done !== undefined && <span role="status" className="small">{done ? 'Copied. Send it to whoever runs the server; it holds nothing of the board.' : 'This browser does not let the page copy. Copy it from here:'}</span>}
      {done === false && <textarea className="input" aria-label="Report" readOnly rows={6} value={reportOf(part, error)} />}
    </>
  )
}
