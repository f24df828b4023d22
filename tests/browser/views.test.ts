import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { call, type MadeBoard, makeBoard } from '../support/server.ts'
import { pictures, stage } from '../support/stage.ts'
import { agree, boardIsOpen, joined, saved, undo, type Visitor } from '../support/visitor.ts'

/* What people think, what does not hold together, what facilitators decide: with several people on one board. */

const on = stage()

const file = (more: object) => ({ format: 'manyfutures/board', version: 1, board: { title: 'Together', sectors: ['Academia', 'Industry'] }, cards: [], relations: [], structures: [], drawings: [], people: [], ...more })
const select = async ({ page }: Visitor, id: string) => {
  await page.evaluate(card => window.manyfutures!.board.commands.show(card as never), id)
  await page.locator('.side section').first().waitFor()
}
const viewsOf = ({ page }: Visitor, id: string) => page.evaluate(card => [...(window.manyfutures!.board.model.card(card as never)?.views.valence.values() ?? [])].sort(), id)
const chooseValence = (page: Page, step: string) => page.getByRole('group', { name: /undesirable to desirable/ }).getByRole('button', { name: step, exact: true }).click()

test('[I6] three people score one card at once: each keeps their own, the spread opens at three, undo takes back one’s own', async () => {
  const board: MadeBoard = await makeBoard(on.server.url, {
    file: file({
      structures: [{ id: 'w', type: 'wheel', x: 0, y: 0 }],
      cards: [{ id: 'c', kind: 'change', text: 'A change', in: 'w', x: 800, y: 600 }, { id: 'x', kind: 'consequence', text: 'What follows', in: 'w', x: 1_150, y: 600 }],
      relations: [{ id: 'r', kind: 'leads', from: 'c', to: 'x' }],
    }),
  })
  const people = [await joined(on.browser, board, 'Ana', { sector: 'Academia' }), await joined(on.browser, board, 'Ben', { sector: 'Academia' }), await joined(on.browser, board, 'Cid', { sector: 'Academia' })] as const
  const [ana, ben, cid] = people
  for (const each of people) await select(each, 'x')
  await Promise.all([chooseValence(ana.page, '+3'), chooseValence(ben.page, '−3')])
  await agree(...people)
  expect(await viewsOf(cid, 'x')).toEqual([-3, 3])
  await cid.page.getByText('fewer than 3, kept closed').waitFor()
  expect(await cid.page.locator('.mf-card .valence').count()).toBe(0)

  await chooseValence(cid.page, '+2')
  await agree(...people)
  await ana.page.locator('.spread .rows .dot').nth(2).waitFor()
  await ana.page.locator('.mf-card .valence').first().waitFor()
  expect(await ana.page.locator('.side').innerText()).not.toMatch(/mean|average/i)

  // A pole renamed, a card reworded: nothing of that touches a score, and undo touches one's own alone.
  await undo(ana)
  await agree(...people)
  expect(await viewsOf(ben, 'x')).toEqual([-3, 2])
  await Promise.all(people.map(each => each.leave()))
})

