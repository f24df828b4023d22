import type { Editor, TLShapeId } from 'tldraw'
import { type Flat, readFlat, recordsOf } from '../../shared/board.ts'
import { encodeAsset, encodeShape, recordIdOf } from '../sync/codec.ts'
import type { OpenBoard } from './open.ts'

/** What a test may look at from outside. Put on the page only where `sessionStorage` asks for it. */
export interface Inspected {
  readonly editor: Editor
  readonly board: OpenBoard
  /** The board and the canvas, record by record, in an order that can be compared. */
  snapshot(): { readonly board: Record<string, string>; readonly canvas: Record<string, string>; readonly hidden: readonly (readonly [string, string])[] }
}

declare global {
  interface Window {
    manyfutures?: Inspected
  }
}

export function inspect(editor: Editor, board: OpenBoard): void {
  const print = (flat: Flat) => JSON.stringify([...flat].sort(([a], [b]) => (a < b ? -1 : 1)))
  window.manyfutures = {
    editor,
    board,
    snapshot() {
      const stored: Record<string, string> = {}
      for (const [id, record] of recordsOf(board.session.doc).entries()) stored[id] = print(readFlat(record) ?? new Map())
      const drawn: Record<string, string> = {}
      for (const record of board.store.allRecords()) {
        if (record.typeName === 'asset') drawn[record.id] = print(encodeAsset(record))
        if (record.typeName === 'shape') drawn[recordIdOf(record.id)] = print(encodeShape(record, record.type === 'arrow' ? endsOf(editor, record.id) : {}))
      }
      return { board: stored, canvas: drawn, hidden: [...board.binding.reasons] }
    },
  }
}

function endsOf(editor: Editor, arrow: TLShapeId) {
  const ends = editor.getBindingsFromShape(arrow, 'arrow')
  const from = ends.find(end => end.props.terminal === 'start')
  const to = ends.find(end => end.props.terminal === 'end')
  return { ...(from && { from }), ...(to && { to }) }
}
