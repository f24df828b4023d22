import * as Y from 'yjs'
import { expect, test, vi } from 'vitest'
import type { ParticipantId } from '../../shared/ids.ts'
import { roots } from '../../shared/document/stored.ts'
import { close } from '../../shared/protocol.ts'
import { createClaimQueue } from '../../server/sync/claim-queue.ts'
import { ingest } from '../../server/sync/ingest.ts'
import { createOwners } from '../../server/sync/owners.ts'
import { atOnce } from '../../server/sync/parsed-update.ts'
import { createPendingUpdates } from '../../server/sync/pending-updates.ts'
import type { DocId } from '../../server/storage/log.ts'
import { crafted, map, value } from '../support/crafted.ts'
import { listener, memoryLog, roomsOn } from '../support/room.ts'

/* What takes a few bytes to ask for and a lot to do: it is bounded, or done in pieces of which none keeps others waiting. */

const growth = { records: 1e6, bytes: 1e9, mayMean: () => true, isForeign: () => false }

test('[S25] a range that makes thousands of pairs of what it deletes is taken up in pieces', () => {
  const pairs = 3_000
  const behind = 40_000
  const doc = new Y.Doc()
  for (const root of roots.canvas) doc.getMap(root)
  // Two values one after the other under each name, and a lot that the same client did afterwards.
  const structs = [
    { in: 'records', name: 'r', content: map },
    ...Array.from({ length: pairs }, (_, i) => [{ in: [7, 0] as const, name: `n${i}`, content: value(1) }, { after: [7, 1 + 2 * i] as const, content: value(2) }]).flat(),
    ...Array.from({ length: behind }, (_, i) => ({ in: [7, 0] as const, name: `b${i}`, content: value(3) })),
  ]
  Y.applyUpdate(doc, crafted([{ client: 7, clock: 0, structs }]))
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  const range = crafted([], [[7, [[1, 2 * pairs]]]])
  const taken = atOnce(ingest({ doc, roots: roots.canvas }, range, growth))
  if ('code' in taken) throw new Error(`It was refused: ${taken.reason}`)
  const slices = [...taken.slices]
  expect(slices.length).toBeGreaterThan(10)
  expect(Math.max(...slices.map(({ steps }) => steps))).toBeLessThan(50_000)
  for (const { update } of slices) Y.applyUpdate(doc, update)
  Y.applyUpdate(copy, range)
  expect(Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(copy))).toBe(true)
  // What is gone already takes nothing.
  const again = atOnce(ingest({ doc, roots: roots.canvas }, range, growth))
  expect('code' in again ? again : again.steps).toBe(0)
})

test('[S28] whoever leaves takes along what they left waiting, in one pass over what waits for the same', () => {
  const waiting = createPendingUpdates<string>()
  const needs = new Map(Array.from({ length: 64 }, (_, i) => [i, 5] as const))
  for (let i = 0; i < 500; i++) waiting.add({ owner: `p${i % 2}`, bytes: new Uint8Array(10), needs })
  const filter = vi.spyOn(Array.prototype, 'filter')
  waiting.drop('p0')
  const passes = filter.mock.calls.length
  filter.mockRestore()
  expect(passes).toBeLessThanOrEqual(64)
  expect([waiting.of('p0'), waiting.bytes, waiting.needs]).toEqual([{ bytes: 0, count: 0, needs: 0 }, 2_500, 250 * 64])
  for (let client = 0; client < 63; client++) expect(waiting.came(client, 5)).toEqual([])
  expect(waiting.came(63, 5)).toHaveLength(250)
})

test('[S36] what waits for more client ids than anybody’s work does is not kept', async () => {
  const room = await roomsOn(memoryLog()).open('board' as DocId)
  const mallory = listener('mallory')
  room.join(mallory)
  room.receive(mallory, crafted(Array.from({ length: 3_000 }, (_, i) => ({ client: 1_000 + i, clock: 5, structs: [{ in: 'records', name: `w${i}`, content: value(1) }] }))))
  await room.flushed()
  expect(mallory.ended).toEqual([close.retry.code])
  await room.close(close.restarting)
})

test('[S33] client ids are kept one after the other, and of one person so many', async () => {
  let at = 0
  const kept: number[] = []
  const owners = createOwners(new Map(), client => kept.push(client), () => at)
  for (let client = 0; client < 5_000; client++) owners.claim(client, 'mallory' as ParticipantId)
  expect(kept.length).toBe(60)
  owners.claim(9_999, 'ana' as ParticipantId)
  expect(owners.of(9_999)).toBe('ana')
  at += 10_000
  owners.claim(8_000, 'mallory' as ParticipantId)
  expect(owners.of(8_000)).toBe('mallory')

  let open = 0
  let most = 0
  const done: (() => void)[] = []
  const queue = createClaimQueue({ add: () => new Promise(resolve => {
    most = Math.max(most, ++open)
    done.push(() => {
      open--
      resolve()
    })
  }) }, () => undefined)
  for (let i = 0; i < 5; i++) queue.keep('b' as never, i, 'ana' as ParticipantId)
  for (let i = 0; i < 5; i++) {
    done.shift()?.()
    await new Promise(setImmediate)
  }
  expect(most).toBe(1)
})

test('[S33] nobody fills a board with client ids', async () => {
  const room = await roomsOn(memoryLog()).open('board' as DocId)
  const mallory = listener('mallory')
  room.join(mallory)
  let sent = 0
  for (; sent < 400 && mallory.ended.length === 0; sent++) {
    room.receive(mallory, crafted([{ client: 50_000 + sent, clock: 0, structs: [{ content: { is: 'garbage', length: 1 } }] }]))
    await room.flushed()
  }
  expect([mallory.ended, sent]).toEqual([[close.busy.code], 102])
  const eve = listener('eve')
  room.join(eve)
  room.receive(eve, crafted(Array.from({ length: 900 }, (_, i) => ({ client: 90_000 + i, clock: 0, structs: [{ content: { is: 'garbage', length: 1 } }] }))))
  await room.flushed()
  expect(eve.ended).toEqual([close.full.code])
  await room.close(close.restarting)
})
