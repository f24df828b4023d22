import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { BoardFile } from '../../shared/file.ts'
import { cast } from '../support/cast.ts'
import { call, joinAs, makeBoard, type MadeBoard } from '../support/server.ts'
import { pictures, stage } from '../support/stage.ts'
import { agree, boardIsOpen, comeIn, saved, type Visitor, visitor } from '../support/visitor.ts'

/* Who opens a form saves what they changed in it, and nothing else; and nobody loses what they lead by looking at what others see. */

const on = stage()
const { someone, people } = cast(on, /the server responded with a status of 403/)

const details = async ({ page }: Visitor) => {
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('menuitem', { name: 'About this board' }).click()
  return page.getByRole('dialog', { name: 'About this board' })
}

async function fileOf(board: MadeBoard): Promise<BoardFile> {
  const { ticket } = await joinAs(on.server.url, board, 'facilitator', 'Reader')
  return (await call(on.server.url, `/api/boards/${board.id}/export?format=json`, undefined, ticket)).body as BoardFile
}

test('[M80] two who have the same form of a board open change what each of them changed, see what the other did, and choose where both did the same', async () => {
  const board = await makeBoard(on.server.url, { template: 'futures-wheel' })
  const [ana, ben] = [await someone(board, 'Ana', { role: 'facilitator' }), await someone(board, 'Ben', { role: 'facilitator' })]
  const { sectors = [] } = (await fileOf(board)).board
  expect(sectors.length).toBeGreaterThan(2)
  const [hers, his] = [await details(ana), await details(ben)]
  await hers.getByLabel('Horizon').fill('2061')
  await hers.getByLabel('Focus question').fill('Whose future?')
  await hers.getByLabel('Sectors').fill([...sectors, 'Unions'].join('\n'))

  await his.getByLabel('Title').fill('Ben’s title')
  await his.getByLabel('Focus question').fill('What if?')
  await his.getByLabel('Sectors').fill(['Media', ...sectors.slice(1)].join('\n'))
  await his.getByLabel('People in exports').selectOption('sector')
  await his.getByRole('button', { name: 'Save' }).click()
  await his.waitFor({ state: 'detached' })

  // What she touched not follows; what both touched is said.
  await expect.poll(() => hers.getByLabel('Title').inputValue()).toBe('Ben’s title')
  await hers.getByText('Somebody made this “What if?” meanwhile.').waitFor()
  expect(await hers.getByLabel('Focus question').inputValue()).toBe('Whose future?')
  expect((await hers.getByLabel('Sectors').inputValue()).split('\n')).toEqual(['Media', ...sectors.slice(1), 'Unions'])
  await ana.page.screenshot({ path: join(pictures, 'details-meanwhile.png') })
  await hers.getByRole('button', { name: 'Take theirs' }).click()
  await hers.getByRole('button', { name: 'Save' }).click()
  await agree(ana, ben)
  await expect.poll(async () => (await fileOf(board)).board).toMatchObject({ title: 'Ben’s title', focus: 'What if?', horizon: '2061', sectors: ['Media', ...sectors.slice(1), 'Unions'], provenance: 'sector' })
  // Her undo brings none of it back.
  await ana.page.evaluate(() => void window.manyfutures!.editor.undo())
  await saved(ana.page)
  expect((await fileOf(board)).board.title).toBe('Ben’s title')

  // Opened and saved without a change, over what somebody else changes: nothing is written.
  const again = await details(ana)
  await ben.page.evaluate(() => window.manyfutures!.board.session.doc.getMap('meta').set('title', 'Later'))
  await expect.poll(() => again.getByLabel('Title').inputValue()).toBe('Later')
  await again.getByRole('button', { name: 'Save' }).click()
  await agree(ana, ben)
  expect((await fileOf(board)).board).toMatchObject({ title: 'Later', horizon: '2061' })
})

