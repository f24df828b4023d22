import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, test } from 'vitest'
import type { BoardId, ParticipantId } from '../../shared/ids.ts'
import type { BoardLog, DocId } from '../../server/storage/log.ts'
import { openReader, releaseIsolation } from '../../server/storage/reading.ts'
import { type Isolation, type Link, mostClaims, mostClaimsEach, type Person } from '../../server/storage/register.ts'
import { createLedger } from '../../server/storage/ledger.ts'
import { claimsOn } from '../../server/storage/sqlite-claims.ts'
import { openStore, type Store } from '../../server/storage/sqlite.ts'
import { openStoreThread } from '../../server/storage/thread.ts'
import { random, runSeed } from '../support/random.ts'
import { memoryLog } from '../support/room.ts'
import { removeFolder, temporaryFolder } from '../support/server.ts'

/* What every store promises, whoever keeps it. */

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each()
})

function folder(): string {
  const made = temporaryFolder()
  undo.push(() => removeFolder(made))
  return made
}
async function opened(open: (folder: string) => Store | Promise<Store>, at = folder()): Promise<Store> {
  const store = await open(at)
  undo.push(() => store.close())
  return store
}

const stores = { 'SQLite': openStore, 'SQLite in a thread': openStoreThread } as const
const logs: Readonly<Record<string, () => Promise<BoardLog>>> = {
  memory: async () => memoryLog(),
  SQLite: async () => (await opened(openStore)).log,
  'SQLite in a thread': async () => (await opened(openStoreThread)).log,
}

const [doc, other, session] = ['board', 'other', 'board/session'] as DocId[] as [DocId, DocId, DocId]
const bytes = (...values: number[]) => Uint8Array.from(values)
const saysOf = async (log: BoardLog, id: DocId) => {
  const { snapshot, vector, records, entries, upTo } = await log.load(id)
  return { snapshot: snapshot && [...snapshot], vector: vector && [...vector], records, entries: entries.map(each => [...each]), upTo }
}

describe.each(Object.keys(logs))('a log in %s', kind => {
  const open = logs[kind] as () => Promise<BoardLog>

  test('[K1] each document counts its own entries, and gives them back in order after its snapshot', async () => {
    const log = await open()
    expect(await log.append([{ doc, data: bytes(1) }, { doc: other, data: bytes(9) }, { doc, data: bytes(2) }])).toEqual([1, 1, 2])
    expect(await log.append([{ doc: other, data: bytes(8) }])).toEqual([2])
    expect(await log.append([{ doc, data: bytes() }, { doc, data: bytes(4) }])).toEqual([3, 4])
    await log.compact(doc, 2, bytes(1, 2), bytes(0), 7)
    expect(await saysOf(log, doc)).toEqual({ snapshot: [1, 2], vector: [0], records: 7, entries: [[], [4]], upTo: 4 })
    expect(await saysOf(log, other)).toEqual({ snapshot: undefined, vector: undefined, records: undefined, entries: [[9], [8]], upTo: 2 })
    expect(await saysOf(log, session)).toEqual({ snapshot: undefined, vector: undefined, records: undefined, entries: [], upTo: 0 })
    expect([await log.weigh(doc), await log.weigh(other), await log.weigh(session)]).toEqual([3, 2, 0])
    await log.compact(doc, 4, bytes(1, 2, 4), bytes(1))
    expect(await saysOf(log, doc)).toEqual({ snapshot: [1, 2, 4], vector: [1], records: undefined, entries: [], upTo: 4 })
    expect(await log.append([{ doc, data: bytes(5) }])).toEqual([5])
    expect(await saysOf(log, doc)).toMatchObject({ snapshot: [1, 2, 4], entries: [[5]], upTo: 5 })
  })

  test('[K11] a snapshot takes the place of exactly the entries it holds, and never of a newer one', async () => {
    const log = await open()
    for (let i = 1; i <= 6; i++) await log.append([{ doc, data: bytes(i) }, { doc: other, data: bytes(i) }])
    await log.compact(doc, 4, bytes(1, 2, 3, 4), bytes(4))
    for (const older of [0, 1, 3, 4]) await log.compact(doc, older, bytes(0), bytes(0))
    expect(await saysOf(log, doc)).toMatchObject({ snapshot: [1, 2, 3, 4], vector: [4], entries: [[5], [6]], upTo: 6 })
    await expect(log.compact(doc, 7, bytes(0), bytes(0))).rejects.toThrow(/has 6 entries/)
    await log.compact('nobody' as DocId, 1, bytes(0), bytes(0))
    expect(await saysOf(log, doc)).toMatchObject({ snapshot: [1, 2, 3, 4], entries: [[5], [6]] })
    expect((await saysOf(log, other)).entries).toHaveLength(6)
    expect(await log.head('nobody' as DocId)).toBeUndefined()
  })

  test('[K13] the version of a document is another one after each entry and each fold, and stays while nothing is done', async () => {
    const log = await open()
    expect(await log.head(doc)).toBeUndefined()
    const seen = new Set<string | undefined>()
    for (let i = 1; i <= 5; i++) {
      await log.append([{ doc, data: bytes(7) }])
      seen.add(await log.head(doc))
    }
    await log.append([{ doc: other, data: bytes(7) }])
    expect([seen.size, await log.head(doc)]).toEqual([5, [...seen].at(-1)])
    await log.compact(doc, 3, bytes(7, 7, 7), bytes(0))
    seen.add(await log.head(doc))
    await log.compact(doc, 5, bytes(7, 7, 7, 7, 7), bytes(0))
    seen.add(await log.head(doc))
    expect([seen.size, seen.has(undefined)]).toEqual([7, false])
  })

  test('[K13] whatever is written, folded and loaded in whatever order, each document gives back exactly what was written to it', async () => {
    const log = await open()
    const pick = random(runSeed)
    const docs = Array.from({ length: 5 }, (_, i) => `d${i}` as DocId)
    const said = new Map<DocId, Buffer>()
    for (let i = 0; i < 300; i++) {
      if (pick(4)) {
        const entries = Array.from({ length: 1 + pick(6) }, () => ({ doc: docs[pick(5)] as DocId, data: Buffer.from(Uint8Array.from({ length: pick(6) ? pick(40) : pick(9_000) }, () => pick(256))) }))
        await log.append(entries)
        for (const each of entries) said.set(each.doc, Buffer.concat([said.get(each.doc) ?? Buffer.alloc(0), each.data]))
      } else {
        const id = docs[pick(5)] as DocId
        const { snapshot, entries, upTo } = await log.load(id)
        const some = pick(entries.length + 1)
        await log.compact(id, upTo - entries.length + some, Buffer.concat([...(snapshot ? [snapshot] : []), ...entries.slice(0, some)]), bytes(i % 256))
      }
      const id = docs[pick(5)] as DocId
      const { snapshot, entries } = await log.load(id)
      const text = Buffer.concat([...(snapshot ? [snapshot] : []), ...entries])
      expect([runSeed, i, id, text.equals(said.get(id) ?? Buffer.alloc(0)), await log.weigh(id)]).toEqual([runSeed, i, id, true, text.length])
    }
  })
})

