import * as encoding from 'lib0/encoding'
import { contents } from '../../shared/document/stored.ts'
import { stepsOfStruct } from './cost.ts'
import type { Range, Struct } from './parsed-update.ts'

/** Steps of one slice: some milliseconds, after which others have their turn. */
const mostOfSlice = 25_000

type Weighed = Range & { readonly steps?: number }

/** What is taken up in one go: a part of an update, after all it builds on. */
export interface Slice {
  readonly update: Uint8Array
  readonly steps: number
}

/** Cuts what an update makes and deletes into updates that are taken up one after the other; structs stand in an order in which each comes after all it builds on. */
export function* slicesOf(bytes: Uint8Array, structs: readonly Struct[], deleted: readonly Weighed[]): Generator<Slice> {
  let from = 0
  let steps = 0
  for (const [nth, struct] of structs.entries()) {
    const more = struct.steps || stepsOfStruct
    if (steps > 0 && steps + more > mostOfSlice) {
      yield { update: encodeUpdate(bytes, structs.slice(from, nth), []), steps }
      from = nth
      steps = 0
    }
    steps += more
  }
  const rest = structs.slice(from)
  let ranges: Weighed[] = []
  for (const range of deleted) {
    const more = range.steps ?? 1
    if (steps > 0 && steps + more > mostOfSlice) {
      yield { update: encodeUpdate(bytes, rest.splice(0), ranges), steps }
      ranges = []
      steps = 0
    }
    ranges.push(range)
    steps += more
  }
  if (rest.length || ranges.length) yield { update: encodeUpdate(bytes, rest, ranges), steps }
}

/** An update (V1) of some structs of another one, and of ranges that are deleted. Structs of one client stand in order; gaps stay gaps. */
export function encodeUpdate(bytes: Uint8Array, structs: readonly Struct[], deleted: readonly Range[]): Uint8Array {
  const rows = grouped(structs)
  const ranges = grouped(deleted)
  return encoding.encode(encoder => {
    encoding.writeVarUint(encoder, rows.size)
    for (const [client, row] of rows) {
      let end = row[0]?.clock ?? 0
      encoding.writeVarUint(encoder, row.length + gapsIn(row))
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, end)
      // What lies in one piece is copied in one piece.
      let [from, to] = [0, 0]
      for (const struct of row) {
        if (struct.clock > end) {
          encoding.writeUint8Array(encoder, bytes.subarray(from, to))
          encoding.writeUint8(encoder, contents.skip)
          encoding.writeVarUint(encoder, struct.clock - end)
          from = to = struct.from
        }
        end = struct.end
        if (struct.kind === 'unfit') {
          encoding.writeUint8Array(encoder, bytes.subarray(from, to))
          writeHarmless(encoder, bytes, struct)
          from = to = struct.to
        } else if (struct.from === to) to = struct.to
        else {
          encoding.writeUint8Array(encoder, bytes.subarray(from, to))
          from = struct.from
          to = struct.to
        }
      }
      encoding.writeUint8Array(encoder, bytes.subarray(from, to))
    }
    encoding.writeVarUint(encoder, ranges.size)
    for (const [client, row] of ranges) {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, row.length)
      for (const { from, to } of row) {
        encoding.writeVarUint(encoder, from)
        encoding.writeVarUint(encoder, to - from)
      }
    }
  })
}

const gapsIn = (row: readonly Struct[]): number => row.reduce((gaps, { clock }, nth) => gaps + (nth > 0 && clock > (row[nth - 1]?.end ?? 0) ? 1 : 0), 0)

/** The same changes without content: gone where they stood, or nowhere where there is no such place. Those after them stay what they are. */
function writeHarmless(encoder: encoding.Encoder, bytes: Uint8Array, { from, body, clock, end, place }: Struct): void {
  if (place?.inside) {
    encoding.writeUint8(encoder, ((bytes[from] ?? 0) & ~31) | contents.deleted)
    encoding.writeUint8Array(encoder, bytes.subarray(from + 1, body))
  } else encoding.writeUint8(encoder, contents.garbage)
  encoding.writeVarUint(encoder, end - clock)
}

function grouped<T extends { readonly client: number }>(items: readonly T[]): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>()
  for (const item of items) {
    const group = groups.get(item.client)
    if (group) group.push(item)
    else groups.set(item.client, [item])
  }
  return groups
}
