import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import * as Y from 'yjs'
import { afterEach, expect, test } from 'vitest'
import { close, message, sync } from '../../shared/protocol.ts'
import { createCompactor } from '../../server/log/compactor.ts'
import { compactUpdates } from '../../server/log/compact.ts'
import { openRoom } from '../../server/sync/room.ts'
import { createCommits } from '../../server/log/commits.ts'
import type { BoardLog, DocId } from '../../server/storage/log.ts'
import { openStore } from '../../server/storage/sqlite.ts'
import { history } from '../support/history.ts'
import { random, runSeed } from '../support/random.ts'
import { listener, memoryLog, roomsOn } from '../support/room.ts'
import { patience, times } from '../support/scale.ts'
import { removeFolder, temporaryFolder } from '../support/server.ts'

/* A log that is compacted says what it said before, in less room. */

const doc = 'board' as DocId
const folders: string[] = []
afterEach(() => folders.splice(0).forEach(removeFolder))
function folder(): string {
  const made = temporaryFolder()
  folders.push(made)
  return made
}

test(`[K11] ${times(500)} histories replay from their snapshot to what they were, compacted again and again`, { timeout: patience(60_000) }, () => {
  const pick = random(runSeed)
  for (let round = 0; round < times(500); round++) {
    const { updates, end } = history(pick)
    let snapshot: Uint8Array | undefined
    let rest = updates
    while (rest.length) {
      const some = rest.slice(0, 1 + pick(rest.length))
      rest = rest.slice(some.length)
      const compacted = compactUpdates('canvas', { judgedSnapshot: snapshot, updates: some })
      expect([runSeed, round, compacted]).toEqual([runSeed, round, expect.anything()])
      snapshot = compacted!.snapshot
      const replayed = new Y.Doc()
      Y.applyUpdate(replayed, snapshot)
      expect([runSeed, round, Y.decodeStateVector(compacted!.vector)]).toEqual([runSeed, round, Y.decodeStateVector(Y.encodeStateVector(replayed))])
    }
    const replayed = new Y.Doc()
    Y.applyUpdate(replayed, snapshot!)
    expect([runSeed, round, replayed.getMap('records').toJSON()]).toEqual([runSeed, round, end.getMap('records').toJSON()])
    expect([runSeed, round, Y.equalSnapshots(Y.snapshot(replayed), Y.snapshot(end))]).toEqual([runSeed, round, true])
  }
})

test('[K11] what waits for something that never came is left as it was written', async () => {
  const source = new Y.Doc()
  const updates: Uint8Array[] = []
  source.on('update', (update: Uint8Array) => updates.push(update))
  source.getMap('records').set('a', 1)
  source.getMap('records').set('b', 2)
  expect(compactUpdates('canvas', { updates: [updates[1]!] })).toBeUndefined()
  const log = memoryLog()
  await log.append([{ doc, data: updates[1]! }])
  const problems: unknown[] = []
  const compactor = createCompactor({ log, failed: error => problems.push(error) })
  expect(await compactor.compact(doc)).toBeUndefined()
  expect(String(problems[0])).toMatch(/kept as it was written/)
  expect((await log.load(doc)).entries).toHaveLength(1)
  // The thread is none the worse for it.
  await log.append([{ doc, data: updates[0]! }])
  expect((await compactor.compact(doc))?.snapshot.length).toBeGreaterThan(0)
  expect((await log.load(doc)).entries).toEqual([])
  await compactor.close()
})

test('[K11] an older snapshot never takes the place of a newer one, nor what was written after it', async () => {
  const store = openStore(folder())
  for (const log of [memoryLog(), store.log]) {
    const [first = 0] = await log.append([{ doc, data: Uint8Array.of(1) }])
    const [second = 0] = await log.append([{ doc, data: Uint8Array.of(2) }])
    await log.append([{ doc, data: Uint8Array.of(3) }])
    await log.compact(doc, second, Uint8Array.of(1, 2), Uint8Array.of(0))
    await log.compact(doc, first, Uint8Array.of(1), Uint8Array.of(0))
    const { snapshot, vector, entries } = await log.load(doc)
    expect([[...snapshot!], [...vector!], entries.map(each => [...each])]).toEqual([[1, 2], [0], [[3]]])
  }
  store.close()
})

