import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { recordsOf } from '../../shared/board.ts'
import { cast } from '../support/cast.ts'
import { stockClient } from '../support/client.ts'
import { store } from '../support/hostile-records.ts'
import { joinAs, makeBoard, type MadeBoard } from '../support/server.ts'
import { pictures, stage } from '../support/stage.ts'
import { canvasShowsBoard, putCard, saved, undo, type Visitor } from '../support/visitor.ts'

/* What others made goes only where somebody wants it to go: every way of removing, of a structure and of a crowd of cards. */

const on = stage()
const { someone } = cast(on)

const crowd = 13
/** A structure with thirteen cards of five people, and thirteen more beside it, written by somebody's program. */
async function settle(board: MadeBoard, type = 'timeline'): Promise<void> {
  const peer = stockClient(on.server.url, board.id, (await joinAs(on.server.url, board, 'participant', 'Peer')).ticket)
  await peer.synced()
  peer.doc.transact(() => {
    const records = recordsOf(peer.doc)
    store(records, 't', { type, place: ['', 'a1', 100, 100, 0], w: 1_000, h: 400, by: 'person0' })
    for (let i = 0; i < crowd; i++) {
      const index = `a${(i + 10).toString(36)}V`
      store(records, `in${i}`, { type: 'card', kind: 'note', text: `in ${i}`, place: ['t', index, 20 + i * 70, 300, 0], w: 60, h: 60, by: `person${i % 5}` })
      store(records, `out${i}`, { type: 'card', kind: 'note', text: `out ${i}`, place: ['', index, 100 + i * 70, 560, 0], w: 60, h: 60, by: `person${i % 5}` })
    }
  })
  await peer.saved()
  peer.leave()
}

async function someoneBy(role: 'participant' | 'facilitator', type?: string): Promise<{ ana: Visitor; page: Page }> {
  const board = await makeBoard(on.server.url)
  await settle(board, type)
  const ana = await someone(board, 'Ana', { role, permissions: ['clipboard-read', 'clipboard-write'] })
  await canvasShowsBoard(ana.page)
  await ana.page.waitForFunction(() => window.manyfutures!.editor.getCurrentPageShapes().length === 27)
  // Panels that open would move the map under the pointer.
  await ana.page.evaluate(() => {
    const { editor } = window.manyfutures!
    editor.setCamera({ x: 0, y: 0, z: 1 }, { immediate: true }).setCameraOptions({ ...editor.getCameraOptions(), isLocked: true })
  })
  return { ana, page: ana.page }
}

const select = (page: Page, ...ids: string[]) =>
  page.evaluate(all => {
    const { editor } = window.manyfutures!
    editor.setCurrentTool('select').select(...(all.map(id => `shape:${id}`) as never[]))
    editor.focus()
    editor.getContainer().focus()
  }, ids)
const left = (page: Page) => page.evaluate(() => window.manyfutures!.editor.getCurrentPageShapes().filter(({ type }) => type !== 'arrow').length)
const outside = Array.from({ length: crowd }, (_, i) => `out${i}`)
const question = (page: Page) => page.getByRole('dialog', { name: 'Remove this for everybody?' })

/** A right click on something, and an entry of the menu that comes. */
async function byMenu(page: Page, id: string, entry: string): Promise<void> {
  const at = await page.evaluate(shape => {
    const { editor } = window.manyfutures!
    const bounds = editor.getShapePageBounds(`shape:${shape}` as never)!
    const { x, y } = editor.pageToScreen({ x: bounds.x + 30, y: bounds.y + 12 })
    return { x, y }
  }, id)
  await page.mouse.click(at.x, at.y, { button: 'right' })
  await page.getByRole('menuitem', { name: entry }).click()
}

/** Rubs over everything, from one corner to the other and along both rows. */
async function rub(page: Page): Promise<void> {
  await page.evaluate(() => void window.manyfutures!.editor.selectNone().setCurrentTool('eraser'))
  const { x, y } = await page.evaluate(() => {
    const at = window.manyfutures!.editor.pageToScreen({ x: 90, y: 590 })
    return { x: at.x, y: at.y }
  })
  await page.mouse.move(x, y)
  await page.mouse.down()
  for (let i = 1; i <= 20; i++) await page.mouse.move(x + i * 48, y)
  await page.mouse.up()
}

interface Way {
  readonly of: 'structure' | 'crowd'
  readonly by: (page: Page) => Promise<void>
}

