import type { DatabaseSync } from 'node:sqlite'
import type { Ledger } from './ledger.ts'
import type { Templates } from './register.ts'
import { rowsOf } from './rows.ts'
import { sumOf } from './sums.ts'

/** A file has a sum of its own: whoever saved one that is damaged can still remove it. */
export const sumOfFile = (file: string): number => sumOf('file', [file])

const textOf = (file: string | Uint8Array): string => (typeof file === 'string' ? file : new TextDecoder().decode(file))

/** Saved templates, one row each. */
export function templatesOn(db: DatabaseSync, folder: string, ledger: Ledger): Templates {
  const rows = rowsOf(db, 'template', folder)
  const one = rows.one('WHERE id = ?')
  const known = rows.briefly('WHERE id = ?')
  const size = db.prepare('SELECT octet_length(file) AS size FROM template WHERE id = ?')
  const howMany = db.prepare('SELECT count(*) AS count FROM template')
  // Two can be saved in one millisecond; rows are numbered as they come.
  const newestFirst = rows.briefly('ORDER BY created DESC, rowid DESC')
  return {
    add: async ({ id, created, keyHash, file }, most) =>
      ledger.write(() => {
        if ((howMany.get() as { count: number }).count >= most) return false
        const text = textOf(file)
        rows.insert([id, created, keyHash, sumOfFile(text), text])
        return true
      }),
    get: async id => {
      const row = one(id) as [string, number, Uint8Array, number, string] | undefined
      if (!row) return undefined
      const [, created, keyHash, sum, file] = row
      return { id, created, keyHash, file: sumOfFile(file) === sum ? file : undefined }
    },
    about: async id => {
      const row = known(id)[0] as readonly [string, number, Uint8Array] | undefined
      return row && { id, created: row[1], keyHash: row[2], size: (size.get(id) as { size: number }).size }
    },
    all: async () => newestFirst().map(([id]) => id as string),
    replace: async (id, file) =>
      ledger.write(() => {
        const row = one(id)
        if (!row) return
        const text = textOf(file)
        rows.put([...row.slice(0, 3), sumOfFile(text), text])
      }),
    remove: async id => ledger.write(() => void rows.remove(id)),
  }
}
