import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recordsOf } from '../../shared/board.ts'
import { type StockClient, stockClient } from '../support/client.ts'
import { store } from '../support/hostile-records.ts'
import { joinAs, makeBoard } from '../support/server.ts'
import { pictures, stage } from '../support/stage.ts'
import { boardIsOpen, change, joined, putCard, saved, type Visitor } from '../support/visitor.ts'

/* What happens should something throw that no guard foresaw. Nothing that is known does, so tldraw is made to. */

const on = stage()

let ana: Visitor
let mallory: StockClient
beforeAll(async () => {
  const board = await makeBoard(on.server.url)
  ana = await joined(on.browser, board, 'Ana')
  await putCard(ana, 'ok', { text: 'fine' })
  await saved(ana.page)
  mallory = stockClient(on.server.url, board.id, (await joinAs(on.server.url, board, 'participant', 'Mallory')).ticket)
  await mallory.synced()
})
afterAll(async () => {
  mallory.leave()
  await ana.leave()
})

const place = (x: number, index: string) => ['', index, x, 400, 0]
const put = (id: string, values: Record<string, unknown>) => mallory.doc.transact(() => store(recordsOf(mallory.doc), id, { type: 'note', ...values }))
const hidden = () => ana.page.evaluate(() => window.manyfutures!.board.binding.hidden.get())
const isDrawn = (id: string) => ana.page.evaluate(shape => window.manyfutures!.editor.getShape(shape as never) !== undefined, `shape:${id}`)
const comesBack = async (id: string) => {
  mallory.doc.transact(() => recordsOf(mallory.doc).get(id)?.delete('m.bad'))
  await ana.page.waitForFunction(shape => window.manyfutures!.editor.getShape(shape as never) !== undefined && window.manyfutures!.board.binding.hidden.get() === 0, `shape:${id}`)
  mallory.doc.transact(() => recordsOf(mallory.doc).delete(id))
}
const nothingOfTldraws = async () => expect(await ana.page.locator('.tl-error-boundary, .tl-shape-error-boundary').count()).toBe(0)

test.each(['component', 'getGeometry', 'getFontFaces', 'getIndicatorPath'])('[V7] a shape whose %s throws goes off the map and is counted; the others stay, and it comes back when it is another', async method => {
  await ana.page.evaluate(method => {
    const proto = Object.getPrototypeOf(Object.getPrototypeOf(window.manyfutures!.editor.getShapeUtil('note'))) as Record<string, (shape: { meta: { bad?: true } }) => unknown>
    const own = proto[method]!
    proto[method] = function (shape) {
      if (shape.meta.bad) throw new Error('Made to throw')
      return own.call(this, shape)
    }
  }, method)
  const [good, bad, next] = ['good', 'bad', 'next'].map(name => `${name}-${method}`) as [string, string, string]
  put(good, { place: place(0, 'a5') })
  put(bad, { place: place(300, 'a6'), 'm.bad': true })
  await ana.page.waitForFunction(id => window.manyfutures!.editor.getShape(id as never) !== undefined, `shape:${good}`)
  if (method === 'getIndicatorPath') await ana.page.evaluate(() => void window.manyfutures!.editor.selectAll())
  await ana.page.getByText('1 item cannot be drawn here. Nothing is lost.').waitFor()
  expect([await isDrawn(good), await isDrawn(bad)]).toEqual([true, false])
  expect(recordsOf(mallory.doc).has(bad)).toBe(true)
  await nothingOfTldraws()
  // The board goes on, and what came meanwhile does not bring the bad one back.
  await change(ana, 'ok', { x: 500 })
  put(next, { place: place(600, 'a7') })
  await ana.page.waitForFunction(id => window.manyfutures!.editor.getShape(id as never) !== undefined, `shape:${next}`)
  expect([await hidden(), await isDrawn(bad)]).toEqual([1, false])
  await comesBack(bad)
  mallory.doc.transact(() => [good, next].forEach(id => recordsOf(mallory.doc).delete(id)))
})

