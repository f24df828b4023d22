import { type Editor, useValue } from 'tldraw'
import type { RecordId } from '../../shared/ids.ts'
import { shapeIdOf } from '../sync/codec.ts'
import type { OpenBoard } from './open.ts'

/** Why nothing can be done with what is locked; who leads the board can unlock it. */
export function Locked({ editor, board, id }: { editor: Editor; board: OpenBoard; id: RecordId }) {
  const isLocked = useValue('whether it is locked', () => editor.getShape(shapeIdOf(id))?.isLocked === true, [editor, id])
  const canWrite = useValue(board.canWrite)
  if (!isLocked) return null
  const unlock = () => {
    editor.markHistoryStoppingPoint('unlock')
    editor.toggleLock([shapeIdOf(id)])
  }
  return (
    <section>
      <p className="small">This is locked: it cannot be moved, changed or removed{board.leads ? '.' : '. A facilitator can unlock it.'}</p>
      {board.leads && canWrite && (
        <div className="row">
          <button type="button" className="button" data-small onClick={unlock}>
            Unlock
          </button>
        </div>
      )}
    </section>
  )
}
