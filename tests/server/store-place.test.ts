import { spawn } from 'node:child_process'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { watch } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, test } from 'vitest'
import type { BoardId } from '../../shared/ids.ts'
import { durable } from '../../shared/protocol.ts'
import { backUp } from '../../server/storage/backup.ts'
import { faultOf } from '../../server/storage/faults.ts'
import type { DocId } from '../../server/storage/log.ts'
import { openReader } from '../../server/storage/reading.ts'
import { openDatabase, openStore, StoreError } from '../../server/storage/sqlite.ts'
import { openStoreThread, type StoreThread } from '../../server/storage/thread.ts'
import { stockClient } from '../support/client.ts'
import { manyfutures } from '../support/command.ts'
import { joinAs, makeBoard, refusedStart, removeFolder, startServer, temporaryFolder } from '../support/server.ts'

/* A store is where it was, or that is said; nothing empty takes its place. */

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each()
})
function folder(): string {
  const made = temporaryFolder()
  undo.push(() => removeFolder(made))
  return made
}

const doc = 'doc' as DocId
const bytes = (...values: number[]) => Uint8Array.from(values)
const picture = '5'.repeat(64)

/** A folder in which a board was kept. */
async function kept(): Promise<string> {
  const at = folder()
  const { boards, log, close } = openStore(at)
  await boards.create({ id: 'b' as BoardId, created: 1, links: [], people: [], content: bytes(0, 0) })
  await log.append([{ doc, data: bytes(1) }])
  close()
  return at
}

const paths = (at: string): string[] => readdirSync(at, { recursive: true, encoding: 'utf8' }).sort()
const database = (at: string): string => join(at, 'boards.sqlite')

// ---- nothing empty in its place

const gone: readonly (readonly [what: string, make: () => Promise<string>, says: RegExp])[] = [
  ['the database is gone, and boards.head is there', async () => {
    const at = await kept()
    rmSync(database(at))
    return at
  }, /boards\.sqlite is gone, and boards\.head in .* says that boards were kept there/],
  ['the database is gone, and its log is there', async () => {
    const at = folder()
    writeFileSync(join(at, 'boards.sqlite-wal'), 'something')
    return at
  }, /boards\.sqlite is gone, and boards\.sqlite-wal/],
  ['the database is gone, and pictures are there', async () => {
    const at = folder()
    mkdirSync(join(at, 'assets'))
    writeFileSync(join(at, 'assets', picture), 'picture')
    return at
  }, /boards\.sqlite is gone, and assets\/ in/],
  ['the folder is a backup without its database', async () => {
    const at = folder()
    writeFileSync(join(at, 'manifest.json'), '{}')
    return at
  }, /boards\.sqlite is gone, and manifest\.json in/],
  ['the database is empty', async () => {
    const at = await kept()
    truncateSync(database(at))
    return at
  }, /boards\.sqlite is empty\. Restore a backup/],
  ['the database is empty, and nothing else tells of boards', async () => {
    const at = folder()
    writeFileSync(database(at), '')
    return at
  }, /boards\.sqlite is empty\. Restore a backup.* If no boards were ever kept here, remove it/],
  ['the database is full of zeroes', async () => {
    const at = await kept()
    writeFileSync(database(at), Buffer.alloc(statSync(database(at)).size))
    return at
  }, /boards\.sqlite is damaged and cannot be read: .*Restore a backup/],
  ['the database is another program’s', async () => {
    const at = await kept()
    rmSync(database(at))
    const db = new DatabaseSync(database(at))
    db.exec('CREATE TABLE notes (text)')
    db.close()
    return at
  }, /boards\.sqlite holds no boards: it is damaged, or another program made it/],
]

test.each(gone)('[K16] where %s, that is said and nothing is made', async (_, make, says) => {
  const at = await make()
  // A lock holds nothing, and neither does what SQLite makes beside a database to read it.
  const holding = (): string[] => paths(at).filter(path => !['server.lock', 'boards.sqlite-shm'].includes(path) && (path !== 'boards.sqlite-wal' || statSync(join(at, path)).size > 0))
  const before = holding()
  for (const open of [() => openStore(at), () => openReader(at)]) {
    expect(open).toThrow(StoreError)
    expect(open).toThrow(says)
  }
  await expect(openStoreThread(at)).rejects.toThrow(says)
  await expect(backUp(at, join(folder(), 'monday'))).rejects.toThrow(says)
  expect(holding()).toEqual(before)
})

