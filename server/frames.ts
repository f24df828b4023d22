import * as encoding from 'lib0/encoding'
import { message } from '../shared/protocol.ts'

/* What the server says to clients about a document, as bytes. */

/** One of y-protocols' three: a question with a state vector, its answer, or a change. */
export function syncFrame(type: number, payload: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, message.sync)
  encoding.writeVarUint(encoder, type)
  encoding.writeVarUint8Array(encoder, payload)
  return encoding.toUint8Array(encoder)
}

/** How durable everything is that was sent before the question with this nonce; `state` is one of `durable`. */
export function durabilityFrame(nonce: number, state: number): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, message.durability)
  encoding.writeVarUint(encoder, nonce)
  encoding.writeVarUint(encoder, state)
  return encoding.toUint8Array(encoder)
}

/** What some clients tell of themselves, by client id, as y-protocols' awareness writes it; `state` is JSON. */
export function presenceFrame(entries: ReadonlyMap<number, { clock: number; state: string }>): Uint8Array {
  const inner = encoding.createEncoder()
  encoding.writeVarUint(inner, entries.size)
  for (const [client, { clock, state }] of entries) {
    encoding.writeVarUint(inner, client)
    encoding.writeVarUint(inner, clock)
    encoding.writeVarString(inner, state)
  }
  const frame = encoding.createEncoder()
  encoding.writeVarUint(frame, message.awareness)
  encoding.writeVarUint8Array(frame, encoding.toUint8Array(inner))
  return encoding.toUint8Array(frame)
}
