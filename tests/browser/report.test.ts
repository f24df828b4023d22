import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { BoardFile } from '../../shared/file.ts'
import { barriers } from '../support/barriers.ts'
import { cast } from '../support/cast.ts'
import { call, joinAs, makeBoard, type MadeBoard } from '../support/server.ts'
import { pictures, stage } from '../support/stage.ts'
import { boardIsOpen, putCard, saved, type Visitor, visitor } from '../support/visitor.ts'

/* The report of a board, read and printed by people in real browsers. */

const scene = stage()
const { people, someone } = cast(scene, /the server responded with a status of 40[34]/)
const example = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/examples/example.json'), 'utf8')) as BoardFile

const exampleBoard = (): Promise<MadeBoard> => makeBoard(scene.server.url, { file: example })
const reportLink = (link: string): string => link.replace('#', '/report#')
const isRead = (page: Page) => page.getByRole('heading', { name: 'To cite this board' }).waitFor()

/** Somebody who comes to the report by a link that leads straight to it. */
async function reader(board: MadeBoard, role: keyof MadeBoard['links'], options: object = {}): Promise<Visitor> {
  const somebody = await visitor(scene.browser, options)
  people.push(somebody)
  await somebody.page.goto(reportLink(board.links[role]))
  await somebody.page.getByLabel('Your name here').fill('Eve')
  await somebody.page.getByRole('button', { name: /(Join|Watch) the board/ }).click()
  await isRead(somebody.page)
  return somebody
}

/** Ids of what is selected on the map, once something is. */
const selectedOn = async (page: Page): Promise<string[]> => {
  await boardIsOpen(page)
  await page.waitForFunction(() => window.manyfutures!.editor.getSelectedShapeIds().length > 0)
  return page.evaluate(() => {
    const { editor } = window.manyfutures!
    const seen = editor.getViewportPageBounds()
    return editor.getSelectedShapeIds().map(id => `${id.slice('shape:'.length)} ${seen.collides(editor.getShapePageBounds(id)!) ? 'seen' : 'out of sight'}`)
  })
}

test('[R8] from the menu to the report, which shows what was just written, and from a statement back to its card', async () => {
  const ana = await someone(await exampleBoard(), 'Ana')
  // Written and not waited for: the report is of what is on the screen.
  await putCard(ana, 'new', { text: 'Written a moment ago' })
  await ana.page.getByRole('button', { name: 'Menu' }).click()
  const [page] = await Promise.all([ana.page.waitForEvent('popup'), ana.page.getByRole('menuitem', { name: 'Report' }).click()])
  await isRead(page)
  expect(await page.title()).toBe('Report: Example board')
  await page.getByRole('region', { name: /Other cards/ }).getByRole('link', { name: 'Written a moment ago' }).waitFor()

  // Every card is a way to its place on the board, and every structure is.
  const places = new Set(await page.getByRole('main').getByRole('link').evaluateAll(links => links.map(link => new URL((link as HTMLAnchorElement).href)).map(({ pathname, hash }) => `${pathname}${hash}`)))
  const board = new URL(ana.page.url()).pathname
  for (const { id } of [...example.cards, ...example.structures]) expect(places).toContain(`${board}#show=${id}`)

  const { id, text } = example.cards.find(card => card.id === 'b8')!
  await page.getByRole('region', { name: /Futures wheel/ }).getByRole('link', { name: text }).first().click()
  expect(await selectedOn(page)).toEqual([`${id} seen`])
  expect(new URL(page.url()).hash).toBe(`#show=${id}`)
  await page.goBack()
  await isRead(page)
  await page.getByRole('region', { name: /^Tension/ }).getByRole('link', { name: 'On the board' }).click()
  expect(await selectedOn(page)).toEqual([`${example.structures.find(({ type }) => type === 'tension')!.id} seen`])
  // What is gone is said, not searched for.
  await page.goto(`${scene.server.url}${board}#show=nothing-like-it`)
  await page.reload()
  await page.getByText('What this link leads to is not on the board any more.').waitFor()
  await page.close()
})