test('[K16] whoever is started again by the process above makes no store, in no folder and in no empty one', async () => {
  const at = folder()
  for (const none of [at, join(at, 'none')]) {
    expect(() => openDatabase(none, 0, { again: true })).toThrow(/There are no boards in .* any more: .*Put it back, or restore a backup/)
    const { code, says } = await refusedStart({ DATA_DIR: none, MANYFUTURES_AGAIN: '1', MANYFUTURES_PARENT: String(process.pid) })
    expect([code, says]).toEqual([1, expect.stringMatching(/^There are no boards in [^\n]* any more[^\n]*\n$/)])
  }
  expect([paths(at), existsSync(join(at, 'none'))]).toEqual([[], false])
  openStore(at).close()
  openDatabase(at, 0, { again: true }).close()
})

test('[K16] a store whose making broke off is made anew', () => {
  const at = folder()
  mkdirSync(join(at, 'assets'))
  writeFileSync(join(at, 'server.lock'), '')
  writeFileSync(join(at, 'boards.sqlite.partial'), 'half of one')
  openStore(at).close()
  expect(paths(at)).toEqual(['assets', 'boards.head', 'boards.sqlite', 'server.lock'])
})

// ---- sentences

const inTheWay: readonly (readonly [what: string, change: (at: string) => void, says: RegExp])[] = [
  ['a folder in place of the database', at => {
    rmSync(database(at))
    mkdirSync(database(at))
  }, /boards\.sqlite should be a file and is a folder/],
  ['a folder in place of boards.head', at => {
    rmSync(join(at, 'boards.head'))
    mkdirSync(join(at, 'boards.head'))
  }, /boards\.head should be a file and is a folder/],
  ['a folder in place of the log', at => mkdirSync(join(at, 'boards.sqlite-wal')), /boards\.sqlite-wal should be a file and is a folder/],
  ['a file in place of the folder of pictures', at => {
    rmSync(join(at, 'assets'), { recursive: true })
    writeFileSync(join(at, 'assets'), '')
  }, /assets should be a folder and is none/],
  ['a file in place of the whole folder', at => {
    rmSync(at, { recursive: true })
    writeFileSync(at, '')
  }, /should be a folder and is none/],
  ['a database that leads in a circle', at => {
    rmSync(database(at))
    symlinkSync(database(at), database(at))
  }, /boards\.sqlite cannot be reached: links on the way to it lead in a circle/],
  ['a text that is no database', at => writeFileSync(database(at), 'not a database, whatever it is called, and long enough to be taken for one'.repeat(40)), /boards\.sqlite is damaged and cannot be read: it is no database any more\. Restore a backup/],
  ['a damaged header', at => writeAt(database(at), 3, 'xx'), /boards\.sqlite is damaged and cannot be read/],
  ['a size of pages that is none', at => writeAt(database(at), 16, 'zz'), /boards\.sqlite is damaged and cannot be read/],
  ['half of its pages', at => truncateSync(database(at), statSync(database(at)).size / 2), /boards\.sqlite is damaged and cannot be read: .*malformed/],
  ['a page of noise', at => writeAt(database(at), 4_096 * 3, Buffer.alloc(4_096, 0xa5)), /boards\.sqlite is damaged and cannot be read/],
  ['a number of a version it does not have', at => setVersion(at, 3), /table of contents .*boards\.sqlite is damaged/],
  ['no number of a version', at => setVersion(at, 0), /boards\.sqlite holds no boards: it is damaged/],
  ['a newer version', at => setVersion(at, 99), /kept by a newer version of Manyfutures \(store version 99/],
  ['a table that is not there', at => {
    const db = new DatabaseSync(database(at))
    db.exec('PRAGMA foreign_keys = OFF; DROP TABLE audit')
    db.close()
  }, /table of contents \(table audit\) in .*boards\.sqlite is damaged/],
]

function writeAt(path: string, at: number, what: string | Buffer): void {
  const file = readFileSync(path)
  Buffer.from(what).copy(file, at)
  writeFileSync(path, file)
}
function setVersion(at: string, version: number): void {
  const db = new DatabaseSync(database(at))
  db.exec(`PRAGMA user_version = ${version}`)
  db.close()
}

const isOneLine = (text: string): boolean => /^[^\n]*\n$/.test(text) && !/\bat .*:\d+:\d+/.test(text)

describe.each(inTheWay)('with %s', (_, change, says) => {
  test('[K17] that is said by one sentence, by the store, its thread, a reader and a backup', async () => {
    const at = await kept()
    change(at)
    const said = (error: unknown): string => (error instanceof StoreError || (error as Error).constructor.name === 'BackupError' ? (error as Error).message : String((error as Error).stack))
    const all = await Promise.all([async () => openStore(at).close(), () => openStoreThread(at), async () => openReader(at).close(), () => backUp(at, join(folder(), 'monday'))].map(each => each().then(() => 'nothing', said)))
    for (const sentence of all) expect([all, sentence.includes(at), isOneLine(`${sentence}\n`)]).toEqual([all, true, true])
    expect(all[0]).toMatch(says)
    expect(all[1]).toBe(all[0])
  })
})

test('[K17] who starts a server on a store that cannot be used reads one line, and so does who gives a command', async () => {
  for (const nth of [0, 4, 6, 9]) {
    const [, change, says] = inTheWay[nth]!
    const at = await kept()
    change(at)
    const start = await refusedStart({ DATA_DIR: at })
    expect([start, isOneLine(start.says)]).toEqual([{ code: 1, says: expect.stringMatching(says) }, true])
    const list = await manyfutures(['list'], { env: { DATA_DIR: at } })
    expect([list.code, list.err, isOneLine(list.err)]).toEqual([3, expect.stringMatching(says), true])
  }
})

test('[K17] a lock that somebody wrote into is a lock again: there is nothing in it to lose', async () => {
  for (const text of ['noise', 'SQLite format 3\0'.padEnd(4_096, 'x')]) {
    const at = await kept()
    writeFileSync(join(at, 'server.lock'), text)
    const { log, close } = openStore(at)
    expect((await log.load(doc)).entries).toEqual([bytes(1)])
    expect(() => openDatabase(at)).toThrow(/Another server is using/)
    close()
  }
})

/** Somebody without rights to everything: tests may be run by somebody with them. */
const somebody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
function startAsSomebody(script: string, args: readonly string[], env: Record<string, string>): Promise<{ code: number | null; says: string }> {
  const child = spawn(process.execPath, [script, ...args], { ...somebody, env: { ...process.env, PORT: '0', HOME: '/nowhere', ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  let says = ''
  child.stderr.on('data', (data: Buffer) => (says += data.toString()))
  return new Promise(done => child.once('close', code => done({ code, says })))
}
/** Gives a folder to that somebody. */
function give(at: string): void {
  if (somebody.uid !== undefined) for (const path of [at, ...paths(at).map(each => join(at, each))]) chownSync(path, somebody.uid, somebody.gid)
}

test.each<[string, (at: string) => void, RegExp, RegExp]>([
  ['a folder nobody may look into', at => chmodSync(at, 0o000), /is closed to user .*chown/, /is closed to user/],
  ['a folder that may not be written to', at => chmodSync(at, 0o500), /is closed to user .*chown/, /is closed to user/],
  ['a database that may not be read', at => chmodSync(database(at), 0o000), /boards\.sqlite is closed to user/, /boards\.sqlite is closed to user/],
  ['a database that may not be written to', at => chmodSync(database(at), 0o400), /boards\.sqlite is closed to user/, /^$/],
  ['a lock that may not be written to', at => chmodSync(join(at, 'server.lock'), 0o400), /server\.lock is closed to user/, /^$/],
  ['a boards.head that may not be read', at => chmodSync(join(at, 'boards.head'), 0o000), /boards\.head is closed to user/, /boards\.head is closed to user/],
  ['pictures that may not be written to', at => chmodSync(join(at, 'assets'), 0o500), /assets is closed to user/, /^$/],
])('[K17] %s is named, and whom it is closed to', async (_, close, says, commandSays) => {
  const at = await kept()
  give(at)
  close(at)
  undo.push(() => chmodSync(at, 0o700))
  const started = await startAsSomebody('server/main.ts', [], { DATA_DIR: at })
  expect([started, isOneLine(started.says)]).toEqual([{ code: 1, says: expect.stringMatching(says) }, true])
  const listed = await startAsSomebody('scripts/cli.mjs', ['list'], { DATA_DIR: at })
  expect([listed.code, listed.says]).toEqual([commandSays.source === '^$' ? 0 : 3, expect.stringMatching(commandSays)])
})

test('[K17] a folder that cannot be made is named, and what is in the way', async () => {
  const [closed, open] = [folder(), folder()]
  const file = join(open, 'file')
  writeFileSync(file, '')
  for (const each of [closed, open]) give(each)
  chmodSync(closed, 0o500)
  for (const [at, says] of [[join(closed, 'a', 'b'), new RegExp(`^${closed} is closed to user .*chown`)], [join(file, 'boards'), /file\/boards\S* cannot be reached: something on the way to it is no folder|file should be a folder and is none/]] as const) {
    const started = await startAsSomebody('server/main.ts', [], { DATA_DIR: at })
    expect([started, isOneLine(started.says)]).toEqual([{ code: 1, says: expect.stringMatching(says) }, true])
  }
})

test('[K17] what the system and SQLite say of files, at the start and later, is a sentence that names the file', () => {
  const at = '/data/boards'
  const sqlite = (errcode: number) => Object.assign(new Error('what SQLite says'), { code: 'ERR_SQLITE_ERROR', errcode })
  const system = (code: string) => Object.assign(new Error(`${code}: what the system says, open '/data/boards/x'`), { code, path: '/data/boards/x' })
  const said = (error: Error, opening: boolean): string => {
    const fault = faultOf(at, error, opening)
    return fault instanceof StoreError ? fault.message : 'as it is'
  }
  for (const errcode of [8, 10, 11, 14, 18, 26, 7, 10 | (3 << 8), 11 | (1 << 8), 8 | (5 << 8)]) {
    for (const opening of [true, false]) expect([errcode, said(sqlite(errcode), opening)]).toEqual([errcode, expect.stringMatching(/\/data\/boards\/boards\.sqlite .*\. [A-Z][^\n]*\.$|memory to read \/data\/boards\/boards\.sqlite/)])
  }
  for (const errcode of [13, 5, 6, 1]) expect([errcode, said(sqlite(errcode), true), said(sqlite(errcode), false)]).toEqual([errcode, expect.stringMatching(/boards\.sqlite/), 'as it is'])
  for (const code of ['EACCES', 'EPERM', 'EROFS', 'EIO', 'EMFILE', 'ENFILE', 'ELOOP', 'ENOTDIR', 'EISDIR']) for (const opening of [true, false]) expect([code, said(system(code), opening)]).toEqual([code, expect.stringMatching(/^\/data\/boards\/x|The disk cannot read or write \/data\/boards\/x/)])
  for (const code of ['ENOSPC', 'EDQUOT']) expect([code, said(system(code), true), said(system(code), false)]).toEqual([code, expect.stringMatching(/no room left on the disk of \/data\/boards\/x/), 'as it is'])
  expect(said(new TypeError('a mistake of ours'), true)).toBe('as it is')
})

// ---- a server that is just ending

test('[K3] a server that starts waits for one that is just ending', async () => {
  const at = await kept()
  const flags = new Int32Array(new SharedArrayBuffer(4))
  const holder = new Worker(`
    const { DatabaseSync } = require('node:sqlite')
    const { createHash } = require('node:crypto')
    const { parentPort, workerData: { path, flags } } = require('node:worker_threads')
    const lock = new DatabaseSync(path)
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    parentPort.postMessage('held')
    Atomics.wait(flags, 0, 0)
    // A server that ends has something to do yet.
    for (let i = 0; i < 10; i++) createHash('sha256').update(new Uint8Array(1e6)).digest()
    lock.close()
  `, { eval: true, workerData: { path: join(at, 'server.lock'), flags } })
  undo.push(() => holder.terminate())
  await new Promise(held => holder.once('message', held))
  Atomics.store(flags, 0, 1)
  Atomics.notify(flags, 0)
  openStore(at).close()
})

// ---- taken away while it runs

const takings: readonly (readonly [what: string, take: (at: string) => void, says: RegExp])[] = [
  ['the folder is removed', at => rmSync(at, { recursive: true }), /boards\.sqlite was removed while the server ran, so nothing more is saved\. .*restore a backup/],
  ['the folder is renamed', at => {
    renameSync(at, `${at}-elsewhere`)
    undo.push(() => removeFolder(`${at}-elsewhere`))
  }, /boards\.sqlite was removed/],
  ['another folder is in its place', at => {
    renameSync(at, `${at}-elsewhere`)
    undo.push(() => removeFolder(`${at}-elsewhere`))
    cpSync(`${at}-elsewhere`, at, { recursive: true })
  }, /boards\.sqlite was replaced/],
  ['the database is removed', at => rmSync(database(at)), /boards\.sqlite was removed/],
  ['the database is renamed', at => renameSync(database(at), `${database(at)}.old`), /boards\.sqlite was removed/],
  ['another database is put over it', at => {
    cpSync(database(at), `${database(at)}.new`)
    renameSync(`${database(at)}.new`, database(at))
  }, /boards\.sqlite was replaced/],
  ['its log is removed', at => rmSync(join(at, 'boards.sqlite-wal')), /boards\.sqlite-wal was removed while the server ran.* What was saved until then is in the database/],
  ['its log is replaced', at => {
    cpSync(join(at, 'boards.sqlite-wal'), join(at, 'new'))
    renameSync(join(at, 'new'), join(at, 'boards.sqlite-wal'))
  }, /boards\.sqlite-wal was replaced/],
]

/** Somebody types in a folder in which nothing was made or removed for years: there is less to look at than in one that was touched a moment ago. */
async function quiet(store: StoreThread, at: string): Promise<void> {
  utimesSync(at, 1e9, 1e9)
  for (let i = 0; i < 20; i++) await store.log.append([{ doc, data: bytes(2, i) }])
  expect(statSync(at).mtimeMs).toBe(1e12)
}

describe.each(takings)('when %s', (_, take, says) => {
  test.each(['a quiet folder', 'a folder that was touched'])('[K18] nothing is answered as kept from then on, the store says what happened, and makes nothing new: %s', async which => {
    const at = await kept()
    const store = await openStoreThread(at)
    undo.push(() => store.close())
    if (which === 'a quiet folder') await quiet(store, at)
    await store.log.append([{ doc, data: bytes(2) }])
    take(at)
    const before = existsSync(at) ? paths(at) : undefined
    await expect(store.log.append([{ doc, data: bytes(3) }])).rejects.toThrow(says)
    const loss = await store.lost
    expect([loss instanceof StoreError, loss.message]).toEqual([true, expect.stringMatching(says)])
    const calls = [store.log.append([{ doc, data: bytes(4) }]), store.log.load(doc), store.people.save({ board: 'b' as BoardId, id: 'p' as never, name: '', sector: '', link: undefined, keyHash: undefined, role: undefined }), store.boards.has('b' as BoardId)]
    for (const call of calls) await expect(call).rejects.toThrow(says)
    expect(existsSync(at) ? paths(at) : undefined).toEqual(before)
  })
})

test('[K18] what is taken away, emptied too, is seen while nobody writes, within seconds', async () => {
  const more: typeof takings = [
    ['the database is emptied', at => truncateSync(database(at)), /boards\.sqlite was emptied while the server ran/],
    ['the index of its log is removed', at => rmSync(join(at, 'boards.sqlite-shm')), /boards\.sqlite-shm was removed .* What was saved until then is in the database/],
    ['its lock is removed', at => rmSync(join(at, 'server.lock')), /server\.lock was removed/],
  ]
  await Promise.all([...takings, ...more].map(async ([what, take, says]) => {
    const at = await kept()
    const store = await openStoreThread(at)
    undo.push(() => store.close())
    await quiet(store, at)
    take(at)
    expect([what, (await store.lost).message]).toEqual([what, expect.stringMatching(says)])
  }))
})

test('[K18] a change of a right is not answered as done either', async () => {
  const at = await kept()
  const store = openStore(at)
  undo.push(() => store.close())
  rmSync(at, { recursive: true })
  await expect(store.links.close('b' as BoardId, 'l', 5)).rejects.toThrow(/boards\.sqlite was removed/)
})

test('[K18] what was kept before its log was removed is there for the next server', async () => {
  const at = await kept()
  const store = await openStoreThread(at)
  for (let i = 0; i < 50; i++) await store.log.append([{ doc, data: bytes(2, i) }])
  rmSync(join(at, 'boards.sqlite-wal'))
  await expect(store.log.append([{ doc, data: bytes(9) }])).rejects.toThrow(/was removed/)
  await store.close()
  const { log, close } = openStore(at)
  undo.push(close)
  expect((await log.load(doc)).entries.slice(0, 51)).toEqual([bytes(1), ...Array.from({ length: 50 }, (_, i) => bytes(2, i))])
})

test('[K18] a store that is lost takes nothing along that is in its place by now', async () => {
  const at = await kept()
  const store = openStore(at)
  await store.log.append([{ doc, data: bytes(2) }])
  renameSync(at, `${at}-elsewhere`)
  undo.push(() => removeFolder(`${at}-elsewhere`))
  cpSync(`${at}-elsewhere`, at, { recursive: true })
  const before = readFileSync(join(at, 'boards.sqlite-wal'))
  await expect(store.log.append([{ doc, data: bytes(3) }])).rejects.toThrow(/was replaced/)
  store.close()
  expect(readFileSync(join(at, 'boards.sqlite-wal')).equals(before)).toBe(true)
  const next = openStore(at)
  undo.push(() => next.close())
  expect((await next.log.load(doc)).entries).toEqual([bytes(1), bytes(2)])
})

test('[K18] what comes and goes beside the files of a store disturbs nobody', async () => {
  const at = await kept()
  const store = await openStoreThread(at)
  undo.push(() => store.close())
  for (let i = 0; i < 10; i++) {
    writeFileSync(join(at, 'note'), '')
    await store.log.append([{ doc, data: bytes(2, i) }])
    rmSync(join(at, 'note'))
    openReader(at).close()
  }
  expect((await store.log.load(doc)).entries).toHaveLength(11)
})

test('[K18] what was put in its place before a store is closed stays as it is', async () => {
  const at = await kept()
  const store = openStore(at)
  await store.log.append([{ doc, data: bytes(2) }])
  renameSync(at, `${at}-elsewhere`)
  undo.push(() => removeFolder(`${at}-elsewhere`))
  cpSync(`${at}-elsewhere`, at, { recursive: true })
  store.close()
  expect(statSync(join(at, 'boards.sqlite-wal')).size).toBeGreaterThan(0)
  const next = openStore(at)
  undo.push(() => next.close())
  expect((await next.log.load(doc)).entries).toEqual([bytes(1), bytes(2)])
})

test('[K18] a database that is a link to another folder, and a folder that is one, are watched where they are', async () => {
  for (const [linked, take] of [
    [(at: string) => {
      const elsewhere = folder()
      renameSync(database(at), database(elsewhere))
      symlinkSync(database(elsewhere), database(at))
      return at
    }, (at: string) => rmSync(database(at))],
    [(at: string) => {
      const link = join(folder(), 'link')
      symlinkSync(at, link)
      return link
    }, (at: string) => {
      const other = folder()
      rmSync(at)
      symlinkSync(other, at)
    }],
  ] as const) {
    const at = linked(await kept())
    const store = openStore(at)
    undo.push(() => store.close())
    await store.log.append([{ doc, data: bytes(2) }])
    expect((await store.log.load(doc)).entries).toEqual([bytes(1), bytes(2)])
    take(at)
    await expect(store.log.append([{ doc, data: bytes(3) }])).rejects.toThrow(/was removed while the server ran/)
  }
})

test('[K18] a boards.head that somebody took away is made anew', async () => {
  const at = await kept()
  const store = await openStoreThread(at)
  undo.push(() => store.close())
  await store.log.append([{ doc, data: bytes(2) }])
  const before = readFileSync(join(at, 'boards.head'), 'latin1')
  const events = watch(at)
  rmSync(join(at, 'boards.head'))
  for await (const { filename } of events) if (filename === 'boards.head' && existsSync(join(at, 'boards.head')) && statSync(join(at, 'boards.head')).size) break
  expect(readFileSync(join(at, 'boards.head'), 'latin1')).toBe(before)
  await store.log.append([{ doc, data: bytes(3) }])
  expect(readFileSync(join(at, 'boards.head'), 'latin1')).not.toBe(before)
})

test('[K18] a server whose folder is removed calls nothing saved', async () => {
  const server = await startServer()
  undo.push(() => removeFolder(server.folder))
  const board = await makeBoard(server.url)
  const ana = stockClient(server.url, board.id, (await joinAs(server.url, board, 'participant', 'Ana')).ticket)
  undo.push(() => ana.leave())
  await ana.synced()
  ana.doc.getMap('records').set('before', 1)
  expect(await ana.saved()).toBe(durable.committed)
  rmSync(server.folder, { recursive: true })
  ana.doc.getMap('records').set('after', 1)
  const answered = await Promise.race([ana.saved(), ana.closed().then(() => 'ended')])
  expect(answered).toBe('ended')
  await server.kill()
  expect(existsSync(database(server.folder))).toBe(false)
})
