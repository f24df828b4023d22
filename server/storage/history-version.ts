import type { DatabaseSync } from 'node:sqlite'
import { counting } from './sums-for-all.ts'

/* The version of the store that keeps what was. Stores out there have run it: nothing here is ever changed. */

const tables = `
  ALTER TABLE entry ADD COLUMN note TEXT;
  CREATE TABLE strip (
    doc TEXT NOT NULL, upto INTEGER NOT NULL, since INTEGER NOT NULL, began INTEGER NOT NULL, ended INTEGER NOT NULL, steps INTEGER NOT NULL,
    due INTEGER NOT NULL, base BLOB, data BLOB NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (doc, upto)
  ) STRICT;
  CREATE INDEX strip_when_due ON strip (due);
  CREATE TABLE gone (
    doc TEXT NOT NULL, upto INTEGER NOT NULL, began INTEGER NOT NULL, ended INTEGER NOT NULL, data BLOB NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (doc, upto)
  ) STRICT;
  CREATE INDEX gone_by_age ON gone (ended);
  CREATE TABLE removal (board TEXT PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, sum INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`

/** Entries say when and through whom they came, what is folded is packed into strips, and boards can be removed. Nothing is written anew. */
export function keepsHistory(db: DatabaseSync): void {
  db.exec(tables)
  db.exec(counting('removal'))
}
