import type { Editor } from 'tldraw'
import { key } from '../../shared/board.ts'
import type { ParticipantId } from '../../shared/ids.ts'
import { isMerging } from '../sync/merging.ts'
import { isCardShape } from '../sync/shapes.ts'
import { say } from './say.ts'

/** Says so when a card somebody else removed took one's own relation with it: nothing one drew goes without a word. */
export function tellLosses(editor: Editor, me: ParticipantId): () => void {
  const { store } = editor
  let cards = 0
  let relations = 0
  const stops = [
    store.sideEffects.registerAfterDeleteHandler('shape', shape => {
      if (!isMerging(store)) return
      if (isCardShape(shape)) cards++
      if (shape.type === 'arrow' && shape.meta[key.by] === me) relations++
    }),
    store.sideEffects.registerOperationCompleteHandler(() => {
      if (cards && relations) say(editor, `Somebody removed a card you had related, and ${relations === 1 ? 'the relation' : `${relations} relations`} with it. Their undo brings all of it back.`)
      cards = relations = 0
    }),
  ]
  return () => stops.forEach(stop => stop())
}
