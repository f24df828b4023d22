import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { press, swipe, tabTo, tap } from '../support/hands.ts'
import { pictures, stage } from '../support/stage.ts'
import { boardIsOpen, saved, type Visitor, visitor } from '../support/visitor.ts'

/* One whole session a method, from its template to a finished structure: by keys alone, and again by touch. */

const on = stage()

const still = (page: Page) => page.waitForFunction(() => window.manyfutures!.editor.getCameraState() === 'idle' && !document.querySelector('[data-travel]'))
/** All that is on the map is in sight and in its middle, and the map stands still. */
const wholeMap = (page: Page) =>
  page.waitForFunction(() => {
    const { editor } = window.manyfutures!
    const [seen, all] = [editor.getViewportPageBounds(), editor.getCurrentPageBounds()!]
    const middles = Math.hypot(seen.center.x - all.center.x, seen.center.y - all.center.y) * editor.getZoomLevel()
    return editor.getCameraState() === 'idle' && seen.contains(all) && middles < 2
  })
const picture = async (page: Page, name: string) => {
  const outline = page.getByRole('button', { name: 'Close the outline' })
  if (await outline.isVisible()) await outline.click()
  await saved(page)
  await page.waitForFunction(() => Math.abs(window.manyfutures!.editor.getViewportScreenBounds().w - document.querySelector('.map')!.clientWidth) < 1)
  await page.getByRole('button', { name: 'Show the whole map' }).click()
  await wholeMap(page)
  await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}

interface Said {
  readonly id: string
  readonly kind: string
  readonly text: string
  readonly fields: Record<string, unknown>
  readonly order: number | undefined
  readonly valence: number[]
  readonly cell: unknown
}
/** What the board holds, as its model reads it. */
const cardsOf = ({ page }: Visitor): Promise<Said[]> =>
  page.evaluate(() => {
    const { model } = window.manyfutures!.board
    return model.allCards().map(card => ({ id: card.id, kind: card.kind, text: card.text, fields: card.fields, order: model.orderOf(card.id), valence: [...card.views.valence.values()], cell: undefined }))
  })
const cardOf = async (who: Visitor, text: string): Promise<Said> => {
  const card = (await cardsOf(who)).find(each => each.text === text)
  if (!card) throw new Error(`No card says “${text}”`)
  return card
}
const relationsOf = ({ page }: Visitor) =>
  page.evaluate(() => {
    const { model } = window.manyfutures!.board
    return model.allRelations().map(({ from, to, kind }) => `${model.card(from)?.text} | ${kind} | ${model.card(to)?.text}`)
  })
/** The row and column of each card, as the board file says them. */
const cellsOf = async (who: Visitor): Promise<Record<string, string[]>> => {
  await saved(who.page)
  const file = await who.page.evaluate(async () => {
    const { board } = window.manyfutures!
    const answer = await fetch(`/api/boards/${board.membership.board}/export`, { headers: { authorization: `Bearer ${board.session.ticket().ticket}` } })
    return (await answer.json()) as { cards: { text: string; computed?: { row: string; column: string } }[] }
  })
  return Object.fromEntries(file.cards.flatMap(({ text, computed }) => (computed ? [[text, [computed.row, computed.column]]] : [])))
}
const findings = ({ page }: Visitor) => page.getByRole('complementary', { name: 'Checks' }).innerText()

/** The field that is written on is on the map, and ready. */
const write = async (page: Page, text: string) => {
  await page.waitForFunction(() => document.activeElement instanceof HTMLTextAreaElement && document.activeElement.closest('.mf-card'))
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => window.manyfutures!.editor.isIn('select.idle'))
  await still(page)
}
/** Back to the map, and nothing in hand: with a card selected, Tab would add another. */
const letGo = async (page: Page) => {
  await page.keyboard.press('Escape')
  await page.waitForFunction(() => document.activeElement?.closest('.tl-container'))
  await page.keyboard.press('Escape')
  await page.waitForFunction(() => window.manyfutures!.editor.getSelectedShapeIds().length === 0)
}
/** The panel of what is selected, by its key. It waits a moment before it opens. */
const toPanel = async (page: Page) => {
  await page.locator('.side section').first().waitFor()
  await page.keyboard.press('i')
  await page.waitForFunction(() => document.activeElement?.closest('.side'))
}