test(`[K11] killed ${times(6)} times while it is compacted, a board keeps every number that was called kept`, { timeout: patience(60_000) }, async () => {
  const pick = random(runSeed)
  const data = folder()
  let kept = -1
  for (let round = 0; round < times(6); round++) {
    const child = spawn(process.execPath, ['tests/support/compacting.ts', data, String(kept + 1)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const until = kept + 20 + pick(60)
    await new Promise<void>(ended => {
      createInterface(child.stdout).on('line', line => {
        kept = Math.max(kept, Number(line))
        if (kept >= until) child.kill('SIGKILL')
      })
      child.once('close', () => ended())
    })
    const store = openStore(data)
    const { snapshot, entries } = await store.log.load(doc)
    const board = new Y.Doc()
    for (const update of snapshot ? [snapshot, ...entries] : entries) Y.applyUpdate(board, update)
    const missing = Array.from({ length: kept + 1 }, (_, i) => i).filter(i => board.getMap('records').get(`n${i}`) !== i)
    expect([runSeed, round, missing]).toEqual([runSeed, round, []])
    store.close()
  }
})

test(`[K11] ${times(10_000)} overwrites of a board of a megabyte leave at most twice the board on disk`, { timeout: patience(60_000) }, async () => {
  const data = folder()
  const store = openStore(data)
  const compactor = createCompactor({ log: store.log, failed: error => expect(error).toBeUndefined() })
  const rooms = roomsOn(store.log, { compact: id => compactor.compact(id) })
  const room = await rooms.open(doc)
  const ana = listener('ana')
  room.join(ana)
  const own = new Y.Doc()
  own.on('update', (update: Uint8Array) => void room.receive(ana, update))
  own.transact(() => {
    for (let i = 0; i < 4_000; i++) own.getMap('records').set(`c${i}`, { text: `${i} `.repeat(40), x: 0 })
  })
  const pick = random(runSeed)
  for (let i = 0; i < times(10_000); i++) {
    own.getMap('records').set(`place${pick(4_000)}`, [pick(1_000), pick(1_000)])
    if (i % 50 === 0) await room.document()
  }
  await room.document()
  const live = Y.encodeStateAsUpdate(own).length
  expect(live).toBeGreaterThan(2 ** 20 / 2)
  for (const id of await rooms.closeAll(close.restarting)) await compactor.compact(id)
  await compactor.close()
  store.close()
  expect(statSync(join(data, 'boards.sqlite')).size).toBeLessThanOrEqual(2 * live)
})

test('[S21] a board as it lies on disk goes out in one piece to whoever comes with nothing, and to whoever watches; a change wakes it', async () => {
  const log = memoryLog()
  const { updates, end } = history(random(runSeed))
  const upTo = (await log.append(updates.map(data => ({ doc, data })))).at(-1) ?? 0
  const compacted = compactUpdates('canvas', { updates })!
  await log.compact(doc, upTo, compacted.snapshot, compacted.vector)
  const room = await openRoom(doc, { log, commits: createCommits(log, 0), now: Date.now, lost: () => undefined })
  const [ana, ben, eve] = [listener('ana'), listener('ben'), listener('eve', 'observer')]
  for (const each of [ana, ben, eve]) {
    room.join(each)
    room.replySync(each, Uint8Array.of(0))
  }
  // A newcomer's answer to what it is asked: nothing.
  room.receive(ana, Uint8Array.of(0, 0))
  room.acknowledge(ana, 1)
  const answered = (of: typeof ana) => of.frames.find(frame => frame[0] === message.sync && frame[1] === sync.step2)
  while (![ana, ben, eve].every(answered)) await new Promise(setImmediate)
  for (const each of [ana, ben, eve]) expect(Buffer.from(answered(each)!).subarray(-compacted.snapshot.length)).toEqual(Buffer.from(compacted.snapshot))
  // One piece of bytes for all of them: nobody made them anew.
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(end))
  copy.getMap('records').set('new', 1)
  room.receive(ben, Y.encodeStateAsUpdate(copy))
  expect((await room.document()).getMap('records').toJSON()).toEqual({ ...end.getMap('records').toJSON(), new: 1 })
  await room.close(close.restarting)
})

test(`[K6] ${times(100)} failed loads make no empty board and write nothing; then it opens as it was`, async () => {
  const inner = memoryLog()
  const { updates, end } = history(random(runSeed))
  await inner.append(updates.map(data => ({ doc, data })))
  let broken = true
  let written = 0
  const log: BoardLog = {
    ...inner,
    append: async entries => {
      written++
      return inner.append(entries)
    },
    load: async id => {
      if (broken) throw new Error('disk I/O error')
      return inner.load(id)
    },
    compact: async (...args) => {
      written++
      return inner.compact(...args)
    },
  }
  const rooms = roomsOn(log)
  for (let i = 0; i < times(100); i++) await expect(rooms.open(doc)).rejects.toThrow('disk I/O error')
  expect([written, [...rooms.live()]]).toEqual([0, []])
  broken = false
  expect((await (await rooms.open(doc)).document()).getMap('records').toJSON()).toEqual(end.getMap('records').toJSON())
  await rooms.closeAll(close.restarting)
})
