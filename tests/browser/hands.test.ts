import { join } from 'node:path'
import type { CDPSession, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { longestText } from '../../shared/board.ts'
import { cast } from '../support/cast.ts'
import { type MadeBoard, makeBoard } from '../support/server.ts'
import { pictures, stage } from '../support/stage.ts'
import { agree, boardIsOpen, comeIn, putCard, relate, saved, undo, type Visitor, writeOn } from '../support/visitor.ts'

/* What hands do: by real keys, a real mouse, a real finger and a real clipboard. */

const on = stage()
// Chromium says this of tldraw's own answer to a finger on the map.
const { someone: comes } = cast(on, /^Unable to preventDefault inside passive event listener/)

const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] }
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 }

async function someone(options: object = {}, what: object = {}): Promise<{ board: MadeBoard; ana: Visitor; page: Page }> {
  const board = await makeBoard(on.server.url, what)
  const ana = await comes(board, 'Ana', { ...clipboard, ...options })
  await look(ana.page)
  return { board, ana, page: ana.page }
}

/** The map at full size from its corner, so that board and screen measure alike. */
const look = (page: Page) => page.evaluate(() => void window.manyfutures!.editor.setCamera({ x: 0, y: 0, z: 1 }, { immediate: true }))

/** Resolves once panels have opened or closed and the map has its new size and stands still. */
const settled = (page: Page) =>
  page.waitForFunction(() => {
    const { editor } = window.manyfutures!
    return editor.getCameraState() === 'idle' && Math.abs(editor.getViewportScreenBounds().w - document.querySelector('.map')!.clientWidth) < 1
  })

const picture = async (page: Page, name: string) => {
  await settled(page)
  await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}

/** By what they say. */
const cards = ({ page }: Visitor) =>
  page.evaluate(() => {
    const { editor, board } = window.manyfutures!
    return board.model.allCards().map(card => {
      const { x, y, w, h } = editor.getShapePageBounds(`shape:${card.id}` as never)!
      return { id: String(card.id), kind: card.kind, text: card.text, fields: card.fields, parent: String(card.place.parent), by: card.by, order: board.model.orderOf(card.id), x, y, w, h }
    }).sort((a, b) => (a.text < b.text ? -1 : 1))
  })
const cardSaying = async (who: Visitor, text: string) => (await cards(who)).find(card => card.text === text)
const relations = ({ page }: Visitor) =>
  page.evaluate(() => {
    const { model } = window.manyfutures!.board
    const text = (id: string) => model.card(id as never)?.text
    return model.allRelations().map(({ from, to, kind, sign }) => [text(from), kind === 'leads' ? `${kind} ${sign}` : kind, text(to)])
  })
const selected = ({ page }: Visitor) => page.evaluate(() => window.manyfutures!.editor.getSelectedShapes().map(shape => ('text' in shape.props ? shape.props.text : shape.type)))
const count = async (who: Visitor) => (await cards(who)).length

/** A card's middle on the screen. */
const middleOf = (page: Page, id: string) =>
  page.evaluate(card => {
    const { editor } = window.manyfutures!
    return editor.pageToScreen(editor.getShapePageBounds(`shape:${card}` as never)!.center).toJson()
  }, id)

const clickOn = async (page: Page, id: string, modifiers: 'Shift'[] = []) => {
  await settled(page)
  const { x, y } = await middleOf(page, id)
  for (const each of modifiers) await page.keyboard.down(each)
  await page.mouse.click(x, y)
  for (const each of modifiers) await page.keyboard.up(each)
}

/** Selects one card by the mouse and waits for what opens. */
const select = async (page: Page, id: string) => {
  await clickOn(page, id)
  await page.locator('.side').waitFor()
  await settled(page)
}

const plusOf = async (page: Page) => {
  const box = (await page.locator('.mf-plus').boundingBox())!
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

async function dragPlus(page: Page, to: { x: number; y: number }, name?: string): Promise<void> {
  const from = await plusOf(page)
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(to.x, to.y, { steps: 8 })
  await page.locator('.mf-drag').waitFor()
  if (name) await picture(page, name)
  await page.mouse.up()
}

/** A finger that goes from one place to another. */
async function swipe(client: CDPSession, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await client.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [from] })
  for (let i = 1; i <= 8; i++) {
    const at = { x: from.x + ((to.x - from.x) * i) / 8, y: from.y + ((to.y - from.y) * i) / 8 }
    await client.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [at] })
  }
  await client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}

const paste = async (page: Page, text: string, at?: { x: number; y: number }) => {
  await page.evaluate(words => navigator.clipboard.writeText(words), text)
  await page.locator('.tl-container').focus()
  if (at) await page.mouse.move(at.x, at.y)
  await page.keyboard.press('Control+v')
}

const overlapping = (all: readonly { x: number; y: number; w: number; h: number; text: string }[]): string[] =>
  all.flatMap((a, i) => all.slice(i + 1).filter(b => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h).map(b => `${a.text} and ${b.text}`))

// ---- quick add

