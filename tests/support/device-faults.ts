import type { Page } from 'playwright-core'

/* What devices do to pages: their storage, and their clock. Put into a page before anything of it runs. */

declare global {
  interface Window {
    /** What goes wrong just now, and how far the clock of the day is off. */
    faults?: { storage: 'works' | 'full' | 'aborts' | 'hangs' | 'refuses'; shift: number }
  }
}

/** Lets a test decide, while the page runs, what becomes of its transactions and what time it is. */
export function underFaults(): void {
  if (window.faults) return
  const faults: NonNullable<Window['faults']> = (window.faults = { storage: 'works', shift: 0 })
  const RealDate = Date
  const now = Date.now.bind(Date)
  globalThis.Date = class extends RealDate {
    constructor(...given: []) {
      if (given.length) super(...given)
      else super(now() + faults.shift)
    }
    static override now(): number {
      return now() + faults.shift
    }
  } as DateConstructor
  if (typeof IDBDatabase === 'undefined') return
  const { transaction } = IDBDatabase.prototype
  IDBDatabase.prototype.transaction = function (...args: Parameters<typeof transaction>) {
    const made = transaction.apply(this, args)
    if (faults.storage === 'aborts' && args[1] !== 'readonly') queueMicrotask(() => {
      try {
        made.abort()
      } catch {
        // It is over already.
      }
    })
    if (faults.storage === 'hangs') {
      // Kept busy for as long as it lasts: it never completes.
      const [name] = made.objectStoreNames
      const again = () => {
        if (faults.storage === 'hangs') made.objectStore(name!).count().addEventListener('success', again)
      }
      again()
    }
    return made
  }
  // As where there is no room: what adds to it fails when it is to be kept, and what reads or takes away goes on. (Chromium can be told a
  // quota, but holds itself to it only outside the contexts that tests use.)
  for (const name of ['add', 'put'] as const) {
    const add = IDBObjectStore.prototype[name]
    IDBObjectStore.prototype[name] = function (...args: Parameters<typeof add>) {
      const request = add.apply(this, args)
      if (faults.storage === 'full') request.addEventListener('success', () => this.transaction.abort(), { once: true })
      return request
    }
  }
  const { open } = IDBFactory.prototype
  IDBFactory.prototype.open = function (...args: Parameters<typeof open>) {
    if (faults.storage === 'refuses') throw new DOMException('Storage is not available just now.', 'UnknownError')
    return open.apply(this, args)
  }
}

/** A browser that was told to block site data: the getters themselves throw. */
export function blockSiteData(): void {
  for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
    Object.defineProperty(window, name, {
      configurable: true,
      get() {
        throw new DOMException(`Failed to read the '${name}' property from 'Window': Access is denied for this document.`, 'SecurityError')
      },
    })
  }
}

/** A browser that has no database. */
export function haveNoDatabase(): void {
  Object.defineProperty(window, 'indexedDB', { configurable: true, value: undefined })
}

/** The updates that lie in a board's copy on a device, as another page of the same browser finds them; makes nothing that is not there. */
export function readCopy(reader: Page, board: string): Promise<number[][]> {
  return reader.evaluate(async name => {
    if (!(await indexedDB.databases()).some(each => each.name === name)) return []
    return new Promise<number[][]>(done => {
      const request = indexedDB.open(name)
      request.addEventListener('upgradeneeded', () => request.transaction?.abort())
      request.addEventListener('error', () => done([]))
      request.addEventListener('success', () => {
        const db = request.result
        db.addEventListener('versionchange', () => db.close())
        if (!db.objectStoreNames.contains('updates')) {
          db.close()
          return done([])
        }
        const rows = db.transaction('updates', 'readonly').objectStore('updates').getAll()
        rows.addEventListener('success', () => {
          done((rows.result as Uint8Array[]).map(row => [...row]))
          db.close()
        })
      })
    })
  }, `manyfutures:${board}`)
}
