import type { Config } from '../../server/config.ts'
import { Problem } from '../../server/http/problems.ts'
import { openReader, type StoreReader } from '../../server/storage/reading.ts'
import { isBusy, isFull, openStore, type Store, StoreError } from '../../server/storage/sqlite.ts'
import { Failure } from './failure.ts'

/** Looks into the store, whether a server is at work in it or not. */
export async function reading<T>({ dataDir }: Config, work: (store: StoreReader) => Promise<T>): Promise<T> {
  const store = refusing(() => openReader(dataDir))
  try {
    return await work(store)
  } catch (error) {
    throw failureOf(error)
  } finally {
    store.close()
  }
}

/** Changes the store, which no server may hold meanwhile. */
export async function writing<T>({ dataDir, maxStore }: Config, work: (store: Store) => Promise<T>): Promise<T> {
  const store = refusing(() => {
    try {
      return openStore(dataDir, maxStore)
    } catch (error) {
      if (error instanceof StoreError && isBusy(error.cause)) throw new Failure('store', `A server is at work in ${dataDir}, and only one may write there. Stop it first, or open the file on its first page. Looking (list, export) works meanwhile.`, error)
      throw error
    }
  })
  try {
    return await work(store)
  } catch (error) {
    throw failureOf(error)
  } finally {
    store.close()
  }
}

function refusing<T>(open: () => T): T {
  try {
    return open()
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
