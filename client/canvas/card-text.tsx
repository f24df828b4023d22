import { useLayoutEffect, useRef } from 'react'
import { stopEventPropagation, useEditor } from 'tldraw'
import { longestText } from '../../shared/board.ts'
import { recordIdOf } from '../sync/codec.ts'
import type { CardShape } from '../sync/shapes.ts'
import { useSharedText } from '../ui/use-shared-text.ts'
import { useBoard } from './board-context.ts'

/** Writing on a card while others may be writing on it too: every keystroke goes out, every arrival moves the caret along. */
export function CardText({ shape, hint }: { shape: CardShape; hint: string }) {
  const editor = useEditor()
  const { commands, writing } = useBoard()
  const { id } = shape
  const { text } = shape.props
  const shared = useSharedText(text, (next, caret) => writing.write(id, next, caret))
  const area = shared.ref

  useLayoutEffect(() => {
    const element = area.current
    if (!element) return
    editor.markHistoryStoppingPoint('write on a card')
    element.focus({ preventScroll: true })
    element.setSelectionRange(element.value.length, element.value.length)
  }, [editor, area])

  const session = useRef<ReturnType<typeof writing.begin>>(undefined)
  useLayoutEffect(() => {
    session.current = writing.begin(recordIdOf(id))
    return () => session.current?.end()
  }, [writing, id])

  return (
    <div className="writing">
      <textarea
        {...shared}
        aria-label="Text of the card"
        dir="auto"
        defaultValue={text}
        placeholder={hint}
        maxLength={longestText}
        onPointerDown={stopEventPropagation}
        onBlur={({ relatedTarget, currentTarget }) => {
          // The click that began the writing ends on the canvas, which takes the focus for itself.
          const taken = relatedTarget === null || relatedTarget === editor.getContainer()
          if (taken) queueMicrotask(() => editor.getEditingShapeId() === id && document.hasFocus() && currentTarget.focus({ preventScroll: true }))
        }}
        onKeyDown={event => {
          if (event.nativeEvent.isComposing) return
          const undoing = (event.metaKey || event.ctrlKey) && !event.altKey && event.key.toLowerCase() === 'z'
          if (undoing) {
            event.preventDefault()
            if (event.shiftKey) session.current?.redo()
            else session.current?.undo()
          } else if (event.key === 'Escape' || (event.key === 'Enter' && !event.shiftKey)) {
            event.preventDefault()
            editor.complete()
            editor.setEditingShape(null)
            editor.setCurrentTool('select.idle')
          } else if (event.key === 'Tab') {
            event.preventDefault()
            editor.setEditingShape(null)
            editor.setCurrentTool('select.idle')
            commands.addChild(recordIdOf(id))
          }
          event.stopPropagation()
        }}
      />
    </div>
  )
}
