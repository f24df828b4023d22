import type { Editor, TLAssetId, TLRecord, TLShape, TLShapeId, TLStore } from 'tldraw'
import type * as Y from 'yjs'
import { bindingsAt, bindingsFor, encodeMeant } from './arrow-ends.ts'
import { type Batch, type Homeless, readBatch } from './batch.ts'
import { changedKeys, type Decoded, decodeShape, type End, type Ends, isAssetId, isShapeKey, recordIdOf, reusing, shapeIdOf } from './codec.ts'
import type { Copy } from './copy.ts'
import type { Guard } from './guard.ts'
import { whileMerging } from './merging.ts'
import { LOCAL, type Outgoing } from './outgoing.ts'
import type { Siblings } from './siblings.ts'

/** From the board to the canvas: peers' edits, checked, merged together, and put back where tldraw answers with its own. */
export interface Incoming {
  /** Yjs changed something; called for every transaction. */
  observe(events: readonly Y.YEvent<Y.AbstractType<unknown>>[], transaction: Y.Transaction): void
  /** A record is to be read again soon. */
  again(id: string): void
  /** A record came into being here: those that waited for it are read again. */
  came(id: string): void
  /** A record went here: one that there was no room for is read again. */
  madeRoom(): void
  /** What bringing something back takes. */
  readonly within: Within
  /** Reads everything. */
  readAll(): void
  /** Merges what is waiting now. */
  drain(): void
  /** The canvas changed a record while a merge was going on. */
  answered(id: string): void
  dispose(): void
}

export interface IncomingHooks {
  /** Peers wrote these keys of a shape that is on the canvas. */
  readonly touched: (id: TLShapeId, names: Iterable<string>) => void
  readonly removed: (id: TLShapeId) => void
  /** Shapes that came from the board. */
  readonly appeared: (id: TLShapeId) => void
  /** A merge is over; these records stand otherwise here than the board says, on purpose. */
  readonly merged: (toMend: ReadonlySet<string>) => void
  readonly failed: (error: unknown) => void
}

/** The inside of it, for what is loaded when somebody brings something back: handed over, so that it is one piece with the rest. */
export interface Within {
  readonly copy: Copy
  readonly guard: Guard
  readonly outgoing: Outgoing
  readonly hooks: IncomingHooks
  /** What tldraw changed in reply. */
  readonly derived: Set<string>
  readonly origin: symbol
  read(ids: ReadonlySet<string>): Batch
  put(work: ReadonlySet<string>): ReadonlySet<string>
  reassert(batch: Batch): void
  came(id: string): void
  drain(): void
  readonly bindingsAt: typeof bindingsAt
  readonly bindingsFor: typeof bindingsFor
  readonly whileMerging: typeof whileMerging
}

