import type { DatabaseSync } from 'node:sqlite'
import { type StoreError, storeError } from './faults.ts'
import { type Moved, watchPlace } from './in-place.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { openPositionFile } from './position-file.ts'

/** Keeps a store that is written to where it is: notes how far it goes, and sees when its files are taken away. */
export interface Keeper {
  readonly ledger: Ledger
  /** Resolves once somebody took the files away; nothing can be kept from then on. */
  readonly lost: Promise<StoreError>
  /** Throws where that has happened. */
  mustBeThere(): void
  /** Looks for the last time. Closing a database whose files are lost would take others along that are in their place. */
  close(): 'kept' | 'lost'
}

interface Needs {
  readonly db: DatabaseSync
  readonly folder: string
  /** The store's name. */
  readonly store: string
  /** Entries written to all documents ever. */
  readonly written: number
}

/** How often it is looked while nobody writes. */
const lookMs = 2_000

export function createKeeper({ db, folder, store, written }: Needs): Keeper {
  const place = watchPlace(folder)
  const file = openPositionFile(folder, store)
  let loss: StoreError | undefined
  let position = 0
  let tell: (loss: StoreError) => void
  const lost = new Promise<StoreError>(done => (tell = done))

  const lose = (moved: Moved): StoreError => {
    if (!loss) {
      clearInterval(looking)
      loss = storeError(sayOf(moved, rescued(db, moved)))
      tell(loss)
    }
    return loss
  }

  const committed = (now: number): void => {
    position = now
    const moved = loss ? undefined : place.whatMoved()
    if (moved) lose(moved)
    if (loss) throw loss
    file.write(now)
  }
  const ledger = createLedger({ db, entries: written, committed })
  // Notes where it begins, too.
  ledger.write(() => undefined)

  const stay = (): void => {
    try {
      file.stay(position)
    } catch {
      // It could not be made anew just now; what it would say is in the store, and the next look tries again.
    }
  }
  const look = (): void => {
    const moved = loss ? undefined : place.whatMovedAtAll()
    if (moved) lose(moved)
    if (!loss) stay()
  }
  const looking = setInterval(look, lookMs)
  looking.unref()

  return {
    ledger,
    lost,
    mustBeThere() {
      if (loss) throw loss
    },
    close() {
      look()
      clearInterval(looking)
      file.close()
      return loss ? 'lost' : 'kept'
    },
  }
}

/** Whether what was committed could be brought from a log that somebody took away into the database, which is where it was. */
function rescued(db: DatabaseSync, { file, how }: Moved): boolean {
  if (how !== 'removed' || (file !== 'wal' && file !== 'index')) return false
  try {
    db.exec('PRAGMA wal_checkpoint(FULL)')
    return true
  } catch {
    // Then it is said that it could not be.
    return false
  }
}

const sayOf = ({ path, how }: Moved, isRescued: boolean): string =>
  `${path} was ${how} while the server ran, so nothing more is saved. ${isRescued ? 'What was saved until then is in the database: start the server again.' : 'Put back what was there, or restore a backup, and start the server again.'}`
