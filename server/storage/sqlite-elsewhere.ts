import type { DatabaseSync } from 'node:sqlite'
import type { Elsewhere } from './register.ts'

/** Notices what other programs wrote to the database: SQLite counts commits of every connection but this one. */
export function elsewhereOn(db: DatabaseSync): Elsewhere {
  const version = db.prepare('PRAGMA data_version')
  const read = (): number => (version.get() as { data_version: number }).data_version
  let known = read()
  return {
    changed: async () => {
      const now = read()
      const isOther = now !== known
      known = now
      return isOther
    },
  }
}
