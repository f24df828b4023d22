import * as Y from 'yjs'
import { hangsMs, mayKeep, openDatabase } from './database.ts'
import { keepHere } from '../kept.ts'
import { createTimers } from './timers.ts'
import { unsentBefore } from './unsent-before.ts'
import { waitsName } from './waits-name.ts'
import type { Happened } from './whereabouts.ts'

/*
 * The copy of a board on this device, in IndexedDB: its updates in the order they came, and how many changes of each page the server
 * has not answered for. It never throws. What goes wrong with it (closed, full, blocked, aborted, deleted by another tab) costs the
 * copy and nothing else: it is given up, said, and tried again.
 */

export interface DeviceCopy {
  /** Resolves once what lies here is in the document, or once it is known that nothing can be had for now. */
  readonly loaded: Promise<void>
  /** Looks for changes that other pages left here unsent, and takes them up. */
  takeUp(): void
  /** The server has answered: so much less waits to be sent. */
  counted(): void
  close(): void
}

interface Needs {
  readonly doc: Y.Doc
  /** The origin of what comes from the copy. */
  readonly origin: object
  /** Changes made here, and those the server has answered for. */
  readonly counts: () => { readonly made: number; readonly onServer: number }
  /** Hears what happened, once it has. */
  readonly heard: (event: Happened) => void
}

/** How long a change may be on its way to the device before nobody is told any more that it is kept. */
const lateMs = 1_000
const retryMs = { first: 2_000, most: 60_000 } as const
/** Updates after which all are put together into one. */
const manyUpdates = 500
const soonMs = 1_000
const unsentBy = 'unsent:'

interface Open {
  readonly db: IDBDatabase
  readonly copy: number
  /** The last key that was read; what other pages wrote comes after it. */
  seen: number
  rows: number
}

interface Stores {
  readonly updates: IDBObjectStore
  readonly custom: IDBObjectStore
}

