import { spawnSync } from 'node:child_process'
import { closeSync, copyFileSync, cpSync, existsSync, openSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, test } from 'vitest'
import type { BoardId, ParticipantId } from '../../shared/ids.ts'
import { createCommits } from '../../server/log/commits.ts'
import { enclosed } from '../../server/pictures.ts'
import type { BoardLog, DocId } from '../../server/storage/log.ts'
import type { PictureFiles, Received } from '../../server/storage/picture-files.ts'
import { openReader } from '../../server/storage/reading.ts'
import { openStore, StoreError, type Store } from '../../server/storage/sqlite.ts'
import { manyfutures } from '../support/command.ts'
import { png, sha256 } from '../support/pictures.ts'
import { joinAs, makeBoard, removeFolder, startServer, temporaryFolder } from '../support/server.ts'

/* What is damaged is said, by what reads it and of what is damaged; everything else goes on. */

const undo: (() => unknown)[] = []
afterEach(() => {
  for (const each of undo.splice(0).reverse()) each()
})

function folder(): string {
  const made = temporaryFolder()
  undo.push(() => removeFolder(made))
  return made
}
function opened(at: string): ReturnType<typeof openStore> {
  const store = openStore(at)
  undo.push(() => store.close())
  return store
}
/** Changes the database as nobody but a disk should. */
function tamper(at: string, sql: string): void {
  const db = new DatabaseSync(join(at, 'boards.sqlite'))
  db.exec(sql)
  db.close()
}

const [doc, other] = ['doc' as DocId, 'other' as DocId]
const bytes = (...values: number[]) => Uint8Array.from(values)
const board = 'b' as BoardId

/** Two documents with a snapshot and three entries each, written in turns. */
async function written(): Promise<string> {
  const at = folder()
  const { log, close } = openStore(at)
  for (let i = 0; i < 5; i++) await log.append([{ doc, data: bytes(1, i) }, { doc: other, data: bytes(2, i) }])
  await log.compact(doc, 2, bytes(1, 0, 1, 1), bytes(11), 4)
  await log.compact(other, 2, bytes(2, 0, 2, 1), bytes(22), 4)
  close()
  return at
}

const entry = (of: string, seq: number): string => `(SELECT id FROM entry WHERE head = (SELECT nth FROM head WHERE doc = '${of}') AND seq = ${seq})`

const tampering = [
  ['the bytes of an entry', `UPDATE entry SET data = x'0109' WHERE id = ${entry('doc', 4)}`],
  ['the bytes and the sum of an entry', `UPDATE entry SET data = x'0109', sum = 5 WHERE id = ${entry('doc', 4)}`],
  ['the length of an entry', `UPDATE entry SET data = x'01' WHERE id = ${entry('doc', 5)}`],
  ['an entry in the middle that is gone', `DELETE FROM entry WHERE id = ${entry('doc', 4)}`],
  ['the first entry after the snapshot gone', `DELETE FROM entry WHERE id = ${entry('doc', 3)}`],
  ['the last entry gone', `DELETE FROM entry WHERE id = ${entry('doc', 5)}`],
  ['all its entries gone', `DELETE FROM entry WHERE head = (SELECT nth FROM head WHERE doc = 'doc')`],
  ['two entries in the other order', `
    CREATE TEMP TABLE swap AS SELECT seq, data, sum FROM entry WHERE id IN (${entry('doc', 3)}, ${entry('doc', 4)});
    UPDATE entry SET data = (SELECT data FROM swap WHERE seq = 4), sum = (SELECT sum FROM swap WHERE seq = 4) WHERE id = ${entry('doc', 3)};
    UPDATE entry SET data = (SELECT data FROM swap WHERE seq = 3), sum = (SELECT sum FROM swap WHERE seq = 3) WHERE id = ${entry('doc', 4)}`],
  ['an entry of another document in place of one', `
    UPDATE entry SET data = (SELECT data FROM entry WHERE id = ${entry('other', 4)}), sum = (SELECT sum FROM entry WHERE id = ${entry('other', 4)}) WHERE id = ${entry('doc', 4)}`],
  ['an entry doubled in place of the next', `
    UPDATE entry SET data = (SELECT data FROM entry WHERE id = ${entry('doc', 4)}), sum = (SELECT sum FROM entry WHERE id = ${entry('doc', 4)}) WHERE id = ${entry('doc', 5)}`],
  ['an entry that says it comes after another one', `UPDATE entry SET before = ${entry('doc', 3)} WHERE id = ${entry('doc', 5)}`],
  ['an entry that says it comes after itself', `UPDATE entry SET before = id WHERE id = ${entry('doc', 4)}`],
  ['an entry that says it is of another document', `UPDATE entry SET head = (SELECT nth FROM head WHERE doc = 'other') WHERE id = ${entry('doc', 5)}`],
  ['a snapshot with other bytes', `UPDATE snapshot SET data = x'01000109' WHERE doc = 'doc'`],
  ['a snapshot with other bytes and their sum', `UPDATE snapshot SET data = (SELECT data FROM snapshot WHERE doc = 'other'), sha256 = (SELECT sha256 FROM snapshot WHERE doc = 'other') WHERE doc = 'doc'`],
  ['a snapshot with another vector', `UPDATE snapshot SET vector = x'0c' WHERE doc = 'doc'`],
  ['a snapshot without its vector', `UPDATE snapshot SET vector = NULL WHERE doc = 'doc'`],
  ['a snapshot with another number of records', `UPDATE snapshot SET records = 5 WHERE doc = 'doc'`],
  ['a snapshot of another position', `UPDATE snapshot SET seq = 3 WHERE doc = 'doc'`],
  ['its snapshot gone', `DELETE FROM snapshot WHERE doc = 'doc'`],
  ['the snapshot of another document', `UPDATE snapshot SET (sha256, data, vector) = (SELECT sha256, data, vector FROM snapshot WHERE doc = 'other') WHERE doc = 'doc'`],
] as const