test('[J5] a finding leads to its cards, is flagged on the map, and is meant this way for everybody', async () => {
  const board = await makeBoard(on.server.url, {
    file: file({
      structures: [{ id: 't', type: 'timeline', x: 0, y: 0, from: '2026', to: '2040' }],
      cards: [
        { id: 'late', kind: 'milestone', text: 'A pool takes tenants', in: 't', x: 1_000, y: 200, date: '2038' },
        { id: 'early', kind: 'milestone', text: 'Each region runs one', in: 't', x: 800, y: 400, date: '2036' },
      ],
      relations: [{ id: 'r', kind: 'requires', from: 'early', to: 'late' }],
    }),
  })
  const ana = await joined(on.browser, board, 'Ana')
  const ben = await joined(on.browser, board, 'Ben', { sector: 'Industry' })
  for (const { page } of [ana, ben]) await page.getByRole('button', { name: 'Checks' }).click()
  const found = ana.page.getByRole('complementary', { name: 'Checks' }).locator('.found').filter({ hasText: 'A cause is dated after its effect' })
  await found.getByText('“A pool takes tenants” (2038) has to come before “Each region runs one” (2036)').waitFor()
  await ana.page.locator('.mf-flag', { hasText: 'Too late' }).first().waitFor()
  await found.getByRole('button', { name: 'Show both' }).click()
  expect(await ana.page.evaluate(() => window.manyfutures!.editor.getSelectedShapeIds().sort())).toEqual(['shape:early', 'shape:late', 'shape:r'])
  await ana.page.waitForFunction(() => window.manyfutures!.editor.getCameraState() === 'idle')
  await ana.page.screenshot({ path: join(pictures, 'checks.png') })

  await found.getByRole('button', { name: 'It is meant this way' }).click()
  await ben.page.getByText('Meant this way (1)').waitFor()
  await found.waitFor({ state: 'detached' })

  // Mended for real: the finding is gone, not only hushed.
  await ben.page.getByText('Meant this way (1)').click()
  await ben.page.getByRole('button', { name: 'Look at it again' }).click()
  await found.waitFor()
  await ben.page.evaluate(() => window.manyfutures!.board.commands.setField('early' as never, 'date', '2039'))
  await found.waitFor({ state: 'detached' })
  await Promise.all([ana, ben].map(each => each.leave()))
})

test('[J7] who dates a card beyond its axis, or puts a second change into a wheel or a second vision on a timeline, is told at once, and it is done', async () => {
  const board = await makeBoard(on.server.url, {
    file: file({
      structures: [{ id: 'w', type: 'wheel', x: 0, y: 0 }, { id: 't', type: 'timeline', x: 0, y: 1_500, from: '2026', to: '2040' }],
      cards: [
        { id: 'c', kind: 'change', text: 'A change', in: 'w', x: 800, y: 600 },
        { id: 'x', kind: 'consequence', text: 'What follows', in: 'w', x: 1_150, y: 600 },
        { id: 'v', kind: 'vision', text: 'A vision', in: 't', x: 1_348, y: 128, w: 216, h: 736, date: '2040' },
        { id: 'm', kind: 'milestone', text: 'A milestone', in: 't', x: 800, y: 200, date: '2034' },
      ],
      relations: [{ id: 'r', kind: 'leads', from: 'c', to: 'x' }],
    }),
  })
  const ana = await joined(on.browser, board, 'Ana')
  const { page } = ana
  const is = (id: string) => page.evaluate(card => { const { kind, fields } = window.manyfutures!.board.model.card(card as never)!; return [kind, fields['date']] }, id)
  const setKind = async (id: string, kind: string) => {
    await select(ana, id)
    await page.getByText('Change the kind').click()
    await page.getByRole('group', { name: 'Kind' }).getByRole('button', { name: kind, exact: true }).click()
  }
  await select(ana, 'm')
  await page.getByLabel('When').fill('2055')
  await page.keyboard.press('Enter')
  await page.getByText('“A milestone” is dated 2055; the axis runs from 2026 to 2040.').waitFor()
  expect(await is('m')).toEqual(['milestone', '2055'])
  // It stands beyond the axis, and is brought into sight there.
  await page.waitForFunction(() => {
    const { editor } = window.manyfutures!
    return editor.getCameraState() === 'idle' && editor.getViewportPageBounds().contains(editor.getShapePageBounds('shape:m' as never)!)
  })
  await page.screenshot({ path: join(pictures, 'off-axis.png') })
  await undo(ana)
  await setKind('m', 'Vision')
  await page.getByText('“A vision” shares a timeline with “A milestone”.').waitFor()
  expect(await is('m')).toEqual(['vision', '2034'])
  await setKind('x', 'Change')
  await page.getByText('is a second change: orders count from').waitFor()
  expect(await is('x')).toEqual(['change', undefined])

  // A loop through the centre is found, named on its cards, and refused nowhere.
  await undo(ana)
  await select(ana, 'x')
  await page.getByLabel('To another card').selectOption({ label: 'Change: A change' })
  await page.getByRole('button', { name: 'Draw the relation' }).click()
  await select(ana, 'x')
  await page.getByText('This card feeds itself through another: a reinforcing loop.').waitFor()
  expect(await page.evaluate(() => window.manyfutures!.board.model.orderOf('x' as never))).toBe(1)
  expect(ana.complaints).toEqual([])
  await ana.leave()
})

