import type { Editor } from 'tldraw'

/**
 * A finger that leaves the map while it still moves is a flick to Chromium, and for a second the next tap anywhere on the page
 * is taken to stop what the flick set going: no click comes of it. Nothing on the map scrolls by flicks, so its moves are ours.
 * Returns how to stop listening.
 */
export function keepTaps(editor: Editor): () => void {
  const map = editor.getContainer()
  const moved = (event: TouchEvent): void => {
    const { target } = event
    const ours = target instanceof Element && target.closest('.tl-canvas, .mf-plus') && !target.closest('textarea, input, select, [contenteditable]')
    if (ours && event.cancelable) event.preventDefault()
  }
  map.addEventListener('touchmove', moved, { passive: false })
  return () => map.removeEventListener('touchmove', moved)
}
