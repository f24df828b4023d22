import type { Editor } from 'tldraw'

/** What is said, whether it stays until something else is, and what can be done about it. */
export interface Said {
  readonly sentence: string
  readonly stays: boolean
  readonly act?: { readonly label: string; run(): void }
}

/** Says something to whoever looks at the map, for a few seconds or until the next sentence. The workspace listens and shows it. */
export const say = (editor: Editor, sentence: string, until?: 'until the next', act?: Said['act']): void =>
  void editor.getContainer().dispatchEvent(new CustomEvent<Said>('manyfutures:sentence', { detail: { sentence, stays: until !== undefined, ...(act && { act }) }, bubbles: true }))