test.each(tampering)('[K13] with %s a document is said to be damaged, and the others go on', async (_, sql) => {
  const at = await written()
  tamper(at, sql)
  const { log } = opened(at)
  await expect(log.load(doc)).rejects.toThrow(StoreError)
  await expect(log.load(doc)).rejects.toThrow(/of doc in .*boards\.sqlite is damaged\. Restore a backup/)
  expect((await log.load(other)).entries.map(each => [...each])).toEqual([[2, 2], [2, 3], [2, 4]])
  await log.append([{ doc: other, data: bytes(2, 5) }])
  await log.compact(other, 5, bytes(2, 9), bytes(33))
  expect(await log.load(other)).toMatchObject({ snapshot: bytes(2, 9), entries: [bytes(2, 5)] })
})

test.each([
  ['a head', "UPDATE head SET seq = 4 WHERE doc = 'doc'"],
  ['the sum in a head', "UPDATE head SET chain = chain + 1 WHERE doc = 'doc'"],
  ['the name of a document', "UPDATE head SET doc = 'dok' WHERE doc = 'doc'"],
  ['a head that is gone', "DELETE FROM head WHERE doc = 'doc'"],
  ['a board that is gone', "DROP TRIGGER board_removed; DELETE FROM board WHERE id = 'b'; PRAGMA user_version = 7"],
])('[K13] with %s a store is refused', async (_, sql) => {
  const at = await written()
  const store = openStore(at)
  await store.boards.create({ id: board, created: 1, links: [], people: [], content: bytes(7) })
  store.close()
  tamper(at, sql)
  expect(() => openStore(at)).toThrow(/boards\.sqlite is damaged\. Restore a backup/)
})

test('[K13] what is damaged while the server runs is said when it is read, and takes no other board along in a commit', async () => {
  const at = await written()
  const { log } = opened(at)
  await log.append([{ doc, data: bytes(1, 5) }])
  tamper(at, "DELETE FROM head WHERE doc = 'doc'")
  const commits = createCommits(log, 0)
  const both = await Promise.allSettled([commits.commit({ doc, data: bytes(1, 6) }), commits.commit({ doc: other, data: bytes(2, 5) }), commits.commit({ doc: other, data: bytes(2, 6) })])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
  expect((await log.load(other)).entries.map(each => [...each])).toEqual([[2, 2], [2, 3], [2, 4], [2, 5], [2, 6]])
  await expect(log.load(doc)).rejects.toThrow(/damaged/)
})