async function comesByKeys(template: RegExp): Promise<Visitor> {
  const somebody = await visitor(on.browser)
  const { page } = somebody
  await page.goto(on.server.url)
  await page.getByRole('button', { name: template }).first().waitFor()
  await press(page, template)
  await page.getByLabel('Your name here').waitFor()
  await tabTo(page, /Your name here/)
  await page.keyboard.type('Ines')
  // One stop for the whole group; the arrows choose.
  await tabTo(page, /rather not say/)
  await page.keyboard.press('ArrowDown')
  await press(page, /Join the board/)
  await boardIsOpen(page)
  return somebody
}

/** Selects something by the outline, with the keys, and closes it again. */
async function selectByKeys(page: Page, entry: RegExp): Promise<void> {
  if (!(await page.getByRole('complementary', { name: 'Outline' }).isVisible())) await press(page, /^Outline$/)
  // Into the list first: the palette has buttons of the same names.
  await tabTo(page, /^Close the outline$/)
  await press(page, entry)
  await page.waitForFunction(() => window.manyfutures!.editor.getOnlySelectedShape() !== null && document.activeElement?.closest('.tl-container'))
  await still(page)
}

const tablet = { viewport: { width: 1180, height: 820 }, hasTouch: true, isMobile: true } as const

async function comesByTouch(template: RegExp): Promise<Visitor> {
  const somebody = await visitor(on.browser, tablet)
  const { page } = somebody
  await page.goto(on.server.url)
  await tap(page, 'button', { name: template })
  await page.getByLabel('Your name here').tap()
  await page.keyboard.type('Ben')
  await page.getByLabel('Industry').tap()
  await tap(page, 'button', { name: 'Join the board' })
  await boardIsOpen(page)
  return somebody
}

/** React listens for touches passively, and tldraw tries to stop them all the same; Chromium remarks on it. */
const ownComplaints = ({ complaints }: Visitor) => complaints.filter(each => !each.startsWith('Unable to preventDefault inside passive event listener'))

/** Where a card is on the screen. */
const middleOf = async (page: Page, text: string) => {
  const card = page.locator('.mf-card', { hasText: text }).first()
  await card.waitFor()
  await still(page)
  const box = (await card.boundingBox())!
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}
/** The panel of what is selected is open, and the map beside it stands still. */
const panelIsOpen = async (page: Page) => {
  await page.locator('.side section').first().waitFor()
  await page.waitForFunction(() => Math.abs(window.manyfutures!.editor.getViewportScreenBounds().w - document.querySelector('.map')!.clientWidth) < 1)
  await still(page)
}
const tapCard = async (page: Page, text: string) => {
  const { x, y } = await middleOf(page, text)
  await page.touchscreen.tap(x, y)
  await page.waitForFunction(said => (window.manyfutures!.editor.getOnlySelectedShape()?.props as { text?: string } | undefined)?.text === said, text)
  await panelIsOpen(page)
}
/** A card written by a finger's owner, up to where they can go on. */
const writeByTouch = async (page: Page, text: string) => {
  await write(page, text)
  await panelIsOpen(page)
}

test('[E3] a futures wheel by keys alone: change, consequences, scores, rings, Tidy, checks', async () => {
  const ines = await comesByKeys(/^Futures wheel/)
  const { page } = ines
  await press(page, /Write the change/)
  await write(page, 'Compute is public')
  await page.keyboard.press('Tab')
  await write(page, 'Schools run models')
  await page.keyboard.press('Enter')
  await write(page, 'Release paperwork grows')
  await page.keyboard.press('Enter')
  await write(page, 'Labs move to cheap power')
  await page.keyboard.press('Tab')
  await write(page, 'Rivers warm up')

  // Scores, in the panel, and back to the map.
  await toPanel(page)
  await press(page, /^−2$/)
  await press(page, /^4$/)
  await letGo(page)
  expect((await cardOf(ines, 'Rivers warm up')).valence).toEqual([-2])

  await selectByKeys(page, /^Wheel/)
  await toPanel(page)
  await press(page, /^Open one at a time$/)
  await page.getByText('Open up to: Direct').waitFor()
  await press(page, /^Tidy$/)
  await letGo(page)

  const orders = Object.fromEntries((await cardsOf(ines)).filter(card => card.order !== undefined).map(card => [card.text, card.order]))
  expect(orders).toEqual({ 'Compute is public': 0, 'Schools run models': 1, 'Release paperwork grows': 1, 'Labs move to cheap power': 1, 'Rivers warm up': 2 })

  // A ring that is not open takes nothing new, and says so.
  await selectByKeys(page, /Schools run models/)
  await page.keyboard.press('Tab')
  await page.getByText('The second ring is not open yet.').waitFor()
  expect(await relationsOf(ines)).toHaveLength(4)

  await letGo(page)
  await press(page, /^Outline$/)
  await press(page, /^Checks$/)
  expect(await findings(ines)).toContain('Every consequence follows from a change')
  await picture(page, 'wheel-method')
  await saved(page)
  expect(ines.complaints).toEqual([])
  await ines.leave()
})

