import { createHash, randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { rowsOf } from './rows.ts'

const name = 'tickets'

/** The key of a store; nothing where it has none yet. */
export function signingKeyIn(db: DatabaseSync, folder: string): Uint8Array | undefined {
  const row = rowsOf(db, 'secret', folder).one('WHERE name = ?')(name) as [string, Uint8Array] | undefined
  return row?.[1]
}

/** The key of a store, made where it has none. */
export function signingKeyOn(db: DatabaseSync, folder: string): Uint8Array {
  rowsOf(db, 'secret', folder).add([name, randomBytes(32)])
  return signingKeyIn(db, folder) as Uint8Array
}

/** Tells one store from another without giving its key away. */
export const storeNameOf = (key: Uint8Array): string => createHash('sha256').update('the name of a store').update(key).digest('hex').slice(0, 16)