test('[J6] a trace lights the way from a question to its vision, and everything else recedes', async () => {
  const cards = [['v', 'vision'], ['m', 'milestone'], ['a', 'action'], ['q', 'question'], ['n', 'note']].map(([id, kind], i) => ({ id, kind, text: `The ${kind}`, x: i * 300, y: (i % 2) * 160 }))
  const board = await makeBoard(on.server.url, { file: file({ cards, relations: [['q', 'informs', 'a'], ['a', 'enables', 'm'], ['v', 'requires', 'm']].map(([from, kind, to], i) => ({ id: `r${i}`, from, kind, to })) }) })
  const ana = await joined(on.browser, board, 'Ana')
  await select(ana, 'm')
  await ana.page.getByRole('button', { name: 'Show its path' }).click()
  await ana.page.getByText(/through 4 cards/).waitFor()
  const opacity = (id: string) => ana.page.evaluate(card => getComputedStyle(document.querySelector(`[data-shape-id="shape:${card}"]`)!).opacity, id)
  for (const id of ['v', 'm', 'a', 'q', 'r0', 'r2']) expect(await opacity(id)).toBe('1')
  expect(Number(await opacity('n'))).toBeLessThan(0.3)
  await ana.page.screenshot({ path: join(pictures, 'trace.png') })
  await ana.page.getByRole('button', { name: 'End', exact: true }).click()
  expect(await opacity('n')).toBe('1')
  await ana.leave()
})

test('[W7] a facilitator opens rings one at a time: others see it at once, and cannot open them', async () => {
  const board = await makeBoard(on.server.url, {
    file: file({
      structures: [{ id: 'w', type: 'wheel', x: 0, y: 0 }],
      cards: [
        { id: 'c', kind: 'change', text: 'A change', in: 'w', x: 800, y: 600 },
        { id: 'x', kind: 'consequence', text: 'What follows', in: 'w', x: 1_150, y: 600 },
        { id: 'free', kind: 'consequence', text: 'Not tied in yet', in: 'w', x: 1_350, y: 600 },
      ],
      relations: [{ id: 'r', kind: 'leads', from: 'c', to: 'x' }],
    }),
  })
  const fay = await joined(on.browser, board, 'Fay', { role: 'facilitator' })
  const ben = await joined(on.browser, board, 'Ben', { sector: 'Industry' })
  for (const each of [fay, ben]) await select(each, 'w')
  expect(await ben.page.getByRole('button', { name: 'Open one at a time' }).count()).toBe(0)
  await fay.page.getByRole('button', { name: 'Open one at a time' }).click()
  await ben.page.getByText('The facilitator opens the next ring.').waitFor()

  await select(ben, 'x')
  await ben.page.evaluate(() => window.manyfutures!.editor.getContainer().focus())
  await ben.page.keyboard.press('Tab')
  await ben.page.getByText('The second ring is not open yet.').waitFor()
  // Nor can an arrow bring one there; within the open ring, arrows are as free as ever.
  const draw = async (to: string) => {
    await select(ben, 'x')
    await ben.page.getByLabel('To another card').selectOption({ label: to })
    await ben.page.getByRole('button', { name: 'Draw the relation' }).click()
  }
  await draw('Consequence: Not tied in yet')
  await ben.page.waitForFunction(() => window.manyfutures!.board.model.allRelations().length === 1)
  await draw('Change: A change')
  await ben.page.waitForFunction(() => window.manyfutures!.board.model.allRelations().length === 2)
  await fay.page.getByRole('button', { name: 'Open the next ring' }).click()
  await ben.page.waitForFunction(() => window.manyfutures!.board.openRings('w' as never) === 2)
  await ben.page.getByText('The second ring is open now.').waitFor()
  await draw('Consequence: Not tied in yet')
  await ben.page.waitForFunction(() => window.manyfutures!.board.model.orderOf('free' as never) === 2)
  await select(ben, 'x')
  await ben.page.evaluate(() => window.manyfutures!.editor.getContainer().focus())
  await ben.page.keyboard.press('Tab')
  await ben.page.waitForFunction(() => window.manyfutures!.board.model.allCards().length === 4)
  await Promise.all([fay, ben].map(each => each.leave()))
})

