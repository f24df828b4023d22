import { useEffect } from 'react'
import { type Editor, react } from 'tldraw'
import type { RecordId } from '../../shared/ids.ts'
import { shapeIdOf } from '../sync/codec.ts'
import type { OpenBoard } from './open.ts'

/**
 * Selects what a link leads to and brings it into sight. What this device does not hold is waited for until the server has
 * sent everything; what is not there then is gone, and that is said.
 */
export function useShown(board: OpenBoard, editor: Editor | undefined, id: RecordId | undefined, say: (sentence: string) => void): void {
  useEffect(() => {
    if (!editor || id === undefined) return undefined
    let over = false
    const look = (complete: boolean): void => {
      if (over) return
      if (complete) board.binding.drain()
      const isHere = editor.getShape(shapeIdOf(id)) !== undefined
      if (!isHere && !complete) return
      over = true
      if (isHere) board.commands.show(id)
      else say(board.binding.reasons.has(id) ? 'What this link leads to cannot be drawn here. Nothing of it is lost.' : 'What this link leads to is not on the board any more.')
    }
    const stop = react('until what a link leads to is here', () => {
      const { is } = board.standing.get()
      queueMicrotask(() => look(is === 'saved' || is === 'saving'))
    })
    return () => {
      over = true
      stop()
    }
  }, [board, editor, id, say])
}
