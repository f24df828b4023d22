import * as decoding from 'lib0/decoding'
import type * as Y from 'yjs'
import type { Id } from '../../shared/document/read-update.ts'
import { deepestType, mostNewClocks } from '../../shared/document/stored.ts'
import { groupBy } from '../../shared/group.ts'
import { costOf } from './cost.ts'
import { Made } from './made.ts'
import { ordered } from './order.ts'
import type { ParsedUpdate, Range, Struct } from './parsed-update.ts'
import { type Container, entriesOf, isLive, type Judged, liveAt, lengthBy, nowhere, type Place, placeIn, placeInLive, placeOfLive, placeOfRoot } from './places.ts'

/** Why an update is refused: somebody's program made something that no page of ours makes. */
export type Refusal = 'circle' | 'unfit' | 'too many changes' | 'too much work' | 'too many clients' | 'too many records' | 'a newer version'

/** What is to be done with an update. */
export type Verdict =
  | { readonly refused: Refusal }
  | {
      readonly refused?: undefined
      /** Each comes after all it builds on. */
      readonly ready: readonly Struct[]
      readonly deleted: readonly Range[]
      /** What builds on something that has not come; judged when that has. */
      readonly waiting: readonly Struct[]
      readonly waitingDeleted: readonly Range[]
      /** So many changes of each client must come before it. */
      readonly needs: ReadonlyMap<number, number>
      /** What taking up the ready part takes; a struct that nothing stands in the way of is `stepsOfStruct`. */
      readonly steps: number
    }

export interface Limits {
  /** Client ids the document may still take. */
  readonly clients: number
  /** Records it may still take. */
  readonly records: number
  /** Whether a value may be set under a name at the top of the document. */
  readonly mayMean: (root: string, name: string, valueOf: () => unknown) => boolean
  /** Whether what is unfit is made harmless instead: for what an earlier version took and kept. */
  readonly bears?: boolean
}

const structsATurn = 1_024

/**
 * Judges an update against a document, without touching it: in which order its structs can be taken up, where each will stand, and what
 * that will cost. Work is linear in the bytes. Yields now and then, so that others get their turn; nothing may change the document meanwhile.
 */
export function* validate(against: Judged, update: ParsedUpdate, limits: Limits): Generator<void, Verdict> {
  const reachedBy = (client: number): number => lengthBy(against, client)
  const order = yield* ordered(update.rows, reachedBy)
  if (!order) return { refused: 'circle' }
  const { ready, waiting, needs, comesAlong } = order

  const made = new Made(ready)
  const counts = { clients: 0, own: new Map<number, number>() }
  const records = new Set<string>()
  for (const [nth, struct] of ready.entries()) {
    if (nth % structsATurn === structsATurn - 1) yield
    const before = reachedBy(struct.client)
    if (before === 0 && !counts.own.has(struct.client) && ++counts.clients > limits.clients && !limits.bears) return { refused: 'too many clients' }
    const own = (counts.own.get(struct.client) ?? 0) + struct.end - Math.max(struct.clock, before)
    if (own > mostNewClocks && !limits.bears) return { refused: 'too many changes' }
    counts.own.set(struct.client, own)
    if (struct.kind === 'garbage') continue
    const place = placeOf(struct, made, against)
    struct.place = place
    const isOne = place !== undefined && (struct.clock >= before || goesOn(against, struct, before, place))
    const problem = isOne ? problemOf(struct, place, update.bytes, limits) : 'unfit'
    if (problem) {
      if (!limits.bears) return { refused: problem }
      struct.kind = 'unfit'
      if (!isOne) struct.place = nowhere
      continue
    }
    if (place?.root === 'records' && place.name !== undefined && struct.kind !== 'deleted' && !isThere(place.inside, place.name)) records.add(place.name)
  }

  const known = (client: number): number => Math.max(reachedBy(client), made.endOf(client))
  const deleted: Range[] = []
  const waitingDeleted: Range[] = []
  const wanted = new Map(needs)
  for (const [nth, range] of update.deleted.entries()) {
    if (nth % structsATurn === structsATurn - 1) yield
    const there = known(range.client)
    if (range.from < there) deleted.push({ ...range, to: Math.min(range.to, there) })
    if (range.to > there) {
      waitingDeleted.push({ ...range, from: Math.max(range.from, there) })
      if (range.to > (comesAlong.get(range.client) ?? 0)) wanted.set(range.client, Math.max(range.to, wanted.get(range.client) ?? 0))
    }
  }
  const cost = yield* costOf(against, ready, deleted, made)
  if (!cost) return { refused: 'too much work' }
  // Whoever comes back may have made room for what they bring.
  if (records.size > limits.records && !limits.bears && records.size - (yield* recordsGoing(against, deleted)) > limits.records) return { refused: 'too many records' }
  return { ready, deleted: cost.deleted, waiting, waitingDeleted, needs: wanted, steps: cost.steps }
}