export function createIncoming(copy: Copy, guard: Guard, siblings: Siblings, outgoing: Outgoing, hooks: IncomingHooks): Incoming {
  const { store, records, agreed } = copy
  let inbox = new Set<string>()
  /** The part of the inbox that other people wrote, by key. */
  let byPeers = new Map<string, Set<string>>()
  let cancel: (() => void) | undefined
  let lastCost = 0
  const derived = new Set<string>()
  const homeless: Homeless = new Map()

  // Every commit makes tldraw work through all its shapes, so merges come no more often than twice what one costs.
  const schedule = (): void => {
    cancel ??= copy.clock.later(drain, Math.min(250, Math.max(16, lastCost * 2)))
  }

  const drain = (): void => {
    cancel?.()
    cancel = undefined
    if (inbox.size === 0) return
    const [work, peers] = [inbox, byPeers]
    inbox = new Set()
    byPeers = new Map()
    const start = copy.clock.now()
    merge(work, peers)
    lastCost = copy.clock.now() - start
  }

  const merge = (work: ReadonlySet<string>, peers: ReadonlyMap<string, ReadonlySet<string>>): void => {
    cancelGestures(copy, work)
    // What was done here before this merge goes out before it.
    store._flushHistory()
    outgoing.flush()
    const toMend = put(work)
    for (const [id, names] of peers) if (store.has(shapeIdOf(id))) hooks.touched(shapeIdOf(id), names)
    for (const container of homeless.keys()) if (records.has(container)) homeless.delete(container)
    hooks.merged(toMend)
  }

  /** Puts what the board says of some records on the canvas; returns those that stand otherwise there, on purpose. */
  const put = (work: ReadonlySet<string>): ReadonlySet<string> => {
    const batch = readBatch(copy, work, guard, siblings, homeless)
    try {
      if (batch.shapes.size || batch.assets.size || batch.gone.size) apply(batch)
      for (const id of batch.again) inbox.add(id)
      if (batch.again.size) schedule()
      return batch.toMend
    } catch (error) {
      return putApart(work, error)
    }
  }

  /** What throws together is put apart, and in the end one record is left that the canvas cannot bear: it is hidden, the others are drawn. */
  const putApart = (work: ReadonlySet<string>, error: unknown): ReadonlySet<string> => {
    const ids = [...work]
    const [only] = ids
    if (ids.length > 1) return new Set([ids.slice(0, ids.length / 2), ids.slice(ids.length / 2)].flatMap(half => [...put(new Set(half))]))
    if (only !== undefined && copy.refuse(only, error)) return put(work)
    hooks.failed(error)
    return new Set()
  }

  const apply = (batch: Batch): void => {
    const goneShapes = [...batch.gone].filter(id => !isAssetId(id)).map(shapeIdOf)
    const goneAssets = [...batch.gone].filter(isAssetId) as TLAssetId[]
    const fresh: TLShapeId[] = []
    const shapes: TLShape[] = []
    for (const [id, shape] of batch.shapes) {
      const before = store.get(id) as TLShape | undefined
      const next = before ? reusing(before, shape) : shape
      if (!before) fresh.push(id)
      if (!before || differs(before, next)) shapes.push(next)
    }
    const { bind, unbind } = bindingsFor(copy, batch.ends)
    try {
      whileMerging(store, () => {
        inHistoryNobodyKeeps(copy, () => {
          // Bindings go first and come last: removing a shape makes tldraw work out the free end of every arrow still bound to it.
          store.remove([...unbind, ...goneShapes.flatMap(id => [...bindingsAt(copy, id)])])
          store.remove([...goneShapes, ...goneAssets])
          store.put([...batch.assets.values(), ...shapes] as TLRecord[])
          store.put(bind)
        })
        store._flushHistory()
        reassert(batch)
      })
    } finally {
      derived.clear()
    }
    for (const id of batch.gone) {
      guard.gone(shapeIdOf(id))
      agreed.delete(id)
      hooks.removed(shapeIdOf(id))
    }
    for (const id of [...[...batch.shapes.keys()].map(recordIdOf), ...batch.assets.keys()]) {
      const now = copy.encoded(id)
      if (now) agreed.set(id, now)
    }
    for (const id of fresh) hooks.appeared(id)
  }

  const came = (id: string): void => {
    const waiting = [...copy.arrowsAt(id), ...(homeless.get(id) ?? []), ...(copy.waiting.get(id) ?? [])]
    for (const each of waiting) inbox.add(each)
    if (waiting.length) schedule()
  }

  /** The board is the truth: puts back, with side effects off, whatever tldraw changed in reply to a merge. */
  const reassert = (batch: Batch): void => {
    const wanted: TLShape[] = []
    const unwanted: TLShapeId[] = []
    const ends = new Map<TLShapeId, Ends<End>>()
    for (const id of derived) {
      const shapeId = shapeIdOf(id)
      const now = store.get(shapeId) as TLShape | undefined
      const meant = batch.gone.has(id) ? undefined : meantBy(batch, id)
      if (!meant) {
        if (now) unwanted.push(shapeId)
        continue
      }
      if (!now || changedKeys(copy.encoded(id) ?? new Map(), encodeMeant(meant.shape, meant.ends)).length) wanted.push(meant.shape)
      ends.set(shapeId, meant.ends)
    }
    const { bind, unbind } = bindingsFor(copy, ends)
    if (!wanted.length && !unwanted.length && !bind.length && !unbind.length) return
    for (const shape of wanted) siblings.recount(store.get(shape.id) as TLShape | undefined, shape)
    for (const id of unwanted) siblings.recount(store.get(id) as TLShape | undefined, undefined)
    withoutSideEffects(store, () =>
      inHistoryNobodyKeeps(copy, () => {
        store.remove([...unbind, ...unwanted.flatMap(id => [...bindingsAt(copy, id)]), ...unwanted])
        store.put(wanted)
        store.put(bind)
      }),
    )
    store._flushHistory()
  }

  /** A record as this merge has it or, when it was no part of it, as it was agreed on before tldraw touched it. */
  const meantBy = (batch: Batch, id: string): Decoded | undefined => {
    const shape = batch.shapes.get(shapeIdOf(id))
    if (shape) return { shape, ends: batch.ends.get(shape.id) ?? {} }
    const flat = agreed.get(id)
    const decoded = flat && isShapeKey(id) ? decodeShape(id, flat) : undefined
    return decoded && 'shape' in decoded ? decoded : undefined
  }

  return {
    observe(events, { origin, local }) {
      if (origin === LOCAL) return
      for (const event of events) {
        const [id, name] = event.path.map(String)
        if (id === undefined) {
          for (const each of event.keys.keys()) inbox.add(each)
          continue
        }
        inbox.add(id)
        if (local) continue
        const names = byPeers.get(id) ?? new Set<string>()
        byPeers.set(id, names)
        for (const each of name === undefined ? event.keys.keys() : [name]) names.add(each)
      }
      schedule()
    },
    again(id) {
      inbox.add(id)
      schedule()
    },
    came,
    within: { copy, guard, outgoing, hooks, derived, origin: LOCAL, read: ids => readBatch(copy, ids, guard, siblings, homeless), put, reassert, came, drain, bindingsAt, bindingsFor, whileMerging },
    madeRoom() {
      const [next] = copy.beyond
      if (next === undefined) return
      copy.beyond.delete(next)
      inbox.add(next)
      schedule()
    },
    readAll() {
      for (const id of records.keys()) inbox.add(id)
      drain()
    },
    drain,
    answered: id => void derived.add(id),
    dispose: () => cancel?.(),
  }
}

