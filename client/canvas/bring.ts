import type { Editor, VecLike } from 'tldraw'
import type { RecordId } from '../../shared/ids.ts'

/** Something that is to be brought onto the board: a file, or a text that is more than words. */
export interface Bringing {
  readonly name: string
  readonly bytes: Blob
  /** Around which point of the page. */
  readonly at: VecLike
  /** Cards that were made of it already, and that go where it is taken otherwise. */
  readonly instead?: readonly RecordId[]
}

/** Asks for something to be brought in. The workspace listens: what it takes is loaded with the first time. */
export const bring = (editor: Editor, what: Bringing): void => void editor.getContainer().dispatchEvent(new CustomEvent<Bringing>('manyfutures:bring', { detail: what, bubbles: true }))

/** Whether a pasted text is a board, a tldraw file or a canvas rather than words to make cards of. */
export const isFileText = (text: string): boolean => /^\s*\{/.test(text) && /"manyfutures\/board"|"tldrawFileFormatVersion"|"nodes"\s*:\s*\[/.test(text)
