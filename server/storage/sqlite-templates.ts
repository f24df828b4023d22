import type { DatabaseSync } from 'node:sqlite'
import type { Templates } from './register.ts'

/** Saved templates, one row each. */
export function templatesOn(db: DatabaseSync): Templates {
  interface Row {
    id: string
    created: number
    key_hash: Uint8Array
    file: string
  }
  const insert = db.prepare('INSERT INTO template (id, created, key_hash, file) SELECT ?, ?, ?, CAST(? AS TEXT) WHERE (SELECT count(*) FROM template) < ?')
  const one = db.prepare('SELECT id, created, key_hash, file FROM template WHERE id = ?')
  const about = db.prepare('SELECT id, created, key_hash, octet_length(file) AS size FROM template WHERE id = ?')
  // Two can be saved in one millisecond; rows are numbered as they come.
  const ids = db.prepare('SELECT id FROM template ORDER BY created DESC, rowid DESC')
  const write = db.prepare('UPDATE template SET file = CAST(? AS TEXT) WHERE id = ?')
  const drop = db.prepare('DELETE FROM template WHERE id = ?')
  return {
    add: async ({ id, created, keyHash, file }, most) => Number(insert.run(id, created, keyHash, file, most).changes) > 0,
    get: async id => {
      const row = one.get(id) as Row | undefined
      return row && { id: row.id, created: row.created, keyHash: row.key_hash, file: row.file }
    },
    about: async id => {
      const row = about.get(id) as (Omit<Row, 'file'> & { size: number }) | undefined
      return row && { id: row.id, created: row.created, keyHash: row.key_hash, size: row.size }
    },
    all: async () => (ids.all() as { id: string }[]).map(({ id }) => id),
    replace: async (id, file) => void write.run(file, id),
    remove: async id => void drop.run(id),
  }
}
