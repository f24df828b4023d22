import { type ReactNode, useEffect, useRef } from 'react'

interface DialogProps {
  readonly title: string
  readonly action: string
  readonly submit: () => void
  readonly close: () => void
  readonly children: ReactNode
}

/** A dialog of the browser's own: focus stays inside, Escape closes, the page behind is out of reach. */
export function Dialog({ title, action, submit, close, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className="ask-dialog" onClose={close} aria-label={title}>
      <form
        onSubmit={event => {
          event.preventDefault()
          submit()
        }}
      >
        <h2>{title}</h2>
        {children}
        <span className="row right">
          <button type="button" className="button" data-quiet onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" className="button" data-main>
            {action}
          </button>
        </span>
      </form>
    </dialog>
  )
}
