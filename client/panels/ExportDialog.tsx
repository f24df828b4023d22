import download from 'lucide/dist/esm/icons/download.mjs'
import image from 'lucide/dist/esm/icons/image.mjs'
import type { Icon as IconData } from '../../shared/cards/card.ts'
import { Icon } from '../ui/Icon.tsx'
import { Sheet } from './Sheet.tsx'
import './export.css'

/** A way the board leaves, by a name that can be chosen. */
export interface ExportChoice {
  readonly name: string
  readonly title: string
  readonly hint: string
  /** How its file's name ends: “.json”. */
  readonly ending: string
}

interface ExportDialogProps {
  readonly choices: readonly ExportChoice[]
  /** The choice that is being written; nothing while none is. */
  readonly busy: string | undefined
  /** What happened last, in a sentence. */
  readonly done: string | undefined
  readonly problem: string | undefined
  readonly take: (name: string) => void
  /** Draws a picture of the board or a part of it; nothing where there is no canvas to draw it on. */
  readonly picture: (() => void) | undefined
  readonly close: () => void
}

/** The board as a file: every format, with what it is for. */
export function ExportDialog({ choices, busy, done, problem, take, picture, close }: ExportDialogProps) {
  return (
    <Sheet title="Export" close={close}>
      <ul className="exports">
        {choices.map(({ name, title, hint, ending }) => (
          <Choice key={name} icon={download} title={title} hint={hint} ending={ending} disabled={busy !== undefined} choose={() => take(name)} />
        ))}
        {picture && <Choice icon={image} title="Picture or PDF page" hint="The board, a structure or what is selected, as it looks here." ending=".png .pdf" disabled={busy !== undefined} choose={picture} />}
      </ul>
      <p className="small" role="status">
        {busy !== undefined ? 'Writing it …' : done}
      </p>
      {problem && (
        <p className="sentence" data-alarm role="alert">
          {problem}
        </p>
      )}
    </Sheet>
  )
}

function Choice({ icon, title, hint, ending, disabled, choose }: { icon: IconData; title: string; hint: string; ending: string; disabled: boolean; choose: () => void }) {
  return (
    <li>
      <button type="button" disabled={disabled} onClick={choose}>
        <Icon of={icon} size={18} />
        <span className="grow">
          <b>{title}</b>
          <span className="small quiet">{hint}</span>
        </span>
        <span className="small quiet numbers">{ending}</span>
      </button>
    </li>
  )
}