test('[X3] N opens a sheet for new cards from anywhere; Enter adds where one looks and stays; Escape goes back', async () => {
  const { ana, page } = await someone()
  await page.getByRole('button', { name: 'Outline' }).click()
  await page.keyboard.press('n')
  const sheet = page.getByRole('dialog', { name: 'New card' })
  await sheet.waitFor()
  await page.keyboard.type('Empty malls')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('in two towns')
  await picture(page, 'quick-add')
  await page.keyboard.press('Enter')
  await sheet.getByText('Added “Empty malls').waitFor()
  await sheet.getByRole('button', { name: 'Signal' }).click()
  await page.keyboard.type('n comes first')
  await page.keyboard.press('Enter')
  await expect.poll(() => count(ana)).toBe(2)
  const all = await cards(ana)
  expect(all.map(({ kind, text }) => [kind, text])).toEqual([
    ['note', 'Empty malls\nin two towns'],
    ['signal', 'n comes first'],
  ])
  expect(overlapping(all)).toEqual([])
  const seen = await page.evaluate(() => window.manyfutures!.editor.getViewportPageBounds().toJson())
  for (const { x, y, w, h } of all) expect(x > seen.x && y > seen.y && x + w < seen.x + seen.w && y + h < seen.y + seen.h).toBe(true)

  await page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'detached' })
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Outline')
  await page.keyboard.press('n')
  await sheet.getByRole('button', { name: 'Signal', pressed: true }).waitFor()
  await page.keyboard.press('Escape')

  // Letters are letters where somebody writes.
  await writeOn(ana, all[0]!.id)
  await page.keyboard.type('n?')
  expect(await sheet.count()).toBe(0)
  expect((await cards(ana))[0]?.text).toBe('Empty malls\nin two townsn?')
})

test('[X3] with a card of a wheel or timeline selected, what is written follows from it, unless it is to stand alone', async () => {
  const { ana, page } = await someone({}, { template: 'futures-wheel' })
  await page.evaluate(() => void window.manyfutures!.editor.zoomToFit({ immediate: true }))
  await page.getByRole('button', { name: 'Write the change in the middle.' }).click()
  await page.keyboard.type('Compute is free')
  await page.keyboard.press('Escape')
  await page.keyboard.press('n')
  const sheet = page.getByRole('dialog', { name: 'New card' })
  await sheet.getByLabel('Follows from “Compute is free”').waitFor()
  for (const text of ['Labs move', 'Rivers warm']) {
    await page.keyboard.type(text)
    await page.keyboard.press('Enter')
    await sheet.getByText(`Added “${text}”`).waitFor()
  }
  await sheet.getByLabel('Follows from “Compute is free”').uncheck()
  await sheet.getByLabel('Text of the new card').fill('Apart')
  await page.keyboard.press('Enter')
  await sheet.getByText('Added “Apart”').waitFor()
  expect((await relations(ana)).sort()).toEqual([
    ['Compute is free', 'leads +', 'Labs move'],
    ['Compute is free', 'leads +', 'Rivers warm'],
  ])
  expect(await cardSaying(ana, 'Labs move')).toMatchObject({ kind: 'consequence', order: 1 })
  expect(await selected(ana)).toEqual(['Compute is free'])
  expect(overlapping(await cards(ana))).toEqual([])
})

test('[X3] by touch, on a phone: the plus, a kind, Add; several pasted lines are several cards', async () => {
  const { ana, page } = await someone(phone)
  await page.getByRole('button', { name: 'Write a new card' }).tap()
  const sheet = page.getByRole('dialog', { name: 'New card' })
  await sheet.getByRole('button', { name: 'Value' }).tap()
  await sheet.getByLabel('Text of the new card').fill('Clean water')
  await picture(page, 'quick-add-phone')
  await sheet.getByRole('button', { name: 'Add', exact: true }).tap()
  await sheet.getByText('Added “Clean water”.').waitFor()
  await page.evaluate(() => navigator.clipboard.writeText('- Clean air\n- Quiet\n'))
  await page.keyboard.press('Control+v')
  await sheet.getByText('2 cards made. Ctrl Z takes them back.').waitFor()
  expect((await cards(ana)).map(({ kind, text }) => [kind, text])).toEqual([
    ['value', 'Clean air'],
    ['value', 'Clean water'],
    ['value', 'Quiet'],
  ])
  expect(overlapping(await cards(ana))).toEqual([])
  await sheet.getByRole('button', { name: 'Close' }).tap()
  await sheet.waitFor({ state: 'detached' })
  expect((await page.getByRole('button', { name: 'Write a new card' }).boundingBox())!.height).toBeGreaterThanOrEqual(44)
})

test('[X3] who may only watch is offered no new card', async () => {
  const board = await makeBoard(on.server.url)
  const eve = await comes(board, 'Eve', { role: 'observer' })
  expect(await eve.page.getByRole('button', { name: 'Write a new card' }).count()).toBe(0)
  await eve.page.keyboard.press('n')
  await eve.page.keyboard.press('?')
  await eve.page.getByRole('dialog', { name: 'Keys' }).waitFor()
  expect(await eve.page.getByRole('dialog', { name: 'New card' }).count()).toBe(0)
})

// ---- the plus

