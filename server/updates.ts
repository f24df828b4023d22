import type * as decoding from 'lib0/decoding'
import * as Y from 'yjs'

/** What an update holds: structs (what was added, by client id and clock) and a delete set. */
export type Decoded = ReturnType<typeof Y.decodeUpdate>

/** Where the last decoder stands: Yjs does not say how much of its input it read. */
let input: decoding.Decoder | undefined
class Watched extends Y.UpdateDecoderV1 {
  constructor(given: decoding.Decoder) {
    super(given)
    input = given
  }
}

/** What an update holds, when it is one and nothing else follows it. Applied unchecked, half of a broken one would stay. */
export function decodeExactly(update: Uint8Array): Decoded | undefined {
  try {
    const decoded = Y.decodeUpdateV2(update, Watched)
    return input?.pos === update.length ? decoded : undefined
  } catch {
    return undefined // Not a Yjs update: its sender is told, nobody else notices.
  }
}

/** Whether a document took everything an update holds, and kept nothing back to wait for more. */
export function covers(doc: Y.Doc, { structs, ds }: Decoded): boolean {
  const has = (client: number, clock: number) => clock <= Y.getState(doc.store, client)
  return (
    structs.every(struct => has(struct.id.client, struct.id.clock + struct.length)) &&
    [...ds.clients].every(([client, ranges]) => ranges.every(range => has(client, range.clock + range.len)))
  )
}

/** Whether bytes say “nothing”: a state vector of nobody, or an update without content. */
export const isEmptyVector = (vector: Uint8Array): boolean => vector.length === 1 && vector[0] === 0
export const isEmptyUpdate = (update: Uint8Array): boolean => update.length === 2 && update[0] === 0 && update[1] === 0