test('[K13] a batch that fails for another reason than damage fails as a whole, once', async () => {
  let asked = 0
  const log = { append: async () => {
    asked++
    throw Object.assign(new Error('database or disk is full'), { errcode: 13 })
  } } as unknown as BoardLog
  const commits = createCommits(log, 0)
  const both = await Promise.allSettled([commits.commit({ doc, data: bytes(1) }), commits.commit({ doc: other, data: bytes(2) })])
  expect([asked, both.map(({ status }) => status)]).toEqual([1, ['rejected', 'rejected']])
})

test('[K13] pages that SQLite can no longer read are said of the documents on them, while others are read and written', async () => {
  const at = folder()
  const store = openStore(at)
  const large = new Uint8Array(3_000_000).fill(7)
  await store.log.append([{ doc: other, data: bytes(2) }, { doc, data: bytes(1) }])
  await store.log.compact(doc, 1, large, bytes(0))
  store.close()
  const path = join(at, 'boards.sqlite')
  const next = opened(at)
  // The snapshot takes the most of the file; its middle is nothing else. It is more than SQLite keeps in memory.
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(400_000, 0xa5), 0, 400_000, Math.floor(statSync(path).size / 2))
  closeSync(file)
  await expect(next.log.load(doc)).rejects.toThrow(/boards\.sqlite is damaged/)
  expect((await next.log.load(other)).entries).toEqual([bytes(2)])
  await next.log.append([{ doc: other, data: bytes(3) }])
  expect((await next.log.load(other)).entries).toEqual([bytes(2), bytes(3)])
})

// ---- rows

async function filled(): Promise<string> {
  const at = folder()
  const { boards, people, audit, templates, assets, claims, isolations, close } = openStore(at)
  for (const id of ['b', 'c'] as BoardId[]) {
    await boards.create({ id, created: 1, links: [{ id: `l${id}`, board: id, role: 'participant', hash: Buffer.from(`hash ${id}`), created: 1, closed: undefined }], people: [], content: bytes(7) })
    await people.save({ id: 'p' as ParticipantId, board: id, name: 'Ana', sector: 'Academia', link: `l${id}`, keyHash: bytes(1), role: undefined })
    await audit.note({ board: id, at: 1, who: 'p' as ParticipantId, did: 'opened a link', about: 'l' })
    await assets.add({ board: id, hash: 'a'.repeat(64) as never, type: 'image/png', size: 5, by: undefined, at: 1 })
    await claims.add(id, 5, 'p' as ParticipantId)
    await isolations.set({ doc: id as string as DocId, since: 1, until: 2, faults: 1, cause: 'it hung' })
    await templates.add({ id: `t${id}`, created: 1, keyHash: bytes(1), file: '{}' }, 10)
  }
  close()
  return at
}

type Read = (store: Store, id: BoardId) => Promise<unknown>
const readBy: Readonly<Record<string, Read>> = {
  board: ({ boards }, id) => boards.has(id),
  link: async ({ links }, id) => [await links.get(id, `l${id}`), await links.find(id, Buffer.from(`hash ${id}`)), await links.all(id)],
  person: async ({ people }, id) => [await people.get(id, 'p' as ParticipantId), await people.all(id)],
  audit: ({ audit }, id) => audit.all(id),
  asset: ({ assets }, id) => assets.get(id, 'a'.repeat(64) as never),
  claim: ({ claims }, id) => claims.all(id),
  template: ({ templates }, id) => templates.get(`t${id}`),
}
/** One change of each column that is not asked for by name. */
const changes = {
  board: ['created = 2'],
  link: ["role = 'facilitator'", 'created = 2', 'closed = 3'],
  person: ["name = 'Ben'", "sector = ''", 'link = NULL', 'key_hash = NULL', "role = 'facilitator'"],
  audit: ['at = 2', "who = 'q'", "did = 'closed a link'", "about = 'm'"],
  asset: ["type = 'image/svg+xml'", 'size = 6', "by = 'p'", 'at = 2'],
  claim: ["participant = 'q'", 'nth = 7'],
  template: ['created = 2', "key_hash = x'02'"],
} as const
const keyOf = (table: string): string => (table === 'board' ? "id = 'b'" : table === 'template' ? "id = 'tb'" : "board = 'b'")
/** As bytes change on a disk: nothing of SQLite notices. */
const quietly = (table: string, sql: string): string => `DROP TRIGGER ${table}_changed; ${sql}; ${triggerOf(table)}`
const triggerOf = (table: string): string => {
  const at = folder()
  openStore(at).close()
  const db = new DatabaseSync(join(at, 'boards.sqlite'), { readOnly: true })
  const { sql } = db.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').get(`${table}_changed`) as { sql: string }
  db.close()
  return sql
}

