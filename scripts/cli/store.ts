import type { Config } from '../../server/config.ts'
import { Problem } from '../../server/http/problems.ts'
import { openReader, type StoreReader } from '../../server/storage/reading.ts'
import { isBusy, isFull, openStore, type Store, StoreError } from '../../server/storage/sqlite.ts'
import { Failure } from './failure.ts'

/** Looks into the store, whether a server is at work in it or not. */
export const reading = <T>({ dataDir }: Config, work: (store: StoreReader) => Promise<T>): Promise<T> => during(() => openReader(dataDir), work)

/** Changes the store, which no server may hold meanwhile. */
export const writing = <T>({ dataDir, maxStore }: Config, work: (store: Store) => Promise<T>): Promise<T> => during(() => ownStore(dataDir, maxStore), work)

function ownStore(dataDir: string, maxStore: number): Store {
  try {
    return openStore(dataDir, maxStore)
  } catch (error) {
    if (error instanceof StoreError && isBusy(error.cause)) throw new Failure('store', `A server is at work in ${dataDir}, and only one may write there. Stop it first, or open the file on its first page. Looking (list, export) works meanwhile.`, error)
    throw error
  }
}

/** Opens a store, works with it and closes it, whatever happens; what goes wrong is said as a command says it. */
async function during<S extends { close(): void }, T>(open: () => S, work: (store: S) => Promise<T>): Promise<T> {
  let store: S | undefined
  try {
    store = open()
    return await work(store)
  } catch (error) {
    throw failureOf(error)
  } finally {
    store?.close()
  }
}

/** Does something that changes a store beside a server; what goes wrong is said as a command says it. */
export async function saying<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw failureOf(error)
  }
}

function failureOf(error: unknown): unknown {
  if (error instanceof StoreError) return new Failure('store', error.message, error)
  if (isFull(error)) return new Failure('store', 'The disk is full, so nothing was changed.', error)
  // What is wrong with a file's pictures or size is said as over HTTP.
  if (error instanceof Problem) return new Failure(error.status >= 500 ? 'store' : 'content', error.message, error)
  return error
}