test('[M80] a structure’s lists and titles, written by two at once, hold what both wrote; a date that both wrote is chosen', async () => {
  const board = await makeBoard(on.server.url)
  const [ana, ben] = [await someone(board, 'Ana'), await someone(board, 'Ben')]
  await ana.page.evaluate(() => void window.manyfutures!.editor.createShape({ id: 'shape:t' as never, type: 'timeline', x: 100, y: 100, props: { w: 1_000, h: 500, fields: { title: 'Way', from: '2026', to: '2040', lanes: ['One', 'Two', 'Three'] } } } as never))
  await agree(ana, ben)
  for (const { page } of [ana, ben]) await page.evaluate(() => void window.manyfutures!.editor.select('shape:t' as never))
  const panel = ({ page }: Visitor, label: string) => page.getByRole('complementary', { name: 'Timeline' }).getByLabel(label)
  const fields = ({ page }: Visitor) => page.evaluate(() => (window.manyfutures!.editor.getShape('shape:t' as never) as unknown as { props: { fields: unknown } }).props.fields)

  await panel(ana, 'Lanes').fill('One\nTwo\nThree\nFour')
  await panel(ben, 'Lanes').fill('One\nZwei\nThree')
  await panel(ben, 'Title').fill('A way')
  await panel(ben, 'Title').blur()
  await agree(ana, ben)
  await expect.poll(() => panel(ana, 'Lanes').inputValue()).toBe('One\nZwei\nThree\nFour')
  await panel(ana, 'Title').fill('A way out')
  await panel(ana, 'Title').blur()
  await agree(ana, ben)
  expect(await fields(ben)).toMatchObject({ title: 'A way out', lanes: ['One', 'Zwei', 'Three', 'Four'], to: '2040' })

  await panel(ana, 'Horizon').fill('2050')
  await panel(ben, 'Horizon').fill('2045')
  await panel(ben, 'Horizon').press('Enter')
  await ana.page.getByText('Somebody made this “2045” meanwhile.').waitFor()
  await ana.page.getByRole('button', { name: 'Take theirs' }).click()
  await panel(ana, 'Horizon').blur()
  await agree(ana, ben)
  expect(await fields(ana)).toMatchObject({ to: '2045' })
})

test('[M80] a role and a link that another facilitator changed meanwhile show as they are, and are not changed back', async () => {
  const board = await makeBoard(on.server.url)
  const ana = await visitor(on.browser)
  people.push(ana)
  const { page } = ana
  await page.goto(on.server.url)
  await page.getByRole('button', { name: /^Empty/ }).first().click()
  await comeIn(page, 'Ana')
  const id = /boards\/([\w-]+)/.exec(page.url())![1]!
  const links = await page.evaluate(() => (JSON.parse(localStorage.getItem('manyfutures:boards')!) as { links: Record<string, string> }[])[0]!.links)
  const here: MadeBoard = { ...board, id, links: links as MadeBoard['links'] }
  const other = await joinAs(on.server.url, here, 'facilitator', 'Other')
  const ben = await someone(here, 'Ben')
  const { participant } = await ben.page.evaluate(() => window.manyfutures!.board.membership)
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('menuitem', { name: 'People' }).click()
  const role = page.getByLabel('Role of Ben')
  expect(await role.inputValue()).toBe('participant')
  await call(on.server.url, `/api/boards/${id}/people/${participant}`, { role: 'observer' }, other.ticket, 'PATCH')
  await expect.poll(() => role.inputValue()).toBe('observer')
  expect(await page.getByRole('button', { name: 'Change role of Ben' }).count()).toBe(0)
  await page.keyboard.press('Escape')

  const open = (await call(on.server.url, `/api/boards/${id}/links`, undefined, other.ticket)).body as { id: string; role: string }[]
  await call(on.server.url, `/api/boards/${id}/links/${open.find(each => each.role === 'observer')!.id}`, undefined, other.ticket, 'DELETE')
  await page.getByRole('button', { name: 'Invite' }).click()
  await page.getByText('The link that was here opens nothing any more').waitFor()
  expect(await page.getByLabel('Link for observers').count()).toBe(0)
  expect(await page.getByRole('textbox', { name: 'Link for participants' }).inputValue()).toContain(id)
})

