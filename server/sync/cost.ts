import * as Y from 'yjs'
import type { Id } from '../../shared/document/read-update.ts'
import type { Made } from './made.ts'
import type { Range, Struct } from './parsed-update.ts'
import { type Container, entriesOf, firstOf, indexOf, isLive, type Judged, liveStructsOf, type LiveStruct } from './places.ts'

/*
 * What taking up an update costs, in steps, known before it is taken up. Yjs puts a struct beside its neighbours at once, but where others
 * were put in the same place it passes all of them, and cutting one in two moves everything its client did afterwards: a few
 * kilobytes can be made so that this takes minutes. A step is about a sixth of a microsecond.
 */

/** What a struct takes that nothing stands in the way of. */
export const stepsOfStruct = 20
/** Most steps of one struct: it is taken up at once, and everybody waits for it, for less than a tenth of a second. */
const mostAtOnce = 400_000
/** Most steps beyond what its structs take anyway: of a small update, and more for each struct of a large one. */
const mostBeyond = 400_000
const mostBeyondEach = 40
/** Entries of a list that are moved in a step. */
const movedInAStep = 256

const structsATurn = 1_024

/** Steps of one piece of what is deleted. */
const mostOfPiece = 8_000

type Weighed = Range & { steps?: number }

export interface Cost {
  readonly steps: number
  /** The same deletions in pieces of which each is taken up in some milliseconds, without what is gone already. */
  readonly deleted: readonly Weighed[]
}

/** What a set of changes costs; each struct and each piece knows its part. Nothing where it is more than anybody's work takes. */
export function* costOf(against: Judged, ready: readonly Struct[], deleted: readonly Range[], made: Made): Generator<void, Cost | undefined> {
  const gaps = ready.length > 1 ? new Gaps() : undefined
  let total = 0
  let beyond = 0
  const add = (of: { steps?: number }, usual: number, more: number): boolean => {
    of.steps = (of.steps ?? 0) + usual + more
    total += usual + more
    beyond += more
    return of.steps <= mostAtOnce && beyond <= mostBeyond + ready.length * mostBeyondEach
  }
  for (const [nth, struct] of ready.entries()) {
    if (nth % structsATurn === structsATurn - 1) yield
    const usual = stepsOfStruct + Math.ceil((struct.to - struct.from) / 32)
    if (struct.kind === 'garbage' || !struct.place?.inside) {
      if (!add(struct, usual, 0)) return undefined
      continue
    }
    const live = standingInTheWay(against, struct, struct.place.inside)
    if (!add(struct, usual, live)) return undefined
    gaps?.put(struct, struct.place.inside, live)
  }
  if (gaps && gaps.conflicts.length > 0) {
    yield
    const sizes = subtrees(ready, made)
    const inGap = new Map<Gap, number>()
    for (const { struct, gap } of gaps.conflicts) {
      const there = inGap.get(gap) ?? gap.structs.reduce((sum, each) => sum + (sizes.get(each) ?? 1), 0)
      inGap.set(gap, there)
      // Cuts make two of one.
      if (!add(struct, 0, 2 * there + gap.live)) return undefined
    }
  }
  const pieces: Weighed[] = []
  for (const [nth, range] of deleted.entries()) {
    if (nth % structsATurn === structsATurn - 1) yield
    const end = endOf(liveStructsOf(against, range.client) ?? [])
    for (const piece of yield* inPieces(against, { ...range, to: Math.min(range.to, end) })) {
      total += piece.steps
      pieces.push(piece)
    }
    if (range.to <= end) continue
    // Of what comes with the same update.
    const fresh: Weighed = { ...range, from: Math.max(range.from, end) }
    if (!add(fresh, 4, made.countIn(fresh.client, fresh.from, fresh.to) * 4)) return undefined
    pieces.push(fresh)
  }
  return { steps: total, deleted: pieces }
}

/**
 * What a range deletes of a document, in pieces. What is deleted and stands together becomes one, at worst each with its neighbour, and
 * each time everything behind it in the list is moved: a few bytes can ask for that tens of thousands of times.
 */
function* inPieces(against: Judged, { client, from, to }: Range): Generator<void, readonly (Range & { steps: number })[]> {
  const structs = liveStructsOf(against, client) ?? []
  if (from >= to) return []
  const pieces: { client: number; from: number; to: number; steps: number }[] = []
  let piece: (typeof pieces)[number] | undefined
  let nth = 0
  for (let at = indexOf(structs, from); at < structs.length; at++) {
    if (++nth % structsATurn === 0) yield
    const { id, length, deleted } = structs[at] as LiveStruct
    if (id.clock >= to) break
    if (deleted) {
      piece = undefined
      continue
    }
    const [begins, ends] = [Math.max(from, id.clock), Math.min(to, id.clock + length)]
    const moved = Math.ceil((structs.length - at) / movedInAStep)
    const cuts = Number(begins > id.clock) + Number(ends < id.clock + length)
    const steps = 4 + Math.ceil(moved / 2) + cuts * moved
    if (piece && piece.to === begins && piece.steps + steps <= mostOfPiece) {
      piece.to = ends
      piece.steps += steps
    } else pieces.push((piece = { client, from: begins, to: ends, steps: steps + 4 }))
  }
  return pieces
}

const endOf = (structs: readonly LiveStruct[]): number => {
  const last = structs.at(-1)
  return last ? last.id.clock + last.length : 0
}