test('[W8] a relation drawn, meant otherwise or taken away moves the cards whose order it changes to their ring, for both; undo moves them back', async () => {
  const chain = ['c', 'a', 'b', 'd']
  const board = await makeBoard(on.server.url, {
    file: file({
      structures: [{ id: 'w', type: 'wheel', x: 0, y: 0 }],
      // A chain to the right, a card a ring: the centre, direct, second, third.
      cards: chain.map((id, i) => ({ id, kind: i ? 'consequence' : 'change', text: `Card ${id}`, in: 'w', x: 780 + i * 225, y: 616 })),
      relations: chain.slice(1).map((to, i) => ({ id: `r${to}`, kind: 'leads', from: chain[i], to })),
    }),
  })
  const ana = await joined(on.browser, board, 'Ana')
  const ben = await joined(on.browser, board, 'Ben', { sector: 'Industry' })
  const ringsOf = ({ page }: Visitor) =>
    page.evaluate(() => {
      const { model } = window.manyfutures!.board
      const wheel = model.structure('w' as never)!
      return model.allCards().map(({ id, place: { x, y }, w, h }) => {
        const ring = Math.ceil(Math.hypot((x + w / 2 - wheel.w / 2) / (wheel.w / 2), (y + h / 2 - wheel.h / 2) / (wheel.h / 2)) * 4 - 1)
        return `${id} ${model.orderOf(id)} ${Math.max(0, ring)}`
      }).sort()
    })
  const asDrawn = ['a 1 1', 'b 2 2', 'c 0 0', 'd 3 3']
  expect(await ringsOf(ana)).toEqual(asDrawn)

  // A shortcut from the centre, by the panel: the last card comes to the first ring, and its line runs over no other.
  await select(ana, 'c')
  await ana.page.getByLabel('To another card').selectOption({ label: 'Consequence: Card d' })
  await ana.page.getByRole('button', { name: 'Draw the relation' }).click()
  await ana.page.getByText('“Card d” is in the direct ring now.').waitFor()
  await agree(ana, ben)
  for (const each of [ana, ben]) expect(await ringsOf(each)).toEqual(['a 1 1', 'b 2 2', 'c 0 0', 'd 1 1'])
  const boxes = await ben.page.evaluate(() => window.manyfutures!.board.model.allCards().map(({ place: { x, y } }) => ({ x, y })))
  for (const [i, a] of boxes.entries()) for (const b of boxes.slice(i + 1)) expect(Math.abs(a.x - b.x) >= 200 || Math.abs(a.y - b.y) >= 88).toBe(true)

  // Meant as something that counts no step, it is where it was by its other cause.
  await ana.page.keyboard.press('6')
  await agree(ana, ben)
  for (const each of [ana, ben]) expect(await ringsOf(each)).toEqual(asDrawn)
  await undo(ana)
  await agree(ana, ben)
  expect(await ringsOf(ben)).toEqual(['a 1 1', 'b 2 2', 'c 0 0', 'd 1 1'])
  // Taken away.
  await ana.page.evaluate(() => {
    const { model, commands } = window.manyfutures!.board
    commands.remove(model.allRelations().filter(each => each.from === 'c' && each.to === 'd').map(each => each.id))
  })
  await agree(ana, ben)
  for (const each of [ana, ben]) expect(await ringsOf(each)).toEqual(asDrawn)
  await undo(ana)
  await agree(ana, ben)
  for (const each of [ana, ben]) expect(await ringsOf(each)).toEqual(['a 1 1', 'b 2 2', 'c 0 0', 'd 1 1'])
  await undo(ana)
  await agree(ana, ben)
  for (const each of [ana, ben]) expect(await ringsOf(each)).toEqual(asDrawn)
  expect(await ana.page.evaluate(() => window.manyfutures!.board.model.allRelations().length)).toBe(3)

  // A line back past the card between bows around it.
  await select(ben, 'd')
  await ben.page.getByLabel('To another card').selectOption({ label: 'Consequence: Card a' })
  await ben.page.getByRole('button', { name: 'Draw the relation' }).click()
  await agree(ana, ben)
  await ana.page.waitForFunction(() => window.manyfutures!.editor.getCurrentPageShapes().some(shape => shape.type === 'arrow' && Math.abs(shape.props.bend) > 44))
  await Promise.all([ana, ben].map(each => each.leave()))
})

