import * as encoding from 'lib0/encoding'
import { message } from '../../shared/protocol.ts'

/* What the server says to clients about a document, as bytes. */

/** A message of a type, and what follows it. */
const frame = (type: number, write: (encoder: encoding.Encoder) => void): Uint8Array =>
  encoding.encode(encoder => {
    encoding.writeVarUint(encoder, type)
    write(encoder)
  })

/** One of y-protocols' three: a question with a state vector, its answer, or a change. */
export const syncFrame = (type: number, payload: Uint8Array): Uint8Array =>
  frame(message.sync, encoder => {
    encoding.writeVarUint(encoder, type)
    encoding.writeVarUint8Array(encoder, payload)
  })

/** How durable everything is that was sent before the question with this nonce; `state` is one of `durable`. */
export const durabilityFrame = (nonce: number, state: number): Uint8Array =>
  frame(message.durability, encoder => {
    for (const figure of [nonce, state]) encoding.writeVarUint(encoder, figure)
  })

/** What some clients tell of themselves, by client id, as y-protocols' awareness writes it; `state` is JSON. */
export function presenceFrame(entries: ReadonlyMap<number, { clock: number; state: string }>): Uint8Array {
  const told = encoding.encode(encoder => {
    encoding.writeVarUint(encoder, entries.size)
    for (const [client, { clock, state }] of entries) {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, clock)
      encoding.writeVarString(encoder, state)
    }
  })
  return frame(message.awareness, encoder => encoding.writeVarUint8Array(encoder, told))
}