test('[R8] an observer reads it without the canvas, in numbers and words a screen reader has too; it prints', async () => {
  const board = await exampleBoard()
  const eve = await reader(board, 'observer')
  const { page } = eve
  expect(new URL(page.url()).hash).toBe('')
  expect(eve.requests.filter(url => /BoardPage|sync/.test(url))).toEqual([])
  expect(await page.evaluate(() => performance.getEntriesByName('manyfutures:interactive').length)).toBe(0)

  const wheel = page.getByRole('region', { name: /Futures wheel/ })
  expect(await wheel.getByRole('table', { name: 'Consequences by STEEP and order' }).getByRole('row', { name: /^Economic/ }).getByRole('cell').allTextContents()).toEqual(['1', '2', '0'])
  const valued = wheel.getByRole('table', { name: 'How good or bad they would be' })
  expect(await valued.getByRole('row', { name: /Smaller languages/ }).getByRole('cell').evaluateAll(cells => cells.map(cell => cell.querySelector('.unseen')?.textContent ?? ''))).toEqual(['', '', '', '', 'Academia 1, Industry 2', 'Academia 2, Industry 2, Civil society 1', 'Academia 1, Civil society 2'])
  expect(await valued.getByRole('row', { name: /Calls for tiered access.*Two camps/ }).count()).toBe(1)
  const written = page.getByRole('table', { name: 'Cards by the sector of who wrote them' })
  expect(await written.getByRole('cell').allTextContents()).toEqual(['16', '16', '7', '13'])
  // Whoever only reads did not take part.
  expect(await page.getByRole('region', { name: 'Who took part' }).getByRole('row', { name: /Others together/ }).getByRole('cell').textContent()).toBe('3')

  // Its parts have addresses; what is pressed on the screen is not on paper, and paper is light.
  const asked = () => eve.requests.filter(url => url.includes('/api/')).length
  const before = asked()
  await page.getByRole('navigation', { name: 'Contents' }).getByRole('link', { name: /^Tension/ }).click()
  await page.waitForFunction(() => document.querySelector('[data-is=tension]')!.getBoundingClientRect().top < innerHeight / 2)
  expect(asked()).toBe(before)
  await page.screenshot({ path: join(pictures, 'report.png'), fullPage: true })
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  expect(await page.getByRole('button').evaluateAll(buttons => buttons.filter(button => button.checkVisibility()).length)).toBe(0)
  expect(await page.evaluate(() => getComputedStyle(document.querySelector('.report h1')!).color)).toBe('rgb(20, 32, 43)')
  const paper = (await page.pdf({ path: join(pictures, 'report.pdf'), preferCSSPageSize: true })).toString('latin1')
  const pages = [...paper.matchAll(/\/Type\s*\/Page\b/g)].length
  expect(pages).toBeGreaterThanOrEqual(6)
  expect(pages).toBeLessThanOrEqual(14)
})

test.each(['light', 'dark'] as const)('[R8] the report lets everybody in, on a phone too (%s)', async colorScheme => {
  const eve = await reader(await exampleBoard(), 'participant', { colorScheme })
  expect(await barriers(eve.page)).toEqual([])
  await eve.page.getByRole('button', { name: 'Larger' }).first().click()
  const large = eve.page.getByRole('region', { name: 'Wheel, as it is drawn on the board' })
  await large.focus()
  expect(await large.evaluate(frame => frame.scrollTop > 0 && frame.scrollHeight > frame.clientHeight)).toBe(true)
  await eve.page.setViewportSize({ width: 360, height: 740 })
  expect(await barriers(eve.page)).toEqual([])
  expect(await eve.page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
  await eve.page.screenshot({ path: join(pictures, `report-phone-${colorScheme}.png`), fullPage: true })
})

test('[R8] without a way in, or no longer with one, the report says so; it is read again when asked', async () => {
  const board = await exampleBoard()
  const address = `${scene.server.url}/boards/${board.id}/report`
  const eve = await visitor(scene.browser)
  people.push(eve)
  await eve.page.goto(address)
  await eve.page.getByRole('alert').filter({ hasText: 'This board opens with a link that somebody sends you.' }).waitFor()
  await eve.page.goto(`${scene.server.url}/boards/nowhere/report#aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`)
  await eve.page.getByRole('alert').filter({ hasText: 'There is no board at this address.' }).waitFor()

  const fay = await joinAs(scene.server.url, board, 'facilitator', 'Fay')
  const ana = await someone(board, 'Ana')
  const ben = await reader(board, 'participant')
  await putCard(ana, 'later', { text: 'Said while Ben was reading' })
  await saved(ana.page)
  await ben.page.getByRole('button', { name: 'Read it again' }).click()
  await ben.page.getByRole('link', { name: 'Said while Ben was reading' }).first().waitFor()
  const { body: everybody } = await call(scene.server.url, `/api/boards/${board.id}/people`, undefined, fay.ticket)
  const { id } = (everybody as { id: string; name: string }[]).find(({ name }) => name === 'Eve')!
  expect((await call(scene.server.url, `/api/boards/${board.id}/people/${id}`, undefined, fay.ticket, 'DELETE')).status).toBe(204)
  await ben.page.getByRole('button', { name: 'Read it again' }).click()
  await ben.page.getByRole('alert').filter({ hasText: 'The report cannot be read' }).waitFor()
  await ben.page.getByRole('button', { name: 'Try again' }).waitFor()
})

test('[R8] a board with nothing on it has a report that says so', async () => {
  const eve = await reader(await makeBoard(scene.server.url, { template: 'empty' }), 'observer')
  await eve.page.getByText('Nothing is on the board yet.').waitFor()
  expect(await eve.page.getByRole('navigation', { name: 'Contents' }).getByRole('link').allTextContents()).toEqual(['At a glance', 'To cite this board'])
})
