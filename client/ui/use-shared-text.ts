import { type RefObject, useCallback, useLayoutEffect, useRef } from 'react'
import { moveCaret, rebase, spliceBetween } from '../../shared/text.ts'

/** What a text area takes to be written in by several people. */
export interface SharedText {
  readonly ref: RefObject<HTMLTextAreaElement | null>
  readonly onInput: () => void
  readonly onCompositionStart: () => void
  readonly onCompositionEnd: () => void
}

/**
 * A text area whose text others may be writing too: every keystroke goes out, every arrival moves the caret along. While a word
 * is being composed (Japanese, and any language on most phones) nothing goes out and nothing is put in, since rewriting the
 * field would end the composition; afterwards the word is added to what others wrote meanwhile.
 */
export function useSharedText(text: string, write: (text: string, caret: number) => void): SharedText {
  const ref = useRef<HTMLTextAreaElement>(null)
  const composing = useRef(false)
  /** The text the field was last in agreement with: what is otherwise in the field was typed here. */
  const shown = useRef(text)
  const now = useRef({ text, write })

  const put = useCallback((element: HTMLTextAreaElement, next: string) => {
    shown.current = next
    const { selectionStart, selectionEnd, value } = element
    if (value === next) return
    const splice = spliceBetween(value, next)
    element.value = next
    if (document.activeElement === element) element.setSelectionRange(moveCaret(selectionStart, splice), moveCaret(selectionEnd, splice))
  }, [])

  const send = useCallback(
    (element: HTMLTextAreaElement) => {
      put(element, rebase(shown.current, element.value, now.current.text))
      if (element.value !== now.current.text) now.current.write(element.value, element.selectionEnd)
    },
    [put],
  )

  useLayoutEffect(() => {
    now.current = { text, write }
    if (ref.current && !composing.current) put(ref.current, text)
  }, [text, write, put])

  // A tap on the map takes the field away in the middle of a word.
  useLayoutEffect(() => {
    const element = ref.current
    return () => {
      if (element && composing.current) send(element)
    }
  }, [send])

  return {
    ref,
    onInput: () => {
      if (ref.current && !composing.current) send(ref.current)
    },
    onCompositionStart: () => (composing.current = true),
    onCompositionEnd: () => {
      composing.current = false
      if (ref.current) send(ref.current)
    },
  }
}
