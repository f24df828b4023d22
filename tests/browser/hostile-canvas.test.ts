import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { recordsOf, writeMeta } from '../../shared/board.ts'
import { toBoardFile } from '../../shared/file-out.ts'
import { type StockClient, stockClient } from '../support/client.ts'
import { exercise } from '../support/exercise.ts'
import { hostileRecords, store } from '../support/hostile-records.ts'
import { runSeed } from '../support/random.ts'
import { joinAs, type MadeBoard, makeBoard } from '../support/server.ts'
import { stage } from '../support/stage.ts'
import { change, comeAnew, joined, putCard, saved, type Visitor } from '../support/visitor.ts'

/* The records of tests/hostile-records.test.ts on a real canvas. `SEED=… HOSTILE=…` tries others, and more of them. */

const on = stage()
const each = 36
const seeds = Array.from({ length: Number(process.env['HOSTILE'] ?? 1) }, (_, i) => runSeed + i)

/** One board for all seeds: Ana and Mallory stay, what a seed put there goes again, and Cyd comes each time with a device that knows nothing of the board. */
let shared: { board: MadeBoard; ana: Visitor; cyd: Visitor; mallory: StockClient }
beforeAll(async () => {
  const board = await makeBoard(on.server.url)
  const ana = await joined(on.browser, board, 'Ana')
  await putCard(ana, 'ok', { text: 'fine' })
  await saved(ana.page)
  const mallory = stockClient(on.server.url, board.id, (await joinAs(on.server.url, board, 'participant', 'Mallory')).ticket)
  await mallory.synced()
  shared = { board, ana, cyd: await joined(on.browser, board, 'Cyd'), mallory }
})
afterAll(async () => {
  shared.mallory.leave()
  await Promise.all([shared.ana.leave(), shared.cyd.leave()])
})

/** Resolves once Ana's page has what was written before. */
async function hasArrived(width: number): Promise<void> {
  shared.mallory.doc.transact(() => recordsOf(shared.mallory.doc).get('ok')?.set('w', width))
  await shared.ana.page.waitForFunction(w => (window.manyfutures!.editor.getShape('shape:ok' as never)?.props as { w?: number } | undefined)?.w === w, width)
}

/** What went wrong on somebody's canvas: what threw, what the page complained of, and whether it says that something broke. */
async function wrongWith({ page, complaints }: Visitor): Promise<unknown[]> {
  const broken = await page.evaluate(() => [...document.querySelectorAll('.tl-error-boundary, .tl-shape-error-boundary, .no-canvas, .notice')].map(({ className }) => className))
  // A picture that is not on the server is no fault of the page's.
  return [...broken, ...complaints.splice(0).filter(each => !/^Failed to load resource: .* 404/.test(each))]
}

/** A record is on the canvas, or among those that are counted; an arrow between two things of which one is not there is over. */
const everythingIsDrawnOrCounted = ({ page }: Visitor) =>
  page.waitForFunction(() => {
    const { board, canvas, hidden } = window.manyfutures!.snapshot()
    const counted = new Set(hidden.map(([id]) => id))
    return Object.keys(board).every(id => counted.has(id) || canvas[id] !== undefined || (board[id]!.includes('"from"') && board[id]!.includes('"to"')))
  })

test.each(seeds)('[V6] whatever records say, they are drawn or hidden, and can be handled; nothing throws, live or when the board is opened (seed %i)', async seed => {
  const { board, ana, cyd, mallory } = shared
  const nth = seed - runSeed
  const records = recordsOf(mallory.doc)
  mallory.doc.transact(() => {
    for (const [id, values] of hostileRecords(seed, each)) store(records, id, values)
  })
  await hasArrived(300 + nth)
  expect({ seed, wrong: [...(await wrongWith(ana)), ...(await exercise(ana.page)), ...(await wrongWith(ana))] }).toEqual({ seed, wrong: [] })
  await everythingIsDrawnOrCounted(ana)
  const drawn = await ana.page.evaluate(() => [window.manyfutures!.editor.getCurrentPageShapeIds().size, window.manyfutures!.board.binding.hidden.get()] as const)
  // A test of nothing would pass, too.
  expect(drawn[0]).toBeGreaterThan(6)
  expect(drawn[1]).toBeGreaterThan(2)

  await comeAnew(cyd, on.server.url, board)
  expect({ seed, wrong: [...(await wrongWith(cyd)), ...(await exercise(cyd.page)), ...(await wrongWith(cyd))] }).toEqual({ seed, wrong: [] })

  // The board is nobody's less for it.
  await change(ana, 'ok', { x: 700 + nth })
  await saved(ana.page)
  expect(recordsOf(mallory.doc).get('ok')?.get('place')).toEqual(expect.arrayContaining([700 + nth]))
  mallory.doc.transact(() => {
    for (const id of [...records.keys()]) if (id !== 'ok') records.delete(id)
  })
  await hasArrived(600 + nth)
  await ana.page.waitForFunction(() => window.manyfutures!.board.binding.hidden.get() === 0)
})

test('[F34] a board file of whatever records say opens as a board: what cannot be drawn is hidden and counted, and leaves with it', async () => {
  const doc = new Y.Doc()
  doc.transact(() => {
    writeMeta(doc, { title: 'From a file', sectors: ['Academia'] })
    for (const [id, values] of hostileRecords(runSeed + 99, each)) store(recordsOf(doc), id, values)
  })
  const file = JSON.parse(JSON.stringify(toBoardFile(doc, [], new Date(0))))
  const board = await makeBoard(on.server.url, { file })
  const ana = await joined(on.browser, board, 'Ana')
  expect([...(await wrongWith(ana)), ...(await exercise(ana.page)), ...(await wrongWith(ana))]).toEqual([])
  expect(await ana.page.evaluate(() => window.manyfutures!.board.binding.hidden.get())).toBeGreaterThan(2)
  const stored = await ana.page.evaluate(() => Object.keys(window.manyfutures!.snapshot().board).sort())
  expect(stored).toEqual([...recordsOf(doc).keys()].filter(id => stored.includes(id)).sort())
  await ana.leave()
})
