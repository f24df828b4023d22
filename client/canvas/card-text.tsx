import { useLayoutEffect, useRef } from 'react'
import { stopEventPropagation, useEditor } from 'tldraw'
import { longestText } from '../../shared/board.ts'
import { moveCaret, spliceBetween } from '../../shared/text.ts'
import { recordIdOf } from '../sync/codec.ts'
import type { CardShape } from '../sync/shapes.ts'
import { useBoard } from './board-context.ts'

/** Writing on a card while others may be writing on it too: every keystroke goes out, every arrival moves the caret along. */
export function CardText({ shape, hint }: { shape: CardShape; hint: string }) {
  const editor = useEditor()
  const { commands, writing } = useBoard()
  const area = useRef<HTMLTextAreaElement>(null)
  const composing = useRef(false)
  const { id } = shape
  const { text } = shape.props

  useLayoutEffect(() => {
    const element = area.current
    if (!element) return
    editor.markHistoryStoppingPoint('write on a card')
    element.focus({ preventScroll: true })
    element.setSelectionRange(element.value.length, element.value.length)
  }, [editor])

  const session = useRef<ReturnType<typeof writing.begin>>(undefined)
  useLayoutEffect(() => {
    session.current = writing.begin(recordIdOf(id))
    return () => session.current?.end()
  }, [writing, id])

  // What others wrote, put in around the caret. While a word is being composed, rewriting the field would end the composition.
  useLayoutEffect(() => {
    const element = area.current
    if (!element || composing.current || element.value === text) return
    const { selectionStart, selectionEnd, value } = element
    const splice = spliceBetween(value, text)
    element.value = text
    element.setSelectionRange(moveCaret(selectionStart, splice), moveCaret(selectionEnd, splice))
  }, [text])

  const send = () => {
    const element = area.current
    if (!element) return
    writing.write(id, element.value, element.selectionEnd)
  }

  return (
    <div className="writing">
      <textarea
        ref={area}
        aria-label="Text of the card"
        dir="auto"
        defaultValue={text}
        placeholder={hint}
        maxLength={longestText}
        onPointerDown={stopEventPropagation}
        onBlur={({ relatedTarget, currentTarget }) => {
          // The click that began the writing ends on the canvas, which takes the focus for itself.
          const taken = relatedTarget === null || relatedTarget === editor.getContainer()
          if (taken) editor.timers.requestAnimationFrame(() => editor.getEditingShapeId() === id && document.hasFocus() && currentTarget.focus({ preventScroll: true }))
        }}
        onInput={() => {
          if (!composing.current) send()
        }}
        onCompositionStart={() => (composing.current = true)}
        onCompositionEnd={() => {
          composing.current = false
          send()
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