const board = 'b' as BoardId
const person = (id: string, more: Partial<Person> = {}): Person => ({ id: id as ParticipantId, board, name: id, sector: '', link: 'l1', keyHash: bytes(1), role: undefined, ...more })
const link = (id: string, more: Partial<Link> = {}): Link => ({ id, board, role: 'participant', hash: Buffer.from(`hash of ${id}`), created: 1, closed: undefined, ...more })

describe.each(Object.keys(stores) as (keyof typeof stores)[])('a store in %s', kind => {
  const open = stores[kind]

  test('[K14] boards, links, people and deeds come back as they were written, changed ones too, and are counted', async () => {
    const at = folder()
    const first = await open(at)
    const all = { id: board, created: 1, links: [link('l1'), link('l2', { role: 'observer' })], people: [person('p1', { link: undefined, keyHash: undefined })], content: bytes(7) }
    await first.boards.create(all)
    await first.links.add(link('l3', { created: 2 }))
    await first.links.close(board, 'l2', 9)
    await first.links.close(board, 'l2', 10)
    await first.people.save(person('p2'))
    await first.people.save(person('p2', { name: 'Ü\u0000 \ud800', role: 'observer', link: 'other', keyHash: bytes(9) }))
    await first.people.save(person('p3'))
    await first.people.remove(board, 'p3' as ParticipantId)
    await first.audit.note({ board, at: 3, who: 'p2' as ParticipantId, did: 'closed a link', about: 'l2' })
    await first.close()
    const { boards, links, people, audit } = await opened(open, at)
    expect([await boards.has(board), await boards.has('nobody' as BoardId)]).toEqual([true, false])
    const plain = (each: Link | undefined) => each && { ...each, hash: Buffer.from(each.hash).toString() }
    const kept = [link('l1'), link('l2', { role: 'observer', closed: 9 }), link('l3', { created: 2 })].map(plain)
    expect((await links.all(board)).map(plain)).toEqual(kept)
    expect([await links.find(board, Buffer.from('hash of l2')), await links.get(board, 'l2')].map(plain)).toEqual([kept[1], kept[1]])
    expect([await links.count(board), await people.count(board), await links.count('x' as BoardId), await people.count('x' as BoardId)]).toEqual([3, { all: 3, joined: 3 }, 0, { all: 0, joined: 0 }])
    expect(await people.all(board)).toEqual([
      person('p1', { link: undefined, keyHash: undefined }),
      // A half of a letter that nobody can see comes back as the sign for one.
      person('p2', { name: 'Ü\u0000 \ufffd', role: 'observer' }),
      person('p3', { link: undefined, keyHash: undefined }),
    ])
    expect(await audit.all(board)).toEqual([{ board, at: 3, who: 'p2', did: 'closed a link', about: 'l2' }])
  })

  test('[K19] the first claim to a client id wins, and outlives the server', async () => {
    const at = folder()
    const first = await open(at)
    await first.claims.add(board, 5, 'ana' as ParticipantId)
    await first.claims.add(board, 5, 'ben' as ParticipantId)
    await first.claims.add(board, 4_294_967_295, 'ben' as ParticipantId)
    await first.claims.add('c' as BoardId, 5, 'cem' as ParticipantId)
    await first.close()
    const { claims } = await opened(open, at)
    await claims.add(board, 5, 'cem' as ParticipantId)
    expect([...(await claims.all(board))]).toEqual([[5, 'ana'], [4_294_967_295, 'ben']])
    expect([...(await claims.all('c' as BoardId))]).toEqual([[5, 'cem']])
    expect((await claims.all('x' as BoardId)).size).toBe(0)
  })

  test('[K19] a document that is served apart is listed, changed and released, by a command while the server runs too', async () => {
    const at = folder()
    const store = await opened(open, at)
    const isolation: Isolation = { doc, since: 1, until: 2, faults: 1, cause: 'it hung' }
    await store.isolations.set({ ...isolation, doc: other, since: 5 })
    await store.isolations.set(isolation)
    await store.isolations.set({ ...isolation, faults: 2, until: 9 })
    const all = [{ ...isolation, faults: 2, until: 9 }, { ...isolation, doc: other, since: 5 }]
    expect(await store.isolations.all()).toEqual(all)
    const reader = openReader(at)
    expect(await reader.isolations.all()).toEqual(all)
    reader.close()

    const writing = Promise.all(Array.from({ length: 50 }, (_, i) => store.log.append([{ doc, data: bytes(i) }])))
    expect([await releaseIsolation(at, doc), await releaseIsolation(at, doc), await releaseIsolation(at, 'nobody' as DocId)]).toEqual([true, false, false])
    await writing
    expect(await store.isolations.all()).toEqual(all.slice(1))
    await store.isolations.release(other)
    await store.isolations.release(other)
    expect(await store.isolations.all()).toEqual([])
    expect((await store.log.load(doc)).entries).toHaveLength(50)
    await store.close()
    undo.pop()
    // What a command changed counts too: the store is whole.
    const again = await opened(open, at)
    expect((await again.log.load(doc)).entries).toHaveLength(50)
  })
})