test('[V7] what is inside of a shape that throws goes with it, and comes back with it', async () => {
  put('box', { type: 'frame', place: place(0, 'a5'), 'p.w': 400, 'p.h': 300 })
  put('in', { place: ['box', 'a1', 20, 20, 0] })
  await ana.page.waitForFunction(() => window.manyfutures!.editor.getShape('shape:in' as never) !== undefined)
  await ana.page.evaluate(() => {
    const proto = Object.getPrototypeOf(Object.getPrototypeOf(window.manyfutures!.editor.getShapeUtil('frame'))) as Record<string, (shape: { meta: { bad?: true } }) => unknown>
    const own = proto['component']!
    proto['component'] = function (shape) {
      if (shape.meta.bad) throw new Error('Made to throw')
      return own.call(this, shape)
    }
  })
  mallory.doc.transact(() => recordsOf(mallory.doc).get('box')?.set('m.bad', true))
  await ana.page.getByText('2 items cannot be drawn here. Nothing is lost.').waitFor()
  expect([await isDrawn('box'), await isDrawn('in'), await isDrawn('ok')]).toEqual([false, false, true])
  mallory.doc.transact(() => recordsOf(mallory.doc).get('box')?.delete('m.bad'))
  await ana.page.waitForFunction(() => window.manyfutures!.editor.getShape('shape:in' as never)?.parentId === ('shape:box' as never) && window.manyfutures!.board.binding.hidden.get() === 0)
  mallory.doc.transact(() => ['box', 'in'].forEach(id => recordsOf(mallory.doc).delete(id)))
})

test('[V7] a record that throws while it is put on the map is hidden, and what came with it is drawn', async () => {
  await ana.page.evaluate(() => {
    window.manyfutures!.editor.sideEffects.registerAfterCreateHandler('shape', shape => {
      if (shape.meta['bad']) throw new Error('Made to throw')
    })
  })
  mallory.doc.transact(() => {
    for (let i = 0; i < 9; i++) store(recordsOf(mallory.doc), `many${i}`, { type: 'geo', place: place(i * 120, `a${i + 1}V`), ...(i === 4 && { 'm.bad': true }) })
  })
  await ana.page.getByText('1 item cannot be drawn here. Nothing is lost.').waitFor()
  await ana.page.waitForFunction(() => [0, 1, 2, 3, 5, 6, 7, 8].every(i => window.manyfutures!.editor.getShape(`shape:many${i}` as never)))
  expect(await isDrawn('many4')).toBe(false)
  await nothingOfTldraws()
  await comesBack('many4')
  mallory.doc.transact(() => [0, 1, 2, 3, 5, 6, 7, 8].forEach(i => recordsOf(mallory.doc).delete(`many${i}`)))
})

test('[V7] a record that becomes another type is drawn as that', async () => {
  const types = [{ type: 'geo' }, { type: 'draw', 'p.segments': [{ type: 'free', path: 'AAAAAAAAAAAAAAA/AEgASAAA', dim: 3 }] }, { type: 'text' }, { type: 'wheel' }, { type: 'card', kind: 'note', text: 'x' }, { type: 'note' }, { type: 'frame' }, { type: 'line', 'p.points': { a1: { id: 'a1', index: 'a1', x: 0, y: 0 }, a2: { id: 'a2', index: 'a2', x: 90, y: 0 } } }, { type: 'arrow' }, { type: 'timeline' }]
  for (const said of [...types, ...types.toReversed()]) {
    put('turns', { place: place(0, 'a5'), ...said })
    await ana.page.waitForFunction(type => window.manyfutures!.editor.getShape('shape:turns' as never)?.type === (type as never), said.type)
    await ana.page.waitForFunction(() => window.manyfutures!.board.binding.hidden.get() === 0)
  }
  mallory.doc.transact(() => recordsOf(mallory.doc).delete('turns'))
  await nothingOfTldraws()
})