/** Keeps a document on this device, where the browser lets pages keep anything. */
export function keepOnDevice(board: string, { doc, origin, counts, heard }: Needs): DeviceCopy {
  const page = `${unsentBy}${crypto.getRandomValues(new Uint32Array(2)).join('-')}`
  /** Counts of other pages, and up to which of our changes those they count are here. */
  const found = new Map<string, { readonly changes: number; readonly upTo: number }>()
  const timers = createTimers<'retry' | 'late' | 'hangs' | 'pack' | 'count'>()
  let open: Open | undefined
  let closed = false
  let copies = 0
  let failures = 0
  let queue: Uint8Array[] = []
  /** A transaction is under way. */
  let busy = false
  const wanted = { count: false, takeUp: false }
  let writtenUnsent = 0
  let wasWaiting: boolean | undefined
  let whenLoaded: () => void = () => undefined
  const loaded = new Promise<void>(done => (whenLoaded = done))

  const lose = (which: Open | undefined): void => {
    if (which !== open || closed) return
    open = undefined
    queue = []
    busy = false
    timers.clear('late', 'hangs', 'pack', 'count')
    which?.db.close()
    if (which) heard({ what: 'copy lost' })
    whenLoaded()
    timers.set('retry', Math.min(retryMs.most, retryMs.first * 2 ** failures++), begin)
  }

  const begin = (): void => {
    openDatabase(`manyfutures:${board}`).then(
      db => {
        if (closed) return db.close()
        const now: Open = { db, copy: ++copies, seen: -1, rows: 0 }
        open = now
        writtenUnsent = -1
        db.addEventListener('close', () => lose(now))
        // Another page wants it gone, and would wait for us.
        db.addEventListener('versionchange', () => lose(now))
        load(now)
      },
      () => lose(undefined),
    )
  }

  /** One transaction at a time; `done` hears that it completed. Whatever else becomes of it, the copy is lost. */
  const transact = <T>(now: Open, mode: IDBTransactionMode, work: (stores: Stores) => T, done: (made: T) => void): void => {
    busy = true
    timers.set('hangs', hangsMs, () => lose(now))
    try {
      const transaction = now.db.transaction(['updates', 'custom'], mode)
      const made = work({ updates: transaction.objectStore('updates'), custom: transaction.objectStore('custom') })
      transaction.addEventListener('abort', () => lose(now))
      transaction.addEventListener('complete', () => {
        if (open !== now || closed) return
        timers.clear('hangs')
        busy = false
        done(made)
        next()
      })
    } catch {
      lose(now) // It was closed behind our back.
    }
  }

  const take = (rows: readonly unknown[]): void =>
    doc.transact(() => {
      for (const row of rows) {
        try {
          Y.applyUpdate(doc, row as Uint8Array, origin)
        } catch {
          // Damaged on this device; the rest of it, and the server, still have what they have.
        }
      }
    }, origin)

  /** Rows nobody has read here. */
  const unread = ({ updates }: Stores, now: Open) => {
    const range = IDBKeyRange.lowerBound(now.seen, true)
    return { rows: updates.getAll(range), keys: updates.getAllKeys(range) }
  }

  const taken = (now: Open, { rows, keys }: ReturnType<typeof unread>): void => {
    take(rows.result)
    now.seen = Number(keys.result.at(-1) ?? now.seen)
  }

  /** Reads what is new here, and what of it the server may not have. */
  const read = (now: Open, then: () => void): void =>
    transact(
      now,
      'readonly',
      stores => ({ ...unread(stores, now), names: stores.custom.getAllKeys(), values: stores.custom.getAll() }),
      ({ names, values, ...updates }) => {
        taken(now, updates)
        now.rows += updates.rows.result.length
        const fresh = names.result.flatMap((key, i) => {
          const changes = Number(values.result[i])
          const known = found.get(String(key))?.changes ?? 0
          return String(key).startsWith(unsentBy) && key !== page && changes > known ? [{ key: String(key), changes, more: changes - known }] : []
        })
        const more = fresh.reduce((sum, each) => sum + each.more, unsentBefore(board))
        if (more > 0) heard({ what: 'found', changes: more, copy: now.copy })
        for (const { key, changes } of fresh) found.set(key, { changes, upTo: counts().made })
        then()
      },
    )

  const load = (now: Open): void => {
    heard({ what: 'copy opened', copy: now.copy })
    const isNew = doc.store.clients.size === 0
    read(now, () => {
      // That it can be written to is known once something has been.
      wanted.count = true
      // What was in the document before it could be kept is kept from now on.
      if (!isNew) pack(now)
    })
  }

  const note = (stores: Stores): { unsent: number; upTo: number; answered: number } => {
    const { made, onServer } = counts()
    const unsent = made - onServer
    if (unsent > 0) stores.custom.put(unsent, page)
    else stores.custom.delete(page)
    for (const [key, { changes, upTo }] of found) {
      if (onServer < upTo) continue
      // Whoever it is of may have gone on since.
      const has = stores.custom.get(key)
      has.addEventListener('success', () => void (has.result === changes && stores.custom.delete(key)))
    }
    return { unsent, upTo: made, answered: onServer }
  }

  const noted = (now: Open, { unsent, upTo, answered }: ReturnType<typeof note>): void => {
    writtenUnsent = unsent
    for (const [key, each] of found) if (answered >= each.upTo) found.delete(key)
    failures = 0
    // For whoever comes next and cannot read the copy.
    const waits = unsent > 0 || found.size > 0
    if (waits !== wasWaiting) keepHere('device', waitsName(board), waits ? 'yes' : undefined)
    wasWaiting = waits
    timers.clear('late')
    heard({ what: 'stored', upTo, copy: now.copy })
    if (queue.length) expectSoon()
    whenLoaded()
  }

  /** Writes what waits. */
  const write = (now: Open): void => {
    const updates = queue
    queue = []
    wanted.count = false
    transact(
      now,
      'readwrite',
      stores => {
        for (const update of updates) stores.updates.add(update)
        return note(stores)
      },
      made => {
        now.rows += updates.length
        noted(now, made)
        if (now.rows >= manyUpdates) timers.keep('pack', soonMs, () => !busy && open === now && pack(now))
      },
    )
  }

  /** Puts all updates together into one, those of other pages too. */
  const pack = (now: Open): void =>
    transact(
      now,
      'readwrite',
      stores => {
        const updates = unread(stores, now)
        updates.keys.addEventListener('success', () => {
          taken(now, updates)
          stores.updates.add(Y.encodeStateAsUpdate(doc))
          stores.updates.delete(IDBKeyRange.upperBound(now.seen))
        })
        return note(stores)
      },
      made => {
        now.rows = 1
        noted(now, made)
      },
    )

  const next = (): void => {
    const now = open
    if (!now || busy || closed) return
    if (wanted.takeUp) {
      wanted.takeUp = false
      read(now, () => void (wanted.count = true))
    } else if (queue.length || wanted.count) write(now)
  }

  const expectSoon = (): void => {
    const { made } = counts()
    timers.keep('late', lateMs, () => heard({ what: 'late', change: made }))
  }

  const keep = (update: Uint8Array, from: unknown): void => {
    if (from === origin || !open) return
    queue.push(update)
    expectSoon()
    next()
  }

  doc.on('update', keep)
  if (mayKeep()) begin()
  else whenLoaded()

  return {
    loaded,
    takeUp() {
      wanted.takeUp = true
      next()
    },
    counted() {
      const { made, onServer } = counts()
      if (made - onServer === writtenUnsent && found.size === 0) return
      timers.keep('count', soonMs, () => {
        wanted.count = true
        next()
      })
    },
    close() {
      doc.off('update', keep)
      timers.clearAll()
      const now = open
      // A database closes once the transactions that it was given have ended: what waits goes into a last one.
      if (now && (queue.length || wanted.count)) write(now)
      closed = true
      timers.clearAll()
      now?.db.close()
    },
  }
}