const ofStructure = (by: (page: Page) => Promise<void>): Way => ({ of: 'structure', by: async page => (await select(page, 't'), by(page)) })
const ofCrowd = (by: (page: Page) => Promise<void>): Way => ({ of: 'crowd', by: async page => (await select(page, ...outside), by(page)) })
const press = (key: string) => (page: Page) => page.keyboard.press(key)
const ways: Readonly<Record<string, Way>> = {
  'Delete on a structure': ofStructure(press('Delete')),
  'Backspace on a structure': ofStructure(press('Backspace')),
  'cutting a structure': ofStructure(press('Control+x')),
  'the panel of a structure': ofStructure(page => page.getByRole('button', { name: 'Remove with its cards' }).click()),
  'the menu of a structure': ofStructure(page => byMenu(page, 't', 'Delete')),
  'cutting a structure by its menu': ofStructure(page => byMenu(page, 't', 'Cut')),
  'Delete on many cards': ofCrowd(press('Delete')),
  'Backspace on many cards': ofCrowd(press('Backspace')),
  'cutting many cards': ofCrowd(press('Control+x')),
  'the panel of many cards': ofCrowd(page => page.getByRole('button', { name: 'Remove 13' }).click()),
  'the menu of many cards': ofCrowd(page => byMenu(page, 'out3', 'Delete')),
  'the eraser': { of: 'crowd', by: rub },
  'Delete on a group of many cards': ofCrowd(async page => (await page.keyboard.press('Control+g'), page.keyboard.press('Delete'))),
  'Delete on everything': { of: 'structure', by: async page => (await select(page), await page.keyboard.press('Control+a'), page.keyboard.press('Delete')) },
}

test('[Y80] whoever does not lead is asked before a structure, or a crowd of other people’s cards, goes, however they remove it', async () => {
  const { ana, page } = await someoneBy('participant')
  const said: Record<string, string> = {}
  for (const [name, { by }] of Object.entries(ways)) {
    const before = await left(page)
    await by(page)
    await question(page).waitFor({ timeout: 10_000 }).catch(() => expect.fail(`There was no question for ${name}`))
    said[name] = (await question(page).getByText(/^This removes/).textContent()) ?? ''
    expect(await left(page), name).toBeGreaterThanOrEqual(before)
    if (name === 'Delete on a structure') await page.screenshot({ path: join(pictures, 'remove-question.png') })
    await page.keyboard.press('Escape')
    await question(page).waitFor({ state: 'detached' })
    expect(await left(page), name).toBeGreaterThanOrEqual(before)
    // The keys are where they were.
    if (/^(Delete|Backspace)/.test(name)) await expect.poll(() => page.evaluate(() => document.activeElement === window.manyfutures!.editor.getContainer()), { message: name }).toBe(true)
    if (name.includes('a group')) await undo(ana)
  }
  const [structure, many, all] = ['This removes the timeline and 13 cards by 5 people.', 'This removes 13 cards by 5 people.', 'This removes the timeline and 26 cards by 5 people.']
  expect(said).toEqual(Object.fromEntries(Object.entries(ways).map(([name, { of }]) => [name, name === 'Delete on everything' ? all : of === 'structure' ? structure : many])))

  await select(page, 't')
  await page.keyboard.press('Delete')
  // What others add meanwhile is counted too.
  await page.evaluate(() => void window.manyfutures!.editor.reparentShapes(['shape:out0' as never], 'shape:t' as never))
  await question(page).getByRole('button', { name: /^Remove the timeline/ }).click()
  await page.waitForFunction(() => window.manyfutures!.editor.getShape('shape:t' as never) === undefined)
  await saved(page)
  await undo(ana)
  expect(await left(page)).toBe(27)
})

test('[Y80] a handful of others’ cards, and whatever is one’s own, goes without a question; a facilitator is told what went', async () => {
  const { ana, page } = await someoneBy('participant')
  await select(page, ...outside.slice(0, 5))
  await page.keyboard.press('Delete')
  expect(await left(page)).toBe(22)
  for (let i = 0; i < 8; i++) await putCard(ana, `own${i}`, { text: 'mine' }, { x: 100 + i * 80, y: 700 })
  await select(page, ...Array.from({ length: 8 }, (_, i) => `own${i}`))
  await page.keyboard.press('Delete')
  expect(await left(page)).toBe(22)
  // What one put down a moment ago, and nothing stands on.
  await page.evaluate(() => void window.manyfutures!.board.commands.addStructure('grid', { x: 500, y: 900 }))
  await page.keyboard.press('Delete')
  expect(await left(page)).toBe(22)
  expect(await question(page).count()).toBe(0)

  const { page: leads } = await someoneBy('facilitator', 'wheel')
  await select(leads, 't')
  await leads.keyboard.press('Delete')
  await leads.getByText('You removed the wheel and 13 cards by 5 people. Ctrl Z takes it back.').waitFor()
  expect([await left(leads), await question(leads).count()]).toEqual([13, 0])
  await leads.keyboard.press('Control+z')
  expect(await left(leads)).toBe(27)
})

