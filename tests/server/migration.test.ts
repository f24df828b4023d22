import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, test } from 'vitest'
import type { BoardId, ParticipantId } from '../../shared/ids.ts'
import { backUp } from '../../server/storage/backup.ts'
import type { DocId } from '../../server/storage/log.ts'
import { openStore } from '../../server/storage/sqlite.ts'
import { removeFolder, temporaryFolder } from '../support/server.ts'
import { makeOldStore, oldKept, oldVersions, piecesOf, readPieces } from '../support/stores.ts'

/* Stores of every earlier version are brought to this one, with all they hold, or stay what they were. */

const folders: string[] = []
afterEach(() => folders.splice(0).forEach(removeFolder))
function folder(): string {
  const made = temporaryFolder()
  folders.push(made)
  return made
}

const database = (at: string, readOnly = true): DatabaseSync => new DatabaseSync(join(at, 'boards.sqlite'), { readOnly })
function partsOf(at: string): unknown[] {
  const db = database(at)
  const parts = db.prepare("SELECT type, name, replace(replace(sql, char(10), ''), ' ', '') AS sql FROM sqlite_schema ORDER BY type, name").all()
  db.close()
  return parts
}

describe.each(oldVersions)('a store of version %i', version => {
  test('[H15] is opened with all it holds, and is what a new one is', async () => {
    const [at, fresh] = [folder(), folder()]
    makeOldStore(at, version)
    const kept = oldKept(version)
    for (let time = 0; time < 2; time++) {
      const store = openStore(at)
      const pieces = await readPieces(store, at, kept)
      expect(Object.fromEntries(pieces)).toEqual(Object.fromEntries([...piecesOf(kept)].filter(([name]) => name !== 'boards')))
      store.close()
    }
    openStore(fresh).close()
    expect(partsOf(at)).toEqual(partsOf(fresh))
  })

  test('[H15] goes on where it ended: entries follow, snapshots are swapped, people change', async () => {
    const at = folder()
    makeOldStore(at, version)
    const store = openStore(at)
    const doc = 'old' as DocId
    const { snapshot, vector, records, entries, upTo } = await store.log.load(doc)
    expect([Buffer.from(snapshot!).toString(), vector && [...vector], records, entries.map(({ length }) => length), upTo]).toEqual(['first second ', version < 5 ? undefined : [1, 2, 3], undefined, [6, 5_000], 5])
    expect(await store.log.append([{ doc, data: Buffer.from('fourth ') }])).toEqual([6])
    await store.log.compact(doc, 5, Buffer.from('until the big one '), Uint8Array.of(9), 3)
    await store.people.save({ board: 'old' as BoardId, id: 'p1' as ParticipantId, name: 'Ana', sector: 'Civil society', link: undefined, keyHash: undefined, role: undefined })
    await store.claims.add('old' as BoardId, 1, 'p1' as ParticipantId)
    store.close()
    const again = openStore(at)
    expect(await again.log.load(doc)).toMatchObject({ snapshot: new Uint8Array(Buffer.from('until the big one ')), records: 3, entries: [new Uint8Array(Buffer.from('fourth '))], upTo: 6 })
    expect(await again.people.get('old' as BoardId, 'p1' as ParticipantId)).toMatchObject({ name: 'Ana', sector: 'Civil society', link: 'l1' })
    again.close()
  })

  test('[H15] is backed up as it is, and stays what it was where it cannot be brought to this one', async () => {
    const at = folder()
    makeOldStore(at, version, db => db.exec('CREATE TABLE strip (in_the_way)'))
    expect(await backUp(at, join(folder(), 'monday'))).toMatchObject({ store: version, boards: 2 })
    const before = partsOf(at)
    expect(() => openStore(at)).toThrow(/boards\.sqlite/)
    expect(partsOf(at)).toEqual(before)
    const db = database(at, false)
    expect(db.prepare('SELECT user_version AS version, (SELECT count(*) FROM entry) AS entries FROM pragma_user_version').get()).toEqual({ version, entries: 4 })
    db.exec('DROP TABLE strip')
    db.close()
    openStore(at).close()
  })
})

/** Bytes a process takes at most while it opens a store. */
function peakOf(at: string): number {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', `
    import { openStore } from './server/storage/sqlite.ts'
    openStore(process.argv[1]).close()
    process.stdout.write(String(process.resourceUsage().maxRSS * 1024))
  `, at], { encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  return Number(stdout)
}

test('[H15] a large store takes no more memory to bring to this version than a small one, and gives back the room it took', async () => {
  const [small, large] = [folder(), folder()]
  makeOldStore(small, 6)
  makeOldStore(large, 6, db => {
    const entry = db.prepare('INSERT INTO entry (doc, data) VALUES (?, zeroblob(?))')
    const snapshot = db.prepare('INSERT INTO snapshot VALUES (?, 1, zeroblob(32), zeroblob(?), zeroblob(9))')
    db.exec('BEGIN')
    for (let doc = 0; doc < 30; doc++) snapshot.run(`d${doc}`, 2_000_000)
    for (let i = 0; i < 60_000; i++) entry.run(`d${i % 30}`, i % 100 ? 500 : 50_000)
    db.exec('COMMIT')
  })
  const asked = (sql: string): Record<string, unknown> => {
    const db = database(large)
    const row = db.prepare(`SELECT page_count * page_size AS bytes${sql} FROM pragma_page_count, pragma_page_size`).get() as Record<string, unknown>
    db.close()
    return row
  }
  const before = asked('') as { bytes: number }
  expect(before.bytes).toBeGreaterThan(110e6)
  expect(peakOf(large) - peakOf(small)).toBeLessThan(48e6)
  const after = asked(', (SELECT sum(seq - base) FROM head) AS entries') as { bytes: number; entries: number }
  expect([after.entries, after.bytes < before.bytes * 1.2]).toEqual([60_004, true])
})