test('[E4] a backcast by keys alone: vision, what came before, an action with actor and date, and the path', async () => {
  const ines = await comesByKeys(/^Backcast /)
  const { page } = ines
  await press(page, /Start at the end/)
  await write(page, 'Every town can inspect its AI')
  await page.keyboard.press('Tab')
  await write(page, 'Towns keep two maintainers')
  await page.keyboard.press('Tab')
  await write(page, 'Train the first forty')

  // The last one is something somebody does: kind, actor and date, in its panel. The date moves it.
  await toPanel(page)
  await press(page, /Change the kind/)
  await press(page, /^Action$/)
  await tabTo(page, /Who does it/, 'Shift+Tab')
  await page.keyboard.type('Libraries')
  await tabTo(page, /^When/)
  await page.keyboard.press('Control+A')
  await page.keyboard.type('2027-06')
  await page.keyboard.press('Enter')
  await letGo(page)
  expect(await cardOf(ines, 'Train the first forty')).toMatchObject({ kind: 'action', fields: { actor: 'Libraries', date: '2027-06' } })

  await press(page, /^Checks$/)
  await page.waitForFunction(() => document.querySelector('.checks')?.textContent?.includes('Every vision on a timeline has a path back to today'))
  expect(await findings(ines)).toContain('0 to look at')
  await picture(page, 'timeline-method')
  await press(page, /^Close the checks$/)

  await selectByKeys(page, /Train the first forty/)
  await toPanel(page)
  await press(page, /^Show its path$/)
  await page.getByText(/through 3 cards/).waitFor()
  expect(await relationsOf(ines)).toEqual(expect.arrayContaining(['Train the first forty | enables | Towns keep two maintainers', 'Towns keep two maintainers | enables | Every town can inspect its AI']))
  expect(ines.complaints).toEqual([])
  await ines.leave()
})

test('[E5] a tension by keys alone: a mark, a reason, a pole renamed, a card on a pole', async () => {
  const ines = await comesByKeys(/^Four tensions/)
  const { page } = ines
  await selectByKeys(page, /^Purpose/)
  await toPanel(page)
  await tabTo(page, /^Your place between/)
  for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowRight')
  await tabTo(page, /^Why there/)
  await page.keyboard.type('It has to serve somebody')
  await tabTo(page, /^Right pole/)
  await page.keyboard.press('Control+A')
  await page.keyboard.type('Openness has a purpose')
  await page.keyboard.press('Escape')
  await page.waitForFunction(() => document.activeElement?.closest('.tl-container'))
  const views = await page.evaluate(() => {
    const { board } = window.manyfutures!
    const tension = board.model.allStructures().find(each => each.views.marker.has(board.me))
    return { id: tension?.id, marker: tension?.views.marker.get(board.me), reason: tension?.views.reason.get(board.me), right: tension?.fields['right'] }
  })
  expect(views).toMatchObject({ marker: 50, reason: 'It has to serve somebody', right: 'Openness has a purpose' })

  // A card that speaks for one pole.
  await page.keyboard.press('Tab')
  await write(page, 'Who decides what is open?')
  await toPanel(page)
  await tabTo(page, /^Side/)
  await page.keyboard.press('ArrowDown')
  await page.waitForFunction(
    tension => {
      const { model } = window.manyfutures!.board
      const card = model.allCards().find(each => each.text.startsWith('Who decides'))
      const structure = model.structure(tension as never)
      return card && structure && card.place.parent === tension && card.place.x > structure.w / 2
    },
    views.id,
  )
  await picture(page, 'tension-method')
  expect(ines.complaints).toEqual([])
  await ines.leave()
})

