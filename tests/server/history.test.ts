import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import * as Y from 'yjs'
import { afterEach, expect, test } from 'vitest'
import { readFlat } from '../../shared/board.ts'
import { day } from '../../server/history/ages.ts'
import { asItWas, momentsOf } from '../../server/history/moments.ts'
import { removalsOf } from '../../server/history/removals.ts'
import { unreadable } from '../../server/history/unreadable.ts'
import { thinned } from '../../server/history/thin.ts'
import type { DocId } from '../../server/storage/log.ts'
import { readNote } from '../../server/storage/notes.ts'
import { openReader } from '../../server/storage/reading.ts'
import { openStore, type Store } from '../../server/storage/sqlite.ts'
import { history } from '../support/history.ts'
import { board, compactorOf, doc, sumAt, sumOf } from '../support/past.ts'
import { random, runSeed } from '../support/random.ts'
import { patience, times } from '../support/scale.ts'
import { removeFolder, temporaryFolder } from '../support/server.ts'

/* What was on a board is kept when its log is folded, and can be read again. */

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each()
})
function folder(): string {
  const made = temporaryFolder()
  undo.push(() => removeFolder(made))
  return made
}
function opened(at = folder()): Store {
  const store = openStore(at)
  undo.push(() => store.close())
  return store
}

const start = Date.UTC(2026, 10, 1)

interface Told {
  /** The sum of the board after each entry; of an empty one first. */
  readonly sums: string[]
  readonly times: number[]
  /** What each entry removed. */
  readonly removed: Map<number, Map<string, unknown>>
}

/** Writes a history of seeded people to a store, folding now and then; what must be read of it later. */
async function tell(store: Store, pick: (n: number) => number, { apart = 5_000, most = 2 ** 26, folds = 6, edits = 60 } = {}): Promise<Told> {
  const compactor = compactorOf(store, most)
  const { updates } = history(pick, { edits, apart: 1 })
  const [now, before] = [new Y.Doc(), new Y.Doc()]
  const told: Told = { sums: [sumOf(now)], times: [0], removed: new Map() }
  let at = start
  for (const [nth, data] of updates.entries()) {
    at += 1 + pick(apart)
    await store.log.append([{ doc, data, at, by: [`p${pick(4)}`] }])
    Y.applyUpdate(now, data)
    const gone = [...before.getMap('records').keys()].filter(id => !now.getMap('records').has(id))
    if (gone.length) told.removed.set(nth + 1, new Map(gone.map(id => [id, Object.fromEntries(readFlat(before.getMap('records').get(id))!)])))
    Y.applyUpdate(before, data)
    told.sums.push(sumOf(now))
    told.times.push(at)
    if (pick(Math.ceil(updates.length / folds)) === 0) await compactor.compact(doc)
  }
  await compactor.close()
  return told
}

test('[K40] each entry says when and through whom it came, after a fold too, and nothing of it is lost where the disk is damaged', async () => {
  const at = folder()
  const store = openStore(at)
  const { updates } = history(random(runSeed))
  for (const [nth, data] of updates.entries()) await store.log.append([{ doc, data, at: start + nth, by: nth % 3 ? ['ana', 'ben'] : [] }])
  const { notes } = await store.log.load(doc)
  expect(notes?.map(readNote)).toEqual(updates.map((_, nth) => ({ at: start + nth, by: nth % 3 ? ['ana', 'ben'] : [] })))
  const compactor = compactorOf(store)
  await compactor.compact(doc)
  await compactor.close()
  const { moments } = await momentsOf(store, board)
  expect(moments.at(-1)).toMatchObject({ seq: updates.length, at: start + updates.length - 1 })
  await store.log.append([{ doc, data: updates[0]!, at: start, by: ['eve'] }])
  store.close()
  const db = new DatabaseSync(join(at, 'boards.sqlite'))
  db.exec("UPDATE entry SET note = 'mf8x eva'")
  db.close()
  const again = opened(at)
  await expect(again.log.load(doc)).rejects.toThrow(/An entry of board in .* is damaged/)
})