/** Steps for what the document has between a struct's neighbours, and for cutting those where it stands in the middle of them. */
function standingInTheWay(against: Judged, struct: Struct, inside: Container): number {
  const { after, before, place } = struct
  const right = before && liveWith(against, before)
  const cutRight = right && before && before.clock > right.struct.id.clock ? right.cut : 0
  // Whatever stands before or after something that comes with the same update is counted with that.
  const isBeforeNew = before !== undefined && right === undefined
  if (!after) {
    if (isBeforeNew || (right && isItem(right.struct) && right.struct.left === null && cutRight === 0)) return cutRight
    const first = firstIn(inside, place?.name)
    return cutRight + first.passed + passed(against, first.item, struct)
  }
  const left = liveWith(against, after)
  if (!left || !isItem(left.struct)) return cutRight
  const { id, length, right: next } = left.struct
  if (after.clock + 1 === id.clock + length) return isBeforeNew || isFirstOf(next, before) ? cutRight : cutRight + passed(against, next, struct)
  const isBetweenHalves = before?.client === after.client && before.clock === after.clock + 1
  // Cut once: the left half ends where the right one begins.
  return left.cut + (isBeforeNew || isBetweenHalves ? 0 : 1 + passed(against, next, struct, left.struct))
}

const isItem = (struct: LiveStruct): struct is Y.Item => 'content' in struct

const isFirstOf = (item: Y.Item | null, id: Id | undefined): boolean => (item === null ? id === undefined : item.id.client === id?.client && item.id.clock === id.clock)

/** The struct of the document that holds a change, and what cutting it takes. */
function liveWith(against: Judged, { client, clock }: Id): { readonly struct: LiveStruct; readonly cut: number } | undefined {
  const structs = liveStructsOf(against, client)
  if (!structs || clock >= endOf(structs)) return undefined
  const at = indexOf(structs, clock)
  return { struct: structs[at] as LiveStruct, cut: Math.floor((structs.length - at) / movedInAStep) }
}

/**
 * Items from one on that Yjs passes to find where a struct stands: those that were put after the same change, and after those; up to what it
 * was put before. `half` is an item that will be cut in two, of which the second half is passed.
 */
function passed({ doc }: Judged, from: Y.Item | null, { client, after, before }: Struct, half?: Y.Item): number {
  const seen = new Set<LiveStruct>(half && [half])
  let count = 0
  for (let item = from; item !== null && count <= mostAtOnce; item = item.right) {
    if (before && isIn(item, before)) break
    count++
    seen.add(item)
    if (isSame(item.origin, after)) {
      if (item.id.client > client && isSame(item.rightOrigin, before)) break
    } else if (item.origin === null || !seen.has(Y.getItem(doc.store, item.origin))) break
  }
  return count
}

const isIn = ({ id, length }: Y.Item, change: Id): boolean => id.client === change.client && change.clock >= id.clock && change.clock < id.clock + length
const isSame = (one: Id | null, other: Id | undefined): boolean => (one === null ? other === undefined : one.client === other?.client && one.clock === other.clock)

/** The first item in a row, or by a name, of a shared type of the document; and how many were passed to find it. */
function firstIn(inside: Container, name: string | undefined): { readonly item: Y.Item | null; readonly passed: number } {
  if (!isLive(inside)) return { item: null, passed: 0 }
  if (name === undefined) return { item: firstOf(inside), passed: 0 }
  let item = entriesOf(inside).get(name) ?? null
  let count = 0
  for (; item !== null && item.left !== null && count <= mostAtOnce; count++) item = item.left
  return { item, passed: count }
}

/** What an update puts in one place. */
interface Gap {
  last: Struct | undefined
  /** All of them, once there is more than one. */
  structs: Struct[]
  /** Whether each so far stands right after what it was put after. */
  isClean: boolean
  /** Most of the document that one of them had to pass. */
  live: number
}

/** Finds structs of one update that are put in the same place: those pass one another, and all that was put beside them. */
class Gaps {
  readonly conflicts: { readonly struct: Struct; readonly gap: Gap }[] = []
  readonly #after = new Map<number, Map<number, Gap>>()
  readonly #first = new Map<Container, Map<string | undefined, Gap>>()

  put(struct: Struct, inside: Container, live: number): void {
    const { after, before, place } = struct
    const gap = after ? gapIn(this.#after, after.client, after.clock) : gapIn<Container, string | undefined>(this.#first, inside, place?.name)
    const { last } = gap
    const isInFront = last !== undefined && before?.client === last.client && before.clock === last.clock
    if (live > 0 || (last && !isInFront)) gap.isClean = false
    gap.live = Math.max(gap.live, live)
    gap.last = struct
    if (!last) return
    if (gap.structs === none) gap.structs = [last]
    gap.structs.push(struct)
    if (!gap.isClean) this.conflicts.push({ struct, gap })
  }
}

const none: Struct[] = []

function gapIn<A, B>(gaps: Map<A, Map<B, Gap>>, a: A, b: B): Gap {
  const known = gaps.get(a) ?? new Map<B, Gap>()
  gaps.set(a, known)
  const gap = known.get(b) ?? { last: undefined, structs: none, isClean: true, live: 0 }
  known.set(b, gap)
  return gap
}

/** How many structs of an update were put after each, directly or after one of those; itself counted. */
function subtrees(ready: readonly Struct[], made: Made): ReadonlyMap<Struct, number> {
  const sizes = new Map<Struct, number>()
  for (const struct of ready.toReversed()) {
    const own = (sizes.get(struct) ?? 0) + 1
    sizes.set(struct, own)
    const outer = struct.after && made.at(struct.after)
    if (outer) sizes.set(outer, (sizes.get(outer) ?? 0) + own)
  }
  return sizes
}