test('[E6] a grid by keys alone: cards in cells, moved by choosing, related by choosing', async () => {
  const ines = await comesByKeys(/^Three horizons/)
  const { page } = ines
  await selectByKeys(page, /^Horizon$/)
  await page.keyboard.press('Tab')
  await write(page, 'Licences nobody reads')
  await letGo(page)
  await selectByKeys(page, /^Horizon$/)
  await page.keyboard.press('Tab')
  await write(page, 'Release notes people use')
  await toPanel(page)
  await tabTo(page, /^Row/)
  await page.keyboard.press('End')
  await tabTo(page, /^Column/)
  await page.keyboard.press('End')
  await tabTo(page, /^To another card/)
  await page.keyboard.press('ArrowDown')
  await press(page, /^Draw the relation$/)
  await page.waitForFunction(() => window.manyfutures!.board.model.allRelations().length > 0)
  expect(await relationsOf(ines)).toEqual(['Release notes people use | informs | Licences nobody reads'])
  expect(await cellsOf(ines)).toMatchObject({ 'Release notes people use': ['What could be', 'Beyond'] })
  await letGo(page)
  await picture(page, 'grid-method')
  expect(ines.complaints).toEqual([])
  await ines.leave()
})

/** Something from the outline, by a finger: what lies at the edge of the map is hard to hit. */
const selectByTouch = async (page: Page, entry: RegExp) => {
  if (!(await page.getByRole('complementary', { name: 'Outline' }).isVisible())) await tap(page, 'button', { name: 'Outline', exact: true })
  await page.getByRole('complementary', { name: 'Outline' }).getByRole('button', { name: entry }).first().tap()
  await panelIsOpen(page)
  await tap(page, 'button', { name: 'Close the outline' })
  await panelIsOpen(page)
}
/** Nothing in hand, all of the map in sight. */
const stepBack = async (page: Page) => {
  await tap(page, 'button', { name: /^Close the (panel|checks)$/ })
  await page.locator('.side').waitFor({ state: 'detached' })
  await page.waitForFunction(() => Math.abs(window.manyfutures!.editor.getViewportScreenBounds().w - document.querySelector('.map')!.clientWidth) < 1)
  await tap(page, 'button', { name: 'Show the whole map' })
  await wholeMap(page)
}
/** Draws a finger from the plus of the card that is selected to another one, with both in sight beside the panel. */
const swipePlus = async (page: Page, other: string) => {
  await tap(page, 'button', { name: 'Show the whole map' })
  await wholeMap(page)
  const to = await middleOf(page, other)
  const plus = (await page.locator('.mf-plus').boundingBox())!
  await swipe(page, { x: plus.x + plus.width / 2, y: plus.y + plus.height / 2 }, to)
}

test('[E7] a futures wheel by touch: change, consequences, a cross-link, scores, rings, Tidy, checks', async () => {
  const ben = await comesByTouch(/^Futures wheel/)
  const { page } = ben
  await tap(page, 'button', { name: 'Write the change' })
  await writeByTouch(page, 'Compute is public')
  // Several at once: the sheet for new cards stays, and each follows from the card that is selected.
  await tap(page, 'button', { name: 'Write a new card' })
  const sheet = page.getByRole('dialog', { name: 'New card' })
  for (const text of ['Schools run models', 'Release paperwork grows', 'Labs move to cheap power']) {
    await sheet.getByLabel('Text of the new card').fill(text)
    await sheet.getByRole('button', { name: 'Add', exact: true }).tap()
    await sheet.getByText(`Added “${text}”`).waitFor()
  }
  await sheet.getByRole('button', { name: 'Close' }).tap()
  await tapCard(page, 'Labs move to cheap power')
  await tap(page, 'button', { name: 'Add what follows' })
  await writeByTouch(page, 'Rivers warm up')
  await tap(page, 'button', { name: '−2' })
  await tap(page, 'button', { name: '4', exact: true })
  await page.waitForFunction(() => window.manyfutures!.board.model.allCards().some(card => card.views.valence.size === 1 && card.views.likelihood.size === 1))

  // A cross-link, drawn by a finger from one card's plus to another.
  await stepBack(page)
  await tapCard(page, 'Schools run models')
  await swipePlus(page, 'Rivers warm up')
  await page.getByRole('complementary', { name: 'Relation' }).waitFor()
  await tap(page, 'button', { name: /^leads to −/ })
  await page.waitForFunction(() => window.manyfutures!.board.model.allRelations().some(each => each.sign === '-'))
  expect(await relationsOf(ben)).toContain('Schools run models | leads | Rivers warm up')

  await selectByTouch(page, /^Wheel/)
  await tap(page, 'button', { name: 'Open one at a time' })
  await page.getByText('Open up to: Direct').waitFor()
  await tap(page, 'button', { name: 'Tidy' })
  await stepBack(page)
  await tapCard(page, 'Release paperwork grows')
  await tap(page, 'button', { name: 'Add what follows' })
  await page.getByText('The second ring is not open yet.').waitFor()
  const orders = Object.fromEntries((await cardsOf(ben)).filter(card => card.order !== undefined).map(card => [card.text, card.order]))
  expect(orders).toEqual({ 'Compute is public': 0, 'Schools run models': 1, 'Release paperwork grows': 1, 'Labs move to cheap power': 1, 'Rivers warm up': 2 })
  await selectByTouch(page, /^Wheel/)
  await tap(page, 'button', { name: 'Open the next ring' })
  await page.getByText('Open up to: Second').waitFor()
  await stepBack(page)
  await tap(page, 'button', { name: 'Checks' })
  await page.getByText('Every consequence follows from a change').waitFor()
  await picture(page, 'wheel-touch')
  expect(ownComplaints(ben)).toEqual([])
  await ben.leave()
})

