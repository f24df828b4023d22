import * as Y from 'yjs'
import { isEmptyVector } from './updates.ts'
import type { Stored } from './storage/log.ts'

/**
 * What a room holds of its document. Whoever comes to look is answered with the bytes as they lie on disk; the live document is
 * made when somebody changes something, or asks for a part. Forty people who open a large board cost no more than the sending.
 */
export interface Held {
  /** The live document, if there is one. */
  readonly live: Y.Doc | undefined
  /** The live document, made if need be. */
  wake(): Y.Doc
  /** How far each client id's changes go. */
  vector(): Uint8Array
  /** All that somebody lacks who has what a state vector says. Throws where it is no state vector. */
  since(vector: Uint8Array): Uint8Array
  destroy(): void
}

/** `changed` is told of every change of the live document, encoded. */
export function hold({ snapshot, vector, entries }: Stored, changed: (update: Uint8Array) => void): Held {
  // Bytes alone can answer only while there is one piece of them, and it is known how far it goes.
  let asleep = snapshot && vector && entries.length === 0 ? { snapshot, vector } : undefined
  let live: Y.Doc | undefined
  /** Everything, encoded; made once for all who come while nothing changes. */
  let whole: Uint8Array | undefined

  const wake = (): Y.Doc => {
    if (live) return live
    const doc = new Y.Doc()
    doc.transact(() => {
      if (snapshot) Y.applyUpdate(doc, snapshot)
      for (const entry of entries) Y.applyUpdate(doc, entry)
    })
    doc.on('update', (update: Uint8Array) => {
      whole = undefined
      changed(update)
    })
    live = doc
    asleep = undefined
    snapshot = undefined
    entries = []
    return doc
  }

  return {
    get live() {
      return live
    },
    wake,
    vector: () => asleep?.vector ?? Y.encodeStateVector(wake()),
    since(has) {
      if (!isEmptyVector(has)) return Y.encodeStateAsUpdate(wake(), has)
      return asleep?.snapshot ?? (whole ??= Y.encodeStateAsUpdate(wake()))
    },
    destroy() {
      live?.destroy()
      whole = undefined
    },
  }
}