describe.each(Object.entries(changes))('a row of %s', (table, sets) => {
  test.each(sets)('[K14] whose %s on disk is said to be damaged, and those of other boards are read', async set => {
    const at = await filled()
    tamper(at, quietly(table, `UPDATE ${table} SET ${set} WHERE ${keyOf(table)}`))
    const store = opened(at)
    await expect(readBy[table]!(store, board)).rejects.toThrow(/in .*boards\.sqlite is damaged\. Restore a backup/)
    expect(await readBy[table]!(store, 'c' as BoardId)).toBeTruthy()
  })

  test('[K14] that is gone, or there twice, makes a store that is refused', async () => {
    const [gone, twice] = [await filled(), await filled()]
    const key = table === 'claim' ? 'client' : table === 'audit' ? 'seq' : table === 'asset' ? 'hash' : 'id'
    const value = table === 'claim' ? '6' : table === 'audit' ? '60' : `'${'f'.repeat(64)}'`
    tamper(gone, `PRAGMA foreign_keys = OFF; DROP TRIGGER ${table}_removed; DELETE FROM ${table} WHERE ${keyOf(table)}; PRAGMA foreign_keys = ON`)
    tamper(twice, `
      DROP TRIGGER ${table}_added;
      CREATE TEMP TABLE copy AS SELECT * FROM ${table} WHERE ${keyOf(table)} LIMIT 1;
      UPDATE copy SET ${key} = ${value}${table === 'link' ? ", hash = x'07'" : ''};
      INSERT INTO ${table} SELECT * FROM copy`)
    for (const at of [gone, twice]) expect(() => openStore(at)).toThrow(/boards\.sqlite is damaged\. Restore a backup/)
  })
})

test('[K14] a template whose file is damaged is known by its key still, and can be removed', async () => {
  const at = await filled()
  tamper(at, quietly('template', "UPDATE template SET file = '{\"x\":1}' WHERE id = 'tb'"))
  const { templates } = opened(at)
  expect(await templates.get('tb')).toMatchObject({ keyHash: bytes(1), file: undefined })
  await templates.remove('tb')
  expect(await templates.all()).toEqual(['tc'])
})

test.each(['isolation', 'secret'])('[K14] a damaged row of %s is said', async table => {
  const at = await filled()
  tamper(at, quietly(table, table === 'secret' ? "UPDATE secret SET value = x'00'" : "UPDATE isolation SET until = 9 WHERE doc = 'b'"))
  if (table === 'secret') expect(() => openStore(at)).toThrow(/key that signs tickets in .* is damaged/)
  else await expect(opened(at).isolations.all()).rejects.toThrow(/is damaged/)
})

// ---- the end of the log

/** A folder as a server leaves it that is killed: nothing of what it committed last is in the database yet. */
async function killed(commits: number): Promise<string> {
  const [at, left] = [folder(), folder()]
  const store = openStore(at)
  await store.boards.create({ id: board, created: 1, links: [], people: [], content: bytes(7) })
  for (let i = 0; i < commits; i++) {
    await store.log.append([{ doc, data: bytes(1, i) }])
    if (i % 3 === 0) await store.people.save({ id: `p${i}` as ParticipantId, board, name: 'Ana', sector: '', link: undefined, keyHash: undefined, role: undefined })
  }
  cpSync(at, left, { recursive: true })
  store.close()
  return left
}
const wal = 'boards.sqlite-wal'

