import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { BoardId } from '../../shared/ids.ts'
import { examineForReading } from './examine.ts'
import { faultOf, isBusy, StoreError, storeError } from './faults.ts'
import { assetFolder, storeFiles } from './files.ts'
import { hasStore } from './find-store.ts'
import { guarded } from './guarded.ts'
import { type Ledger, transactionsOn } from './ledger.ts'
import type { BoardLog, DocId } from './log.ts'
import { readWhole, type PictureFiles } from './picture-files.ts'
import { readPosition } from './position-file.ts'
import type { Assets, Audit, Isolations, Links, People, RemovedBoards, Templates } from './register.ts'
import { assetsOn } from './sqlite-assets.ts'
import { auditOn } from './sqlite-audit.ts'
import { boardListOn, lastUsedOn, type ListedBoard } from './sqlite-boards.ts'
import { type HistoryReader, historyReaderOn } from './sqlite-history.ts'
import { isolationsOn } from './sqlite-isolations.ts'
import { linksOn } from './sqlite-links.ts'
import { readLogOn } from './sqlite-log.ts'
import { peopleOn } from './sqlite-people.ts'
import { removedOn } from './sqlite-removed.ts'
import { templatesOn } from './sqlite-templates.ts'

/** A store to look at, while a server may be at work in it: nothing here can change it. */
export interface StoreReader {
  /** All boards, oldest first. */
  boards(): ListedBoard[]
  /** When somebody last changed one, in milliseconds since 1970, as far as that is known. */
  lastUsed(board: ListedBoard): number
  readonly log: Pick<BoardLog, 'load' | 'weigh' | 'head'>
  readonly history: HistoryReader
  readonly people: Pick<People, 'all' | 'count'>
  readonly links: Pick<Links, 'all'>
  readonly assets: Pick<Assets, 'get'>
  readonly isolations: Pick<Isolations, 'all'>
  readonly removed: Pick<RemovedBoards, 'all'>
  readonly templates: Pick<Templates, 'get'>
  readonly pictureFiles: Pick<PictureFiles, 'read'>
  close(): void
}

/**
 * Opens the store in a folder for reading; throws a StoreError with a sentence where it cannot be read. Where a server is at work in it that
 * looked at it when it started, only what is read is looked at.
 */
export function openReader(folder: string, { examined = false }: { readonly examined?: boolean } = {}): StoreReader {
  let db: DatabaseSync | undefined
  try {
    if (!hasStore(folder, { write: false, again: false })) throw new StoreError(`There are no boards in ${folder}. Say with DATA_DIR where they are kept.`)
    // Before the store: what a server commits meanwhile is in the store, and not in this.
    const said = readPosition(folder)
    db = new DatabaseSync(join(folder, storeFiles.database), { readOnly: true, timeout: 5_000 })
    if (!examined) examineForReading(db, folder, said)
    return portsOn(db, folder)
  } catch (error) {
    db?.close()
    throw readingFault(folder, error)
  }
}

function portsOn(db: DatabaseSync, folder: string): StoreReader {
  const { load, weigh, head } = readLogOn(db, folder)
  const [people, links, assets, isolations, templates] = [peopleOn(db, folder, readOnly), linksOn(db, folder, readOnly), assetsOn(db, folder, readOnly), isolationsOn(db, folder, readOnly), templatesOn(db, folder, readOnly)]
  const boards = boardListOn(db, folder)
  const lastUsed = lastUsedOn(db)
  const ports = { log: { load, weigh, head }, history: historyReaderOn(db), people: { all: people.all, count: people.count }, links: { all: links.all }, assets: { get: assets.get }, isolations: { all: isolations.all }, removed: { all: removedOn(db, folder, readOnly).all }, templates: { get: templates.get }, pictureFiles: { read: readPicture(folder) } }
  return {
    ...guarded(ports, folder),
    boards() {
      try {
        return boards()
      } catch (error) {
        throw readingFault(folder, error)
      }
    },
    lastUsed(board) {
      try {
        return lastUsed(board)
      } catch (error) {
        throw readingFault(folder, error)
      }
    },
    close: () => db.close(),
  }
}

const readPicture =
  (folder: string): PictureFiles['read'] =>
  hash =>
    readWhole(join(folder, assetFolder), hash)

const readingFault = (folder: string, error: unknown): unknown => (isBusy(error) ? storeError(`The boards in ${folder} are locked just now. Try again in a moment.`, error) : faultOf(folder, error, true))

/** Nothing that is given away here writes. */
const readOnly: Ledger = { commit: refuse, write: refuse }

function refuse(): never {
  throw new Error('A store that is only read cannot be written to.')
}

/**
 * Lets a document be served like others again, also while a server runs. False where it was not served apart. Throws a StoreError where
 * the store cannot be used.
 */
export async function releaseIsolation(folder: string, doc: DocId): Promise<boolean> {
  // Says what is wrong before anything is written.
  const reader = openReader(folder)
  const isThere = await reader.isolations.all().then(all => all.some(each => each.doc === doc)).finally(() => reader.close())
  if (isThere) await beside(folder, (db, ledger) => isolationsOn(db, folder, ledger).release(doc))
  return isThere
}

/** What a command changes of who may come in. */
export interface LinksBeside {
  readonly links: Links
  readonly audit: Audit
}

/**
 * Changes links while a server may be at work in the store, which hears of it within seconds. Each change is a transaction of its own. Throws
 * a StoreError where the store cannot be used.
 */
export function changeLinks<T>(folder: string, work: (ports: LinksBeside) => Promise<T>): Promise<T> {
  openReader(folder).close()
  return beside(folder, (db, ledger) => work({ links: linksOn(db, folder, ledger), audit: auditOn(db, folder, ledger) }))
}

/** Removes a board, also while a server runs, which hears of it within seconds. Throws a StoreError where the store cannot be used. */
export const removeBoard = (folder: string, board: BoardId, at: number): Promise<void> => beside(folder, (db, ledger) => removedOn(db, folder, ledger).add({ board, at, who: '' }))

/** Brings a removed board back, likewise. False where it was not removed. */
export const giveBoardBack = (folder: string, board: BoardId): Promise<boolean> => beside(folder, (db, ledger) => removedOn(db, folder, ledger).giveBack(board))

/** Writes to a store beside the server that may have it open. */
async function beside<T>(folder: string, work: (db: DatabaseSync, ledger: Ledger) => Promise<T>): Promise<T> {
  const db = new DatabaseSync(join(folder, storeFiles.database), { timeout: 5_000 })
  try {
    db.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
    const inTransaction = transactionsOn(db)
    return await work(db, { commit: (_changed, change) => inTransaction(change), write: inTransaction })
  } catch (error) {
    throw readingFault(folder, error)
  } finally {
    db.close()
  }
}
