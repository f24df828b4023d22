import type * as Y from 'yjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRecord, packPlace, recordsOf, writeMeta } from '../../shared/board.ts'
import type { Json } from '../../shared/json.ts'
import { durable } from '../../shared/protocol.ts'
import type { RemovedList } from '../../shared/removed.ts'
import { stockClient } from '../support/client.ts'
import { joinAs, makeBoard, removeFolder, type RunningServer, startServer, temporaryFolder } from '../support/server.ts'

/* What facilitators are told of what was removed. */

const folder = temporaryFolder()
let server: RunningServer
beforeAll(async () => {
  server = await startServer({}, folder)
})
afterAll(async () => {
  await server.stop()
  removeFolder(folder)
})

const place = packPlace({ parent: '', index: 'a1', x: 0, y: 0, rotation: 0 })
const add = (doc: Y.Doc, id: string, values: Record<string, Json>) => createRecord(recordsOf(doc), id, new Map(Object.entries({ place, ...values })))

test('[K46] facilitators are told what was removed, when, and by whom as the board tells of people; nobody else is told anything', async () => {
  const board = await makeBoard(server.url)
  const ana = await joinAs(server.url, board, 'participant', 'Ana', 'Academia')
  const lead = await joinAs(server.url, board, 'facilitator', 'Lea', 'Industry')
  const eve = await joinAs(server.url, board, 'observer', 'Eve')
  const client = stockClient(server.url, board.id, ana.ticket)
  await client.synced()
  const { doc } = client
  doc.transact(() => {
    add(doc, 'wheel', { type: 'wheel' })
    add(doc, 'one', { type: 'card', kind: 'change', text: 'One', by: ana.participant, [`valence.${lead.participant}`]: 2 })
    add(doc, 'two', { type: 'card', kind: 'note', text: 'Two' })
    add(doc, 'rel', { type: 'arrow', from: 'one', to: 'two', kind: 'leads' })
  })
  expect(await client.saved()).toBe(durable.committed)
  const at = Date.now()
  doc.transact(() => ['wheel', 'one', 'rel'].forEach(id => recordsOf(doc).delete(id)))
  expect(await client.saved()).toBe(durable.committed)

  const ask = (ticket: string, path = '') => fetch(`${server.url}/api/boards/${board.id}/removed${path}`, { headers: { authorization: `Bearer ${ticket}` } })
  const listed = async () => (await (await ask(lead.ticket)).json()) as RemovedList
  const { removed, damaged } = await listed()
  expect(damaged).toBe(0)
  expect(removed).toEqual([
    { id: expect.any(Number), at: expect.any(Number), relations: 1, ratings: 1, people: 1, who: { name: 'Ana' }, things: [{ id: 'wheel', is: 'structure', kind: 'wheel', text: 'Wheel' }, { id: 'one', is: 'card', kind: 'change', text: 'One' }] },
  ])
  expect(Math.abs(removed[0]!.at - at)).toBeLessThan(60_000)
  expect(new Map((await (await ask(lead.ticket, `/${removed[0]!.id}`)).json()) as [string, unknown][]).get('one')).toEqual(expect.arrayContaining([['text', 'One'], [`valence.${lead.participant}`, 2]]))

  expect([(await ask(ana.ticket)).status, (await ask(eve.ticket)).status, (await ask('')).status, (await ask(ana.ticket, `/${removed[0]!.id}`)).status]).toEqual([403, 403, 401, 403])
  for (const wrong of ['/0', '/999999', '/x', '/1e3']) {
    const answer = await ask(lead.ticket, wrong)
    expect([wrong, answer.status, await answer.text()]).toEqual([wrong, 404, expect.stringMatching(/not in the list of removed things any more/)])
  }

  const tellBy = async (provenance: 'sector' | 'none') => {
    writeMeta(doc, { provenance })
    expect(await client.saved()).toBe(durable.committed)
    return (await listed()).removed[0]!.who
  }
  expect(await tellBy('sector')).toBeUndefined()
  for (const name of ['Ben', 'Cleo']) await joinAs(server.url, board, 'participant', name, 'Academia')
  expect(await tellBy('sector')).toEqual({ sector: 'Academia' })
  expect(await tellBy('none')).toBeUndefined()

  // Somebody's undo, or bringing it back by another page, takes it off the list.
  doc.transact(() => add(doc, 'wheel', { type: 'wheel' }))
  expect(await client.saved()).toBe(durable.committed)
  expect((await listed()).removed[0]!.things.map(({ id }) => id)).toEqual(['one'])
  client.leave()
})

test('[K53] over HTTP facilitators, and nobody else, list moments, read one and take it away in every format; a moment there is not is a sentence', async () => {
  const board = await makeBoard(server.url)
  const [ana, lea] = [await joinAs(server.url, board, 'participant', 'Ana'), await joinAs(server.url, board, 'facilitator', 'Lea')]
  const client = stockClient(server.url, board.id, ana.ticket)
  await client.synced()
  client.doc.transact(() => Array.from({ length: 6 }, (_, i) => add(client.doc, `c${i}`, { type: 'card', kind: 'note', text: `Card ${i}` })))
  expect(await client.saved()).toBe(durable.committed)
  client.doc.transact(() => Array.from({ length: 6 }, (_, i) => recordsOf(client.doc).delete(`c${i}`)))
  expect(await client.saved()).toBe(durable.committed)
  const ask = (path: string, ticket = lea.ticket) => fetch(`${server.url}/api/boards/${board.id}/moments${path}`, { headers: { authorization: `Bearer ${ticket}` } })
  const { moments } = (await (await ask('')).json()) as { moments: { seq: number; removed: number }[] }
  const before = moments.find(({ removed }) => removed === 6)!
  const { records } = (await (await ask(`/${before.seq}`)).json()) as { records: [string, [string, unknown][]][] }
  expect(records.map(([id]) => id).sort()).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5'])
  for (const format of ['json', 'md', 'csv', 'svg']) {
    const answer = await ask(`/${before.seq}/export?format=${format}`)
    expect([format, answer.status, (await answer.text()).includes('Card 3')]).toEqual([format, 200, true])
  }
  for (const path of ['', `/${before.seq}`, `/${before.seq}/export`]) expect([(await ask(path, ana.ticket)).status, (await ask(path, 'x')).status]).toEqual([403, 401])
  for (const [path, says] of [['/999', /yet to come/], ['/x', /Nothing was kept/], ['/999/export', /yet to come/]] as const) {
    const answer = await ask(path)
    expect([path, answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([path, 404, expect.stringMatching(says)])
  }
  expect((await ask(`/${before.seq}/export?format=pdf`)).status).toBe(400)
  client.leave()
})