test('[K15] what was committed and is no longer in the log is said, wherever the log is damaged, and not a file is changed', async () => {
  const whole = await killed(12)
  const length = statSync(join(whole, wal)).size
  for (let cut = 0; cut < length; cut += Math.floor(length / 17)) {
    for (const damage of [(path: string) => truncateSync(path, cut), (path: string) => writeFileSync(path, flipped(readFileSync(path), Math.max(32, cut)))]) {
      const at = folder()
      cpSync(whole, at, { recursive: true })
      damage(join(at, wal))
      const before = readFileSync(join(at, wal))
      expect(() => openStore(at)).toThrow(/boards\.sqlite is damaged: the last .* missing, because boards\.sqlite-wal .*Restore a backup; or, to go on without them, remove .*boards\.head/)
      expect(readFileSync(join(at, wal)).equals(before)).toBe(true)
    }
  }
})

const flipped = (file: Buffer, at: number): Buffer => {
  file[at]! ^= 0x40
  return file
}

test('[K15] a log that was removed is said; whoever takes boards.head away goes on with what there is', async () => {
  const at = await killed(12)
  rmSync(join(at, wal))
  expect(() => openStore(at)).toThrow(/changes are missing/)
  rmSync(join(at, 'boards.head'))
  const { log } = opened(at)
  expect(await log.load(doc)).toMatchObject({ entries: [] })
  expect(existsSync(join(at, 'boards.head'))).toBe(true)
})

test('[K15] a change of who may do what counts as much as what is written: none is lost without a word', async () => {
  const [at, left] = [folder(), folder()]
  const store = openStore(at)
  await store.boards.create({ id: board, created: 1, links: [{ id: 'l', board, role: 'participant', hash: bytes(1), created: 1, closed: undefined }], people: [], content: bytes(7) })
  const before = readFileSync(join(at, wal))
  await store.links.close(board, 'l', 5)
  cpSync(at, left, { recursive: true })
  store.close()
  // The log as it was before the link was closed.
  writeFileSync(join(left, wal), before)
  expect(() => openStore(left)).toThrow(/the last change is missing/)
})

test.each<[string, (path: string, older: Buffer) => void]>([
  ['older than the last commit', (path, older) => writeFileSync(path, older)],
  ['torn', path => truncateSync(path, 30)],
  ['empty', path => truncateSync(path, 0)],
  ['full of zeroes', path => writeFileSync(path, Buffer.alloc(statSync(path).size))],
  ['of noise', path => writeFileSync(path, Buffer.alloc(4_000, 0x5a))],
  ['not there', path => rmSync(path)],
])('[K15] a boards.head that is %s, as a power cut may leave it, keeps nobody out, and is right again', async (_, change) => {
  const [at, left] = [folder(), folder()]
  const store = openStore(at)
  await store.log.append([{ doc, data: bytes(1) }])
  const older = readFileSync(join(at, 'boards.head'))
  await store.log.append([{ doc, data: bytes(2) }])
  cpSync(at, left, { recursive: true })
  store.close()
  const newest = readFileSync(join(left, 'boards.head'))
  change(join(left, 'boards.head'), older)
  const next = opened(left)
  expect((await next.log.load(doc)).entries).toEqual([bytes(1), bytes(2)])
  expect(readFileSync(join(left, 'boards.head'), 'latin1').startsWith(newest.toString('latin1'))).toBe(true)
})

test('[K15] a database beside the boards.head of another store is said', async () => {
  const [one, two] = [await written(), await written()]
  copyFileSync(join(two, 'boards.head'), join(one, 'boards.head'))
  expect(() => openStore(one)).toThrow(/boards\.sqlite and .*boards\.head belong to different stores/)
  expect(readdirSync(one)).toContain('boards.sqlite')
})

// ---- pictures

test('[K20] a picture whose bytes are others is never given, and is whole again once somebody sends it', async () => {
  const at = folder()
  const { pictureFiles } = opened(at)
  const sent = Buffer.from('a picture of some size'.repeat(9_000))
  const { hash } = await received(pictureFiles, sent)
  const path = join(at, 'assets', hash)
  for (const change of [(file: Buffer) => flipped(file, 100_000), (file: Buffer) => file.subarray(0, 5_000), (file: Buffer) => Buffer.concat([file, Buffer.of(0)]), () => Buffer.alloc(0)]) {
    expect(await pictureFiles.read(hash)).toEqual(sent)
    expect(await bytesIn(await pictureFiles.stream(hash))).toEqual(sent)
    writeFileSync(path, change(readFileSync(path)))
    await expect(pictureFiles.read(hash)).rejects.toThrow(/assets\/.* is damaged: it is not the picture it is named after/)
    await expect(pictureFiles.stream(hash)).rejects.toThrow(StoreError)
    await received(pictureFiles, sent)
  }
  rmSync(path)
  expect([await pictureFiles.read(hash), await pictureFiles.stream(hash)]).toEqual([undefined, undefined])
})