test(`[K41] each moment of ${times(5)} histories reads as it was, however often they were folded`, { timeout: patience(60_000) }, async () => {
  const pick = random(runSeed)
  for (let round = 0; round < times(5); round++) {
    const store = openStore(folder())
    const { sums, times: at } = await tell(store, pick)
    for (let seq = 1; seq < sums.length; seq++) expect([runSeed, round, seq, await sumAt(store, { seq })]).toEqual([runSeed, round, seq, sums[seq]])
    const seq = 1 + pick(sums.length - 1)
    expect([runSeed, round, await sumAt(store, { at: at[seq]! })]).toEqual([runSeed, round, sums[seq]])
    expect(await asItWas(store, board, { at: start - 1 })).toBe('before')
    expect(await asItWas(store, board, { seq: sums.length })).toBe('after')
    store.close()
  }
})

test('[K41] the session, and a store that is to keep nothing, keep nothing', async () => {
  const store = opened()
  const session = 'board/session' as DocId
  for (const data of history(random(runSeed)).updates) await store.log.append([{ doc, data, at: start }])
  const session0 = new Y.Doc()
  session0.getMap('rings').set('wheel', 3)
  await store.log.append([{ doc: session, data: Y.encodeStateAsUpdate(session0), at: start }])
  const compactor = compactorOf(store, 0)
  await compactor.compact(doc)
  await compactor.close()
  const keeping = compactorOf(store)
  await keeping.compact(session)
  await keeping.close()
  expect([await store.history.list(doc), await store.history.list(session)]).toEqual([[], []])
  expect(await asItWas(store, board, { at: start })).toBe('nothing')
})

test(`[K45] what each entry of ${times(8)} histories removed is kept as it was right before, folded or not`, { timeout: patience(60_000) }, async () => {
  const pick = random(runSeed)
  let found = 0
  for (let round = 0; round < times(8); round++) {
    const store = openStore(folder())
    const { removed, times: at } = await tell(store, pick)
    const { removals } = await removalsOf(store, board, 0)
    const said = new Map(removals.map(({ seq, records }) => [seq, new Map(records.map(([id, values]) => [id, Object.fromEntries(values)]))]))
    expect([runSeed, round, said]).toEqual([runSeed, round, removed])
    for (const { seq, at: when, by } of removals) expect([when, by.length]).toEqual([at[seq], 1])
    found += removed.size
    store.close()
  }
  expect(found).toBeGreaterThan(times(8))
})

test(`[K42] thinned, ${times(3)} histories read at each moment that is left as they did, and hold together with what comes after`, { timeout: patience(60_000) }, async () => {
  const pick = random(runSeed)
  for (let round = 0; round < times(3); round++) {
    const store = openStore(folder())
    const { sums, times: at } = await tell(store, pick, { apart: 40 * 60_000, edits: 120 })
    const before = await store.history.list(doc)
    for (const later of [2 * day, 9 * day, 40 * day, 800 * day]) {
      const made = await thinned(store.history, doc, start + later)
      if (made) await store.history.swap(doc, made.instead, made.replaced)
      const { moments, damaged } = await momentsOf(store, board)
      expect(damaged).toBe(0)
      const strips = await store.history.list(doc)
      expect(strips.slice(1).every(({ since }, nth) => since === strips[nth]?.upTo)).toBe(true)
      for (const { seq } of moments) expect([runSeed, round, later, seq, await sumAt(store, { seq })]).toEqual([runSeed, round, later, seq, sums[seq]])
      expect(await sumAt(store, { at: at.at(-1)! })).toBe(sums.at(-1))
      if (made) expect(await thinned(store.history, doc, start + later).then(again => again?.instead.map(({ steps }) => steps))).toEqual(made.instead.map(({ steps }) => steps))
    }
    if (before.length > 1) expect((await store.history.list(doc)).reduce((sum, { steps }) => sum + steps, 0)).toBeLessThan(before.reduce((sum, { steps }) => sum + steps, 0))
    store.close()
  }
})