test('[L4] lanes and horizons may change under cards: each keeps its lane and its date, the vision stands at the end, in one step of undo', async () => {
  const board = await makeBoard(on.server.url, {
    file: file({
      structures: [{ id: 't', type: 'timeline', x: 0, y: 0, from: '2026', to: '2040', lanes: ['Milestones', 'Obstacles', 'Actions'] }],
      cards: [
        { id: 'v', kind: 'vision', text: 'The vision', in: 't', x: 1_348, y: 128, w: 216, h: 736, date: '2040' },
        { id: 'm', kind: 'milestone', text: 'A milestone', in: 't', x: 800, y: 200, date: '2034' },
        { id: 'o', kind: 'obstacle', text: 'An obstacle', in: 't', x: 600, y: 460, date: '2031' },
      ],
      relations: [{ id: 'r', kind: 'enables', from: 'm', to: 'v' }],
    }),
  })
  const ana = await joined(on.browser, board, 'Ana')
  const { page } = ana
  const lanesOf = () => page.evaluate(() => {
    const { model } = window.manyfutures!.board
    const timeline = model.structure('t' as never)!
    const lanes = timeline.fields['lanes'] as string[]
    return model.allCards().map(({ id, kind, place, h, fields }) => `${id} ${kind === 'vision' ? '' : lanes[Math.floor((place.y + h / 2 - 116) / ((timeline.h - 140) / lanes.length))]} ${String(fields['date'])}`).sort()
  })
  const before = ['m Milestones 2034', 'o Obstacles 2031', 'v  2040']
  expect(await lanesOf()).toEqual(before)
  await select(ana, 't')
  await page.getByLabel('Lanes').fill('Law\nMilestones\nMoney\nObstacles')
  await page.getByLabel('Lanes').blur()
  await expect.poll(lanesOf).toEqual(before)
  await page.getByLabel('Horizon').fill('2050')
  await page.keyboard.press('Enter')
  await expect.poll(lanesOf).toEqual(['m Milestones 2034', 'o Obstacles 2031', 'v  2050'])
  await undo(ana)
  await expect.poll(lanesOf).toEqual(before)

  // Lanes are chosen from a list as well; Enter adds another step towards the same thing.
  await select(ana, 'm')
  await page.locator('section[aria-label="Lane"] select').selectOption('Law')
  await expect.poll(lanesOf).toEqual(['m Law 2034', 'o Obstacles 2031', 'v  2040'])
  await page.evaluate(() => window.manyfutures!.editor.getContainer().focus())
  await page.keyboard.press('Enter')
  await page.getByLabel('Text of the card').waitFor()
  await page.keyboard.type('Another one')
  await page.keyboard.press('Escape')
  expect(await page.evaluate(() => window.manyfutures!.board.model.allRelations().map(({ from, to, kind }) => `${window.manyfutures!.board.model.card(from)?.text} ${kind} ${to}`))).toEqual(expect.arrayContaining(['A milestone enables v', 'Another one enables v']))
  expect(ana.complaints).toEqual([])
  await ana.leave()
})