async function received(files: PictureFiles, bytes: Buffer): Promise<Received> {
  const received = await files.receive([bytes], 1e6)
  await files.keep(received)
  await received.drop()
  return received
}
async function bytesIn(stream: AsyncIterable<unknown> | undefined): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

test('[K20] a board whose picture is damaged leaves without it and says so; a backup leaves it out and names it', async () => {
  const server = await startServer()
  undo.push(() => removeFolder(server.folder))
  const made = await makeBoard(server.url)
  const { ticket } = await joinAs(server.url, made, 'participant', 'Ana')
  const [good, bad] = [png(8, 8, 1), png(8, 8, 2)]
  const headers = { authorization: `Bearer ${ticket}` }
  for (const each of [good, bad]) expect((await fetch(`${server.url}/api/boards/${made.id}/assets`, { method: 'POST', body: each as BodyInit, headers })).status).toBe(201)
  const file = join(server.folder, 'assets', sha256(bad))
  writeFileSync(file, flipped(readFileSync(file), 40))
  const load = (hash: string) => fetch(`${server.url}/api/boards/${made.id}/assets/${hash}`, { headers })
  expect([(await load(sha256(good))).ok, (await load(sha256(bad))).ok]).toEqual([true, false])

  const { pictureFiles, assets, close } = openReader(server.folder)
  const drawings = [good, bad].map((each, i) => ({ id: `asset:${i}`, type: 'asset', props: { src: `asset:${sha256(each)}`, mimeType: 'image/png' } }))
  const { assets: list } = (await enclosed({ files: pictureFiles, assets, most: 1e6 }, made.id as BoardId, { drawings })) as unknown as { assets: { id: string; missing?: string; data?: string }[] }
  expect(Object.fromEntries(list.map(({ id, missing, data }) => [id, [missing === undefined, data !== undefined]]))).toEqual({ [sha256(good)]: [true, true], [sha256(bad)]: [false, false] })
  close()

  const to = join(folder(), 'monday')
  const backup = spawnSync(process.execPath, ['scripts/backup.ts', to], { env: { ...process.env, DATA_DIR: server.folder }, encoding: 'utf8' })
  expect([backup.status, backup.stdout]).toEqual([0, expect.stringMatching(new RegExp(`1 picture are in .* Left out, because on the disk they are no longer what they were: assets/${sha256(bad)}`))])
  expect(readdirSync(join(to, 'assets'))).toEqual([sha256(good)])
  await server.stop()
})

// ---- commands

test('[K17] commands list and export the boards that are whole, and name the one that is not', async () => {
  const at = folder()
  const env = { DATA_DIR: at }
  const example = 'docs/examples/example.json'
  const ids: string[] = []
  for (let i = 0; i < 2; i++) ids.push((JSON.parse((await manyfutures(['import', example, '--json'], { env })).out) as { id: string }).id)
  const [bad, good] = ids as [string, string]
  tamper(at, `UPDATE entry SET data = zeroblob(9) WHERE id = ${entry(bad, 1)}`)
  const says = new RegExp(`^An entry of ${bad} in [^\\n]*boards\\.sqlite is damaged\\. Restore a backup[^\\n]*\\n$`)
  const list = await manyfutures(['list'], { env })
  expect([list.code, list.out.split('\t')[0], list.out.trim().split('\n').length, list.err]).toEqual([3, good, 1, expect.stringMatching(says)])
  expect(await manyfutures(['export', good], { env })).toMatchObject({ code: 0 })
  expect(await manyfutures(['export', bad], { env })).toMatchObject({ code: 3, out: '', err: expect.stringMatching(says) })
  const backup = spawnSync(process.execPath, ['scripts/backup.ts', join(folder(), 'monday')], { env: { ...process.env, ...env }, encoding: 'utf8' })
  expect([backup.status, backup.stderr]).toEqual([1, expect.stringMatching(new RegExp(`^The store is damaged: An entry of ${bad} in [^\\n]* Keep your last good backup\\.\\n$`))])
})