test('[E7] a backcast by touch: vision, what came before, an action with actor and date, an obstacle, a lane, and the path', async () => {
  const ben = await comesByTouch(/^Backcast /)
  const { page } = ben
  await tap(page, 'button', { name: 'Start at the end' })
  await writeByTouch(page, 'Every town can inspect its AI')
  for (const text of ['Towns keep two maintainers', 'Train the first forty']) {
    await tap(page, 'button', { name: 'What had to be true just before this?' })
    await writeByTouch(page, text)
  }
  await page.getByText('Change the kind').tap()
  await page.getByRole('group', { name: 'Kind' }).getByRole('button', { name: 'Action' }).tap()
  await page.getByLabel('Who does it').tap()
  await page.keyboard.type('Libraries')
  await page.getByLabel(/^When/).tap()
  await page.getByLabel(/^When/).fill('2027-06')
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: 'Lane' }).getByRole('combobox').selectOption('Actions')
  await page.waitForFunction(() => window.manyfutures!.board.model.allCards().some(card => card.kind === 'action' && card.fields['actor'] === 'Libraries' && card.fields['date'] === '2027-06' && card.place.y > 400))

  // A finger re-dates; an obstacle from the palette blocks what it is drawn to.
  await stepBack(page)
  const before = (await cardOf(ben, 'Towns keep two maintainers')).fields['date'] as string
  const at = await middleOf(page, 'Towns keep two maintainers')
  await swipe(page, at, { x: at.x - 60, y: at.y + 6 })
  await page.waitForFunction(was => window.manyfutures!.board.model.allCards().some(card => card.text.startsWith('Towns keep') && String(card.fields['date']) < was), before)
  await tap(page, 'button', { name: 'Obstacle' })
  const lane = await page.evaluate(() => {
    const { editor, board } = window.manyfutures!
    const timeline = board.model.allStructures().find(each => each.type === 'timeline')!
    return editor.pageToScreen({ x: timeline.place.x + timeline.w * 0.3, y: timeline.place.y + timeline.h * 0.55 }).toJson()
  })
  await page.touchscreen.tap(lane.x, lane.y)
  await writeByTouch(page, 'Nobody pays for it')
  await stepBack(page)
  await tapCard(page, 'Nobody pays for it')
  // On a timeline the plus asks what came before; what it blocks is drawn to from its panel.
  await page.getByLabel('To another card').selectOption({ label: 'Milestone: Towns keep two maintainers' })
  await tap(page, 'button', { name: 'Draw the relation' })
  await page.getByRole('complementary', { name: 'Relation' }).waitFor()
  expect(await relationsOf(ben)).toEqual(expect.arrayContaining(['Train the first forty | enables | Towns keep two maintainers', 'Towns keep two maintainers | enables | Every town can inspect its AI', 'Nobody pays for it | blocks | Towns keep two maintainers']))

  await tap(page, 'button', { name: 'Checks' })
  await page.getByText('Every vision on a timeline has a path back to today').waitFor()
  expect(await findings(ben)).toContain('0 to look at')
  await stepBack(page)
  await tapCard(page, 'Train the first forty')
  await tap(page, 'button', { name: 'Show its path' })
  await page.getByText(/through 3 cards/).waitFor()
  await picture(page, 'timeline-touch')
  expect(ownComplaints(ben)).toEqual([])
  await ben.leave()
})

