import type { Editor } from 'tldraw'

/** Lets shapes glide to where they are put in this moment; they are there at once for everybody who counts. */
export function travel(editor: Editor): void {
  const container = editor.getContainer()
  container.dataset['travel'] = ''
  editor.timers.setTimeout(() => delete container.dataset['travel'], 450)
}
