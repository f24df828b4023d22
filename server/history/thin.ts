import * as Y from 'yjs'
import type { DocId, Seq } from '../storage/log.ts'
import { noteOf, readNote } from '../storage/notes.ts'
import type { HistoryReader, NewStrip, PackedStrip } from '../storage/sqlite-history.ts'
import { emptyDocument } from '../sync/hydrate.ts'
import { comesBackMs, firstThinning, keptMoments, nextThinning } from './ages.ts'
import { readStrip } from './moments.ts'
import { packBytes, packSteps, type Step, unpackRemovals } from './pack.ts'

/** Strips in place of others, and how many were left out because they were damaged. */
export interface Thinned {
  readonly instead: readonly NewStrip[]
  readonly replaced: readonly Seq[]
  readonly damaged: number
}

/** What is left of a document's strips that are old enough for that, with a moment here and there; nothing where none are. */
export async function thinned(history: Pick<HistoryReader, 'list' | 'read' | 'removals'>, doc: DocId, now: number): Promise<Thinned | undefined> {
  const all = await history.list(doc)
  const young = all.findIndex(({ ended }) => ended > now - firstThinning)
  const old = young < 0 ? all : all.slice(0, young)
  const last = old.at(-1)
  if (!last) return undefined
  const strips = await history.read(doc, 0, last.upTo)
  const special = await beforeRemovals(history, doc, now)
  const instead: NewStrip[] = []
  let damaged = 0
  for (const run of runsOf(strips)) {
    const made = thinRun(run, special, now)
    if (made) instead.push(...made)
    else damaged += run.length
  }
  return { instead, replaced: old.map(({ upTo }) => upTo), damaged: damaged + strips.filter(({ held }) => !held).length }
}

/** Positions right before something was removed that may still be brought back. */
async function beforeRemovals(history: Pick<HistoryReader, 'removals'>, doc: DocId, now: number): Promise<ReadonlySet<Seq>> {
  const special = new Set<Seq>()
  for (const { data } of await history.removals(doc, now - comesBackMs)) {
    try {
      if (data) for (const { seq } of unpackRemovals(data)) special.add(seq - 1)
    } catch {
      // Its sum is right and it still makes no sense: then nothing says which moments these were.
    }
  }
  return special
}

/** Strips that follow one another and can be read, together. */
function runsOf(strips: readonly PackedStrip[]): PackedStrip[][] {
  const runs: PackedStrip[][] = []
  let before: PackedStrip | undefined
  for (const strip of strips) {
    if (!strip.held) {
      before = undefined
      continue
    }
    if (before && before.upTo === strip.since) runs.at(-1)?.push(strip)
    else if (strip.isWhole) runs.push([strip])
    // What builds on something that cannot be read cannot be read either.
    else continue
    before = strip
  }
  return runs
}

/** An update that says nothing. */
const nothing = Uint8Array.of(0, 0)
/** A strip that has grown to so many times the board begins anew with all of it: so that none takes long to read. */
const mostTimes = 4
const leastBytes = 2 ** 20

function thinRun(run: readonly PackedStrip[], special: ReadonlySet<Seq>, now: number): NewStrip[] | undefined {
  const read = run.map(readStrip)
  if (read.includes(undefined)) return undefined
  const steps = read.flatMap(strip => strip?.steps ?? [])
  const kept = new Set(keptMoments(steps.map(({ seq, at }) => ({ seq, at, special: special.has(seq) })), now).map(({ seq }) => seq))
  const { doc } = emptyDocument('canvas')
  const base = read[0]?.base
  if (base) Y.applyUpdate(doc, base)
  const made: NewStrip[] = []
  let [since, vector, by] = [run[0]?.since ?? 0, undefined as Uint8Array | undefined, new Set<string>()]
  let held: Step[] = []
  let [full, grown] = [0, 0]
  const close = (): void => {
    const [first, last] = [held[0], held.at(-1)]
    if (!first || !last) return
    const ended = readNote(last.note).at
    made.push({ since, upTo: last.seq, began: readNote(first.note).at, ended, steps: held.length, due: nextThinning(ended, now), base: since === 0 ? undefined : packBytes(nothing), data: packSteps(held) })
    since = last.seq
    vector = undefined
    held = []
    grown = 0
  }
  for (const { seq, at, note, data } of steps) {
    Y.applyUpdate(doc, data)
    for (const person of readNote(note).by) by.add(person)
    if (!kept.has(seq)) continue
    if (vector && grown > Math.max(leastBytes, mostTimes * full)) close()
    const update = Y.encodeStateAsUpdate(doc, vector)
    if (vector) grown += update.length
    else full = update.length
    vector = Y.encodeStateVector(doc)
    held.push({ seq, note: noteOf({ at, by: [...by] }), data: update })
    by = new Set()
  }
  close()
  doc.destroy()
  return made
}
