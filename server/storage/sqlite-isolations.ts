import type { DatabaseSync } from 'node:sqlite'
import type { Ledger } from './ledger.ts'
import type { DocId } from './log.ts'
import type { Isolation, Isolations } from './register.ts'
import { rowsOf, type Values } from './rows.ts'

function isolationIn(row: Values): Isolation {
  const [doc, since, until, faults, cause] = row as [DocId, number, number, number, string]
  return { doc, since, until, faults, cause }
}

/** Documents that are served apart, one row each. */
export function isolationsOn(db: DatabaseSync, folder: string, ledger: Ledger): Isolations {
  const rows = rowsOf(db, 'isolation', folder)
  const all = rows.all('ORDER BY since, doc')
  return {
    all: async () => all().map(isolationIn),
    set: async ({ doc, since, until, faults, cause }) => ledger.write(() => rows.put([doc, since, until, faults, cause])),
    release: async doc => ledger.write(() => void rows.remove(doc)),
  }
}