test('[K19] of one person the oldest claims are forgotten, and of a full board those of whoever has most', async () => {
  const at = folder()
  openStore(at).close()
  const db = new DatabaseSync(join(at, 'boards.sqlite'))
  undo.push(() => db.close())
  const claims = claimsOn(db, at, createLedger({ db, entries: 0, committed: () => undefined }), 10, 5)
  let client = 0
  const add = async (participant: string, count: number): Promise<string> => {
    for (let i = 0; i < count; i++) await claims.add(board, ++client, participant as ParticipantId)
    return [...(await claims.all(board))].map(([id, who]) => `${who} ${id}`).join()
  }
  expect(await add('ana', 7)).toBe('ana 3,ana 4,ana 5,ana 6,ana 7')
  expect(await add('ben', 2)).toBe('ana 3,ana 4,ana 5,ana 6,ana 7,ben 8,ben 9')
  expect(await add('cem', 3)).toBe('ana 3,ana 4,ana 5,ana 6,ana 7,ben 8,ben 9,cem 10,cem 11,cem 12')
  // Full: whoever has few keeps theirs.
  expect(await add('dia', 2)).toBe('ana 5,ana 6,ana 7,ben 8,ben 9,cem 10,cem 11,cem 12,dia 13,dia 14')
  expect(await add('cem', 1)).toBe('ana 6,ana 7,ben 8,ben 9,cem 10,cem 11,cem 12,dia 13,dia 14,cem 15')
  await claims.add('c' as BoardId, 1, 'ana' as ParticipantId)
  expect([(await claims.all(board)).size, (await claims.all('c' as BoardId)).size, mostClaims, mostClaimsEach]).toEqual([10, 1, 20_000, 500])
})