test('[X4] dragged to another card the plus relates the two, once; dragged to where there is none it adds one; clicked it adds a child', async () => {
  const { ana, page } = await someone()
  await putCard(ana, 'c1', { kind: 'action', text: 'Train two' }, { x: 120, y: 120 })
  await putCard(ana, 'c2', { kind: 'milestone', text: 'Every town can' }, { x: 500, y: 300 })
  await select(page, 'c1')
  await dragPlus(page, await middleOf(page, 'c2'), 'drag-line')
  expect(await relations(ana)).toEqual([['Train two', 'enables', 'Every town can']])
  await page.getByRole('complementary', { name: 'Relation' }).waitFor()
  await undo(ana)
  expect(await relations(ana)).toEqual([])
  await select(page, 'c1')
  await dragPlus(page, await middleOf(page, 'c2'))
  await select(page, 'c1')
  await dragPlus(page, await middleOf(page, 'c2'))
  expect(await relations(ana)).toHaveLength(1)

  await select(page, 'c1')
  const { x, y } = await middleOf(page, 'c1')
  await dragPlus(page, { x: x + 40, y: y + 380 })
  await page.getByLabel('Text of the card').waitFor()
  await page.keyboard.type('Pay them')
  await page.keyboard.press('Escape')
  const added = (await cardSaying(ana, 'Pay them'))!
  expect(added.kind).toBe('action')
  expect(Math.hypot(added.x + 100 - 260, added.y + 44 - 544)).toBeLessThan(30)
  expect(await relations(ana)).toContainEqual(['Train two', 'enables', 'Pay them'])

  await select(page, 'c1')
  await page.getByRole('button', { name: 'Add what follows' }).click()
  await page.keyboard.type('Then this')
  await page.keyboard.press('Escape')
  expect(await relations(ana)).toContainEqual(['Train two', 'enables', 'Then this'])
  expect(await count(ana)).toBe(4)

  // Escape lets go of the line and keeps the card.
  await select(page, 'c1')
  const plus = await plusOf(page)
  await page.mouse.move(plus.x, plus.y)
  await page.mouse.down()
  await page.mouse.move(plus.x + 90, plus.y + 90, { steps: 4 })
  await page.locator('.mf-drag').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('.mf-drag').waitFor({ state: 'detached' })
  await page.mouse.up()
  expect(await selected(ana)).toEqual(['Train two'])
  expect(await count(ana)).toBe(4)
})

test('[X4] with a relation selected its cards can be clicked in their middle, and its end dragged to another card', async () => {
  const { ana, page } = await someone()
  await putCard(ana, 'c1', { text: 'one' }, { x: 120, y: 120 })
  await putCard(ana, 'c2', { text: 'two' }, { x: 500, y: 120 })
  await putCard(ana, 'c3', { text: 'three' }, { x: 500, y: 400 })
  await relate(ana, 'r1', 'c1', 'c2')
  await page.evaluate(() => void window.manyfutures!.editor.select('shape:r1' as never))
  await page.locator('.side').waitFor()
  await settled(page)
  const end = await page.evaluate(() => {
    const { editor } = window.manyfutures!
    const handle = editor.getShapeHandles('shape:r1' as never)!.find(each => each.id === 'end')!
    return editor.pageToScreen(editor.getShapePageTransform('shape:r1' as never)!.applyToPoint(handle)).toJson()
  })
  const to = await middleOf(page, 'c3')
  await page.mouse.move(end.x, end.y)
  await page.mouse.down()
  await page.mouse.move(to.x, to.y, { steps: 10 })
  await page.mouse.up()
  expect(await relations(ana)).toEqual([['one', 'leads +', 'three']])
  expect(await selected(ana)).toEqual(['arrow'])
  await clickOn(page, 'c3')
  expect(await selected(ana)).toEqual(['three'])
})

test('[C8] between two cards that all but touch one sees how a relation ends', async () => {
  const { ana, page } = await someone()
  const gaps = [8, 18, 30, 90]
  for (const [i, gap] of gaps.entries()) {
    await putCard(ana, `a${i}`, { text: 'one' }, { x: 60, y: 20 + i * 130 })
    await putCard(ana, `b${i}`, { text: 'two' }, { x: 260 + gap, y: 20 + i * 130 })
    await relate(ana, `r${i}`, `a${i}`, `b${i}`)
  }
  await page.waitForFunction(count => document.querySelectorAll('[data-shape-type="arrow"] path').length >= count, gaps.length)
  const reach = (id: string) => page.evaluate(shape => {
    const line = document.querySelector(`[data-shape-id="shape:${shape}"] path`)!.getBoundingClientRect()
    const { x, y } = window.manyfutures!.editor.screenToPage({ x: line.left, y: line.top })
    return [x, x + line.width, y]
  }, id)
  for (const [i, gap] of gaps.entries()) {
    const [left, right] = (await reach(`r${i}`)) as [number, number]
    expect(left).toBeGreaterThan(260)
    expect(right).toBeLessThan(260 + gap)
    expect(right).toBeGreaterThan(260 + gap - 6)
  }
})

test('[X4] let go in a wheel it adds a member of the next ring', async () => {
  const { ana, page } = await someone()
  await page.evaluate(() => {
    const { editor } = window.manyfutures!
    editor.createShape({ id: 'shape:w' as never, type: 'wheel', x: 20, y: 20, props: { w: 1_000, h: 760, fields: { rings: 2 } } })
    editor.createShape({ id: 'shape:k' as never, type: 'card', parentId: 'shape:w' as never, x: 400, y: 330, props: { kind: 'change', text: 'Compute is free', fields: {} } })
  })
  await select(page, 'k')
  await look(page)
  const { x, y } = await middleOf(page, 'k')
  await dragPlus(page, { x: x + 20, y: y - 220 })
  await page.getByLabel('Text of the card').waitFor()
  await page.keyboard.type('Labs move')
  await page.keyboard.press('Escape')
  expect(await cardSaying(ana, 'Labs move')).toMatchObject({ kind: 'consequence', parent: 'w', order: 1 })
})

