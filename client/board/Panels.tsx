import { type ReactNode, useEffect, useState } from 'react'
import { type Editor, useValue } from 'tldraw'
import type { RecordId } from '../../shared/ids.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { focusMap } from '../canvas/focus.ts'
import { Failed } from '../ui/Failed.tsx'
import { Fence } from '../ui/Fence.tsx'
import Many from './Many.tsx'
import type { OpenBoard } from './open.ts'
import { Selection } from './Selection.tsx'

/** What is known of what is selected, and what can be done with it. */
export default function Panels({ editor, board, trace, say, close }: { editor: Editor; board: OpenBoard; trace: (card: RecordId) => void; say: (sentence: string) => void; close: () => void }) {
  return (
    <FencedPanels editor={editor} say={say} close={close}>
      <Beside editor={editor}>
        <Selection editor={editor} board={board} trace={trace} />
        <Many editor={editor} board={board} />
      </Beside>
    </FencedPanels>
  )
}

/** Panels beside the map: Escape leads back to it. */
function Beside({ editor, children }: { editor: Editor; children: ReactNode }) {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || !(event.target instanceof HTMLElement) || !event.target.closest('.side')) return
      // Leaving a field takes what was typed in it.
      event.target.blur()
      focusMap(editor)
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [editor])
  return children
}

/** A panel that throws is closed, and another one is there for what is selected next, or when it is tried again. */
function FencedPanels({ editor, say, close, children }: { editor: Editor; say: (sentence: string) => void; close: () => void; children: ReactNode }) {
  const selected = useValue('selected', () => editor.getSelectedShapeIds().join(), [editor])
  const [times, setTimes] = useState(0)
  return (
    <Fence again={`${times} ${selected}`} caught={error => say(`A panel had to be closed: ${sentenceOf(error)}`)} instead={<Failed part="Panel" place="side" again={() => setTimes(times + 1)} close={close} />}>
      {children}
    </Fence>
  )
}