test('[Y81] a card that is dragged on a selected structure moves alone', async () => {
  const { ana, page } = await someoneBy('participant')
  const placeOf = (id: string) => page.evaluate(shape => {
    const { x, y } = window.manyfutures!.editor.getShapePageBounds(`shape:${shape}` as never)!
    return { x, y }
  }, id)
  for (const type of ['timeline', 'wheel', 'tension', 'grid']) {
    await page.evaluate(next => window.manyfutures!.board.session.doc.transact(() => (window.manyfutures!.board.session.doc.getMap('records').get('t') as { set(name: string, value: string): void }).set('type', next)), type)
    await page.waitForFunction(next => window.manyfutures!.editor.getShape('shape:t' as never)?.type === (next as never), type)
    const structure = await placeOf('t')
    const others = await Promise.all(['in2', 'out2'].map(placeOf))
    for (const chosen of [['t'], ['t', 'out5'], []]) {
      if (chosen.length) await select(page, ...chosen)
      else await page.evaluate(() => void window.manyfutures!.editor.selectNone().selectAll())
      const before = await placeOf('in3')
      const { x, y } = await page.evaluate(() => {
        const { editor } = window.manyfutures!
        const at = editor.pageToScreen(editor.getShapePageBounds('shape:in3' as never)!.center)
        return { x: at.x, y: at.y }
      })
      await page.mouse.move(x, y)
      await page.mouse.down()
      for (let i = 1; i <= 5; i++) await page.mouse.move(x + i * 6, y + i * 5)
      await page.mouse.up()
      const after = await placeOf('in3')
      expect([type, chosen, Math.abs(after.x - before.x) + Math.abs(after.y - before.y) > 10]).toEqual([type, chosen, true])
      expect([type, chosen, await placeOf('t')]).toEqual([type, chosen, structure])
      await undo(ana)
    }
    expect([type, await Promise.all(['in2', 'out2'].map(placeOf))]).toEqual([type, others])
  }
})

test('[Y82] nobody reaches tldraw’s actions that make pictures of cards, turn locks, or come between a structure and its cards', async () => {
  for (const role of ['participant', 'facilitator'] as const) {
    const { page } = await someoneBy(role)
    const state = () =>
      page.evaluate(() => JSON.stringify(window.manyfutures!.editor.getCurrentPageShapes().map(({ id, type, parentId, rotation, isLocked, props }) => [id, type, parentId, rotation, isLocked, 'w' in props && props.w]).sort()))
    const before = await state()
    for (const chosen of [['t'], ['in1', 'in2'], ['t', 'out1']]) {
      // Flatten, lock, group, frame, turn, flip.
      for (const keys of ['Shift+F', 'Shift+L', 'Control+g', 'Control+Alt+g', 'Shift+.', 'Shift+,', 'Shift+H', 'Shift+V']) {
        await select(page, ...chosen)
        if (!chosen.includes('t') && /^Shift\+[.,HV]$/.test(keys)) continue
        await page.keyboard.press(keys)
        expect([chosen, keys, await state()]).toEqual([chosen, keys, before])
      }
    }
    // By the corner of a selection of several.
    await page.evaluate(() => void window.manyfutures!.editor.rotateShapesBy(['shape:t', 'shape:out1'] as never, 1))
    expect(await page.evaluate(() => ['t', 'out1'].map(id => window.manyfutures!.editor.getShape(`shape:${id}` as never)!.rotation))).toEqual([0, 1])
    await select(page, 't')
    const { x, y } = await page.evaluate(() => window.manyfutures!.editor.pageToScreen({ x: 130, y: 112 }))
    await page.mouse.click(x, y, { button: 'right' })
    await page.getByRole('menu').first().waitFor()
    await page.getByRole('menuitem', { name: 'Edit', exact: true }).click()
    await page.getByRole('menu').nth(1).getByRole('menuitem').first().waitFor()
    expect(await page.getByRole('menuitem', { name: /flatten|lock|bookmark|embed/i }).count()).toBe(0)
    if (role === 'participant') await page.screenshot({ path: join(pictures, 'context-menu.png') })
    await page.keyboard.press('Escape')
    // What an earlier version locked is not locked for good.
    await page.evaluate(() => void window.manyfutures!.editor.updateShape({ id: 'shape:t' as never, type: 'timeline', isLocked: true }))
    await select(page, 't')
    await page.getByText('This is locked: it cannot be moved, changed or removed').waitFor()
    const unlock = page.getByRole('button', { name: 'Unlock' })
    expect(await unlock.count()).toBe(role === 'facilitator' ? 1 : 0)
    if (role === 'facilitator') await unlock.click()
    expect(await page.evaluate(() => window.manyfutures!.editor.getShape('shape:t' as never)!.isLocked)).toBe(role === 'participant')
  }
})