/** Who this device is on its boards. */
const remembered = (page: Page) => page.evaluate(() => (JSON.parse(localStorage.getItem('manyfutures:boards') ?? '[]') as { board: string; role: string; name: string; key: string }[]).map(({ board, role, name, key }) => [board, role, name, key !== '']))
const roleHere = (page: Page) => page.evaluate(() => window.manyfutures!.board.membership.role)

test('[R83] whoever opens a lesser link than the place they have is asked as who they come in, and keeps the greater place either way', async () => {
  const board = await makeBoard(on.server.url)
  const ana = await visitor(on.browser)
  people.push(ana)
  const { page } = ana
  const bare = `${on.server.url}/boards/${board.id}`
  await page.goto(board.links.facilitator)
  await comeIn(page, 'Ana')
  for (const [lesser, called] of [['participant', 'a participant'], ['observer', 'an observer']] as const) {
    const tab = await page.context().newPage()
    await tab.goto(board.links[lesser])
    await tab.getByRole('heading', { name: 'On this device you are a facilitator' }).waitFor()
    if (lesser === 'participant') await tab.screenshot({ path: join(pictures, 'which-place.png') })
    await tab.getByRole('button', { name: `board as ${called}` }).waitFor()
    await comeIn(tab, 'Test')
    expect(await roleHere(tab)).toBe(lesser)
    // Loaded again, the tab is who it was; the device is who it was too, in every other.
    await tab.reload()
    await boardIsOpen(tab)
    expect(await roleHere(tab)).toBe(lesser)
    await tab.close()
    expect(await remembered(page)).toEqual([[board.id, 'facilitator', 'Ana', true]])
    if (lesser === 'observer') continue
    const back = await page.context().newPage()
    await back.goto(bare)
    await boardIsOpen(back)
    expect(await roleHere(back)).toBe('facilitator')
    await back.goto(on.server.url)
    await back.goto(board.links[lesser])
    await back.getByRole('button', { name: 'Go on as a facilitator' }).click()
    await boardIsOpen(back)
    expect(await roleHere(back)).toBe('facilitator')
    await back.close()
  }
  expect(await remembered(page)).toEqual([[board.id, 'facilitator', 'Ana', true]])
})

test('[R83] whoever made a board and has not come in yet leads it still after trying a lesser link; a greater link is taken without a question', async () => {
  const ana = await visitor(on.browser)
  people.push(ana)
  const { page } = ana
  await page.goto(on.server.url)
  await page.getByRole('button', { name: /^Empty/ }).first().click()
  await page.getByLabel('Your name here').waitFor()
  const [{ board, links }] = await page.evaluate(() => JSON.parse(localStorage.getItem('manyfutures:boards')!) as { board: string; links: Record<string, string> }[]) as [{ board: string; links: Record<string, string> }]
  await page.goto(on.server.url)
  await page.goto(links['participant']!)
  await page.getByRole('button', { name: 'Go on as a facilitator' }).waitFor()
  await comeIn(page, 'Test')
  const tab = await page.context().newPage()
  await tab.goto(`${on.server.url}/boards/${board}`)
  await tab.getByText('Your new board').waitFor()
  await comeIn(tab, 'Ana')
  expect(await roleHere(tab)).toBe('facilitator')
  await tab.close()

  const other = await makeBoard(on.server.url)
  await page.goto(other.links.observer)
  await comeIn(page, 'Eve')
  await page.goto(on.server.url)
  await page.goto(other.links.participant)
  await comeIn(page, 'Eve')
  expect(await roleHere(page)).toBe('participant')
  expect((await remembered(page)).find(([id]) => id === other.id)).toEqual([other.id, 'participant', 'Eve', true])
})
