import { atom, type Editor, type Signal, type TLRecord, type TLStore } from 'tldraw'
import type * as Y from 'yjs'
import type { ParticipantId } from '../../shared/ids.ts'
import { type Clock, realClock } from './clock.ts'
import { recordIdOf } from './codec.ts'
import { createCopy } from './copy.ts'
import { createGuard } from './guard.ts'
import { createIncoming, type Within } from './incoming.ts'
import { isMerging } from './merging.ts'
import { createOutgoing } from './outgoing.ts'
import { createRepair } from './repair.ts'
import { trackSiblings } from './siblings.ts'
import { stampEdits } from './stamps.ts'
import { refusals } from './too-much.ts'
import { takeOffBy } from './undrawable.ts'
import { createUndoGuard } from './undo-guard.ts'

/** Holds a canvas and a board together: what is done on one appears on the other, and the board is the truth. */
export interface Binding {
  /** How many records cannot be drawn here. Nothing of them is lost. */
  readonly hidden: Signal<number>
  /** Why, by record. */
  readonly reasons: ReadonlyMap<string, string>
  /** Tells the binding which editor draws the store, once there is one, and when there is none any more. */
  attach(editor: Editor | undefined): void
  /** Sends what was done here now. `caret` says where the typing ended, in UTF-16 units. */
  flush(caret?: number): void
  /** What `bring-back.ts` puts records back by; it is loaded when somebody does that. */
  readonly within: Within
  /** Merges what has arrived now. */
  drain(): void
  dispose(): void
}

export interface BindingOptions {
  readonly doc: Y.Doc
  readonly store: TLStore
  readonly me: ParticipantId
  readonly canWrite: () => boolean
  readonly clock?: Clock
  /** The most shapes that peers put on the canvas; what comes beyond is hidden and counted. */
  readonly most?: number
  /** The most records that the server takes of a board. */
  readonly mostRecords?: () => number
  /** Hears why something that was done here was not kept. */
  readonly refused?: (sentence: string) => void
  readonly failed?: (error: unknown) => void
  /** Hears whether something was done here that the board does not hold yet. */
  readonly holds?: (something: boolean) => void
}

export function bind({ doc, store, me, canWrite, clock = realClock, most = Infinity, mostRecords = () => Infinity, refused, failed = error => console.error(error), holds = () => undefined }: BindingOptions): Binding {
  const copy = createCopy(doc, store, canWrite, clock, most, mostRecords)
  const hidden = atom('records that cannot be drawn', 0)
  const guard = createGuard(store)
  const siblings = trackSiblings(store)
  const undo = createUndoGuard(copy)
  const stopStamps = stampEdits(copy, me)
  const repair = createRepair(copy)
  const outgoing = createOutgoing(copy, { diverged: id => incoming.again(id), appeared: id => incoming.came(id), removed: () => incoming.madeRoom(), refused: turnBack, holds })
  const incoming = createIncoming(copy, guard, siblings, outgoing, {
    ...undo,
    failed,
    merged(toMend) {
      hidden.set(copy.hidden.size)
      repair.later(toMend)
    },
  })

  function turnBack(id: string, why: keyof typeof refusals): void {
    incoming.again(id)
    refused?.(refusals[why])
  }

  const stopTaking = takeOffBy(store, (id, error) => {
    // What was made here may not be on the board yet.
    flush()
    if (copy.refuse(recordIdOf(id), error)) incoming.again(recordIdOf(id))
  })

  const each = (changes: { added: object; updated: object; removed: object }, use: (record: TLRecord) => void): void => {
    for (const record of Object.values(changes.added)) use(record as TLRecord)
    for (const [, record] of Object.values(changes.updated)) use(record as TLRecord)
    for (const record of Object.values(changes.removed)) use(record as TLRecord)
  }
  const answered = (record: TLRecord): void => {
    if (record.typeName === 'shape') incoming.answered(recordIdOf(record.id))
    else if (record.typeName === 'binding') incoming.answered(recordIdOf(record.fromId))
  }
  const stopListening = [
    // tldraw answers a merge as if the person here had done it. Sent on, two clients would answer one another for ever.
    store.listen(({ changes }) => each(changes, isMerging(store) ? answered : outgoing.note), { source: 'user', scope: 'document' }),
    store.listen(({ changes }) => each(changes, answered), { source: 'remote', scope: 'document' }),
  ]
  const observe: Parameters<typeof copy.records.observeDeep>[0] = (events, transaction) => incoming.observe(events, transaction)
  copy.records.observeDeep(observe)

  const flush = (caret?: number): void => {
    store._flushHistory()
    outgoing.flush(caret)
  }
  const leaving = () => flush()
  addEventListener('pagehide', leaving)
  incoming.readAll()

  return {
    hidden,
    reasons: copy.hidden,
    attach(editor) {
      copy.editor = editor
    },
    flush,
    within: incoming.within,
    drain: incoming.drain,
    dispose() {
      flush()
      removeEventListener('pagehide', leaving)
      copy.records.unobserveDeep(observe)
      for (const stop of [...stopListening, siblings.stop, undo.stop, stopStamps, stopTaking]) stop()
      outgoing.dispose()
      incoming.dispose()
      repair.dispose()
      guard.dispose()
    },
  }
}
