import type { Editor, TLShapeId } from 'tldraw'
import * as Y from 'yjs'
import { recordsOf, textOf } from '../../shared/board.ts'
import type { RecordId } from '../../shared/ids.ts'
import type { Binding } from '../sync/binding.ts'
import { LOCAL } from '../sync/outgoing.ts'

/** Writing on cards, letter by letter. */
export interface Writing {
  /** Puts a card's text on the canvas and sends the difference at once. `caret` says where the typing ended. */
  write(card: TLShapeId, text: string, caret: number): void
  /** Somebody begins to write on a card: until the end, undo takes back their own letters here, and nobody else's. */
  begin(card: RecordId): { undo(): void; redo(): void; end(): void }
}

export function createWriting(doc: Y.Doc, binding: Binding, editor: () => Editor | undefined): Writing {
  return {
    write(card, text, caret) {
      editor()?.updateShape({ id: card, type: 'card', props: { text: text.toWellFormed() } })
      binding.flush(caret)
    },
    begin(card) {
      // A card made a moment ago is not in the document yet.
      binding.flush()
      const text = textOf(recordsOf(doc), card)
      // A card that came from elsewhere may have no text yet; its first letters make one, and then undo is the browser's.
      const history = text && new Y.UndoManager(text, { trackedOrigins: new Set([LOCAL]), captureTimeout: 600 })
      const step = (take: 'undo' | 'redo') => {
        binding.flush()
        history?.[take]()
        binding.drain()
      }
      return { undo: () => step('undo'), redo: () => step('redo'), end: () => history?.destroy() }
    },
  }
}
