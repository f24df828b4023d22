import type { Editor } from 'tldraw'

const arranging = new WeakSet<Editor>()

/** Does something to shapes that stand where they are meant to: tldraw need not look, for every arrow anew, where it belongs. */
export function asArranged(editor: Editor, work: () => void): void {
  arranging.add(editor)
  try {
    work()
  } finally {
    arranging.delete(editor)
  }
}

export const isArranging = (editor: Editor): boolean => arranging.has(editor)