const gestures = [
  'select.translating',
  'select.resizing',
  'select.rotating',
  'select.dragging_handle',
  'select.pointing_shape',
  'select.pointing_handle',
  'select.pointing_arrow_label',
]

/** tldraw 5.4 breaks when a shape, or what it is dragged over, vanishes in the middle of a gesture: end the gesture first. */
function cancelGestures({ editor, records, refused }: Copy, work: ReadonlySet<string>): void {
  if (!editor?.isInAny(...gestures)) return
  const gone = new Set([...work].filter(id => !records.has(id) || refused.has(id)).map(shapeIdOf))
  if (gone.size === 0) return
  const held = [...editor.getSelectedShapeIds(), ...editor.getHintingShapeIds()]
  const bound = held.flatMap(id => editor.getBindingsFromShape(id, 'arrow').map(binding => binding.toId))
  const falls = (id: TLShapeId) => gone.has(id) || editor.findShapeAncestor(id, ancestor => gone.has(ancestor.id)) !== undefined
  if ([...held, ...bound].some(falls)) editor.cancel()
}

/** Runs a change that is nobody's to undo: neither it nor what tldraw answers may clear this person's redo. */
function inHistoryNobodyKeeps({ editor, store }: Copy, change: () => void): void {
  const run = () => store.mergeRemoteChanges(change)
  if (editor) withoutCrashing(editor, () => editor.run(run, { history: 'ignore', ignoreShapeLock: true }))
  else run()
}

/** tldraw ends its canvas where something throws inside a change. What a peer stored must not: whoever runs this deals with what is thrown. */
function withoutCrashing(editor: Editor, work: () => void): void {
  const mayCrash = editor as unknown as { crash?: (error: unknown) => Editor }
  mayCrash.crash = () => editor
  try {
    work()
  } finally {
    delete mayCrash.crash
  }
}

/** tldraw keeps this switch to itself, but what is put back as it was must not be answered again. */
function withoutSideEffects(store: TLStore, change: () => void): void {
  const effects = store.sideEffects as unknown as { isEnabled(): boolean; setIsEnabled(enabled: boolean): void }
  const enabled = effects.isEnabled()
  effects.setIsEnabled(false)
  try {
    change()
  } finally {
    effects.setIsEnabled(enabled)
  }
}

const parts = ['props', 'meta', 'x', 'y', 'rotation', 'index', 'parentId', 'isLocked', 'opacity'] as const

const differs = (a: TLShape, b: TLShape): boolean => parts.some(part => a[part] !== b[part])
