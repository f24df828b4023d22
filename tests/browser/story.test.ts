import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseBoardFile } from '../../shared/file.ts'
import { launch } from '../support/chromium.ts'
import { removeFolder, type RunningServer, secretOf, startServer, temporaryFolder } from '../support/server.ts'
import { agree, boardIsOpen, comeIn, saved, takeBoardFile, type Visitor, visitor } from '../support/visitor.ts'

/* The whole story, as people live it: by mouse and keys, in browsers of their own, with a server that dies in the middle. */

const pictures = join(import.meta.dirname, '../out/pictures')
let browser: Browser
let server: RunningServer
const folder = temporaryFolder()

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  server = await startServer({}, folder)
  browser = await launch()
})
afterAll(async () => {
  await browser.close()
  await server.stop()
  removeFolder(folder)
})

const picture = async (page: Page, name: string) => {
  await page.mouse.move(4, 4)
  await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}

/** The middle of what is seen somewhere, for the mouse. */
async function middleOf(page: Page, text: string): Promise<{ x: number; y: number }> {
  const card = page.locator('.mf-card', { hasText: text }).first()
  // What is out of sight is not drawn; the map may still be on its way.
  await card.waitFor({ state: 'visible' })
  await glided(page)
  const box = (await card.boundingBox())!
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}
const clickCard = async (page: Page, text: string) => {
  const { x, y } = await middleOf(page, text)
  await page.mouse.click(x, y)
  await page.getByRole('complementary', { name: /./ }).getByRole('textbox', { name: 'Text' }).waitFor()
}
const cardsOf = ({ page }: Visitor) => page.evaluate(() => window.manyfutures!.board.model.allCards().map(card => ({ kind: card.kind, text: card.text, date: card.fields['date'], order: window.manyfutures!.board.model.orderOf(card.id) })))
const cardOf = async (who: Visitor, text: string) => (await cardsOf(who)).find(card => card.text.startsWith(text))
const glided = (page: Page) => page.waitForFunction(() => window.manyfutures!.editor.getCameraState() === 'idle' && !document.querySelector('[data-travel]'))

/** Asks for the whole map and waits until it is seen. */
const wholeMap = async (page: Page) => {
  // A panel may just have made room; tldraw hears of it a moment later.
  await page.waitForFunction(() => Math.abs(window.manyfutures!.editor.getViewportScreenBounds().w - document.querySelector('.map')!.clientWidth) < 1)
  await page.getByRole('button', { name: 'Show the whole map' }).click()
  await page.waitForFunction(() => {
    const { editor } = window.manyfutures!
    return editor.getViewportPageBounds().contains(editor.getCurrentPageBounds()!) && editor.getCameraState() === 'idle'
  })
}