test('[E7] a tension by touch: a pole renamed, a mark, a reason, cards on a pole and on both', async () => {
  const ana = await comesByTouch(/^Four tensions/)
  const { page } = ana
  const line = (await page.locator('.mf-spectrum').first().boundingBox())!
  await swipe(page, { x: line.x + line.width * 0.3, y: line.y + line.height / 2 }, { x: line.x + line.width * 0.8, y: line.y + line.height / 2 })
  await page.waitForFunction(() => window.manyfutures!.board.model.allStructures().some(each => (each.views.marker.get(window.manyfutures!.board.me) ?? 0) > 30))
  await page.getByLabel('Why there?').tap()
  await page.keyboard.type('It serves people')
  await page.getByLabel('Left pole').tap()
  await page.getByLabel('Left pole').fill('Required of everyone')
  await page.keyboard.press('Enter')
  await tap(page, 'button', { name: /^Card/ })
  await writeByTouch(page, 'Who decides?')
  await stepBack(page)
  const first = await middleOf(page, 'Who decides?')
  await swipe(page, first, { x: line.x + line.width * 0.1, y: first.y })
  const told = () =>
    page.evaluate(() => {
      const { board } = window.manyfutures!
      const tension = board.model.allStructures().find(each => each.views.reason.size === 1)
      const card = board.model.allCards().find(each => each.text === 'Who decides?')
      return { left: tension?.fields['left'], reason: tension?.views.reason.get(board.me), card: card && tension && card.place.parent === tension.id && card.place.x + card.w / 2 < tension.w / 3 }
    })
  await expect.poll(told).toEqual({ left: 'Required of everyone', reason: 'It serves people', card: true })
  await tap(page, 'button', { name: 'Outline', exact: true })
  await selectByTouch(page, /Required of everyone/)
  await tap(page, 'button', { name: /^Card/ })
  await writeByTouch(page, 'Fund three pools')
  await page.getByRole('region', { name: 'Attached to' }).getByRole('combobox').selectOption({ index: 1 })
  await page.getByText('1 card on both').waitFor()
  await picture(page, 'tension-touch')
  expect(ownComplaints(ana)).toEqual([])
  await ana.leave()
})

test('[E7] a grid by touch: cards put into cells, carried to another, related by a finger', async () => {
  const eva = await comesByTouch(/^Three horizons/)
  const { page } = eva
  const cell = (row: number, col: number) =>
    page.evaluate(
      ([r, c]) => {
        const { editor, board } = window.manyfutures!
        const grid = board.model.allStructures().find(each => each.type === 'grid')!
        return editor.pageToScreen({ x: grid.place.x + 172 + ((c + 0.5) * (grid.w - 172)) / 3, y: grid.place.y + 44 + ((r + 0.5) * (grid.h - 44)) / 3 }).toJson()
      },
      [row, col] as const,
    )
  for (const [text, row, col] of [['Licences nobody reads', 0, 0], ['Shared test kits', 1, 1]] as const) {
    await tap(page, 'button', { name: 'Note' })
    const { x, y } = await cell(row, col)
    await page.touchscreen.tap(x, y)
    await writeByTouch(page, text)
    await stepBack(page)
  }
  await swipe(page, await middleOf(page, 'Shared test kits'), await cell(2, 1))
  await page.waitForFunction(() => window.manyfutures!.board.model.allCards().some(card => card.text === 'Shared test kits' && card.place.x > 690 && card.place.y > 730))
  await tapCard(page, 'Licences nobody reads')
  await swipePlus(page, 'Shared test kits')
  await page.getByRole('complementary', { name: 'Relation' }).waitFor()
  await tap(page, 'button', { name: /^is in tension with/ })
  await page.waitForFunction(() => window.manyfutures!.board.model.allRelations().some(each => each.kind === 'tension'))
  expect(await cellsOf(eva)).toMatchObject({ 'Licences nobody reads': ['Business as usual: what is fading', 'Now'], 'Shared test kits': ['What could be', 'Next'] })
  await stepBack(page)
  await picture(page, 'grid-touch')
  expect(ownComplaints(eva)).toEqual([])
  await eva.leave()
})
