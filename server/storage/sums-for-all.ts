import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { chained, firstOf, sumOf, type Value } from './sums.ts'

/* The version of the store that gave everything a sum. Stores out there have run it: nothing here is ever changed. */

/** Columns in the order of their sums. */
const summed = {
  board: ['id', 'created'],
  link: ['id', 'board', 'role', 'hash', 'created', 'closed'],
  person: ['board', 'id', 'name', 'sector', 'link', 'key_hash', 'role'],
  secret: ['name', 'value'],
  template: ['id', 'created', 'key_hash', 'file_sum'],
  audit: ['seq', 'board', 'at', 'who', 'did', 'about'],
  asset: ['board', 'hash', 'type', 'size', 'by', 'at'],
} as const

/** New tables, and those whose rows are counted and summed as a whole. */
const fresh = ['claim', 'isolation'] as const
const counted = [...Object.keys(summed), ...fresh]

const tables = `
  CREATE TABLE head (
    nth INTEGER PRIMARY KEY, doc TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL, last INTEGER NOT NULL, chain INTEGER NOT NULL,
    base INTEGER NOT NULL, root INTEGER NOT NULL, snapshot INTEGER NOT NULL, bytes INTEGER NOT NULL, sum INTEGER NOT NULL
  ) STRICT;
  ALTER TABLE entry RENAME TO entry_before;
  CREATE TABLE entry (
    id INTEGER PRIMARY KEY, head INTEGER NOT NULL, seq INTEGER NOT NULL, before INTEGER NOT NULL, sum INTEGER NOT NULL, data BLOB NOT NULL
  ) STRICT;
  ALTER TABLE snapshot ADD COLUMN records INTEGER;
  ALTER TABLE template ADD COLUMN file_sum INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE claim (
    board TEXT NOT NULL, client INTEGER NOT NULL, participant TEXT NOT NULL, nth INTEGER NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (board, client)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX claim_of_participant ON claim (board, participant, nth);
  CREATE TABLE isolation (
    doc TEXT PRIMARY KEY, since INTEGER NOT NULL, until INTEGER NOT NULL, faults INTEGER NOT NULL, cause TEXT NOT NULL, sum INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE tally (name TEXT PRIMARY KEY, count INTEGER NOT NULL, sum INTEGER NOT NULL, changes INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`

/** A row that gets lost takes its sum along: the tables as a whole are counted too, by SQLite itself, whoever changes them. */
export const counting = (name: string): string => `
  INSERT INTO tally SELECT '${name}', count(*), coalesce(sum(sum), 0), 0 FROM ${name};
  CREATE TRIGGER ${name}_added AFTER INSERT ON ${name} BEGIN
    UPDATE tally SET count = count + 1, sum = sum + NEW.sum, changes = changes + 1 WHERE name = '${name}';
  END;
  CREATE TRIGGER ${name}_changed AFTER UPDATE ON ${name} BEGIN
    UPDATE tally SET sum = sum + NEW.sum - OLD.sum, changes = changes + 1 WHERE name = '${name}';
  END;
  CREATE TRIGGER ${name}_removed AFTER DELETE ON ${name} BEGIN
    UPDATE tally SET count = count - 1, sum = sum - OLD.sum, changes = changes + 1 WHERE name = '${name}';
  END;
`

/** Heads change with every entry, and have sums of their own; only how many there are is counted. */
const countingHeads = `
  INSERT INTO tally SELECT 'head', count(*), 0, 0 FROM head;
  CREATE TRIGGER head_added AFTER INSERT ON head BEGIN
    UPDATE tally SET count = count + 1 WHERE name = 'head';
  END;
`

/** Gives every row, entry and snapshot a sum, one after the other: what of them was damaged before cannot be known. */
export function sumsForAll(db: DatabaseSync): void {
  db.exec(tables)
  db.function('sum_of', { varargs: true, deterministic: true }, (table, ...values) => sumOf(String(table), values as Value[]))
  for (const [name, columns] of Object.entries(summed)) {
    db.exec(`ALTER TABLE ${name} ADD COLUMN sum INTEGER NOT NULL DEFAULT 0`)
    if (name === 'template') db.exec("UPDATE template SET file_sum = sum_of('file', file)")
    db.exec(`UPDATE ${name} SET sum = sum_of('${name}', ${columns.join(', ')})`)
  }
  for (const name of counted) db.exec(counting(name))
  db.exec(countingHeads)
  moveEntries(db)
  // Its index goes with it.
  db.exec('DROP TABLE entry_before')
}

function moveEntries(db: DatabaseSync): void {
  const docs = db.prepare('SELECT doc FROM snapshot UNION SELECT doc FROM entry_before')
  // The length of what is not read costs nothing.
  const newest = db.prepare('SELECT seq, sha256, vector, length(data) AS bytes FROM snapshot WHERE doc = ?')
  const after = db.prepare('SELECT data FROM entry_before WHERE doc = ? AND seq > ? ORDER BY seq')
  const insert = db.prepare('INSERT INTO entry (id, head, seq, before, sum, data) VALUES (?, ?, ?, ?, ?, ?)')
  const insertHead = db.prepare('INSERT INTO head (nth, doc, seq, last, chain, base, root, snapshot, bytes, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  let [nth, id] = [0, 0]
  for (const { doc } of docs.iterate() as Iterable<{ doc: string }>) {
    const snapshot = newest.get(doc) as { seq: number; sha256: Uint8Array; vector: Uint8Array | null; bytes: number } | undefined
    const root = firstOf(doc)
    const base = snapshot?.seq ?? 0
    nth++
    let [seq, last, chain, bytes] = [base, 0, root, snapshot?.bytes ?? 0]
    for (const { data } of after.iterate(doc, base) as Iterable<{ data: Uint8Array }>) {
      chain = chained(chain, data)
      insert.run(++id, nth, ++seq, last, chain, data)
      last = id
      bytes += data.length
    }
    const head: SQLInputValue[] = [nth, doc, seq, last, chain, base, root, snapshot ? sumOf('snapshot', [doc, base, snapshot.sha256, snapshot.vector, null]) : 0, bytes]
    insertHead.run(...head, sumOf('head', head as Value[]))
  }
}
