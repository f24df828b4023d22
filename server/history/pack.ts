import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import type { Json } from '../../shared/json.ts'
import type { Seq } from '../storage/log.ts'

/* How history lies on disk: part of the store for ever. */

/** What was written to a document at one moment. */
export interface Step {
  readonly seq: Seq
  /** When and through whom, as `storage/notes.ts` has it. */
  readonly note: string | undefined
  /** A Yjs update, V1. */
  readonly data: Uint8Array
}

/** More than any strip holds: what says it holds more is damaged. */
const mostUnpacked = 2 ** 30

/** Steps one after another, as small as that is quickly done. */
export function packSteps(steps: readonly Step[]): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, steps.length)
  let before = 0
  for (const { seq, note = '', data } of steps) {
    encoding.writeVarUint(encoder, seq - before)
    encoding.writeVarString(encoder, note)
    encoding.writeVarUint8Array(encoder, data)
    before = seq
  }
  return zstdCompressSync(encoding.toUint8Array(encoder))
}

export function unpackSteps(packed: Uint8Array): Step[] {
  const decoder = decoding.createDecoder(unpackBytes(packed))
  const steps: Step[] = []
  let seq = 0
  for (let count = decoding.readVarUint(decoder); count > 0; count--) {
    seq += decoding.readVarUint(decoder)
    const note = decoding.readVarString(decoder)
    steps.push({ seq, note: note === '' ? undefined : note, data: decoding.readVarUint8Array(decoder) })
  }
  return steps
}

export const packBytes = (bytes: Uint8Array): Uint8Array => zstdCompressSync(bytes)
export const unpackBytes = (packed: Uint8Array): Uint8Array => zstdDecompressSync(packed, { maxOutputLength: mostUnpacked })

/** Records that one entry removed, as they were right before. */
export interface Removal {
  readonly seq: Seq
  /** Milliseconds since 1970; 0 where nobody knows. */
  readonly at: number
  readonly by: readonly string[]
  readonly records: readonly RemovedRecord[]
}

/** A record's id, and its values by name. */
export type RemovedRecord = readonly [id: string, values: readonly (readonly [name: string, value: Json])[]]

export const packRemovals = (removals: readonly Removal[]): Uint8Array => zstdCompressSync(Buffer.from(JSON.stringify(removals)))
export const unpackRemovals = (packed: Uint8Array): Removal[] => JSON.parse(Buffer.from(unpackBytes(packed)).toString()) as Removal[]
