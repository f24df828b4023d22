import { useEffect } from 'react'
import { type Editor, useValue } from 'tldraw'
import { removalOf, type Removing } from '../canvas/removal.ts'
import { RemoveDialog } from '../panels/RemoveDialog.tsx'

/** The question before what others made is removed; it counts anew while others go on, and goes where nothing is left to remove. */
export default function RemoveFor({ editor, me, removing, close }: { editor: Editor; me: string; removing: Removing; close: () => void }) {
  const removal = useValue('what would go', () => removalOf(editor, removing.ids, me), [editor, removing, me])
  const isOver = removal.cards === 0 && removal.structures.length === 0
  useEffect(() => {
    if (isOver) close()
  }, [isOver, close])
  return isOver ? null : <RemoveDialog removal={removal} remove={removing.remove} close={close} />
}
