import type { Preview } from '../../shared/preview.ts'
import { Picture } from '../ui/Picture.tsx'
import { Sheet } from './Sheet.tsx'
import './import.css'

interface ComesOfProps {
  readonly title: string
  /** How a file of this sort is taken; nothing where it comes back as it was. */
  readonly becomes: string | undefined
  /** How much of what. */
  readonly counts: string
  readonly warnings: readonly string[]
  readonly preview: Preview
  readonly action: string
  readonly agree: () => void
  readonly close: () => void
}

/** What comes of a file, before it does: how much, what is left out, and a picture of it. */
export function ComesOf({ title, becomes, counts, warnings, preview, action, agree, close }: ComesOfProps) {
  return (
    <Sheet title={title} close={close}>
      {preview.marks.length > 0 && (
        <span className="import-picture">
          <Picture of={preview} />
        </span>
      )}
      <p>{counts}</p>
      {becomes && <p className="small quiet">{becomes}</p>}
      <Warnings of={warnings} />
      <span className="row right">
        <button type="button" className="button" data-quiet onClick={close}>
          Cancel
        </button>
        <button type="button" className="button" data-main onClick={agree}>
          {action}
        </button>
      </span>
    </Sheet>
  )
}

/** Sentences about what did not come along as it was. */
export function Warnings({ of }: { of: readonly string[] }) {
  if (of.length === 0) return null
  return (
    <ul className="sentence import-warnings" aria-label="What comes otherwise">
      {of.map(each => (
        <li key={each}>{each}</li>
      ))}
    </ul>
  )
}
