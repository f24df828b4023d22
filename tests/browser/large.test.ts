import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mostOnCanvas } from '../../client/board/limits.ts'
import { recordsOf } from '../../shared/board.ts'
import { exportFormats } from '../../shared/export/formats.ts'
import type { BoardFile } from '../../shared/file.ts'
import { barriers } from '../support/barriers.ts'
import { cast } from '../support/cast.ts'
import { type StockClient, stockClient } from '../support/client.ts'
import { store } from '../support/hostile-records.ts'
import { joinAs, makeBoard, type MadeBoard } from '../support/server.ts'
import { pictures, stage } from '../support/stage.ts'
import { boardIsOpen, saved, type Visitor, visitor } from '../support/visitor.ts'

/* Boards that hold more than a page can draw. */

const on = stage()
const { people, someone } = cast(on)

const cards = (count: number): BoardFile['cards'] => Array.from({ length: count }, (_, i) => ({ id: `c${i}`, kind: 'note', text: `Card ${i}`, x: (i % 100) * 220, y: Math.floor(i / 100) * 100 })) as BoardFile['cards']
const boardOf = (count: number): Promise<MadeBoard> => makeBoard(on.server.url, { file: { format: 'manyfutures/board', version: 1, board: { title: 'Everything', sectors: ['Academia'] }, cards: cards(count), relations: [], structures: [], drawings: [], people: [] } })

async function joins(board: MadeBoard, role: keyof MadeBoard['links']): Promise<Visitor> {
  const somebody = await visitor(on.browser)
  people.push(somebody)
  await somebody.page.goto(board.links[role])
  await somebody.page.getByLabel('Your name here').fill('Somebody')
  await somebody.page.getByRole('button', { name: /(Join|Watch) the board/ }).click()
  return somebody
}

async function peer(board: MadeBoard): Promise<StockClient> {
  const mallory = stockClient(on.server.url, board.id, (await joinAs(on.server.url, board, 'participant', 'Mallory')).ticket)
  await mallory.synced()
  return mallory
}

test('[V8] a board that holds more than a page draws says how much it is, and leads to its report, its exports, its people and links; no canvas is there', async () => {
  const board = await boardOf(mostOnCanvas + 1)
  const fay = await joins(board, 'facilitator')
  await fay.page.getByRole('heading', { name: 'This board is too large to be drawn' }).waitFor()
  await fay.page.getByRole('status').filter({ hasText: `It holds ${(mostOnCanvas + 1).toLocaleString('en')} things` }).waitFor()
  expect(await fay.page.locator('.tl-container').count()).toBe(0)
  expect(await fay.page.getByRole('link', { name: 'Read the report' }).getAttribute('href')).toBe(`/boards/${board.id}/report`)
  await fay.page.screenshot({ path: join(pictures, 'too-large.png') })
  expect(await barriers(fay.page)).toEqual([])

  await fay.page.getByRole('button', { name: 'Export' }).click()
  const dialog = fay.page.getByRole('dialog', { name: 'Export' })
  for (const { title } of Object.values(exportFormats)) await dialog.getByRole('button', { name: new RegExp(`^${title}`) }).waitFor()
  const [download] = await Promise.all([fay.page.waitForEvent('download'), dialog.getByRole('button', { name: /^Table of cards/ }).click()])
  expect(download.suggestedFilename()).toBe('Everything-cards.csv')
  await fay.page.keyboard.press('Escape')
  await fay.page.getByRole('button', { name: 'People' }).click()
  await fay.page.getByRole('dialog').getByText('Somebody').first().waitFor()
  await fay.page.keyboard.press('Escape')
  await fay.page.getByRole('button', { name: 'Invite' }).click()
  await fay.page.getByRole('dialog').waitFor()

  // Who only watches is offered what is theirs.
  const eve = await joins(board, 'observer')
  await eve.page.getByRole('heading', { name: 'This board is too large to be drawn' }).waitFor()
  expect([await eve.page.getByRole('button', { name: 'People' }).count(), await eve.page.getByRole('button', { name: 'Invite' }).count()]).toEqual([0, 0])

  // As soon as it holds less, the map can be opened.
  const mallory = await peer(board)
  mallory.doc.transact(() => {
    const records = recordsOf(mallory.doc)
    for (const id of [...records.keys()].slice(20)) records.delete(id)
  })
  await eve.page.getByRole('heading', { name: 'This board can be drawn again' }).waitFor()
  await eve.page.getByRole('button', { name: 'Open the map' }).click()
  await boardIsOpen(eve.page)
  expect(await eve.page.evaluate(() => window.manyfutures!.editor.getCurrentPageShapeIds().size)).toBe(20)
  mallory.leave()
})

test('[V8] the report of such a board shows as much as a page can, says what it leaves out, and counts everything', async () => {
  const board = await boardOf(mostOnCanvas + 1)
  const eve = await visitor(on.browser)
  people.push(eve)
  await eve.page.goto(board.links.observer.replace('#', '/report#'))
  await eve.page.getByLabel('Your name here').fill('Eve')
  await eve.page.getByRole('button', { name: /(Join|Watch) the board/ }).click()
  await eve.page.getByRole('note').filter({ hasText: 'This board says more than a page can show' }).waitFor()
  expect(await eve.page.getByText(/And [\d,]+ more, which this page leaves out/).count()).toBe(1)
  expect(await eve.page.locator('.report main li').count()).toBeLessThan(7_000)
  await eve.page.getByText(`${(mostOnCanvas + 1).toLocaleString('en')} cards`).first().waitFor()
  await eve.page.screenshot({ path: join(pictures, 'report-cut.png') })
})

test('[V8] a board that grows too large while its map is open says so and goes on; with less on it, it says so no more', async () => {
  const board = await boardOf(12)
  const ana = await someone(board, 'Ana')
  const mallory = await peer(board)
  mallory.doc.transact(() => {
    for (let i = 0; i <= mostOnCanvas; i++) store(recordsOf(mallory.doc), `h${i}`, { type: 'hypercube' })
  })
  await ana.page.getByText(/This board holds 10,013 things by now, and a page draws at most 10,000/).waitFor()
  await ana.page.screenshot({ path: join(pictures, 'grown.png') })
  await ana.page.evaluate(() => void window.manyfutures!.editor.updateShape({ id: 'shape:c1' as never, type: 'card', props: { text: 'Still here' } } as never))
  await saved(ana.page)
  await expect.poll(() => String(recordsOf(mallory.doc).get('c1')?.get('text'))).toBe('Still here')
  mallory.doc.transact(() => {
    for (const id of [...recordsOf(mallory.doc).keys()]) if (id.startsWith('h')) recordsOf(mallory.doc).delete(id)
  })
  await ana.page.getByText(/This board holds/).waitFor({ state: 'hidden' })
  mallory.leave()
})
