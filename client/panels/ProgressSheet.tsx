import { Sheet } from './Sheet.tsx'
import './import.css'

/** How far something has come. `part` is missing where nobody can tell. */
export interface Progress {
  readonly sentence: string
  /** 0 to 1. */
  readonly part?: number
}

/** Work that takes a while, and a way out of it. */
export function ProgressSheet({ title, progress: { sentence, part }, cancel }: { title: string; progress: Progress; cancel: () => void }) {
  return (
    <Sheet title={title} close={cancel}>
      <p role="status">{sentence}</p>
      <progress className="import-progress" aria-label={title} value={part} />
      <span className="row right">
        <button type="button" className="button" onClick={cancel}>
          Cancel
        </button>
      </span>
    </Sheet>
  )
}