test('[H16] a board saved as a template starts another without its people; whoever saved it renames and removes it', async () => {
  const board = await makeBoard(on.server.url, { file: file({ cards: [{ id: 'x', kind: 'consequence', text: 'What follows', x: 100, y: 100 }, { id: 'y', kind: 'note', text: '', x: 500, y: 100 }] }) })
  const fay = await joined(on.browser, board, 'Fay Unusual-Name', { role: 'facilitator' })
  const { page } = fay
  await select(fay, 'x')
  await chooseValence(page, '+3')
  await saved(page)
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('menuitem', { name: 'Save as a template' }).click()
  await page.getByLabel('Title').fill('Monday wheel')
  await page.getByLabel('How long').fill('45 minutes')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('“Monday wheel” is a template now').waitFor()

  // What is selected can be saved alone.
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('menuitem', { name: 'Save as a template' }).click()
  await page.getByLabel('Title').fill('One card of it')
  await page.getByLabel('Only the 1 selected thing').check()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('“One card of it” is a template now').waitFor()
  const alone = ((await (await fetch(`${on.server.url}/api/templates`)).json()) as { id: string; title: string }[]).find(each => each.title === 'One card of it')
  expect(((await (await fetch(`${on.server.url}/api/templates/${alone?.id}/file`)).json()) as { cards: { text: string }[] }).cards.map(({ text }) => text)).toEqual(['What follows'])

  await page.goto(on.server.url)
  await page.getByRole('button', { name: /Monday wheel/ }).waitFor()
  await page.screenshot({ path: join(pictures, 'gallery.png'), fullPage: true })
  const monday = page.getByRole('listitem').filter({ hasText: 'Monday wheel' })
  const saying = await (await fetch(new URL((await monday.getByRole('link', { name: 'Get as a file' }).getAttribute('href'))!, on.server.url))).text()
  expect(saying).toContain('What follows')
  expect(saying).not.toMatch(/Unusual-Name|valence|"by"/)

  await monday.getByRole('button', { name: 'Rename' }).click()
  await page.getByLabel('Title').fill(`Tuesday wheel ${'x'.repeat(180)}`)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: /Tuesday wheel/ }).waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  await page.getByRole('button', { name: /Tuesday wheel/ }).click()
  await page.waitForURL(/\/boards\/[\w-]+$/)
  await page.goBack()
  await page.getByRole('button', { name: /Tuesday wheel/ }).waitFor()
  await page.getByRole('listitem').filter({ hasText: 'Tuesday wheel' }).getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('button', { name: /Tuesday wheel/ }).waitFor({ state: 'detached' })

  // What a newer version saved is there, says why nobody can start from it, and is no button.
  await page.route('**/api/templates', async route => {
    const known = (await (await route.fetch()).json()) as object[]
    await route.fulfill({ json: [...known, { id: 'later00later', title: 'From tomorrow', about: '', saved: true, preview: { w: 0, h: 0, marks: [] }, problem: 'This template cannot be used. This board file has version 2; this server reads version 1. Ask whoever runs the server to update it.' }] })
  })
  await page.reload()
  await page.getByText('this server reads version 1').waitFor()
  expect([await page.getByText('From tomorrow').count(), await page.getByRole('button', { name: /From tomorrow/ }).count()]).toEqual([1, 0])
  await page.locator('.saved').screenshot({ path: join(pictures, 'gallery-newer.png') })

  // Who takes part is not offered to save the board for others.
  const ben = await joined(on.browser, board, 'Ben')
  await ben.page.getByRole('button', { name: 'Menu' }).click()
  await ben.page.getByRole('menuitem', { name: 'Keys' }).waitFor()
  expect(await ben.page.getByRole('menuitem', { name: 'Save as a template' }).count()).toBe(0)
  await Promise.all([fay, ben].map(each => each.leave()))
})

