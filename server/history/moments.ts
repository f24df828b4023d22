import type { BoardId } from '../../shared/ids.ts'
import { docIdOf } from '../documents.ts'
import type { Seq, Stored } from '../storage/log.ts'
import { readNote } from '../storage/notes.ts'
import type { StoreReader } from '../storage/reading.ts'
import type { PackedStrip, Strip } from '../storage/sqlite-history.ts'
import { unpackBytes, unpackSteps } from './pack.ts'
import { removalsOf } from './removals.ts'
import type { Unreadable } from './unreadable.ts'

/* A board as it was: what folding put away, read again. */

export type Past = Pick<StoreReader, 'log' | 'history'>

/** A moment to look back to: a time in milliseconds since 1970, or right after an entry. */
export type Wanted = { readonly at: number } | { readonly seq: Seq }

/** What a board held at a moment, as updates that say so one after the other; `at` and `seq` are those of the last of them. */
export interface AsItWas {
  readonly updates: readonly Uint8Array[]
  readonly seq: Seq
  readonly at: number
}

/** The board as it was at a moment: the last one that is kept from before it. */
export async function asItWas({ log, history }: Past, board: BoardId, wanted: Wanted): Promise<AsItWas | Unreadable> {
  const doc = docIdOf(board, 'canvas')
  const stored = await log.load(doc)
  const strips = await history.list(doc)
  const inLog = stepsInLog(stored)
  if ('seq' in wanted && wanted.seq > stored.upTo) return 'after'
  const isInLog = 'seq' in wanted ? wanted.seq >= stored.upTo - inLog.length : (inLog[0]?.at ?? Infinity) <= wanted.at || strips.length === 0
  if (isInLog) return lastOf(stored.snapshot ? [stored.snapshot] : [], inLog, wanted, { seq: stored.upTo - inLog.length, at: strips.at(-1)?.ended ?? 0 }) ?? (strips.length || inLog.length ? 'before' : 'nothing')

  const nth = 'seq' in wanted ? strips.findIndex(({ upTo }) => upTo >= wanted.seq) : strips.findLastIndex(({ began }) => began > 0 && began <= wanted.at)
  const [last, first] = [strips[nth], strips.slice(0, nth + 1).findLast(({ isWhole }) => isWhole)]
  if (!last || !first || ('seq' in wanted && wanted.seq < first.since)) return strips.length ? 'before' : 'nothing'
  const held = await history.read(doc, first.since, last.upTo)
  const updates: Uint8Array[] = []
  const steps: TimedStep[] = []
  let at = first.since
  for (const strip of held) {
    const read = readStrip(strip)
    if (!read || strip.since !== at) return 'damaged'
    if (strip === held[0] && read.base) updates.push(read.base)
    steps.push(...read.steps)
    at = strip.upTo
  }
  return lastOf(updates, steps, wanted, { seq: first.since, at: first.began }) ?? 'before'
}

interface TimedStep {
  readonly seq: Seq
  readonly at: number
  readonly data: Uint8Array
}

const stepsInLog = ({ entries, notes = [], upTo }: Stored): TimedStep[] => entries.map((data, nth) => ({ seq: upTo - entries.length + 1 + nth, at: readNote(notes[nth]).at, data }))

/** What is in a strip; nothing where it was damaged. */
export function readStrip({ held }: PackedStrip): { readonly base: Uint8Array | undefined; readonly steps: readonly (TimedStep & { readonly note: string | undefined })[] } | undefined {
  if (!held) return undefined
  try {
    return { base: held.base && unpackBytes(held.base), steps: unpackSteps(held.data).map(step => ({ ...step, at: readNote(step.note).at })) }
  } catch {
    // Its sum is right and it still makes no sense: as good as damaged.
    return undefined
  }
}

function lastOf(before: readonly Uint8Array[], steps: readonly TimedStep[], wanted: Wanted, start: { readonly seq: Seq; readonly at: number }): AsItWas | undefined {
  const nth = steps.findLastIndex(({ seq, at }) => ('seq' in wanted ? seq <= wanted.seq : at <= wanted.at))
  // What a snapshot holds is from before anything that is known by its time.
  if (nth < 0 && 'at' in wanted) return undefined
  const updates = [...before, ...steps.slice(0, nth + 1).map(({ data }) => data)]
  const { seq, at } = steps[nth] ?? start
  return updates.length ? { updates, seq, at } : undefined
}

/** A moment in the list of those one can look at. */
export interface ListedMoment {
  readonly seq: Seq
  /** Milliseconds since 1970. */
  readonly at: number
  /** How many records were removed right after it; 0 where it is there for its time only. */
  readonly removed: number
}

export interface ListedMoments {
  /** Oldest first. */
  readonly moments: readonly ListedMoment[]
  /** How many strips were passed over because they were damaged. */
  readonly damaged: number
}

/** Records from which on removing them at once is a moment worth going back to. */
const manyRemoved = 5
const listedMs = 10 * 60_000

/** The moments of a board to choose from: before each removal of several things, and one of each ten minutes. */
export async function momentsOf(past: Past, board: BoardId): Promise<ListedMoments> {
  const doc = docIdOf(board, 'canvas')
  const strips = await past.history.list(doc)
  const steps: { readonly seq: Seq; readonly at: number }[] = []
  let damaged = 0
  for (const strip of strips) {
    const read = await readOne(past, doc, strip)
    if (read) steps.push(...read.map(({ seq, at }) => ({ seq, at })))
    else damaged++
  }
  steps.push(...stepsInLog(await past.log.load(doc)).map(({ seq, at }) => ({ seq, at })))
  const { removals, damaged: lost } = await removalsOf(past, board, 0)
  const removedAfter = new Map<Seq, number>()
  for (const { seq, records } of removals) removedAfter.set(seq - 1, records.length)
  const moments = steps.filter(({ at }) => at > 0).map(step => ({ ...step, removed: removedAfter.get(step.seq) ?? 0 }))
  // Thinned as if all were a day old: one of each ten minutes, and those before a removal.
  const listed = moments.filter((moment, nth) => {
    const next = moments[nth + 1]
    return !next || moment.removed >= manyRemoved || Math.floor(moment.at / listedMs) !== Math.floor(next.at / listedMs)
  })
  return { moments: listed, damaged: damaged + lost }
}

const readOne = async ({ history }: Past, doc: ReturnType<typeof docIdOf>, { since, upTo }: Strip) => {
  const [strip] = await history.read(doc, since, upTo)
  return strip && readStrip(strip)?.steps
}

