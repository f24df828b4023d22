import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { cast } from '../support/cast.ts'
import { makeBoard } from '../support/server.ts'
import { pictures, stage } from '../support/stage.ts'
import { agree, boardIsOpen, saved } from '../support/visitor.ts'

/* What somebody removed comes back, with all that hung on it. */

const on = stage()
// A page whose board was removed may have asked for something just then.
const { someone } = cast(on, /410 \(Gone\)/)

const boardOf = (page: Page) => page.evaluate(() => window.manyfutures!.snapshot().board)
const picture = async (page: Page, name: string) => {
  await page.mouse.move(4, 4)
  await page.evaluate(() => Promise.all(document.getAnimations().map(each => each.finished.catch(() => undefined))))
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}
const openRemoved = async (page: Page) => {
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('menuitem', { name: 'Removed things' }).click()
  await page.getByRole('dialog', { name: 'Removed things and moments' }).getByRole('status').waitFor({ state: 'detached' })
}

test('[K48] a participant deletes the timeline and reloads; the facilitator brings everything back, with all relations and ratings, in one step that undo takes back', async () => {
  const board = await makeBoard(on.server.url, { file: JSON.parse(readFileSync('templates/example.json', 'utf8')) as object })
  const ana = await someone(board, 'Ana', { sector: 'Academia' })
  const lea = await someone(board, 'Lea', { role: 'facilitator', sector: 'Government' })
  const timeline = await ana.page.evaluate(() => window.manyfutures!.editor.getCurrentPageShapes().find(({ type }) => type === 'timeline')!.id)
  for (const [{ page }, value] of [[ana, 2], [lea, -1]] as const) {
    await page.evaluate(({ id, how }: { id: string; how: number }) => {
      const { editor, board: here } = window.manyfutures!
      for (const child of editor.getSortedChildIdsForParent(id as never)) if (editor.getShape(child)?.type === 'card') here.opinions.say(child.replace('shape:', '') as never, 'valence', how)
    }, { id: timeline as string, how: value })
  }
  await agree(ana, lea)
  const before = await boardOf(lea.page)
  await picture(lea.page, 'removed-before')

  await ana.page.evaluate((id: string) => void window.manyfutures!.editor.deleteShapes([id as never]), timeline as string)
  await ana.page.getByRole('dialog', { name: 'Remove this for everybody?' }).getByRole('button', { name: /^Remove the timeline/ }).click()
  await agree(ana, lea)
  const after = await boardOf(lea.page)
  const gone = Object.keys(before).filter(id => !(id in after))
  const ratings = gone.flatMap(id => before[id]!.match(/"valence\./g) ?? []).length
  expect([gone.length > 20, ratings > 20, gone.some(id => before[id]!.includes('"from"'))]).toEqual([true, true, true])
  for (const { page } of [ana, lea]) {
    await page.reload()
    await boardIsOpen(page)
  }

  await openRemoved(lea.page)
  const dialog = lea.page.getByRole('dialog', { name: 'Removed things and moments' })
  const row = dialog.getByRole('listitem').filter({ hasText: 'Timeline' })
  expect(await row.textContent()).toMatch(/by Ana/)
  await dialog.getByRole('button', { name: /See each/ }).click()
  await picture(lea.page, 'removed-list')
  expect(await dialog.getByRole('button', { name: 'Bring back' }).isDisabled()).toBe(true)
  await dialog.getByRole('checkbox', { name: /^Timeline/ }).check()
  await picture(lea.page, 'removed-chosen')
  await dialog.getByRole('button', { name: /^Bring back 1 timeline and \d+ cards/ }).click()
  await lea.page.getByText(/^Back: 1 timeline, \d+ cards and \d+ relations\. Undo takes it away again\.$/).waitFor()
  await agree(ana, lea)
  expect(await boardOf(ana.page)).toEqual(before)
  await picture(lea.page, 'removed-back')

  // One step, and an ordinary one.
  await lea.page.evaluate(() => void window.manyfutures!.editor.undo())
  await agree(ana, lea)
  expect(await boardOf(ana.page)).toEqual(after)
  await lea.page.evaluate(() => void window.manyfutures!.editor.redo())
  await agree(ana, lea)
  // Arrows that are redone find their own place among their siblings.
  const words = (board: Record<string, string>) => Object.entries(board).map(([id, said]) => [id, said.replace(/\["place",\[[^\]]*\]\],?/, '')]).sort()
  expect(words(await boardOf(ana.page))).toEqual(words(before))
  await saved(lea.page)
  await openRemoved(lea.page)
  await lea.page.getByText('Nothing was removed in the last thirty days that is not there again.').waitFor()
  // Nobody else is offered it.
  await ana.page.getByRole('button', { name: 'Menu' }).click()
  expect(await ana.page.getByRole('menuitem', { name: 'Removed things' }).count()).toBe(0)
})

test('[K48] single cards of a removal come back by keys alone, on the board itself where their structure is gone', async () => {
  const board = await makeBoard(on.server.url, { file: JSON.parse(readFileSync('templates/example.json', 'utf8')) as object })
  const { page } = await someone(board, 'Lea', { role: 'facilitator', sector: 'Government', viewport: { width: 390, height: 780 }, reducedMotion: 'reduce' })
  const { text, at } = await page.evaluate(() => {
    const { editor } = window.manyfutures!
    const structure = editor.getCurrentPageShapes().find(({ type }) => type === 'timeline')!.id
    const card = editor.getShape(editor.getSortedChildIdsForParent(structure).find(id => editor.getShape(id)?.type === 'card')!)!
    const bounds = editor.getShapePageBounds(card)!
    editor.deleteShapes([structure])
    return { text: (card.props as unknown as { text: string }).text, at: [Math.round(bounds.x), Math.round(bounds.y)] }
  })
  await saved(page)
  await openRemoved(page)
  const dialog = page.getByRole('dialog', { name: 'Removed things and moments' })
  await dialog.getByRole('button', { name: /See each/ }).press('Enter')
  await dialog.getByRole('checkbox', { name: text }).press('Space')
  await picture(page, 'removed-phone')
  await dialog.getByRole('button', { name: 'Bring back 1 card' }).press('Enter')
  await page.getByText(/^Back: 1 card\. Undo takes it away again\. \d+ relations? stay/).waitFor()
  expect(
    await page.evaluate(words => {
      const { editor } = window.manyfutures!
      const card = editor.getCurrentPageShapes().find(shape => (shape.props as { text?: string }).text === words)!
      const bounds = editor.getShapePageBounds(card)!
      return [card.parentId, Math.round(bounds.x), Math.round(bounds.y)]
    }, text),
  ).toEqual(['page:page', ...at])
})

test('[K52] a facilitator removes the board after a question that counts what is on it: everybody is told, and it comes back as it was', async () => {
  const board = await makeBoard(on.server.url, { file: JSON.parse(readFileSync('templates/example.json', 'utf8')) as object })
  const ana = await someone(board, 'Ana')
  const lea = await someone(board, 'Lea', { role: 'facilitator', sector: 'Government' })
  const before = await boardOf(lea.page)
  const choose = async (page: Page, name: string) => {
    await page.getByRole('button', { name: 'Menu' }).click()
    await page.getByRole('menuitem', { name }).click()
  }
  await choose(lea.page, 'Remove this board')
  const dialog = lea.page.getByRole('dialog', { name: 'Remove this board' })
  await dialog.getByText(/“Example board” has 45 cards, and 2 people took part\./).waitFor()
  await picture(lea.page, 'remove-board')
  await dialog.getByRole('button', { name: 'Remove the board' }).click()
  await ana.page.getByText(/This board was removed\. For thirty days a facilitator/).first().waitFor()
  await picture(ana.page, 'board-gone')
  const goneNow = lea.page.getByRole('dialog', { name: 'This board was removed' })
  await goneNow.waitFor()
  await picture(lea.page, 'board-gone-facilitator')
  await goneNow.getByRole('button', { name: 'Close' }).click()
  await choose(lea.page, 'Bring this board back')
  await Promise.all([lea.page.waitForEvent('load'), goneNow.getByRole('button', { name: 'Bring the board back' }).click()])
  await boardIsOpen(lea.page)
  await saved(lea.page)
  expect(await boardOf(lea.page)).toEqual(before)
  await ana.page.reload()
  await boardIsOpen(ana.page)
  await agree(ana, lea)
})

test('[K53] a moment is chosen from a list, looked at as a map and a list, opened as a board of its own, and brought back: what is missing only, or all as it was, in one step', async () => {
  const board = await makeBoard(on.server.url, { file: JSON.parse(readFileSync('templates/example.json', 'utf8')) as object })
  const lea = await someone(board, 'Lea', { role: 'facilitator', sector: 'Government' })
  const { page } = lea
  await saved(page)
  const before = await boardOf(page)
  const edit = () => page.evaluate(() => {
    const { editor } = window.manyfutures!
    const all = editor.getCurrentPageShapes()
    editor.deleteShapes([all.find(({ type }) => type === 'timeline')!.id])
    const card = editor.getCurrentPageShapes().find(({ type }) => type === 'card')!
    editor.updateShape({ id: card.id, type: 'card', x: card.x + 40, props: { text: 'Other words' } } as never)
    editor.createShape({ type: 'card', x: -900, y: -900, props: { text: 'Made since' } } as never)
  })
  await edit()
  await saved(page)
  const changed = await boardOf(page)

  const lookBack = async () => {
    await openRemoved(page)
    const dialog = page.getByRole('dialog', { name: 'Removed things and moments' })
    await dialog.getByRole('button', { name: 'Moments' }).click()
    await dialog.getByRole('button', { name: /before \d+ things were removed/ }).last().click()
    await dialog.getByRole('heading', { name: /^As it was on/ }).waitFor()
    return dialog
  }
  let dialog = await lookBack()
  await dialog.getByRole('img', { name: /The map as it was: 45 cards/ }).waitFor()
  await page.waitForFunction(() => document.querySelector<HTMLImageElement>('.moment-map')!.naturalWidth > 0)
  await picture(page, 'moments')
  await dialog.getByRole('checkbox', { name: 'As a list' }).check()
  await dialog.getByText('Clerks and nurses can contest an answer').waitFor()
  await picture(page, 'moments-list')
  const [made] = await Promise.all([page.context().waitForEvent('page'), dialog.getByRole('button', { name: 'Open as a new board' }).click()])
  await dialog.getByText('It is a board of its own now, in another tab.').waitFor()
  await made.getByText('Example board, as it was').first().waitFor()
  await made.close()

  await dialog.getByRole('button', { name: /^Bring back 1 timeline, 17 cards and 16 relations$/ }).click()
  await dialog.waitFor({ state: 'detached' })
  await saved(page)
  const after = await boardOf(page)
  expect(Object.keys(before).filter(id => !(id in after))).toEqual([])
  expect(Object.values(after).filter(said => /Other words|Made since/.test(said))).toHaveLength(2)
  await page.evaluate(() => void window.manyfutures!.editor.undo())
  await saved(page)
  expect(await boardOf(page)).toEqual(changed)

  dialog = await lookBack()
  await dialog.getByRole('radio', { name: /Put all back as it was/ }).check()
  await dialog.getByRole('button', { name: 'Put all back as it was' }).click()
  await dialog.waitFor({ state: 'detached' })
  await saved(page)
  const unsigned = (all: Record<string, string>) => Object.fromEntries(Object.entries(all).map(([id, said]) => [id, said.replace(/\["edited",\[[^\]]*\]\],?/, '')]))
  expect(unsigned(await boardOf(page))).toEqual(unsigned(before))
  await page.evaluate(() => void window.manyfutures!.editor.undo())
  await saved(page)
  expect(unsigned(await boardOf(page))).toEqual(unsigned(changed))
})
