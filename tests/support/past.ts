import { createHash } from 'node:crypto'
import * as Y from 'yjs'
import { createCompactor } from '../../server/log/compactor.ts'
import { asItWas, type AsItWas } from '../../server/history/moments.ts'
import type { DocId } from '../../server/storage/log.ts'
import type { Store } from '../../server/storage/sqlite.ts'
import type { BoardId } from '../../shared/ids.ts'

/* Boards whose every moment is known, to be compared with what is kept of them. */

export const board = 'board' as BoardId
export const doc = 'board' as DocId

/** What updates say, one after the other, as a sum. */
export function sumOfUpdates(updates: readonly Uint8Array[]): string {
  const made = new Y.Doc()
  made.transact(() => updates.forEach(update => Y.applyUpdate(made, update)))
  const sum = sumOf(made)
  made.destroy()
  return sum
}

export function sumOf(made: Y.Doc): string {
  const sorted = (value: unknown): unknown => (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)])) : value)
  return createHash('sha256').update(JSON.stringify([sorted(made.getMap('meta').toJSON()), sorted(made.getMap('records').toJSON())])).digest('hex')
}

/** The sum of a board right after an entry, or why there is none. */
export async function sumAt(store: Pick<Store, 'log' | 'history'>, wanted: Parameters<typeof asItWas>[2]): Promise<string> {
  const was = await asItWas(store, board, wanted)
  return typeof was === 'string' ? was : sumOfUpdates((was satisfies AsItWas).updates)
}

export const compactorOf = (store: Store, most = 2 ** 26, failed = (error: unknown): void => void Promise.reject(error)) => createCompactor({ log: store.log, past: { history: store.history, most }, failed })
