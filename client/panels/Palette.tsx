import eraser from 'lucide/dist/esm/icons/eraser.mjs'
import image from 'lucide/dist/esm/icons/image-plus.mjs'
import hand from 'lucide/dist/esm/icons/hand.mjs'
import pencil from 'lucide/dist/esm/icons/pencil.mjs'
import pointer from 'lucide/dist/esm/icons/mouse-pointer-2.mjs'
import spline from 'lucide/dist/esm/icons/spline.mjs'
import type from 'lucide/dist/esm/icons/type.mjs'
import { type KindName, kinds } from '../../shared/cards/index.ts'
import type { CardKind } from '../../shared/cards/card.ts'
import { type MethodName, methods } from '../../shared/methods/index.ts'
import { useRef } from 'react'
import type { Method } from '../../shared/methods/method.ts'
import { Icon } from '../ui/Icon.tsx'
import { KindBadge } from '../ui/KindBadge.tsx'
import { pictureTypes } from '../../shared/pictures.ts'
import './palette.css'

const tools = [
  ['select', 'Select', pointer, 'V'],
  ['hand', 'Move the map', hand, 'H'],
  ['arrow', 'Relate two cards', spline, 'A'],
  ['draw', 'Draw', pencil, 'D'],
  ['text', 'Write on the map', type, 'T'],
  ['eraser', 'Erase', eraser, 'E'],
] as const

export type ToolName = (typeof tools)[number][0]

interface PaletteProps {
  /** The tool in hand, as tldraw names it. */
  readonly tool: string
  /** The kind or structure that the next click puts down. */
  readonly putting: string | undefined
  readonly takeTool: (tool: ToolName) => void
  readonly addPictures: (files: File[]) => void
  readonly putCard: (kind: KindName) => void
  readonly putStructure: (structure: MethodName) => void
}

/** What can be put on the board: tools, kinds of card, structures; all but the tools from the tables. */
export function Palette({ tool, putting, takeTool, addPictures, putCard, putStructure }: PaletteProps) {
  return (
    <nav className="palette" aria-label="Palette">
      <div className="tools" role="group" aria-label="Tools">
        {tools.map(([name, title, icon, key]) => (
          <button key={name} type="button" className="tool" aria-pressed={tool === name} aria-label={title} title={`${title} (${key})`} onClick={() => takeTool(name)}>
            <Icon of={icon} size={19} />
          </button>
        ))}
        <PictureButton addPictures={addPictures} />
      </div>
      <h3>Cards</h3>
      <div role="group" aria-label="Cards">
        {Object.entries<CardKind>(kinds).map(([name, kind]) => (
          <button key={name} type="button" className="put" aria-pressed={putting === name} title={kind.hint} onClick={() => putCard(name as KindName)}>
            <KindBadge kind={kind} />
            {kind.title}
          </button>
        ))}
      </div>
      <h3 className="apart">Structures</h3>
      <div role="group" aria-label="Structures">
        {Object.entries<Method>(methods).map(([name, method]) => (
          <button key={name} type="button" className="put" aria-pressed={putting === name} title={method.hint} onClick={() => putStructure(name as MethodName)}>
            <span className="badge">
              <Icon of={method.icon} size={18} />
            </span>
            {method.title}
          </button>
        ))}
      </div>
    </nav>
  )
}

/** Opens the system's own chooser of files. */
function PictureButton({ addPictures }: Pick<PaletteProps, 'addPictures'>) {
  const chooser = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" className="tool" aria-label="Picture" title="Add pictures; they can be dropped and pasted, too" onClick={() => chooser.current?.click()}>
        <Icon of={image} size={19} />
      </button>
      <input
        ref={chooser}
        type="file"
        hidden
        multiple
        aria-label="Pictures to add"
        accept={pictureTypes.join(',')}
        onChange={event => {
          addPictures([...(event.target.files ?? [])])
          // The same file can be chosen again.
          event.target.value = ''
        }}
      />
    </>
  )
}