test('[E1] from a template to an export: two people, one wheel, one backcast, one killed server, nothing lost', { timeout: 300_000 }, async () => {
  const ines = await visitor(browser)
  await ines.page.goto(server.url)
  await ines.page.getByRole('button', { name: /Futures wheel/ }).waitFor()
  await picture(ines.page, 'home')

  // Ines starts a board and comes in as its facilitator; the secret does not stay in the address.
  await ines.page.getByRole('button', { name: /Futures wheel/ }).click()
  await ines.page.waitForURL(/\/boards\/[\w-]+$/)
  await ines.page.getByLabel('Your name here').waitFor()
  await picture(ines.page, 'join')
  await comeIn(ines.page, 'Ines', 'Academia')
  expect(new URL(ines.page.url()).hash).toBe('')

  await ines.page.getByRole('button', { name: 'Invite' }).click()
  const link = await ines.page.getByRole('textbox', { name: 'Link for participants' }).inputValue()
  await ines.page.keyboard.press('Escape')
  const tomas = await visitor(browser)
  await tomas.page.goto(link)
  await comeIn(tomas.page, 'Tomás', 'Civil society')
  expect(tomas.page.url()).not.toContain(secretOf(link))
  await ines.page.getByRole('button', { name: /Tomás/ }).waitFor()

  // The wheel, by keyboard: Tab adds a child, Enter a sibling.
  const { keyboard } = ines.page
  await ines.page.getByRole('button', { name: 'Write the change in the middle.' }).click()
  await keyboard.type('Public compute is free for everyone')
  await keyboard.press('Tab')
  await keyboard.type('Small labs build on what they could not train')
  await keyboard.press('Enter')
  for (const text of ['Labs move closer to cheap power', 'Release paperwork grows', 'Schools run their own models']) {
    await keyboard.press('Enter')
    await keyboard.type(text)
    await keyboard.press('Enter')
  }
  await keyboard.press('Tab')
  await keyboard.type('Teachers share what they adapt')
  await keyboard.press('Enter')
  await agree(ines, tomas)
  expect(await cardOf(tomas, 'Teachers share')).toMatchObject({ kind: 'consequence', order: 2 })

  // Tomás adds to it with mouse and plus, and Ines tidies it.
  await wholeMap(tomas.page)
  await clickCard(tomas.page, 'Labs move closer')
  await tomas.page.getByRole('button', { name: 'Add what follows' }).click()
  await tomas.page.keyboard.type('Rivers warm up beside the halls')
  await tomas.page.keyboard.press('Tab')
  await tomas.page.keyboard.type('Towns ask for a say')
  await tomas.page.keyboard.press('Escape')
  await tomas.page.keyboard.press('Escape')
  await agree(ines, tomas)
  expect(await cardOf(ines, 'Towns ask')).toMatchObject({ order: 3 })

  // An arrow drawn between two cards is a relation: rewiring moves a card to another ring.
  await ines.page.keyboard.press('Escape')
  await ines.page.keyboard.press('Escape')
  await wholeMap(ines.page)
  await ines.page.getByRole('button', { name: 'Relate two cards' }).click()
  const from = await middleOf(ines.page, 'Public compute')
  const to = await middleOf(ines.page, 'Towns ask')
  await ines.page.mouse.move(from.x, from.y)
  await ines.page.mouse.down()
  await ines.page.mouse.move(to.x, to.y, { steps: 12 })
  await ines.page.mouse.up()
  await agree(ines, tomas)
  expect(await cardOf(tomas, 'Towns ask')).toMatchObject({ order: 1 })
  await ines.page.getByText('“Towns ask for a say” is in the direct ring now.').waitFor()
  await ines.page.getByRole('complementary', { name: 'Relation' }).getByRole('button', { name: /leads to −/ }).click()
  await ines.page.getByRole('button', { name: 'Undo' }).click()
  // What is taken back is not said any longer.
  await ines.page.getByText('is in the direct ring now.').waitFor({ state: 'detached', timeout: 3_000 })
  await ines.page.getByRole('button', { name: 'Undo' }).click()
  await agree(ines, tomas)
  expect(await cardOf(tomas, 'Towns ask')).toMatchObject({ order: 3 })

  // A click on the wheel's paper shows what can be done with it.
  await ines.page.keyboard.press('Escape')
  await wholeMap(ines.page)
  const paper = await ines.page.evaluate(() => {
    const { editor } = window.manyfutures!
    const { center, w, h } = editor.getShapePageBounds('shape:wheel' as never)!
    return editor.pageToScreen({ x: center.x - w * 0.33, y: center.y + h * 0.33 }).toJson()
  })
  await ines.page.mouse.click(paper.x, paper.y)
  await ines.page.getByRole('button', { name: 'Tidy' }).click()
  await ines.page.getByRole('button', { name: 'Close the panel' }).click()
  await wholeMap(ines.page)
  await agree(ines, tomas)
  await clickCard(ines.page, 'Small labs build')
  await wholeMap(ines.page)
  await picture(ines.page, 'wheel')

  // The backcast: a timeline from the palette, the vision at its end, then backwards.
  await ines.page.keyboard.press('Escape')
  await ines.page.evaluate(() => void window.manyfutures!.editor.setCamera({ x: -1_700, y: 40, z: 0.6 }, { immediate: true }))
  await ines.page.getByRole('button', { name: 'Timeline' }).click()
  const viewport = (await ines.page.locator('.tl-canvas').boundingBox())!
  await ines.page.mouse.click(viewport.x + viewport.width / 2, viewport.y + viewport.height / 2)
  await ines.page.getByRole('complementary', { name: 'Timeline' }).getByLabel('Title').fill('Models that towns run themselves')
  await keyboard.press('Enter')
  await ines.page.getByRole('button', { name: 'Start at the end: what is the vision?' }).click()
  await keyboard.type('Every town can run, inspect and refuse the models it lives with')
  await keyboard.press('Tab')
  await keyboard.type('Towns keep two maintainers each')
  await keyboard.press('Enter')
  await keyboard.press('Tab')
  await keyboard.type('A public pool takes its first tenants')
  await keyboard.press('Enter')
  await agree(ines, tomas)
  const pool = await cardOf(tomas, 'A public pool')
  expect(pool?.kind).toBe('milestone')
  expect(String(pool?.date)).toMatch(/^20[23]\d-\d\d$/)

  // A typed date moves the card; a dragged card is re-dated.
  await clickCard(ines.page, 'A public pool')
  const before = await middleOf(ines.page, 'A public pool')
  await ines.page.getByLabel('When').fill('2028')
  await keyboard.press('Enter')
  await agree(ines, tomas)
  const typed = await middleOf(ines.page, 'A public pool')
  expect(typed.x).toBeLessThan(before.x)
  expect((await cardOf(tomas, 'A public pool'))?.date).toBe('2028')
  await ines.page.mouse.move(typed.x, typed.y)
  await ines.page.mouse.down()
  await ines.page.mouse.move(typed.x + 90, typed.y + 10, { steps: 10 })
  await ines.page.mouse.up()
  await agree(ines, tomas)
  expect(String((await cardOf(tomas, 'A public pool'))?.date)).toMatch(/^20(29|3\d)-/)
  await ines.page.keyboard.press('Escape')
  await ines.page.evaluate(() => {
    const { editor, board } = window.manyfutures!
    const timeline = board.model.allStructures().find(each => each.type === 'timeline')!
    void editor.zoomToBounds(editor.getShapePageBounds(`shape:${timeline.id}` as never)!, { inset: 24, immediate: true })
  })
  await picture(ines.page, 'timeline')

  // Both write on one card at once.
  await wholeMap(tomas.page)
  const shared = await middleOf(tomas.page, 'Towns keep two')
  await tomas.page.mouse.dblclick(shared.x, shared.y)
  await tomas.page.getByLabel('Text of the card').waitFor()
  const own = await middleOf(ines.page, 'Towns keep two')
  await ines.page.mouse.dblclick(own.x, own.y)
  await ines.page.getByLabel('Text of the card').waitFor()
  await ines.page.keyboard.press('Control+Home')
  await tomas.page.keyboard.press('Control+End')
  await Promise.all([ines.page.keyboard.type('By law, ', { delay: 15 }), tomas.page.keyboard.type(', paid by the state', { delay: 12 })])
  await agree(ines, tomas)
  expect((await cardsOf(ines)).map(card => card.text)).toContain('By law, Towns keep two maintainers each, paid by the state')
  await ines.page.getByText('Tomás is writing').waitFor()
  await tomas.page.mouse.move(shared.x + 30, shared.y + 60)
  await picture(ines.page, 'two-people')

  // The server dies. Both go on, and both are told the truth.
  await server.kill()
  await ines.page.keyboard.type('soon ')
  await tomas.page.keyboard.type('!')
  await ines.page.getByText(/Offline\. Keep working; \d+ changes kept on this device will be sent\./).waitFor()
  await tomas.page.getByText(/Offline\. Keep working; 1 change kept on this device will be sent\./).waitFor()
  await picture(ines.page, 'offline')
  server = await startServer({ PORT: new URL(server.url).port }, folder)
  await ines.page.getByText('Saved').waitFor()
  await tomas.page.getByText('Saved').waitFor()
  await agree(ines, tomas)
  const merged = 'By law, soon Towns keep two maintainers each, paid by the state!'
  expect((await cardOf(tomas, 'By law'))?.text).toBe(merged)
  const everything = await cardsOf(ines)

  // The board leaves as a file, without a name in it, and comes back as the same board.
  await ines.page.keyboard.press('Escape')
  const [download] = await Promise.all([ines.page.waitForEvent('download'), takeBoardFile(ines.page)])
  const path = await download.path()
  const text = readFileSync(path, 'utf8')
  const file = parseBoardFile(JSON.parse(text))
  expect(file.cards.map(card => card.text).sort()).toEqual(everything.map(card => card.text).sort())
  expect(file.cards.find(card => card.text === merged)).toMatchObject({ kind: 'milestone', by: expect.any(String) })
  expect(file.people.map(person => person.sector).sort()).toEqual(['Academia', 'Civil society'])
  for (const secret of ['Ines', 'Tomás', secretOf(link)]) expect(text).not.toContain(secret)

  const opened = await visitor(browser)
  await opened.page.goto(server.url)
  const [chooser] = await Promise.all([opened.page.waitForEvent('filechooser'), opened.page.getByRole('button', { name: 'Open a file' }).click()])
  await chooser.setFiles({ name: 'board.json', mimeType: 'application/json', buffer: Buffer.from(text) })
  await opened.page.waitForURL(/\/boards\//)
  await comeIn(opened.page, 'Zoe')
  await saved(opened.page)
  const sortedCards = (cards: typeof everything) => [...cards].sort((a, b) => (a.text < b.text ? -1 : 1))
  expect(sortedCards(await cardsOf(opened))).toEqual(sortedCards(everything))

  // The same board on a phone.
  const phone = await visitor(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 })
  await phone.page.goto(link)
  await comeIn(phone.page, 'Wanjiru', 'Community')
  await phone.page.getByRole('button', { name: /Small labs build/ }).click()
  await glided(phone.page)
  await picture(phone.page, 'phone')

  for (const { page, complaints, leave } of [ines, tomas, opened, phone]) {
    expect(complaints.filter(complaint => !/ERR_CONNECTION_(REFUSED|RESET)|WebSocket connection to/.test(complaint))).toEqual([])
    expect(await page.locator('.tl-error-boundary').count()).toBe(0)
    await leave()
  }
})

test('[E2] somebody who comes back is who they were, without the link', async () => {
  const ana = await visitor(browser)
  await ana.page.goto(server.url)
  await ana.page.getByRole('button', { name: /Example board/ }).click()
  await comeIn(ana.page, 'Ana', 'Industry')
  await saved(ana.page)
  const { participant } = await ana.page.evaluate(() => window.manyfutures!.board.membership)
  const address = ana.page.url()
  await ana.page.goto(server.url)
  await ana.page.getByRole('link', { name: /Example board/ }).click()
  await boardIsOpen(ana.page)
  expect(ana.page.url()).toBe(address)
  expect(await ana.page.evaluate(() => window.manyfutures!.board.membership)).toMatchObject({ participant, name: 'Ana', sector: 'Industry', role: 'facilitator' })
  await ana.leave()
})