test('[K43] beyond its most the oldest goes, what is left reads as it was, and no fold fails', async () => {
  const pick = random(runSeed)
  const store = opened()
  const { sums } = await tell(store, pick, { most: 4_000, edits: 250, folds: 30 })
  const strips = await store.history.list(doc)
  expect(strips[0]!.since).toBeGreaterThan(0)
  expect(strips.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(6_000)
  expect(await sumAt(store, { seq: 1 })).toBe('before')
  for (let seq = strips[0]!.since + 1; seq < sums.length; seq++) expect(await sumAt(store, { seq })).toBe(sums[seq])
})

test('[K44] a damaged strip is told and passed over, and the board opens, is written to and folded as ever', async () => {
  const at = folder()
  const store = openStore(at)
  const { sums } = await tell(store, random(runSeed), { folds: 20, edits: 150 })
  const strips = await store.history.list(doc)
  expect(strips.length).toBeGreaterThan(4)
  store.close()
  const middle = strips[2]!
  const db = new DatabaseSync(join(at, 'boards.sqlite'))
  db.prepare("UPDATE strip SET data = zeroblob(length(data)) WHERE upto = ?").run(middle.upTo)
  db.exec("UPDATE gone SET data = zeroblob(length(data)) WHERE upto = (SELECT max(upto) FROM gone)")
  db.close()
  const again = opened(at)
  expect(await sumAt(again, { seq: middle.upTo })).toBe('damaged')
  expect(unreadable.damaged).toMatch(/The board itself is as it was/)
  expect(await sumAt(again, { seq: strips[1]!.upTo })).toBe(sums[strips[1]!.upTo])
  expect((await momentsOf(again, board)).damaged).toBe(2)
  expect(await sumAt(again, { seq: sums.length - 1 })).toBe(sums.at(-1))
  const made = await thinned(again.history, doc, start + 800 * day)
  expect(made?.damaged).toBe(1)
  await again.history.swap(doc, made!.instead, made!.replaced)
  expect((await momentsOf(again, board)).moments.length).toBeGreaterThan(0)
  const compactor = compactorOf(again)
  await again.log.append([{ doc, data: history(random(runSeed + 1)).updates[0]!, at: start }])
  expect(await compactor.compact(doc)).toBeDefined()
  await compactor.close()
})

test(`[K41] killed ${times(5)} times while it is folded, every moment that is kept reads as it was`, { timeout: patience(60_000) }, async () => {
  const pick = random(runSeed)
  const data = folder()
  let kept = 0
  for (let round = 0; round < times(5); round++) {
    const child = spawn(process.execPath, ['tests/support/folding.ts', data, String(runSeed)], { stdio: ['ignore', 'pipe', 'inherit'] })
    // Somewhere after a fold, and so in the middle of another one now and then.
    let until = Infinity
    const more = pick(40)
    await new Promise<void>(ended => {
      createInterface(child.stdout).on('line', line => {
        if (line === 'folded') until = Math.min(until, kept + more)
        else kept = Math.max(kept, Number(line))
        if (kept >= until) child.kill('SIGKILL')
      })
      child.once('close', () => ended())
    })
    const store = openStore(data)
    const { upTo } = await store.log.load(doc)
    const strips = await store.history.list(doc)
    expect([runSeed, round, upTo >= kept, strips.length > 0]).toEqual([runSeed, round, true, true])
    expect(strips.slice(1).every(({ since }, nth) => since === strips[nth]?.upTo)).toBe(true)
    const wrong: number[] = []
    const reader = openReader(data)
    for (let seq = 1; seq <= upTo; seq += 1 + pick(6)) {
      const was = await asItWas(reader, board, { seq })
      const made = new Y.Doc()
      if (typeof was !== 'string') for (const update of was.updates) Y.applyUpdate(made, update)
      // The nth entry sets n to n and takes n - 3 away again.
      const expected = Array.from({ length: seq }, (_, i) => i + 1).filter(n => n > seq - 3)
      if (JSON.stringify([...made.getMap('records').keys()].map(id => Number(id.slice(1))).sort((a, b) => a - b)) !== JSON.stringify(expected)) wrong.push(seq)
    }
    reader.close()
    expect([runSeed, round, wrong]).toEqual([runSeed, round, []])
    const { removals } = await removalsOf(store, board, 0)
    expect([runSeed, round, removals.flatMap(({ records }) => records.map(([id]) => id))]).toEqual([runSeed, round, Array.from({ length: Math.max(0, upTo - 3) }, (_, i) => `n${i + 1}`)])
    store.close()
  }
})