test('[I1] a reason and a pole being typed are kept when a click on the map ends the panel, and follow undo', async () => {
  const board = await makeBoard(on.server.url, { file: file({ structures: [{ id: 't', type: 'tension', x: 0, y: 0, left: 'End', right: 'Means' }] }) })
  const ana = await joined(on.browser, board, 'Ana')
  const { page } = ana
  const tension = () => page.evaluate(() => window.manyfutures!.board.model.structure('t' as never)!)
  const reason = () => page.evaluate(() => [...window.manyfutures!.board.model.structure('t' as never)!.views.reason.values()])
  const clickBeside = async () => {
    const { x, y, width } = (await page.locator('.map').boundingBox())!
    await page.mouse.click(x + width / 2, y + 12)
    await page.locator('.side').waitFor({ state: 'detached' })
  }
  await select(ana, 't')
  await page.getByLabel('Why there?').fill('Because of trust')
  await clickBeside()
  expect(await reason()).toEqual(['Because of trust'])
  await select(ana, 't')
  await page.getByLabel('Right pole').fill('A means')
  await clickBeside()
  expect((await tension()).fields['right']).toBe('A means')

  await select(ana, 't')
  await page.getByLabel('Why there?').fill('Because of money')
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  expect(await page.getByLabel('Why there?').inputValue()).toBe('Because of trust')
  expect(await reason()).toEqual(['Because of trust'])
  expect(ana.complaints).toEqual([])
  await ana.leave()
})

test('[G1] a row added, moved or taken away leaves every card in its cell, in one step of undo', async () => {
  const board = await makeBoard(on.server.url, {
    file: file({
      structures: [{ id: 'g', type: 'grid', x: 0, y: 0, rows: ['A', 'B', 'C'], cols: ['Near', 'Far'] }],
      cards: ['A', 'B', 'C'].map((text, i) => ({ id: `k${text}`, kind: 'note', text, in: 'g', x: 800, y: 60 + i * 238 + 120 })),
    }),
  })
  const ana = await joined(on.browser, board, 'Ana')
  const { page } = ana
  // Where each card is as a reader of the export would find it.
  const cells = async () => {
    await saved(page)
    const { body } = await call(on.server.url, `/api/boards/${board.id}/export`, undefined, await page.evaluate(() => window.manyfutures!.board.session.ticket().ticket))
    return body.cards.map(({ text, computed }: { text: string; computed: { row: string; column: string } }) => `${text} in ${computed.row} ${computed.column}`).sort()
  }
  const stays = ['A in A Far', 'B in B Far', 'C in C Far']
  expect(await cells()).toEqual(stays)
  await select(ana, 'g')
  const rows = page.getByLabel('Rows')
  for (const names of ['A\nB\nC\nD', 'D\nC\nA\nB', 'A\nB\nC']) {
    await rows.fill(names)
    await page.keyboard.press('Tab')
    expect(await cells()).toEqual(stays)
  }
  for (let i = 0; i < 3; i++) await undo(ana)
  expect(await cells()).toEqual(stays)
  expect(await rows.inputValue()).toBe('A\nB\nC')

  // What is emptied comes back as the method has it, and the field says so.
  await page.getByLabel('Columns').fill('')
  await page.keyboard.press('Tab')
  expect(await page.getByLabel('Columns').inputValue()).toBe('Near\nMid\nLong')
  await ana.leave()
})