/** How many records an update takes away. Looks at all there are, and only where a board is full. */
function* recordsGoing({ doc }: Judged, deleted: readonly Range[]): Generator<void, number> {
  const byClient = groupBy(deleted, ({ client }) => client)
  for (const ranges of byClient.values()) ranges.sort((a, b) => a.from - b.from)
  let going = 0
  let nth = 0
  for (const { id, deleted: isGone } of entriesOf(doc.getMap('records') as Y.AbstractType<unknown>).values()) {
    if (++nth % structsATurn === 0) yield
    if (!isGone && covers(byClient.get(id.client) ?? [], id.clock)) going++
  }
  return going
}

/** Whether one of some ranges, in order, holds a clock; of those that overlap, the one that begins last is asked. */
function covers(ranges: readonly Range[], clock: number): boolean {
  let [low, high] = [0, ranges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ranges[middle]!.from <= clock) low = middle + 1
    else high = middle
  }
  return low > 0 && ranges[low - 1]!.to > clock
}

/** Where a struct will stand; nothing where its neighbours stand in different places. */
function placeOf({ after, before, home, name }: Struct, made: Made, against: Judged): Place | undefined {
  if (typeof home === 'string') return placeOfRoot(against, home, name)
  if (home) {
    const own = made.at(home)
    if (own) return placeIn(own, name)
    const live = liveAt(against, home)
    return live ? placeInLive(against, live, name) : nowhere
  }
  const [left, right] = [after, before].map(id => id && placeOfNeighbour(id, made, against))
  if (!left || !right) return left ?? right ?? nowhere
  if (!left.inside || !right.inside) return nowhere
  return left.inside === right.inside && left.name === right.name ? left : undefined
}

function placeOfNeighbour(id: Id, made: Made, against: Judged): Place {
  const own = made.at(id)
  if (own) return own.place ?? nowhere
  const live = liveAt(against, id)
  return live ? placeOfLive(against, live) : nowhere
}

/** Whether a struct whose beginning is in the document goes on where that stands; elsewhere it would be in two places. */
function goesOn(against: Judged, { client }: Struct, reached: number, { inside, name }: Place): boolean {
  if (!inside) return true
  const begun = liveAt(against, { client, clock: reached - 1 })
  const there = begun ? placeOfLive(against, begun) : nowhere
  return there.inside === inside && there.name === name
}

/** Why a struct is not taken where it would stand. */
function problemOf(struct: Struct, { inside, root, name, isText, depth }: Place, bytes: Uint8Array, { mayMean }: Limits): Refusal | undefined {
  const { kind, before } = struct
  if (kind === 'unfit') return 'unfit'
  // What is nowhere, or is gone already, has no content.
  if (!inside || kind === 'deleted') return undefined
  if (isText) return name === undefined && kind === 'letters' ? undefined : 'unfit'
  // What is known by a name follows whatever had the name before, and stands before nothing.
  if (name === undefined || before || kind === 'letters') return 'unfit'
  if (kind !== 'values') return depth + 1 > deepestType || root === 'meta' || root === 'rings' || (depth === 0 && (root === undefined || kind === 'text')) ? 'unfit' : undefined
  if (depth > 0) return undefined
  if (root === undefined) return 'unfit'
  return root === 'records' || mayMean(root, name, () => lastValueOf(struct, bytes)) ? undefined : 'a newer version'
}

/** The value that a struct of values sets: the last one. */
function lastValueOf({ body }: Struct, bytes: Uint8Array): unknown {
  const decoder = decoding.createDecoder(bytes)
  decoder.pos = body
  let value: unknown
  for (let count = decoding.readVarUint(decoder); count > 0; count--) value = decoding.readAny(decoder)
  return value
}

const isThere = (records: Container | undefined, name: string): boolean => records !== undefined && isLive(records) && entriesOf(records).get(name)?.deleted === false
