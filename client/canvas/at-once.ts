import type { Editor } from 'tldraw'
import { readingOf, toldAtOnce } from '../../shared/checks/index.ts'
import type { RecordId } from '../../shared/ids.ts'
import { recordIdOf } from '../sync/codec.ts'
import { isMerging } from '../sync/merging.ts'
import { isCardShape } from '../sync/shapes.ts'
import { isReplaying } from '../sync/undo-guard.ts'
import { boardNow, type Model } from './model.ts'
import { say } from './say.ts'

/**
 * Says at once what the checks would only say to whoever asks: a card that was dated beyond its axis, a second change in a wheel, a
 * second vision on a timeline. Nothing is refused. Whoever puts many cards at once has been told what became of them.
 */
export function tellAtOnce(editor: Editor, model: Model): () => void {
  const { store } = editor
  const { sideEffects } = store
  const mine = (source: 'user' | 'remote') => source === 'user' && !isMerging(store) && !isReplaying(editor)
  const touched = new Set<RecordId>()
  const stops = [
    sideEffects.registerAfterCreateHandler('shape', (shape, source) => {
      if (mine(source) && isCardShape(shape)) touched.add(recordIdOf(shape.id))
    }),
    sideEffects.registerAfterChangeHandler('shape', (before, after, source) => {
      if (!mine(source) || !isCardShape(before) || !isCardShape(after)) return
      const [was, is] = [before.props, after.props]
      if (before.parentId !== after.parentId || was.kind !== is.kind || was.fields['date'] !== is.fields['date']) touched.add(recordIdOf(after.id))
    }),
    sideEffects.registerOperationCompleteHandler(source => {
      // A card that is still held may yet be put back.
      if (touched.size === 0 || source !== 'user' || editor.isIn('select.translating')) return
      const [card] = touched
      const one = touched.size === 1
      touched.clear()
      const sentence = one && card !== undefined ? toldAtOnce(readingOf(boardNow(model)), card) : undefined
      if (sentence) say(editor, sentence)
    }),
  ]
  return () => stops.forEach(stop => stop())
}
