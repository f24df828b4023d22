import * as Y from 'yjs'
import { UpdateFault } from '../../shared/document/read-update.ts'
import { mostClients } from '../../shared/document/stored.ts'
import { close, type Close } from '../../shared/protocol.ts'
import { type ParsedUpdate, parseUpdate } from './parsed-update.ts'
import type { Judged } from './places.ts'
import { encodeUpdate, type Slice, slicesOf } from './slices.ts'
import { type Limits, type Refusal, validate, type Verdict } from './validation.ts'

/** A change of a document that may be taken up, in pieces of some milliseconds each; and what of it has to wait. */
export interface Taken {
  readonly slices: Iterable<Slice>
  readonly steps: number
  /** Client ids under which it brings something new, and how many changes of each there are then. */
  readonly lengths: ReadonlyMap<number, number>
  readonly waiting: { readonly bytes: Uint8Array; readonly needs: ReadonlyMap<number, number> } | undefined
}

/** What a document may still grow by. */
export interface Growth {
  readonly records: number
  readonly bytes: number
  /** Client ids that one change may bring. */
  readonly clients?: number
  readonly mayMean: Limits['mayMean']
  /** Whether somebody else here writes under a client id. */
  readonly isForeign: (client: number) => boolean
}

/**
 * Judges a change that somebody sent, before anything touches the document; resolves to why they are ended where it may not be. Linear in
 * its bytes, and yields now and then.
 */
export function* ingest(judged: Judged, bytes: Uint8Array, growth: Growth): Generator<void, Taken | Close> {
  let parsed: ParsedUpdate
  try {
    parsed = yield* parseUpdate(bytes, { roots: judged.roots })
  } catch (error) {
    if (error instanceof UpdateFault) return closeOf[error.fault]
    throw error
  }
  // Yjs takes each client id's changes in order and forgets what it believes to have: whoever takes another's numbers silences them.
  for (const { client, structs } of parsed.rows) if ((structs.at(-1)?.end ?? 0) > Y.getState(judged.doc.store, client) && growth.isForeign(client)) return close.poison
  const verdict = yield* validate(judged, parsed, { records: growth.records, clients: Math.min(growth.clients ?? Infinity, mostClients - judged.doc.store.clients.size), mayMean: growth.mayMean })
  if (verdict.refused !== undefined) return closeFor[verdict.refused]
  // What only takes something away is never too much.
  if (bytes.length > growth.bytes && verdict.ready.some(({ kind }) => kind !== 'deleted' && kind !== 'garbage')) return close.full
  return takenOf(parsed, verdict)
}

const closeOf = { broken: close.protocol, unfit: close.unfit, large: close.tooLarge } as const

const closeFor: Readonly<Record<Refusal, Close>> = {
  circle: close.protocol,
  unfit: close.unfit,
  'too many changes': close.poison,
  'too much work': close.tooLarge,
  'too many clients': close.full,
  'too many records': close.full,
  'a newer version': close.newer,
}

function takenOf({ bytes, rows, deleted }: ParsedUpdate, { ready, deleted: gone, waiting, waitingDeleted, needs, steps }: Extract<Verdict, { ready: unknown }>): Taken {
  const lengths = new Map<number, number>()
  for (const { client, end } of ready) lengths.set(client, end)
  const isWaiting = waiting.length + waitingDeleted.length > 0
  // Nothing of it is here already, and nothing has to wait: the bytes are taken as they are.
  const isWhole = !isWaiting && gone.length === deleted.length && ready.length === rows.reduce((sum, { structs }) => sum + structs.length, 0) && steps <= smallSteps
  return {
    slices: isWhole ? [{ update: bytes, steps }] : slicesOf(bytes, ready, gone),
    steps,
    lengths,
    waiting: isWaiting ? { bytes: encodeUpdate(bytes, waiting, waitingDeleted), needs } : undefined,
  }
}

/** Steps that are done at once, with others of the same batch. */
export const smallSteps = 20_000
