import type { TLArrowBinding, TLRecord, TLShapeId } from 'tldraw'
import * as Y from 'yjs'
import { changeRecord, createRecord, type Flat, isTextKey, key, readEnd, readFlat } from '../../shared/board.ts'
import { type Json, readWords } from '../../shared/json.ts'
import { rebase } from '../../shared/text.ts'
import { changedKeys, recordIdOf, shapeIdOf } from './codec.ts'
import type { Copy } from './copy.ts'
import { isTooLarge, type refusals } from './too-much.ts'

/** Origin of the transactions that carry this person's own edits. */
export const LOCAL = Symbol('local edit')

/** From the canvas to the board: only what this person changed, in one transaction every few frames. */
export interface Outgoing {
  /** A record of the canvas changed here. */
  note(record: TLRecord): void
  /** Writes what is waiting. `caret` says where in a text the typing ended, where several edits would do. */
  flush(caret?: number): void
  dispose(): void
}

/** A drag moves at 60 frames a second; a third of them is smooth for others. */
const everyMs = 50
/** A stroke grows with every point and travels whole, so it is sent less often until it is done. */
const strokeMs = 400

export interface OutgoingHooks {
  /** The board came out different from the canvas: others had written in the same text. */
  readonly diverged: (id: string) => void
  /** A record came into being here; others may have waited for it. */
  readonly appeared: (id: string) => void
  /** A record was taken away here. */
  readonly removed: () => void
  /** What was done here is more than the server takes; the canvas goes back to what the board says. */
  readonly refused: (id: string, why: keyof typeof refusals) => void
  /** Whether something waits to be written. */
  readonly holds: (something: boolean) => void
}

export function createOutgoing(copy: Copy, { diverged, appeared, removed, refused, holds }: OutgoingHooks): Outgoing {
  const { records, agreed, store } = copy
  let waiting = new Set<string>()
  let cancel: (() => void) | undefined
  const strokeSent = new Map<string, number>()

  const schedule = (ms: number): void => {
    holds(copy.canWrite())
    cancel ??= copy.clock.later(() => {
      cancel = undefined
      flush()
    }, ms)
  }

  const isGrowing = (id: string): boolean => {
    const shape = store.get(shapeIdOf(id))
    const growing = shape !== undefined && 'isComplete' in shape.props && shape.props.isComplete === false
    if (!growing) strokeSent.delete(id)
    return growing
  }

  const write = (id: string, caret: number | undefined): void => {
    const before = agreed.get(id)
    const after = copy.encoded(id)
    const record = records.get(id)
    if (!after) {
      if (!before) return
      copy.bury(id)
      if (record) records.delete(id)
      agreed.delete(id)
      copy.mention(id, undefined)
      return removed()
    }
    if (!record) {
      // Somebody deleted it while it was edited here: deleting wins, and the next merge takes it off the canvas.
      if (before) return
      const why = records.size >= copy.mostRecords() ? 'full' : [...after.values()].some(isTooLarge) ? 'large' : undefined
      if (why) {
        // As if both sides had agreed on it: then it is gone from the board, and the canvas follows.
        agreed.set(id, after)
        return refused(id, why)
      }
      createRecord(records, id, after)
      appeared(id)
    } else {
      // A record that is new here but known there came back through undo while its deletion was still on the way.
      for (const name of changedKeys(before ?? readFlat(record) ?? new Map(), after)) {
        const value = after.get(name)
        if (value !== undefined && isTooLarge(value)) {
          refused(id, 'large')
          continue
        }
        if (isTextKey(name) && typeof value === 'string' && typeof before?.get(name) === 'string') {
          const stored = record.get(name)
          const now = stored instanceof Y.Text ? stored.toString() : readWords(stored)
          const merged = rebase(String(before.get(name)), value, now)
          changeRecord(record, name, merged, merged === value ? caret : undefined)
          if (merged !== value) diverged(id)
        } else changeRecord(record, name, value)
      }
      letGo(record, after)
    }
    agreed.set(id, after)
    copy.mention(id, after)
  }

  /** What cannot be written is a mistake of ours; everything beside it goes its way. */
  const writeApart = (id: string, caret: number | undefined): void => {
    try {
      write(id, caret)
    } catch (error) {
      reportError(error)
    }
  }

  /** An end whose card is gone would make an arrow read as absent that is drawn here without it: it goes with the next edit. */
  const letGo = (record: Y.Map<unknown>, drawn: Flat): void => {
    for (const name of [key.from, key.to]) {
      const end = readEnd(record.get(name) as Json | undefined)
      if (end && !drawn.has(name) && !records.has(end)) record.delete(name)
    }
  }

  const flush = (caret?: number): void => {
    cancel?.()
    cancel = undefined
    if (waiting.size === 0) return
    const now = copy.clock.now()
    const later = new Set<string>()
    const due = [...waiting].filter(id => {
      if (!isGrowing(id)) return true
      const wait = now - (strokeSent.get(id) ?? 0) < strokeMs
      if (wait) later.add(id)
      else strokeSent.set(id, now)
      return !wait
    })
    waiting = later
    // What goes makes room for what comes.
    if (records.size + due.length > copy.mostRecords()) due.sort((a, b) => Number(copy.isDrawn(a)) - Number(copy.isDrawn(b)))
    if (copy.canWrite() && due.length) copy.doc.transact(() => due.forEach(id => writeApart(id, caret)), LOCAL)
    if (later.size) schedule(strokeMs)
    else holds(false)
  }

  return {
    note(record) {
      if (record.typeName === 'shape' || record.typeName === 'asset') waiting.add(recordIdOf(record.id))
      else if (record.typeName === 'binding') waiting.add(recordIdOf((record as TLArrowBinding).fromId as TLShapeId))
      else return // Who is here and what they look at stays here; so do the names tldraw keeps of people.
      schedule(everyMs)
    },
    flush,
    dispose: () => cancel?.(),
  }
}