test('[X4] on a timeline it asks what came before, so the relation leads back', async () => {
  const { ana, page } = await someone()
  await page.evaluate(() => {
    const { editor } = window.manyfutures!
    editor.createShape({ id: 'shape:t' as never, type: 'timeline', x: 20, y: 20, props: { w: 1_000, h: 700, fields: { title: '', from: '2026', to: '2036', lanes: ['Milestones'] } } })
    editor.createShape({ id: 'shape:m1' as never, type: 'card', parentId: 'shape:t' as never, x: 480, y: 180, props: { kind: 'milestone', text: 'Late', fields: {} } })
    editor.createShape({ id: 'shape:m2' as never, type: 'card', parentId: 'shape:t' as never, x: 180, y: 420, props: { kind: 'action', text: 'Early', fields: {} } })
  })
  await select(page, 'm1')
  await look(page)
  await dragPlus(page, await middleOf(page, 'm2'))
  expect(await relations(ana)).toEqual([['Early', 'enables', 'Late']])
  await select(page, 'm1')
  await look(page)
  const { x, y } = await middleOf(page, 'm1')
  await dragPlus(page, { x: x - 260, y: y + 10 })
  await page.getByLabel('Text of the card').waitFor()
  await page.keyboard.type('Before that')
  await page.keyboard.press('Escape')
  const before = (await cardSaying(ana, 'Before that'))!
  expect(before).toMatchObject({ kind: 'milestone', parent: 't' })
  expect(String(before.fields['date'])).toMatch(/^20(2[6-9]|3[0-6])/)
  expect(await relations(ana)).toContainEqual(['Before that', 'enables', 'Late'])
})

test('[X4] by touch: a finger draws the line, a tap adds a child', async () => {
  const { ana, page } = await someone(phone)
  await page.getByRole('button', { name: 'Close the outline' }).tap()
  await settled(page)
  await look(page)
  await putCard(ana, 'c1', { text: 'one' }, { x: 40, y: 20 })
  await putCard(ana, 'c2', { text: 'two' }, { x: 120, y: 200 })
  const { x, y } = await middleOf(page, 'c1')
  await page.touchscreen.tap(x, y)
  await page.locator('.side').waitFor()
  await settled(page)
  await look(page)
  const client = await page.context().newCDPSession(page)
  const target = await page.locator('.mf-plus').evaluate(plus => getComputedStyle(plus, '::after').width)
  expect(Number.parseFloat(target)).toBeGreaterThanOrEqual(44)
  await swipe(client, await plusOf(page), await middleOf(page, 'c2'))
  await expect.poll(() => relations(ana)).toEqual([['one', 'leads +', 'two']])
  expect(await page.evaluate(() => window.manyfutures!.editor.getCamera().x)).toBe(0)

  const again = await middleOf(page, 'c1')
  await page.touchscreen.tap(again.x, again.y)
  await expect.poll(() => selected(ana)).toEqual(['one'])
  const plus = await plusOf(page)
  await page.touchscreen.tap(plus.x, plus.y)
  await page.getByLabel('Text of the card').waitFor()
  await page.keyboard.type('three')
  expect(await relations(ana)).toContainEqual(['one', 'leads +', 'three'])
})

test('[X10] a tap right after a flick of a card, of the map or of the plus is a tap like any other', async () => {
  const { ana, page } = await someone({ viewport: { width: 1_180, height: 820 }, hasTouch: true, isMobile: true })
  await putCard(ana, 'c1', { text: 'one' }, { x: 60, y: 80 })
  await putCard(ana, 'c2', { text: 'two' }, { x: 60, y: 400 })
  const client = await page.context().newCDPSession(page)
  const tool = () => page.evaluate(() => window.manyfutures!.editor.getCurrentToolId())
  const takes = async (button: string, name: string) => {
    await page.getByRole('button', { name: button, exact: true }).tap()
    await expect.poll(tool).toBe(name)
    await page.getByRole('button', { name: 'Select', exact: true }).tap()
    await expect.poll(tool).toBe('select')
  }
  const card = await middleOf(page, 'c1')
  await swipe(client, card, { x: card.x + 240, y: card.y + 30 })
  await takes('Draw', 'draw')
  await page.getByRole('button', { name: 'Move the map', exact: true }).tap()
  await swipe(client, { x: 700, y: 700 }, { x: 500, y: 660 })
  await takes('Erase', 'eraser')

  await look(page)
  await page.evaluate(() => void window.manyfutures!.editor.select('shape:c2' as never))
  await page.locator('.side').waitFor()
  await settled(page)
  await swipe(client, await plusOf(page), await middleOf(page, 'c1'))
  await page.getByRole('button', { name: /^blocks/ }).tap()
  await expect.poll(() => relations(ana)).toEqual([['two', 'blocks', 'one']])
})

// ---- keys