test('[I5] a tension stands on paper whatever its sectors are called and how many there are, and one’s own mark is never in a row of others', async () => {
  const sectors = Array.from({ length: 12 }, (_, i) => (i ? `Part ${String.fromCharCode(65 + i)}` : 'People who keep the lights on in small municipal server rooms across the country'))
  const board = await makeBoard(on.server.url, { file: { ...file({}), board: { title: 'Many', sectors } } })
  const ana = await joined(on.browser, board, 'Ana', { sector: 'I would rather not say' })
  const { page } = ana
  const id = await page.evaluate(() => window.manyfutures!.board.commands.addStructure('tension', { x: 600, y: 400 }))
  await select(ana, id)
  await page.getByRole('slider').fill('40')
  await page.locator('.mf-marker.mine').waitFor()
  await page.evaluate(() => void window.manyfutures!.editor.zoomToFit({ immediate: true }))
  const boxes = await page.evaluate(() => {
    const of = (name: string) => [...document.querySelectorAll(name)].map(each => each.getBoundingClientRect().toJSON() as DOMRect)
    return { paper: of('.mf-furniture > rect')[0]!, names: of('.mf-words.sector'), line: of('.mf-spectrum')[0]!, mine: of('.mf-marker.mine')[0]! }
  })
  expect(boxes.names).toHaveLength(13)
  for (const { right, bottom } of boxes.names) expect(right <= boxes.line.left && bottom <= boxes.paper.bottom).toBe(true)
  const last = boxes.names.at(-1)!
  expect(boxes.mine.top + boxes.mine.height / 2).toBeCloseTo(last.top + last.height / 2, 0)
  await page.screenshot({ path: join(pictures, 'tension-many.png') })
  await ana.leave()
})

test('[H20] a facilitator makes somebody an observer and a participant again, and ends a visit: each is told at once, and what was written stays', async () => {
  const board = await makeBoard(on.server.url, { file: file({ cards: [{ id: 'x', kind: 'note', text: 'Here before', x: 0, y: 0 }] }) })
  const fay = await joined(on.browser, board, 'Fay', { role: 'facilitator' })
  const ben = await joined(on.browser, board, 'Ben')
  const palette = ben.page.getByRole('navigation', { name: 'Palette' })
  await palette.waitFor()
  await fay.page.getByRole('button', { name: 'Menu' }).click()
  await fay.page.getByRole('menuitem', { name: 'People' }).click()
  const row = fay.page.getByRole('dialog', { name: 'People' }).getByRole('listitem').filter({ hasText: 'Ben' })
  await row.getByText('here').waitFor()
  const make = async (role: string) => {
    await row.getByRole('combobox', { name: 'Role of Ben' }).selectOption(role)
    await row.getByRole('button', { name: /Change role/ }).click()
  }
  await make('observer')
  await ben.page.getByText('You are watching this board now.').waitFor()
  await palette.waitFor({ state: 'detached' })
  await ben.page.getByText('Here before').first().waitFor()
  await row.getByRole('button', { name: /End visit/ }).waitFor()
  await fay.page.screenshot({ path: join(pictures, 'people.png') })

  await make('participant')
  await ben.page.getByText('You are a participant of this board now.').waitFor()
  await palette.waitFor()
  // Who comes back by the same link is the same person, whatever they were made.
  await ben.page.goto(board.links.participant)
  await boardIsOpen(ben.page)
  await ben.page.evaluate(() => window.manyfutures!.board.commands.show('x' as never))
  await saved(ben.page)

  await row.getByRole('button', { name: /End visit/ }).click()
  await row.getByRole('button', { name: /Really end it/ }).click()
  await ben.page.getByText('A facilitator ended your visit. Ask them for a new link.').first().waitFor()
  await row.waitFor({ state: 'detached' })
  for (const { complaints } of [fay, ben]) expect(complaints.filter(complaint => !complaint.includes('401'))).toEqual([])
  await Promise.all([fay.leave(), ben.leave()])
})
