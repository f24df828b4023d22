import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { press, swipe, tabTo, tap } from '../support/hands.ts'
import { pictures, stage } from '../support/stage.ts'
import { boardIsOpen, saved, type Visitor, visitor } from '../support/visitor.ts'

/* One whole session a method, from its template to a finished structure: by keys alone, and again by touch. */

const on = stage()

const still = (page: Page) => page.waitForFunction(() => window.manyfutures!.editor.getCameraState() === 'idle' && !document.querySelector('[data-travel]'))
const picture = async (page: Page, name: string) => {
  const outline = page.getByRole('button', { name: 'Close the outline' })
  if (await outline.isVisible()) await outline.click()
  await saved(page)
  await page.waitForFunction(() => Math.abs(window.manyfutures!.editor.getViewportScreenBounds().w - document.querySelector('.map')!.clientWidth) < 1)
  await page.getByRole('button', { name: 'Show the whole map' }).click()
  await still(page)
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
const tapCard = async (page: Page, text: string) => {
  const { x, y } = await middleOf(page, text)
  await page.touchscreen.tap(x, y)
  await page.getByRole('complementary').getByRole('textbox', { name: 'Text' }).waitFor()
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

test('[E5] a tension by keys alone: a mark, a reason, a card on a pole', async () => {
  const ines = await comesByKeys(/^Four tensions/)
  const { page } = ines
  await selectByKeys(page, /^Purpose/)
  await toPanel(page)
  await tabTo(page, /^Your place between/)
  for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowRight')
  await tabTo(page, /^Why there/)
  await page.keyboard.type('It has to serve somebody')
  await page.keyboard.press('Escape')
  await page.waitForFunction(() => document.activeElement?.closest('.tl-container'))
  const views = await page.evaluate(() => {
    const { board } = window.manyfutures!
    const tension = board.model.allStructures().find(each => each.views.marker.has(board.me))
    return { id: tension?.id, marker: tension?.views.marker.get(board.me), reason: tension?.views.reason.get(board.me) }
  })
  expect(views).toMatchObject({ marker: 50, reason: 'It has to serve somebody' })

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
  const file = await page.evaluate(async () => {
    const { board } = window.manyfutures!
    const answer = await fetch(`/api/boards/${board.membership.board}/export`, { headers: { authorization: `Bearer ${board.session.ticket()}` } })
    return (await answer.json()) as { structures: { type: string; rows: string[]; cols: string[] }[]; cards: { text: string; computed?: { row: string; column: string } }[] }
  })
  const grid = file.structures.find(each => each.type === 'grid')!
  expect(file.cards.find(card => card.text.startsWith('Release notes'))?.computed).toEqual({ row: grid.rows.at(-1), column: grid.cols.at(-1) })
  await picture(page, 'grid-method')
  expect(ines.complaints).toEqual([])
  await ines.leave()
})

test('[E7] the first steps of a wheel, a timeline, a tension and a grid by touch', async () => {
  const ben = await comesByTouch(/^Futures wheel/)
  const { page } = ben
  await tap(page, 'button', { name: 'Write the change' })
  await write(page, 'Compute is public')
  await tap(page, 'button', { name: 'Add what follows' })
  await write(page, 'Schools run models')
  await tap(page, 'button', { name: 'Add what follows' })
  await write(page, 'Teachers share what works')
  await tapCard(page, 'Schools run models')
  await tap(page, 'button', { name: '+2' })
  await page.waitForFunction(() => window.manyfutures!.board.model.allCards().some(card => card.views.valence.size === 1))
  expect((await cardOf(ben, 'Teachers share what works')).order).toBe(2)
  await picture(page, 'wheel-touch')

  // A timeline put on the same board, below, from the palette.
  await tap(page, 'button', { name: 'Close the panel' })
  await tap(page, 'button', { name: 'Show the whole map' })
  await still(page)
  await page.evaluate(() => {
    const { editor } = window.manyfutures!
    const bounds = editor.getCurrentPageBounds()!
    editor.centerOnPoint({ x: bounds.center.x, y: bounds.maxY + 600 }, { animation: { duration: 0 } })
  })
  await tap(page, 'button', { name: 'Timeline' })
  await page.touchscreen.tap(640, 420)
  await tap(page, 'button', { name: 'Start at the end' })
  await write(page, 'Every town can inspect its AI')
  await tap(page, 'button', { name: 'What had to be true just before this?' })
  await write(page, 'Towns keep two maintainers')
  const before = (await cardOf(ben, 'Towns keep two maintainers')).fields['date'] as string
  const at = await middleOf(page, 'Towns keep two maintainers')
  await swipe(page, at, { x: at.x - 160, y: at.y + 10 })
  await page.waitForFunction(was => window.manyfutures!.board.model.allCards().some(card => card.text.startsWith('Towns keep') && String(card.fields['date']) < was), before)
  expect(ownComplaints(ben)).toEqual([])
  await ben.leave()

  const ana = await comesByTouch(/^Four tensions/)
  const line = await ana.page.locator('.mf-spectrum').first().boundingBox()
  await swipe(ana.page, { x: line!.x + line!.width * 0.3, y: line!.y + line!.height / 2 }, { x: line!.x + line!.width * 0.8, y: line!.y + line!.height / 2 })
  await ana.page.waitForFunction(() => window.manyfutures!.board.model.allStructures().some(each => (each.views.marker.get(window.manyfutures!.board.me) ?? 0) > 30))
  await ana.page.getByLabel('Why there?').tap()
  await ana.page.keyboard.type('It serves people')
  await tap(ana.page, 'button', { name: 'Close the panel' })
  await ana.page.waitForFunction(() => window.manyfutures!.board.model.allStructures().some(each => each.views.reason.size === 1))
  await picture(ana.page, 'tension-touch')
  expect(ownComplaints(ana)).toEqual([])
  await ana.leave()

  const eva = await comesByTouch(/^Three horizons/)
  await tap(eva.page, 'button', { name: 'Note' })
  const cell = await eva.page.evaluate(() => {
    const { editor, board } = window.manyfutures!
    const grid = board.model.allStructures().find(each => each.type === 'grid')!
    return editor.pageToScreen({ x: grid.place.x + grid.w * 0.5, y: grid.place.y + grid.h * 0.5 })
  })
  await eva.page.touchscreen.tap(cell.x, cell.y)
  await write(eva.page, 'Shared test kits')
  await eva.page.waitForFunction(() => {
    const { model } = window.manyfutures!.board
    const card = model.allCards().find(each => each.text === 'Shared test kits')
    return card && model.structure(card.place.parent as never)?.type === 'grid'
  })
  await picture(eva.page, 'grid-touch')
  expect(ownComplaints(eva)).toEqual([])
  await eva.leave()
})