test('[X5] R relates two selected cards, a figure chooses the relation’s kind, Shift R turns it round', async () => {
  const { ana, page } = await someone()
  await putCard(ana, 'c1', { text: 'one' }, { x: 120, y: 120 })
  await putCard(ana, 'c2', { text: 'two' }, { x: 500, y: 300 })
  await clickOn(page, 'c2')
  await clickOn(page, 'c1', ['Shift'])
  await page.keyboard.press('r')
  expect(await relations(ana)).toEqual([['two', 'leads +', 'one']])
  const panel = page.getByRole('complementary', { name: 'Relation' })
  await panel.waitFor()
  const ways = await panel.getByRole('group', { name: 'Kind of relation' }).getByRole('button').allTextContents()
  expect(ways).toHaveLength(7)
  for (const [i, way] of ways.entries()) {
    await page.keyboard.press(String(i + 1))
    await panel.getByRole('group', { name: 'Kind of relation' }).getByRole('button', { pressed: true }).filter({ hasText: way }).waitFor()
  }
  await page.keyboard.press('3')
  await page.keyboard.press('Shift+R')
  expect(await relations(ana)).toEqual([['one', 'enables', 'two']])
  await page.keyboard.press('Delete')
  expect(await relations(ana)).toEqual([])
  expect(await page.evaluate(() => window.manyfutures!.editor.getCurrentToolId())).toBe('select')
})

test('[X5] arrow keys walk to the related card that lies that way, and move the card where there is none; Shift moves it always', async () => {
  const { ana, page } = await someone()
  await putCard(ana, 'c1', { text: 'middle' }, { x: 400, y: 300 })
  for (const [id, x, y] of [['right', 700, 320], ['left', 100, 300], ['up', 420, 100], ['down', 400, 520]] as const) {
    await putCard(ana, id, { text: id }, { x, y })
    if (id !== 'up') await relate(ana, `r${id}`, 'c1', id)
  }
  await clickOn(page, 'c1')
  for (const [there, back, text] of [['ArrowRight', 'ArrowLeft', 'right'], ['Alt+ArrowLeft', 'Alt+ArrowRight', 'left'], ['ArrowDown', 'ArrowUp', 'down']] as const) {
    await page.keyboard.press(there)
    expect(await selected(ana)).toEqual([text])
    await page.keyboard.press(back)
    expect(await selected(ana)).toEqual(['middle'])
  }
  const at = async () => ((await cardSaying(ana, 'middle')) as { x: number; y: number })
  const { x, y } = await at()
  await page.keyboard.press('Alt+ArrowUp')
  expect(await at()).toMatchObject({ x, y })
  await page.keyboard.press('ArrowUp')
  expect(await at()).toMatchObject({ x, y: y - 1 })
  await page.keyboard.press('Shift+ArrowRight')
  expect(await at()).toMatchObject({ x: x + 10, y: y - 1 })
  expect(await selected(ana)).toEqual(['middle'])
})

test('[X5] without a mouse: Enter on the map selects a card, Escape while writing keeps it, Escape and Tab lead out', async () => {
  const { ana, page } = await someone()
  await putCard(ana, 'c2', { text: 'second' }, { x: 500, y: 300 })
  await putCard(ana, 'c1', { text: 'first' }, { x: 120, y: 120 })
  await page.evaluate(() => void window.manyfutures!.editor.selectNone())
  await page.locator('.tl-container').focus()
  await page.keyboard.press('Enter')
  expect(await selected(ana)).toEqual(['first'])
  expect(await page.getByLabel('Text of the card').count()).toBe(0)
  await page.keyboard.press('F2')
  await page.getByLabel('Text of the card').waitFor()
  await page.keyboard.type('!')
  await page.keyboard.press('Escape')
  await page.getByLabel('Text of the card').waitFor({ state: 'detached' })
  expect(await selected(ana)).toEqual(['first!'])
  for (const text of ['second', 'first!']) {
    await page.keyboard.press('Shift+Tab')
    expect(await selected(ana)).toEqual([text])
  }
  await page.keyboard.press('Delete')
  expect((await cards(ana)).map(card => card.text)).toEqual(['second'])
  await page.keyboard.press('Enter')
  expect(await selected(ana)).toEqual(['second'])
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement === window.manyfutures!.editor.getContainer())).toBe(false)
  expect(await count(ana)).toBe(1)
})

test('[X5] F2 writes on a card that is out of sight, and brings it into sight', async () => {
  const { ana, page } = await someone()
  await putCard(ana, 'c1', { text: 'near' }, { x: 120, y: 120 })
  await putCard(ana, 'c2', { text: 'far' }, { x: 9_000, y: 7_000 })
  for (const id of ['c2', 'c1', 'c2']) {
    await page.evaluate(card => void window.manyfutures!.editor.select(`shape:${card}` as never), id)
    await page.locator('.tl-container').focus()
    await page.keyboard.press('F2')
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Text of the card')
    await page.keyboard.type('!')
    await page.keyboard.press('Escape')
  }
  expect((await cards(ana)).map(card => card.text)).toEqual(['far!!', 'near!'])
})

