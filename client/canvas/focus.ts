import type { Editor } from 'tldraw'

/** Gives the keys to the map. tldraw's own call does nothing where it believes to have them still. */
export function focusMap(editor: Editor): void {
  editor.getContainer().focus({ preventScroll: true })
  editor.focus()
}
