import image from 'lucide/dist/esm/icons/image.mjs'
import trash from 'lucide/dist/esm/icons/trash.mjs'
import { line } from '../../shared/fields.ts'
import { Icon } from '../ui/Icon.tsx'
import { FieldEditor } from './FieldEditor.tsx'
import { Inspector } from './Inspector.tsx'

interface PicturePanelProps {
  /** What it shows, in words. */
  readonly words: string
  readonly disabled: boolean
  readonly describe: (words: string) => void
  readonly remove: () => void
  readonly close: () => void
}

const shows = line('What it shows, for those who cannot see it')

/** A picture: what it shows, in words, and away with it. */
export function PicturePanel({ words, disabled, describe, remove, close }: PicturePanelProps) {
  return (
    <Inspector badge={<Icon of={image} />} title="Picture" close={close}>
      <section>
        <FieldEditor field={shows} value={words} disabled={disabled} change={value => describe(typeof value === 'string' ? value : '')} />
      </section>
      {!disabled && (
        <section>
          <div className="row">
            <button type="button" className="button" data-small data-quiet data-danger onClick={remove}>
              <Icon of={trash} size={15} /> Remove
            </button>
          </div>
        </section>
      )}
    </Inspector>
  )
}
