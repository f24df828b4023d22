import type { DatabaseSync } from 'node:sqlite'
import { keepsHistory } from './history-version.ts'
import { sumsForAll } from './sums-for-all.ts'

/**
 * What each version of the store added to the one before it, oldest first; a new store runs them all. Stores out there have
 * run these: add one, never change one.
 */
const versions: readonly (string | ((db: DatabaseSync) => void))[] = [
  `
  CREATE TABLE board (id TEXT PRIMARY KEY, created INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE link (
    id TEXT PRIMARY KEY, board TEXT NOT NULL REFERENCES board, role TEXT NOT NULL, hash BLOB NOT NULL UNIQUE,
    created INTEGER NOT NULL, closed INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX link_of_board ON link (board);
  CREATE TABLE person (
    board TEXT NOT NULL REFERENCES board, id TEXT NOT NULL, name TEXT NOT NULL, sector TEXT NOT NULL, link TEXT, key_hash BLOB,
    PRIMARY KEY (board, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE entry (seq INTEGER PRIMARY KEY AUTOINCREMENT, doc TEXT NOT NULL, data BLOB NOT NULL) STRICT;
  CREATE INDEX entry_of_doc ON entry (doc, seq);
  CREATE TABLE snapshot (doc TEXT PRIMARY KEY, seq INTEGER NOT NULL, sha256 BLOB NOT NULL, data BLOB NOT NULL) STRICT;
  CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
  `,
  // Templates that facilitators save.
  'CREATE TABLE template (id TEXT PRIMARY KEY, created INTEGER NOT NULL, key_hash BLOB NOT NULL, file TEXT NOT NULL) STRICT;',
  // Who did what to rights.
  `
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, board TEXT NOT NULL REFERENCES board, at INTEGER NOT NULL, who TEXT NOT NULL, did TEXT NOT NULL,
    about TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_of_board ON audit (board, seq);
  `,
  // Pictures of boards; the bytes are files.
  `
  CREATE TABLE asset (
    board TEXT NOT NULL REFERENCES board, hash TEXT NOT NULL, type TEXT NOT NULL, size INTEGER NOT NULL, by TEXT, at INTEGER NOT NULL,
    PRIMARY KEY (board, hash)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX asset_by_hash ON asset (hash, size);
  `,
  // How far a snapshot goes, so that whoever comes can be answered without reading it.
  'ALTER TABLE snapshot ADD COLUMN vector BLOB;',
  // What a facilitator made of somebody.
  'ALTER TABLE person ADD COLUMN role TEXT;',
  // Sums against damage, whom client ids belong to, and which documents are served apart.
  sumsForAll,
  // When and through whom each entry came, what folding replaced, and boards that were removed.
  keepsHistory,
]

/** What this program writes. A store with a higher number was written by a newer one. */
export const schemaVersion = versions.length

/** Brings a database from one version to another, in the transaction it is called in. */
export function bring(db: DatabaseSync, from: number, to = schemaVersion): void {
  for (const version of versions.slice(from, to)) {
    if (typeof version === 'string') db.exec(version)
    else version(db)
  }
  db.exec(`PRAGMA user_version = ${to}`)
}