test('[X5] with several cards selected a panel changes the kind of all, relates two, removes all', async () => {
  const { ana, page } = await someone()
  await putCard(ana, 'c1', { text: 'one' }, { x: 120, y: 120 })
  await putCard(ana, 'c2', { kind: 'value', text: 'two' }, { x: 120, y: 300 })
  await page.mouse.move(180, 90)
  const corner = await page.evaluate(() => window.manyfutures!.editor.getViewportScreenBounds().point.toJson())
  await page.mouse.move(corner.x + 60, corner.y + 60)
  await page.mouse.down()
  await page.mouse.move(corner.x + 420, corner.y + 460, { steps: 6 })
  await page.mouse.up()
  const panel = page.getByRole('complementary', { name: '2 cards' })
  await panel.getByRole('button', { name: 'Signal' }).click()
  expect((await cards(ana)).map(card => card.kind)).toEqual(['signal', 'signal'])
  await undo(ana)
  expect((await cards(ana)).map(card => card.kind).sort()).toEqual(['note', 'value'])
  await panel.getByRole('button', { name: /Relate the two/ }).click()
  expect(await relations(ana)).toHaveLength(1)
  await clickOn(page, 'c1')
  await clickOn(page, 'c2', ['Shift'])
  await panel.getByRole('button', { name: 'Remove 2' }).click()
  expect(await count(ana)).toBe(0)
  expect(await relations(ana)).toEqual([])
})

test('[X5] a card added or opened from afar takes every letter that is written', async () => {
  const { ana, page } = await someone()
  await putCard(ana, 'c1', { text: 'near' }, { x: 400, y: 300 })
  await page.evaluate(() => void window.manyfutures!.editor.select('shape:c1' as never).setCamera({ x: 0, y: 0, z: 0.1 }, { immediate: true }))
  await page.locator('.tl-container').focus()
  await page.keyboard.press('Tab')
  await page.keyboard.type('an open letter')
  await page.keyboard.press('Escape')
  expect((await cards(ana)).map(({ text }) => text)).toEqual(['an open letter', 'near'])
  await page.evaluate(() => void window.manyfutures!.editor.setCamera({ x: 0, y: 0, z: 0.1 }, { immediate: true }))
  const { x, y } = await middleOf(page, 'c1')
  await page.mouse.dblclick(x, y)
  await page.keyboard.type(' and now')
  await page.keyboard.press('Escape')
  expect((await cards(ana)).map(({ text }) => text)).toEqual(['an open letter', 'near and now'])
  expect(await page.getByRole('dialog', { name: 'New card' }).count()).toBe(0)
})

test('[T3] in the panel, too, a caret stays in its sentence when somebody writes before it', async () => {
  const { board, ana, page } = await someone()
  await putCard(ana, 'c1', { text: 'the end' }, { x: 400, y: 300 })
  const ben = await comes(board, 'Ben', { sector: 'Industry' })
  await agree(ana, ben)
  await select(page, 'c1')
  await page.getByLabel('Text', { exact: true }).click()
  await page.keyboard.press('End')
  await ben.page.evaluate(() => window.manyfutures!.board.writing.write('shape:c1' as never, 'At last: the end', 9))
  await agree(ana, ben)
  await page.keyboard.type('!')
  await agree(ana, ben)
  expect((await cards(ben))[0]?.text).toBe('At last: the end!')
})

