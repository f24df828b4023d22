import type { Editor } from 'tldraw'

/** Says something to whoever looks at the map, for a few seconds. The workspace listens and shows it. */
export const say = (editor: Editor, sentence: string): void => void editor.getContainer().dispatchEvent(new CustomEvent('manyfutures:sentence', { detail: sentence, bubbles: true }))
