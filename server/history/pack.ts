import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
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

/** Fast rather than small: what is packed is mostly the same few names and numbers. */
const quickly = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/** Steps one after another: of all of them first their positions and notes, then how long each is, then what they say. */
export function packSteps(steps: readonly Step[]): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, steps.length)
  let before = 0
  for (const { seq, data } of steps) {
    encoding.writeVarUint(encoder, seq - before)
    encoding.writeVarUint(encoder, data.length)
    before = seq
  }
  encoding.writeVarString(encoder, steps.map(({ note = '' }) => note).join('\n'))
  return zstdCompressSync(Buffer.concat([encoding.toUint8Array(encoder), ...steps.map(({ data }) => data)]), quickly)
}

export function unpackSteps(packed: Uint8Array): Step[] {
  const bytes = unpackBytes(packed)
  const decoder = decoding.createDecoder(bytes)
  const places: { readonly seq: Seq; readonly length: number }[] = []
  let seq = 0
  for (let count = decoding.readVarUint(decoder); count > 0; count--) {
    seq += decoding.readVarUint(decoder)
    places.push({ seq, length: decoding.readVarUint(decoder) })
  }
  const notes = decoding.readVarString(decoder).split('\n')
  let at = decoder.pos
  return places.map((place, nth) => ({ seq: place.seq, note: notes[nth] || undefined, data: bytes.subarray(at, (at += place.length)) }))
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