test('[V7] a panel that throws is closed and says so; the next one is there', async () => {
  await putCard(ana, 'other', { text: 'another' }, { x: 900, y: 100 })
  await ana.page.evaluate(() => void window.manyfutures!.editor.selectNone())
  await ana.page.waitForFunction(() => document.querySelector('.side') === null)
  await ana.page.evaluate(() => {
    const { model } = window.manyfutures!.board
    const { allRelations } = model
    Object.assign(model, {
      allRelations() {
        if (window.manyfutures!.editor.getOnlySelectedShapeId() === 'shape:ok') throw new Error('Made to throw')
        return allRelations()
      },
    })
    window.manyfutures!.editor.select('shape:ok' as never)
  })
  await ana.page.getByRole('status').filter({ hasText: 'A panel had to be closed: Made to throw' }).waitFor()
  await ana.page.evaluate(() => void window.manyfutures!.editor.select('shape:other' as never))
  await ana.page.getByRole('textbox', { name: 'Text' }).waitFor()
  await nothingOfTldraws()
  await ana.page.reload()
  await boardIsOpen(ana.page)
})

test('[V7] a map that ends as a whole leaves a drawing, the list and the exports, says so, and is opened again', async () => {
  await ana.page.evaluate(() => void (window.manyfutures!.editor as unknown as { crash(error: unknown): void }).crash(new Error('Made to throw')))
  await ana.page.getByRole('alert').filter({ hasText: 'The map stopped. What this page called saved, or kept on this device, is there, and others go on.' }).waitFor()
  await nothingOfTldraws()
  expect(await ana.page.getByText(/reset|something went wrong/i).count()).toBe(0)
  await ana.page.getByRole('complementary', { name: 'Outline' }).getByText('fine').waitFor()
  await ana.page.getByRole('region', { name: 'Map' }).locator('svg text', { hasText: 'fine' }).first().waitFor()
  await ana.page.getByRole('button', { name: 'Menu' }).click()
  await ana.page.getByRole('menuitem', { name: 'Report' }).waitFor()
  await ana.page.keyboard.press('Escape')
  await ana.page.getByRole('button', { name: 'Export' }).waitFor()
  await ana.page.screenshot({ path: join(pictures, 'map-stopped.png') })
  await ana.page.getByRole('button', { name: 'Open the map again' }).click()
  await ana.page.waitForFunction(() => document.querySelector('[data-shape-id="shape:ok"]') !== null)
  await ana.page.waitForFunction(() => window.manyfutures!.board.editor() !== undefined)
  // It is a map like before: what is done on it is saved.
  await ana.page.evaluate(() => void window.manyfutures!.board.editor()!.updateShape({ id: 'shape:ok' as never, type: 'card', x: 640 } as never))
  await ana.page.waitForFunction(() => window.manyfutures!.board.standing.get().is === 'saved')
  await expect.poll(() => JSON.stringify(recordsOf(mallory.doc).get('ok')?.get('place'))).toContain('640')
})

test('[V7] a page that ends as a whole says so, and leads to the board and its report', async () => {
  const { page } = ana
  await page.evaluate(() => {
    const { board } = window.manyfutures!
    Object.assign(board.people, { get: () => [null] })
  })
  mallory.provider.awareness.setLocalState({ at: [1, 1] })
  await page.evaluate(() => (window.manyfutures!.board.model.meta as unknown as { set(next: object): void }).set({ ...window.manyfutures!.board.model.meta.get(), sectors: ['x'] }))
  await page.getByRole('alert').filter({ hasText: 'This page stopped' }).waitFor()
  await page.getByRole('link', { name: 'Read the report' }).waitFor()
  await page.screenshot({ path: join(pictures, 'page-stopped.png') })
  await page.getByRole('button', { name: 'Load the page again' }).click()
  await page.waitForFunction(() => document.querySelector('[data-shape-id="shape:ok"]') !== null)
})
