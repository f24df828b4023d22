import * as Y from 'yjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRecord, packPlace, recordsOf, writeMeta } from '../../shared/board.ts'
import type { BoardId, ParticipantId } from '../../shared/ids.ts'
import { exits } from '../../scripts/cli/failure.ts'
import type { DocId } from '../../server/storage/log.ts'
import { openStore } from '../../server/storage/sqlite.ts'
import { manyfutures } from '../support/command.ts'
import { compactorOf } from '../support/past.ts'
import { removeFolder, temporaryFolder } from '../support/server.ts'

/* A board as it was, by command. */

const data = temporaryFolder()
const env = { env: { DATA_DIR: data } }
const start = Date.UTC(2026, 10, 1, 12)
const place = packPlace({ parent: '', index: 'a1', x: 0, y: 0, rotation: 0 })
let folded = 0

beforeAll(async () => {
  const store = openStore(data)
  const [id, doc, made] = ['board' as BoardId, 'board' as DocId, new Y.Doc()]
  await store.boards.create({ id, created: start, links: [], people: [{ id: 'ana' as ParticipantId, board: id, name: 'Ana', sector: 'Academia', link: undefined, keyHash: undefined, role: undefined }], content: Y.encodeStateAsUpdate(made) })
  let update: Uint8Array | undefined
  made.on('update', (each: Uint8Array) => (update = each))
  const step = async (minutes: number, work: () => void) => {
    made.transact(work)
    await store.log.append([{ doc, data: update!, at: start + minutes * 60_000, by: ['ana'] }])
  }
  for (let i = 0; i < 8; i++) await step(15 * (i + 1), () => createRecord(recordsOf(made), `c${i}`, new Map([['type', 'card'], ['kind', 'note'], ['text', `Card ${i}`], ['place', place], ['by', 'ana']] as const)))
  const compactor = compactorOf(store)
  await compactor.compact(doc)
  await compactor.close()
  folded = (await store.log.load(doc)).upTo
  await step(200, () => [0, 1, 2, 3, 4, 5].forEach(i => recordsOf(made).delete(`c${i}`)))
  await step(230, () => writeMeta(made, { provenance: 'none' }))
  store.close()
})
afterAll(() => removeFolder(data))

const cardsAt = async (moment: string) => {
  const { code, out, err } = await manyfutures(['export', 'board', '--at', moment], env)
  return code === 0 ? (JSON.parse(out) as { cards: { text: string; by?: string }[] }).cards : err
}

test('[K49] history lists the moments that are kept, and a board leaves in every format as it was at one, folded or not', async () => {
  const { code, out } = await manyfutures(['history', 'board'], env)
  const lines = out.trim().split('\n').map(line => line.split('\t'))
  expect([code, lines.length]).toEqual([0, 11])
  expect(lines[8]).toEqual([String(folded), new Date(start + 120 * 60_000).toISOString(), '6'])
  expect(JSON.parse((await manyfutures(['history', 'board', '--json'], env)).out)[8]).toEqual({ number: folded, time: new Date(start + 120 * 60_000).toISOString(), removed: 6 })

  expect(await cardsAt(String(folded))).toHaveLength(8)
  expect(await cardsAt(new Date(start + 46 * 60_000).toISOString())).toHaveLength(3)
  expect(await cardsAt(new Date(start + 201 * 60_000).toISOString())).toHaveLength(2)
  // Nobody is told of who asked meanwhile not to be.
  expect(((await cardsAt(String(folded))) as { by?: string }[]).some(({ by }) => by !== undefined)).toBe(false)
  for (const format of ['md', 'csv', 'svg']) expect((await manyfutures(['export', 'board', '--at', String(folded), '-f', format], env)).out).toContain('Card 0')
})

test('[K49] a moment that cannot be had is a sentence, and its own code', async () => {
  expect(await cardsAt('2020-01-01')).toMatch(/Nothing was kept of this board from before that moment.*history board/s)
  expect(await cardsAt('99999')).toMatch(/yet to come/)
  expect(await manyfutures(['export', 'board', '--at', 'yesterday'], env)).toMatchObject({ code: exits.usage.code, out: '', err: expect.stringMatching(/“yesterday” is no moment/) })
  expect(await manyfutures(['export', '-', '--at', '3'], { ...env, stdin: ['{}'] })).toMatchObject({ code: exits.usage.code, err: expect.stringMatching(/--at is for boards of this server/) })
  expect(await manyfutures(['history', 'nobody'], env)).toMatchObject({ code: exits.content.code, err: expect.stringMatching(/no board “nobody”/) })
  expect(await manyfutures(['export', 'nobody', '--at', '3'], env)).toMatchObject({ code: exits.content.code })
})
