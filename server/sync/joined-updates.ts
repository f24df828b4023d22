import * as encoding from 'lib0/encoding'
import { assert } from '../../shared/assert.ts'
import { UpdateReader } from '../../shared/document/read-update.ts'
import { contents } from '../../shared/document/stored.ts'

/*
 * Updates as bytes, put together and taken apart without building a document: of the same document, in the order in which it took them
 * up. Each was judged before; what comes twice in them is there once.
 */

/** A stretch of what one client did, as it lies in some bytes. */
interface Stretch {
  readonly bytes: Uint8Array
  /** Its first change, the one after its last, and how many structs they are. */
  readonly clock: number
  end: number
  count: number
  readonly from: number
  to: number
}

type DeletedRange = [from: number, to: number]

interface Parts {
  /** By client, in the order in which they came. */
  readonly stretches: Map<number, Stretch[]>
  readonly deleted: Map<number, DeletedRange[]>
}

/** After how many structs others should have their turn. */
const structsATurn = 4_096

/** Nobody has anything. */
const nothing: ReadonlyMap<number, number> = new Map()

/** One update that says what several say; the same one where it is alone. */
export function joined(updates: readonly Uint8Array[]): Uint8Array {
  const [only] = updates
  if (only && updates.length === 1) return only
  const work = missingFrom(updates, nothing)
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}

/**
 * One update of what somebody lacks in several, who has so many changes of each client, by client id; and of all that is deleted, since
 * nobody can say what they know of that. Yields now and then, so that others get their turn.
 */
export function* missingFrom(updates: readonly Uint8Array[], has: ReadonlyMap<number, number>): Generator<void, Uint8Array> {
  const parts: Parts = { stretches: new Map(), deleted: new Map() }
  for (const update of updates) yield* addParts(parts, update, has)
  return encode(parts)
}

/** How many changes of each client updates hold. */
export function* lengthsIn(updates: readonly Uint8Array[]): Generator<void, Map<number, number>> {
  const lengths = new Map<number, number>()
  let steps = 0
  for (const update of updates) {
    const reader = new UpdateReader(update, { roots: [], bears: true })
    while (reader.next()) {
      if (++steps % structsATurn === 0) yield
      lengths.set(reader.client, Math.max(reader.clock + reader.length, lengths.get(reader.client) ?? 0))
    }
  }
  return lengths
}

function* addParts({ stretches, deleted }: Parts, bytes: Uint8Array, has: ReadonlyMap<number, number>): Generator<void, void> {
  const reader = new UpdateReader(bytes, { roots: [], bears: true })
  let steps = 0
  let of = -1
  let known = 0
  let row: Stretch[] = []
  let last: Stretch | undefined
  while (reader.next()) {
    if (++steps % structsATurn === 0) yield
    const { client, clock, length, from, to, kind } = reader
    if (client !== of) {
      of = client
      row = stretches.get(client) ?? []
      known = row.at(-1)?.end ?? has.get(client) ?? 0
      last = undefined
    }
    const end = clock + length
    if (end <= known || kind === 'skip') continue
    // Updates end where documents stood: none begins in the middle of what another one told.
    assert(row.length === 0 || clock >= known, 'Updates of one document overlap')
    if (last && last.to === from) {
      last.end = end
      last.to = to
      last.count++
    } else {
      if (row.length === 0) stretches.set(client, row)
      last = { bytes, clock, end, count: 1, from, to }
      row.push(last)
    }
  }
  while (reader.nextDeleted()) {
    if (++steps % structsATurn === 0) yield
    const range: DeletedRange = [reader.clock, reader.clock + reader.length]
    const ranges = deleted.get(reader.client)
    if (ranges) ranges.push(range)
    else deleted.set(reader.client, [range])
  }
}

function encode({ stretches, deleted }: Parts): Uint8Array {
  return encoding.encode(encoder => {
    encoding.writeVarUint(encoder, stretches.size)
    // As Yjs has them: with higher ids first, fewer of them conflict.
    for (const [client, row] of [...stretches].sort(([a], [b]) => b - a)) {
      let end = row[0]?.clock ?? 0
      encoding.writeVarUint(encoder, row.reduce((sum, { count, clock }, nth) => sum + count + (nth > 0 && clock > (row[nth - 1]?.end ?? 0) ? 1 : 0), 0))
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, end)
      for (const { bytes, clock, end: next, from, to } of row) {
        if (clock > end) {
          encoding.writeUint8(encoder, contents.skip)
          encoding.writeVarUint(encoder, clock - end)
        }
        encoding.writeUint8Array(encoder, bytes.subarray(from, to))
        end = next
      }
    }
    encoding.writeVarUint(encoder, deleted.size)
    for (const [client, ranges] of [...deleted].sort(([a], [b]) => b - a)) {
      const together = merged(ranges)
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, together.length)
      for (const [from, to] of together) {
        encoding.writeVarUint(encoder, from)
        encoding.writeVarUint(encoder, to - from)
      }
    }
  })
}

/** In order, and those that touch as one. */
function merged(ranges: readonly DeletedRange[]): readonly DeletedRange[] {
  if (ranges.length === 1) return ranges
  const together: DeletedRange[] = []
  for (const range of [...ranges].sort(([a], [b]) => a - b)) {
    const last = together.at(-1)
    if (last && range[0] <= last[1]) last[1] = Math.max(last[1], range[1])
    else together.push([...range])
  }
  return together
}
