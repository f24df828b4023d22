import * as Y from 'yjs'
import { assert } from '../../shared/assert.ts'
import { UpdateFault } from '../../shared/document/read-update.ts'
import { roots as rootsOf, type DocumentKind } from '../../shared/document/stored.ts'
import { recordsIn } from '../history/removed-by.ts'
import type { RemovedRecord } from '../history/pack.ts'
import { ordered } from './order.ts'
import { atOnce, parseUpdate } from './parsed-update.ts'
import type { Judged } from './places.ts'
import { encodeUpdate, slicesOf } from './slices.ts'
import { type Limits, validate } from './validation.ts'

/** What became of what was stored. */
export interface Hydrated {
  readonly doc: Y.Doc
  /** Stored updates, or parts of them, that no document can take up: they are left out. */
  readonly leftOut: number
  /** Contents that boards do not store, which an earlier version took: they are in the document as something that is gone. */
  readonly madeHarmless: number
}

/** Everything was taken when it came; what is unfit is made harmless. */
const bearing: Limits = { clients: Infinity, records: Infinity, mayMean: () => true, bears: true }

/** A new document, with its roots. */
export function emptyDocument(kind: DocumentKind): Judged {
  const doc = new Y.Doc()
  for (const root of rootsOf[kind]) doc.getMap(root)
  return { doc, roots: rootsOf[kind] }
}

/** Told of what an update removed, by its place among the updates, as it was before. */
export type Removing = (nth: number, records: readonly RemovedRecord[]) => void

/** What was stored of a document, oldest first. The snapshot, where it is known to be made of what was judged, is taken as it is. */
export interface ToHydrate {
  readonly judgedSnapshot?: Uint8Array | undefined
  readonly updates: readonly Uint8Array[]
}

/**
 * Builds a document of what is stored, piece by piece; yields between them, so that others get their turn. Nothing on disk can stop it:
 * what boards do not store is made harmless, what cannot be read is left out.
 */
export function* hydrate(kind: DocumentKind, { judgedSnapshot, updates }: ToHydrate, removing?: Removing): Generator<void, Hydrated> {
  const judged = emptyDocument(kind)
  const counts: Counts = { leftOut: 0, madeHarmless: 0, waiting: [], removing }
  if (judgedSnapshot) yield* takeJudged(judged, judgedSnapshot)
  let small: Numbered[] = []
  let bytes = 0
  for (const [nth, update] of updates.entries()) {
    if (update.length <= smallUpdate) {
      small.push({ nth, update })
      bytes += update.length
      if (bytes <= smallUpdate) continue
    }
    takeAtOnce(judged, small.splice(0), counts)
    bytes = 0
    yield
    if (update.length > smallUpdate) yield* take(judged, { nth, update }, counts)
  }
  takeAtOnce(judged, small, counts)
  // What was written before something it builds on.
  for (let before = Infinity; counts.waiting.length > 0 && counts.waiting.length < before; ) {
    before = counts.waiting.length
    for (const update of counts.waiting.splice(0)) yield* take(judged, update, counts)
  }
  return { doc: judged.doc, leftOut: counts.leftOut + counts.waiting.length, madeHarmless: counts.madeHarmless }
}

/** Only put in order, so that it can be taken up in pieces. */
function* takeJudged({ doc, roots }: Judged, snapshot: Uint8Array): Generator<void, void> {
  if (snapshot.length <= smallUpdate) return Y.applyUpdate(doc, snapshot)
  const { rows, deleted } = yield* parseUpdate(snapshot, { roots })
  const order = yield* ordered(rows, () => 0)
  assert(order && order.waiting.length === 0, 'A snapshot lacks something it builds on')
  for (const { update } of slicesOf(snapshot, order.ready, deleted)) {
    Y.applyUpdate(doc, update)
    yield
  }
}

/** Bytes that are taken up in one go: a few milliseconds at most. */
const smallUpdate = 32 * 1024

/** Small ones as one transaction, which costs as much as any of them. */
function takeAtOnce(judged: Judged, updates: readonly Numbered[], counts: Counts): void {
  if (updates.length === 0) return
  judged.doc.transact(() => {
    for (const update of updates) atOnce(take(judged, update, counts))
  })
}

/** An update and its place among all. */
interface Numbered {
  readonly nth: number
  readonly update: Uint8Array
}

interface Counts {
  leftOut: number
  madeHarmless: number
  /** What builds on something that has not come yet. */
  readonly waiting: Numbered[]
  readonly removing: Removing | undefined
}

function* take(judged: Judged, { nth, update: bytes }: Numbered, counts: Counts): Generator<void, void> {
  try {
    const parsed = yield* parseUpdate(bytes, { roots: judged.roots, bears: true })
    const verdict = yield* validate(judged, parsed, bearing)
    if (verdict.refused !== undefined) {
      counts.leftOut++
      return
    }
    for (const { kind } of verdict.ready) if (kind === 'unfit') counts.madeHarmless++
    const removed = counts.removing ? recordsIn(judged, verdict.deleted) : []
    for (const { update } of slicesOf(bytes, verdict.ready, verdict.deleted)) {
      Y.applyUpdate(judged.doc, update)
      yield
    }
    if (verdict.waiting.length || verdict.waitingDeleted.length) counts.waiting.push({ nth, update: encodeUpdate(bytes, verdict.waiting, verdict.waitingDeleted) })
    // What another one stands in place of is still there.
    const gone = removed.filter(([id]) => !judged.doc.getMap('records').has(id))
    if (gone.length) counts.removing?.(nth, gone)
  } catch (error) {
    if (!(error instanceof UpdateFault)) throw error
    counts.leftOut++
  }
}

/** The same at once, for whoever has nobody to wait for it. */
export const hydrateAtOnce = (kind: DocumentKind, stored: ToHydrate, removing?: Removing): Hydrated => atOnce(hydrate(kind, stored, removing))