test('[X3] what a closed ring refuses stays in the sheet', async () => {
  const board = await makeBoard(on.server.url, { template: 'futures-wheel' })
  const fay = await comes(board, 'Fay', { role: 'facilitator' })
  const { page } = fay
  await page.getByRole('button', { name: 'Write the change in the middle.' }).click()
  await page.keyboard.type('Compute is free')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Labs move')
  await page.keyboard.press('Escape')
  await page.evaluate(async () => {
    const { board: open } = window.manyfutures!
    const wheel = open.model.allStructures()[0]!.id
    await fetch(`/api/boards/${open.membership.board}/session`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${open.session.ticket().ticket}` }, body: JSON.stringify({ rings: { wheel, open: 1 } }) })
  })
  await page.waitForFunction(() => window.manyfutures!.board.openRings(window.manyfutures!.board.model.allStructures()[0]!.id) === 1)
  await page.keyboard.press('n')
  const sheet = page.getByRole('dialog', { name: 'New card' })
  await page.keyboard.type('A second step')
  await page.keyboard.press('Enter')
  await sheet.getByText('The second ring is not open yet.').waitFor()
  expect(await sheet.getByLabel('Text of the new card').inputValue()).toBe('A second step')
})

test('[E7] on a tablet with a panel open every button is in reach of a finger and large enough for it', async () => {
  const { ana, page } = await someone({ viewport: { width: 820, height: 1_180 }, hasTouch: true, isMobile: true })
  await putCard(ana, 'c1', { kind: 'action', text: 'one' }, { x: 40, y: 40 })
  await page.evaluate(() => void window.manyfutures!.editor.select('shape:c1' as never))
  await page.locator('.side section').first().waitFor()
  await settled(page)
  const map = (await page.locator('.map').boundingBox())!
  for (const name of ['Undo', 'Outline', 'Checks', 'Show the whole map']) {
    const box = (await page.getByRole('button', { name, exact: true }).boundingBox())!
    expect(box.x >= map.x && box.x + box.width <= map.x + map.width).toBe(true)
  }
  const heights = await page.locator('.side .button').evaluateAll(all => all.map(each => each.getBoundingClientRect().height))
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(44)
})

test('[X5] ? lists the keys from anywhere', async () => {
  const { page } = await someone()
  await page.getByRole('button', { name: 'Outline' }).focus()
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keys' })
  await sheet.getByText('Relate the first of two to the second').waitFor()
  await picture(page, 'keys')
  await page.keyboard.press('n')
  expect(await page.getByRole('dialog', { name: 'New card' }).count()).toBe(0)
  await page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'detached' })
})

// ---- copying and pasting

test('[X6] cards copied on one board are pasted on another with their relations, by whoever pastes, without anybody’s views', async () => {
  const { ana, page } = await someone()
  await putCard(ana, 'c1', { kind: 'signal', text: 'one', fields: { steep: ['social'], seen: '2025-11' } }, { x: 120, y: 120 })
  await putCard(ana, 'c2', { kind: 'vision', text: 'two' }, { x: 500, y: 300 })
  await relate(ana, 'r1', 'c1', 'c2')
  await page.evaluate(() => {
    const { board, editor } = window.manyfutures!
    board.commands.setRelation('r1' as never, 'leads', '-')
    const card = editor.getShape('shape:c1' as never)!
    editor.updateShape({ id: card.id, type: card.type, meta: { ...card.meta, [`valence.${board.membership.participant}`]: 3, 'meant.loop': true } } as never)
  })
  await saved(page)
  await clickOn(page, 'c1')
  await clickOn(page, 'c2', ['Shift'])
  await page.evaluate(() => navigator.clipboard.writeText('nothing yet'))
  await page.keyboard.press('Control+c')
  await page.waitForFunction(async () => (await navigator.clipboard.readText()) !== 'nothing yet')

  const other = await page.context().newPage()
  other.on('pageerror', error => ana.complaints.push(String(error)))
  const elsewhere: Visitor = { ...ana, page: other }
  await other.goto((await makeBoard(on.server.url)).links.participant)
  await comeIn(other, 'Anna', 'Industry')
  await other.bringToFront()
  await other.locator('.tl-container').focus()
  await other.keyboard.press('Control+v')
  await expect.poll(() => relations(elsewhere)).toEqual([['one', 'leads -', 'two']])
  await saved(other)
  const me = await other.evaluate(() => window.manyfutures!.board.membership.participant)
  expect(me).not.toBe(await page.evaluate(() => window.manyfutures!.board.membership.participant))
  const pasted = await cards(elsewhere)
  expect(pasted).toMatchObject([
    { kind: 'signal', fields: { steep: ['social'], seen: '2025-11' }, by: me },
    { kind: 'vision', by: me },
  ])
  const stored = await other.evaluate(() => JSON.stringify(window.manyfutures!.snapshot().board))
  expect(stored).not.toContain('valence')
  expect(stored).not.toContain('meant')
  expect(stored).not.toContain(await page.evaluate(() => window.manyfutures!.board.membership.participant))
  await other.reload()
  await boardIsOpen(other)
  expect(await relations(elsewhere)).toEqual([['one', 'leads -', 'two']])
})

test('[X7] two hundred rows with empty and over-long cells make their cards in one step, tell what they did, and lie on nothing', async () => {
  const { ana, page, board } = await someone()
  const ben = await comes(board, 'Ben', { sector: 'Industry' })
  for (let i = 0; i < 12; i++) await putCard(ana, `old${i}`, { text: `old ${i}` }, { x: 100 + (i % 4) * 260, y: 80 + Math.floor(i / 4) * 160 })
  await agree(ana, ben)
  const long = `${'many words '.repeat(600)}end`
  const rows = Array.from({ length: 200 }, (_, i) => {
    if (i % 20 === 3) return '\t\t\t'
    const text = i === 7 ? long : i === 8 ? `"two\nlines, ""quoted"" ${i}"` : `statement ${i}`
    return [text, i % 2 ? 'Signal' : 'action', i % 5 ? 'Economic' : '', i % 3 ? '2031' : 'some day'].join('\t')
  })
  await paste(page, ['Statement\tKind\tSTEEP\tWhen', ...rows].join('\n'), { x: 700, y: 400 })
  await page.getByText('191 cards made, 10 empty rows left out, 1 long row continued on a next card. Ctrl Z takes them back.').waitFor()
  await agree(ana, ben)
  const all = await cards(ben)
  expect(all).toHaveLength(12 + 191)
  expect(overlapping(all)).toEqual([])
  expect(all.every(({ text }) => text.length <= longestText && text !== '')).toBe(true)
  const pastedText = all.map(card => card.text).join('\n')
  for (let i = 0; i < 200; i++) if (i % 20 !== 3 && i !== 7 && i !== 8) expect(pastedText).toContain(`statement ${i}`)
  expect(pastedText).toContain('two\nlines, "quoted" 8')
  expect(all.filter(card => card.text.includes('many words')).map(card => card.text).join(' ').replace(/\s+/g, ' ')).toContain(long.slice(0, 6_000))
  expect(await cardSaying(ben, 'statement 1\nWhen: 2031')).toMatchObject({ kind: 'signal', fields: { steep: ['economic'] } })
  expect(await cardSaying(ben, 'statement 4\nSTEEP: Economic')).toMatchObject({ kind: 'action', fields: { date: '2031' } })
  expect(await selected(ana)).toHaveLength(191)
  await picture(page, 'pasted-table')

  await page.keyboard.press('Control+z')
  await agree(ana, ben)
  expect(await count(ben)).toBe(12)
  await page.keyboard.press('Control+Shift+z')
  await agree(ana, ben)
  expect(await count(ben)).toBe(12 + 191)
})

test('[X7] too much is said and makes nothing; no text and prose stay what they are', async () => {
  const { ana, page } = await someone()
  await paste(page, Array.from({ length: 2_001 }, (_, i) => `line ${i}`).join('\n'))
  await page.getByText('This would make 2,001 cards; at most 2,000 are made at once. Take it in parts.').waitFor()
  expect(await count(ana)).toBe(0)
  await paste(page, 'One thought, and no list.')
  await expect.poll(() => count(ana)).toBe(1)
  await paste(page, 'x'.repeat(longestText + 10))
  await page.getByText('2 cards made, 1 long text continued on a next card. Ctrl Z takes them back.').waitFor()

  await writeOn(ana, (await cards(ana))[0]!.id)
  await page.evaluate(() => navigator.clipboard.writeText(' More.\nAnd more.'))
  await page.keyboard.press('Control+v')
  await expect.poll(async () => (await cards(ana))[0]?.text).toBe('One thought, and no list. More.\nAnd more.')
  expect(await count(ana)).toBe(3)
})

test('[X7] on a grid a list goes down the cell under the pointer and a table fills cells; what finds no room stands beside it', async () => {
  const { ana, page } = await someone()
  await page.evaluate(() => void window.manyfutures!.editor.createShape({ id: 'shape:g' as never, type: 'grid', x: 20, y: 20, props: { w: 1_072, h: 800, fields: { title: '', rows: ['A', 'B'], cols: ['Near', 'Mid', 'Long'] } } }))
  const cell = (row: number, col: number) =>
    page.evaluate(([r, c]) => window.manyfutures!.editor.pageToScreen({ x: 20 + 172 + c * 300 + 120, y: 20 + 44 + r * 378 + 200 }).toJson(), [row, col] as const)
  const cellsOf = async () => (await cards(ana)).map(({ text, parent, x, y }) => [text, parent === 'g' ? `${Math.floor((y + 44 - 64) / 378)} ${Math.floor((x + 100 - 192) / 300)}` : 'beside'])
  await paste(page, 'one\ntwo\nthree\nfour', await cell(0, 1))
  await page.getByText('4 cards made, 1 put beside the grid for want of room. Ctrl Z takes them back.').waitFor()
  expect(await cellsOf()).toEqual([['four', 'beside'], ['one', '0 1'], ['three', '0 1'], ['two', '0 1']])
  await page.keyboard.press('Control+z')
  await look(page)
  await paste(page, 'a\tb\nc\t', await cell(0, 1))
  await page.getByText('3 cards made, 1 empty cell left out. Ctrl Z takes them back.').waitFor()
  expect(await cellsOf()).toEqual([['a', '0 1'], ['b', '0 2'], ['c', '1 1']])
  expect(overlapping(await cards(ana))).toEqual([])
})

test('[X7] on a wheel and a timeline pasted cards stand near the pointer, on one another never, and at their dates', async () => {
  const { ana, page } = await someone()
  await page.evaluate(() => {
    const { editor } = window.manyfutures!
    editor.createShape({ id: 'shape:w' as never, type: 'wheel', x: 0, y: 0, props: { w: 1_200, h: 900, fields: { rings: 2 } } })
    editor.createShape({ id: 'shape:k' as never, type: 'card', parentId: 'shape:w' as never, x: 500, y: 400, props: { kind: 'change', text: 'centre', fields: {} } })
    editor.createShape({ id: 'shape:t' as never, type: 'timeline', x: 0, y: 1_000, props: { w: 1_200, h: 700, fields: { title: '', from: '2026', to: '2036', lanes: ['Milestones'] } } })
  })
  const at = (x: number, y: number) => page.evaluate(([a, b]) => window.manyfutures!.editor.pageToScreen({ x: a, y: b }).toJson(), [x, y] as const)
  await paste(page, 'one\ntwo\nthree\nfour\nfive', await at(600, 440))
  await expect.poll(() => count(ana)).toBe(6)
  expect((await cards(ana)).every(card => card.parent === 'w' && Math.hypot(card.x + 100 - 600, card.y + 44 - 444) < 420)).toBe(true)
  await page.evaluate(() => void window.manyfutures!.editor.setCamera({ x: 0, y: -1_000, z: 1 }, { immediate: true }))
  await paste(page, 'Text,Kind,When\nearly,action,2027\nlate,milestone,2033\nlater,milestone,2033', await at(600, 1_300))
  await expect.poll(() => count(ana)).toBe(9)
  const [early, late, later] = await Promise.all(['early', 'late', 'later'].map(text => cardSaying(ana, text)))
  expect([early, late, later]).toMatchObject([{ parent: 't', fields: { date: '2027' } }, { parent: 't', fields: { date: '2033' } }, { parent: 't', fields: { date: '2033' } }])
  expect(late!.x).toBeCloseTo(later!.x, 0)
  expect(early!.x).toBeLessThan(late!.x)
  expect(overlapping(await cards(ana))).toEqual([])
})
