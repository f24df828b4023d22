import type * as Y from 'yjs'
import { expect, test } from 'vitest'
import { createRecord, packPlace, recordsOf } from '../../shared/board.ts'
import { newId } from '../../shared/ids.ts'
import type { Json } from '../../shared/json.ts'
import { durable } from '../../shared/protocol.ts'
import { stockClient, type StockClient } from '../support/client.ts'
import { random, runSeed } from '../support/random.ts'
import { patience, times } from '../support/scale.ts'
import { joinAs, type MadeBoard, makeBoard, removeFolder, startServer, temporaryFolder } from '../support/server.ts'

const kills = times(7)
const people = 10

const place = packPlace({ parent: '', index: 'a1', x: 0, y: 0, rotation: 0 })
function addCard(doc: Y.Doc): string {
  const id = newId<string>()
  doc.transact(() => createRecord(recordsOf(doc), id, new Map<string, Json>(Object.entries({ type: 'card', kind: 'note', place, text: 'written under fire' }))))
  return id
}

test(`[P1] ${kills} × kill -9 while ${people} people edit: nothing answered as committed is lost, nor anything somebody else has seen`, { timeout: patience(240_000) }, async () => {
  const folder = temporaryFolder()
  const pick = random(runSeed)
  const acknowledged = new Set<string>()
  const seen = new Set<string>()
  let board: MadeBoard | undefined
  let lost: string[] = []

  for (let round = 0; round <= kills; round++) {
    const server = await startServer({}, folder)
    board ??= await makeBoard(server.url)
    const here = board
    const join = async (name: string) => stockClient(server.url, here.id, (await joinAs(server.url, here, 'participant', name)).ticket)

    // A fresh copy, before anybody who might bring the missing ones back.
    const reader = await join('Reader')
    await reader.synced()
    const present = recordsOf(reader.doc)
    lost = [...acknowledged, ...seen].filter(id => !present.has(id))
    expect([runSeed, round, lost]).toEqual([runSeed, round, []])
    reader.leave()
    if (round === kills) {
      await server.stop()
      break
    }

    const enough = 40 + pick(160)
    let count = 0
    const clients = await Promise.all(Array.from({ length: people }, (_, i) => join(`Person ${i}`)))
    await Promise.all(clients.map(client => client.synced()))
    await new Promise<void>(killed => {
      const write = async (client: StockClient): Promise<void> => {
        for (;;) {
          const mine = Array.from({ length: 1 + pick(3) }, () => addCard(client.doc))
          if ((await client.saved()) !== durable.committed) continue
          for (const id of mine) acknowledged.add(id)
          if (++count === enough) void server.kill().then(killed)
        }
      }
      for (const client of clients) {
        recordsOf(client.doc).observe((event, transaction) => {
          if (!transaction.local) for (const id of event.keysChanged) seen.add(id)
        })
        void write(client)
      }
    })
    for (const client of clients) client.leave()
  }
  expect(acknowledged.size).toBeGreaterThan(kills * 40)
  removeFolder(folder)
})
