import * as encoding from 'lib0/encoding'
import type * as Y from 'yjs'
import { message, sync } from '../../shared/protocol.ts'

/** A Yjs update as it travels: a sync message of the kind update. */
export function updateFrame(update: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, message.sync)
  encoding.writeVarUint(encoder, sync.update)
  encoding.writeVarUint8Array(encoder, update)
  return encoding.toUint8Array(encoder)
}

/** Bytes on the wire of one edit. */
export function moveFrame(doc: Y.Doc, edit: () => void): number {
  let bytes = 0
  const count = (update: Uint8Array) => (bytes += updateFrame(update).length)
  doc.on('update', count)
  doc.transact(edit)
  doc.off('update', count)
  return bytes
}
