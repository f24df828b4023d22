import type { Editor } from 'tldraw'

/** What is said, and whether it stays until something else is. */
export interface Said {
  readonly sentence: string
  readonly stays: boolean
}

/** Says something to whoever looks at the map, for a few seconds or until the next sentence. The workspace listens and shows it. */
export const say = (editor: Editor, sentence: string, until?: 'until the next'): void =>
  void editor.getContainer().dispatchEvent(new CustomEvent<Said>('manyfutures:sentence', { detail: { sentence, stays: until !== undefined }, bubbles: true }))
