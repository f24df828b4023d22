import type { CSSProperties } from 'react'
import { useEditor, useValue } from 'tldraw'
import type { RecordId } from '../../shared/ids.ts'
import { useBoard } from './board-context.ts'

/** What an empty structure asks for, as a button that begins it. */
export function Begin({ structure, sentence, style }: { structure: RecordId; sentence: string; style: CSSProperties }) {
  const editor = useEditor()
  const { canWrite, commands } = useBoard()
  const may = useValue(canWrite)
  if (!may) return null
  return (
    <button
      type="button"
      className="mf-begin"
      style={style}
      onPointerDown={event => editor.markEventAsHandled(event)}
      onPointerUp={event => editor.markEventAsHandled(event)}
      // tldraw would take a finger's touch for itself, and no click would come of it.
      onTouchStart={event => editor.markEventAsHandled(event)}
      onTouchEnd={event => editor.markEventAsHandled(event)}
      onClick={() => commands.addCentre(structure)}
    >
      {sentence}
    </button>
  )
}
