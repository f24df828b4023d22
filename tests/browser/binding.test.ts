import { expect, test } from 'vitest'
import { cast } from '../support/cast.ts'
import { type MadeBoard, makeBoard, removeFolder, startServer } from '../support/server.ts'
import { stage } from '../support/stage.ts'
import { agree, away, back, boardIsOpen, canvasShowsBoard, cardOn, change, joined, putCard, relate, remove, saved, undo, redo, type Visitor, visitor, writeOn } from '../support/visitor.ts'

const on = stage()
const { people, someone } = cast(on, /ERR_CONNECTION_REFUSED|WebSocket connection/)

async function two(what: object = {}): Promise<{ board: MadeBoard; ana: Visitor; ben: Visitor }> {
  const board = await makeBoard(on.server.url, what)
  const [ana, ben] = await Promise.all([someone(board, 'Ana', { sector: 'Academia' }), someone(board, 'Ben', { sector: 'Industry' })])
  return { board, ana, ben }
}

const apart = (...all: Visitor[]) => Promise.all(all.map(away))
const together = async (...all: Visitor[]) => {
  await Promise.all(all.map(back))
  await agree(...all)
}

test('[Y1] edits made offline to different fields of one card all survive', async () => {
  const { ana, ben } = await two()
  await putCard(ana, 'c1', { text: 'hello' })
  await agree(ana, ben)
  await apart(ana, ben)
  await change(ana, 'c1', { x: 333, y: 222 })
  await change(ana, 'c1', { props: { fields: { steep: ['economic'] } } })
  await change(ben, 'c1', { props: { kind: 'signal', w: 260 } })
  await together(ana, ben)
  expect(await cardOn(ben, 'c1')).toMatchObject({ x: 333, y: 222, kind: 'signal', w: 260, fields: { steep: ['economic'] } })
})

test('[Y2] two people offline in the same card’s text: every letter is kept, and both go on writing in it', async () => {
  const { ana, ben } = await two()
  await putCard(ana, 'c1', { text: 'hello' })
  await agree(ana, ben)
  await apart(ana, ben)
  await Promise.all([writeOn(ana, 'c1'), writeOn(ben, 'c1')])
  await ana.page.keyboard.press('Home')
  await ana.page.keyboard.type('AAA ')
  await ben.page.keyboard.press('End')
  await ben.page.keyboard.type(' BBB')
  await together(ana, ben)
  expect((await cardOn(ana, 'c1'))?.text).toBe('AAA hello BBB')
  for (const { page } of [ana, ben]) expect(await page.getByLabel('Text of the card').inputValue()).toBe('AAA hello BBB')

  // Carets stayed where they were in the sentence: both go on where they left off.
  await Promise.all([ana.page.keyboard.type('quick ', { delay: 12 }), ben.page.keyboard.type(' slow', { delay: 14 })])
  await agree(ana, ben)
  expect((await cardOn(ben, 'c1'))?.text).toBe('AAA quick hello BBB slow')
})

test('[Y2] typing at both ends at once loses nothing and keeps carets', async () => {
  const { ana, ben } = await two()
  await putCard(ana, 'c1', { text: 'and' })
  await agree(ana, ben)
  await Promise.all([writeOn(ana, 'c1'), writeOn(ben, 'c1')])
  await ana.page.keyboard.press('Home')
  await ben.page.keyboard.press('End')
  await Promise.all([ana.page.keyboard.type('the quick brown fox ', { delay: 9 }), ben.page.keyboard.type(' the lazy dog 😀', { delay: 11 })])
  await agree(ana, ben)
  expect((await cardOn(ana, 'c1'))?.text).toBe('the quick brown fox and the lazy dog 😀')
})

test.each(['on the card', 'in the panel'])('[Y2] what a peer writes while a word is being composed %s stays, and so does the word', async where => {
  const { ana, ben } = await two()
  await putCard(ana, 'c1', { text: 'mountain' })
  await agree(ana, ben)
  if (where === 'on the card') await writeOn(ana, 'c1')
  else {
    await ana.page.evaluate(() => void window.manyfutures!.editor.select('shape:c1' as never))
    await ana.page.getByRole('textbox', { name: 'Text', exact: true }).focus()
  }
  await ana.page.keyboard.press('Control+End')
  const input = await ana.page.context().newCDPSession(ana.page)
  await input.send('Input.imeSetComposition', { text: ' やま', selectionStart: 3, selectionEnd: 3 })
  await change(ben, 'c1', { props: { text: 'a high mountain' } })
  await ana.page.waitForFunction(() => (window.manyfutures!.editor.getShape('shape:c1' as never)!.props as { text: string }).text.startsWith('a high'))
  await input.send('Input.insertText', { text: ' 山' })
  await agree(ana, ben)
  expect((await cardOn(ben, 'c1'))?.text).toBe('a high mountain 山')
  await ana.page.keyboard.type('!')
  await agree(ana, ben)
  expect((await cardOn(ben, 'c1'))?.text).toBe('a high mountain 山!')

  // Whoever leaves for the map in the middle of a word has written it.
  await input.send('Input.imeSetComposition', { text: ' かわ', selectionStart: 3, selectionEnd: 3 })
  await ana.page.evaluate(() => {
    window.manyfutures!.editor.setEditingShape(null)
    window.manyfutures!.editor.selectNone()
  })
  await agree(ana, ben)
  expect((await cardOn(ben, 'c1'))?.text).toBe('a high mountain 山! かわ')
})

test('[Y3] a drag reaches others without drawing the card anew there', async () => {
  const { ana, ben } = await two()
  await putCard(ana, 'c1', { text: 'drag me' }, { x: 300, y: 300 })
  await agree(ana, ben)
  await ben.page.evaluate(() => {
    const face = document.querySelector('[data-shape-type="card"] .mf-card')!
    const seen = { count: 0 }
    new MutationObserver(records => (seen.count += records.length)).observe(face, { subtree: true, childList: true, attributes: true, characterData: true })
    Object.assign(window, { seen })
  })
  const from = await ana.page.evaluate(() => {
    const { editor } = window.manyfutures!
    editor.selectNone()
    return editor.pageToScreen(editor.getShapePageBounds('shape:c1' as never)!.center).toJson()
  })
  await ana.page.mouse.move(from.x, from.y)
  await ana.page.mouse.down()
  await ana.page.mouse.move(from.x + 180, from.y + 90, { steps: 40 })
  await ana.page.mouse.up()
  await agree(ana, ben)
  const [a, b] = [await cardOn(ana, 'c1'), await cardOn(ben, 'c1')]
  expect(b?.x).toBeGreaterThan(400)
  expect(b?.x).toBeCloseTo(a?.x ?? 0, 0)
  expect(await ben.page.evaluate(() => (window as unknown as { seen: { count: number } }).seen.count)).toBe(0)
})

test('[Y4] somebody relates to a card while another deletes it: nothing dangles, and undo brings both back', async () => {
  const { ana, ben } = await two()
  await putCard(ana, 'c1', { kind: 'change', text: 'one' })
  await putCard(ana, 'c2', { kind: 'consequence', text: 'two' }, { x: 600, y: 100 })
  await agree(ana, ben)
  await apart(ana, ben)
  await remove(ana, 'c2')
  await relate(ben, 'r1', 'c1', 'c2')
  await together(ana, ben)
  for (const { page } of [ana, ben]) expect(await page.evaluate(() => window.manyfutures!.editor.getCurrentPageShapes().map(shape => shape.id))).toEqual(['shape:c1'])
  await ben.page.getByText('Somebody removed a card you had related, and the relation with it.').waitFor()

  await undo(ana)
  await agree(ana, ben)
  for (const { page } of [ana, ben]) {
    expect(await page.evaluate(() => window.manyfutures!.board.model.allRelations().map(({ from, to, kind }) => [from, kind, to]))).toEqual([['c1', 'leads', 'c2']])
  }
})

test('[Y5] a card moved into a wheel while somebody removes the wheel stays where it was seen', async () => {
  const { ana, ben } = await two()
  await ana.page.evaluate(() => void window.manyfutures!.editor.createShape({ id: 'shape:w' as never, type: 'wheel', x: 1_000, y: 500, props: { w: 1_000, h: 800, fields: { rings: 3 } } }))
  await putCard(ana, 'c1', { text: 'kept' }, { x: 0, y: 0 })
  await agree(ana, ben)
  await apart(ana, ben)
  await ben.page.evaluate(() => {
    const { editor } = window.manyfutures!
    editor.reparentShapes(['shape:c1' as never], 'shape:w' as never)
    editor.updateShape({ id: 'shape:c1' as never, type: 'card', x: 140, y: 60 })
  })
  await remove(ana, 'w')
  await together(ana, ben)
  for (const each of [ana, ben]) {
    await each.page.waitForFunction(() => window.manyfutures!.editor.getShape('shape:c1' as never)?.parentId === 'page:page')
    expect(await cardOn(each, 'c1')).toMatchObject({ x: 1_140, y: 560, text: 'kept' })
  }
  // And the board itself says so: whoever comes later sees it there.
  await ana.page.waitForFunction(() => window.manyfutures!.snapshot().board['c1']?.includes('["",'))
  await agree(ana, ben)
})

test('[Y6] a pen stroke arrives whole, and is not sent anew for every point', async () => {
  const { ana, ben } = await two()
  await putCard(ana, 'c1')
  await agree(ana, ben)
  const sent = ana.page.evaluate(
    () =>
      new Promise<number>(done => {
        let writes = 0
        const { doc } = window.manyfutures!.board.session
        doc.on('update', (_update: Uint8Array, origin: unknown) => (writes += typeof origin === 'symbol' ? 1 : 0))
        window.manyfutures!.editor.on('tick', () => {
          const stroke = window.manyfutures!.editor.getCurrentPageShapes().find(shape => shape.type === 'draw')
          if (stroke && (stroke.props as { isComplete: boolean }).isComplete) done(writes)
        })
      }),
  )
  // By a clock of the test's own, since how long a stroke takes depends on the machine: a second of it, in three moments.
  const began = await ana.page.evaluate(() => {
    Object.assign(window, { ownNow: Date.now })
    return Date.now()
  })
  const clockSays = (ms: number) => ana.page.evaluate(time => void (Date.now = () => time), began + ms)
  await ana.page.keyboard.press('d')
  await ana.page.mouse.move(500, 600)
  await ana.page.mouse.down()
  for (let i = 0; i < 120; i++) {
    await clockSays(i + Math.floor(i / 40) * 450)
    await ana.page.mouse.move(500 + i * 3, 600 + Math.sin(i / 6) * 60)
  }
  await ana.page.mouse.up()
  await ana.page.evaluate(() => void (Date.now = (window as unknown as { ownNow: () => number }).ownNow))
  // One for each moment, and one for the whole.
  expect(await sent).toBeLessThanOrEqual(5)
  await agree(ana, ben)
  const path = ({ page }: Visitor) => page.evaluate(() => JSON.stringify((window.manyfutures!.editor.getCurrentPageShapes().find(shape => shape.type === 'draw')!.props as { segments: unknown }).segments))
  expect(await path(ben)).toBe(await path(ana))
  expect((await path(ben)).length).toBeGreaterThan(200)
})

test.each(['a card', 'a relation with its cards', 'the wheel under a card', 'a card being written on', 'a card being resized'])('[Y7] a peer deletes %s in the middle of a gesture and nothing breaks', async what => {
  const { ana, ben } = await two()
  await putCard(ana, 'c1', { text: 'one' }, { x: 200, y: 200 })
  await putCard(ana, 'c2', { text: 'two' }, { x: 600, y: 200 })
  await relate(ana, 'r1', 'c1', 'c2')
  await ana.page.evaluate(() => {
    const { editor } = window.manyfutures!
    editor.createShape({ id: 'shape:w' as never, type: 'wheel', x: 150, y: 350, props: { w: 900, h: 720, fields: { rings: 3 } } })
    editor.setCamera({ x: 0, y: 0, z: 1 }, { immediate: true })
    editor.selectNone()
  })
  await agree(ana, ben)
  const { x, y } = await ana.page.evaluate(() => window.manyfutures!.editor.getViewportScreenBounds().point.toJson())
  const { mouse, keyboard } = ana.page
  const victim = { 'a card': 'c1', 'a relation with its cards': 'r1', 'the wheel under a card': 'w', 'a card being written on': 'c1', 'a card being resized': 'c1' }[what] as string
  if (what === 'a relation with its cards') await ana.page.evaluate(() => void window.manyfutures!.editor.select('shape:c1' as never, 'shape:r1' as never))
  if (what === 'a card being resized') await ana.page.evaluate(() => void window.manyfutures!.editor.select('shape:c1' as never))
  if (what === 'a card being written on') {
    await writeOn(ana, 'c1')
    await keyboard.type('zzz')
  } else {
    const start = what === 'a card being resized' ? { x: x + 401, y: y + 289 } : { x: x + 290, y: y + 240 }
    await mouse.move(start.x, start.y)
    await mouse.down()
    await mouse.move(start.x + 80, start.y + (what.startsWith('the wheel') ? 260 : 40), { steps: 12 })
    await ana.page.waitForFunction(() => window.manyfutures!.editor.isInAny('select.translating', 'select.resizing'))
  }
  await remove(ben, victim)
  await saved(ben.page)
  await ana.page.waitForFunction(id => !window.manyfutures!.editor.getShape(`shape:${id}` as never), victim)
  if (what === 'a card being written on') {
    await keyboard.type('more')
    await keyboard.press('Escape')
  } else {
    await mouse.move(x + 500, y + 420, { steps: 8 })
    await mouse.up()
  }
  await agree(ana, ben)
  await putCard(ana, 'after', { text: 'goes on' }, { x: 900, y: 100 })
  await agree(ana, ben)
  expect((await cardOn(ben, 'after'))?.text).toBe('goes on')
})

test('[Y8] a board that was open here opens without the server, and what is done then arrives later', async () => {
  const own = await startServer()
  const board = await makeBoard(own.url)
  const ana = await someone(board, 'Ana')
  await putCard(ana, 'c1', { text: 'before' })
  await saved(ana.page)
  const context = ana.page.context()
  // The page itself comes from the browser's cache of this visit; only the board's server is gone.
  await context.route(/\/(api|config\.json)/, route => route.abort())
  await context.routeWebSocket(/\/sync\//, socket => void socket.close())
  await ana.page.reload()
  await boardIsOpen(ana.page)
  expect((await cardOn(ana, 'c1'))?.text).toBe('before')
  await putCard(ana, 'c2', { text: 'while away' })
  await ana.page.evaluate(() => window.manyfutures!.board.binding.flush())
  // What the server answered a moment before the page went, this device may not have noted: it counts what it cannot know to be there.
  await ana.page.getByText(/Offline\. Keep working; (1 change|2 changes) kept on this device will be sent\./).waitFor()

  await context.unroute(/\/(api|config\.json)/)
  await context.routeWebSocket(/\/sync\//, socket => void socket.connectToServer())
  await ana.page.reload()
  await boardIsOpen(ana.page)
  await saved(ana.page)
  const ben = await someone(board, 'Ben')
  expect((await cardOn(ben, 'c2'))?.text).toBe('while away')
  people.splice(0)
  // Nobody gets a browser whose connections were bent.
  await Promise.all([context.close(), ben.leave()])
  await own.stop()
  removeFolder(own.folder)
})

test('[Y9] people see one another’s pointers and selections, late comers at once, and nobody after leaving', async () => {
  const { board, ana, ben } = await two()
  // Whoever came by keys and has pointed at nothing is shown pointing at nothing.
  const eve = await visitor(on.browser)
  await eve.page.goto(board.links.participant)
  await eve.page.getByLabel('Your name here').fill('Eve')
  await eve.page.keyboard.press('Enter')
  await boardIsOpen(eve.page)
  await eve.page.evaluate(() => void window.manyfutures!.editor.setCamera({ x: 40, y: 40, z: 0.5 }))
  await ana.page.waitForFunction(() => window.manyfutures!.editor.getCollaborators().some(each => each.userName === 'Eve' && each.camera?.z === 0.5))
  expect(await ana.page.evaluate(() => window.manyfutures!.editor.getCollaborators().find(each => each.userName === 'Eve')!.cursor)).toBeNull()
  await eve.leave()
  await ana.page.mouse.move(600, 400)
  await ben.page.mouse.move(700, 500)
  const sees = (by: Visitor, name: string) => by.page.locator('.mf-cursor span', { hasText: name }).waitFor()
  await Promise.all([sees(ana, 'Ben'), sees(ben, 'Ana')])
  const cyd = await joined(on.browser, board, 'Cyd')
  await Promise.all([sees(cyd, 'Ana'), sees(cyd, 'Ben')])
  await cyd.leave()
  await ana.page.waitForFunction(() => window.manyfutures!.board.people.get().length === 1)
  await canvasShowsBoard(ana.page)
})

test('[U1] undo takes back only one’s own: a peer’s fields, letters and cards stay', async () => {
  const { ana, ben } = await two()
  await putCard(ana, 'c1', { text: 'hello' })
  await agree(ana, ben)
  await change(ana, 'c1', { x: 400 })
  await agree(ana, ben)
  await change(ben, 'c1', { props: { kind: 'vision' } })
  await agree(ana, ben)
  await undo(ana)
  await agree(ana, ben)
  expect(await cardOn(ben, 'c1')).toMatchObject({ x: 100, kind: 'vision' })
  await redo(ana)
  await agree(ana, ben)
  expect(await cardOn(ben, 'c1')).toMatchObject({ x: 400, kind: 'vision' })

  await change(ana, 'c1', { props: { text: 'AAA hello' } })
  await agree(ana, ben)
  await change(ben, 'c1', { props: { text: 'AAA hello BBB' } })
  await agree(ana, ben)
  await undo(ana)
  await agree(ana, ben)
  expect((await cardOn(ben, 'c1'))?.text).toBe('hello BBB')
  await redo(ana)
  await agree(ana, ben)
  expect((await cardOn(ben, 'c1'))?.text).toBe('AAA hello BBB')

  await putCard(ben, 'b1', { text: 'Ben’s' })
  await agree(ana, ben)
  for (let i = 0; i < 20; i++) await undo(ana)
  await agree(ana, ben)
  expect((await cardOn(ana, 'b1'))?.text).toBe('Ben’s')
  // What Ben wrote on Ana's card is a reason to keep it.
  expect((await cardOn(ana, 'c1'))?.text).toContain('BBB')
})

test('[U2] redo survives what peers do meanwhile', async () => {
  const { ana, ben } = await two()
  await putCard(ana, 'c1')
  await putCard(ana, 'c2')
  await agree(ana, ben)
  await change(ana, 'c1', { y: 700 })
  await ana.page.evaluate(() => void window.manyfutures!.editor.select('shape:c2' as never))
  await undo(ana)
  await remove(ben, 'c2')
  await agree(ana, ben)
  expect(await ana.page.evaluate(() => window.manyfutures!.editor.getCanRedo())).toBe(true)
  await redo(ana)
  expect((await cardOn(ana, 'c1'))?.y).toBe(700)
})

test('[U3] undo into a container that a peer removed puts the card on the page', async () => {
  const { ana, ben } = await two()
  await ana.page.evaluate(() => {
    const { editor } = window.manyfutures!
    editor.createShape({ id: 'shape:w' as never, type: 'wheel', x: 1_000, y: 0, props: { w: 1_000, h: 800, fields: { rings: 3 } } })
    editor.createShape({ id: 'shape:k' as never, type: 'card', parentId: 'shape:w' as never, x: 10, y: 10 })
  })
  await agree(ana, ben)
  await ana.page.evaluate(() => {
    const { editor } = window.manyfutures!
    editor.markHistoryStoppingPoint('test')
    editor.reparentShapes(['shape:k' as never], editor.getCurrentPageId())
  })
  await agree(ana, ben)
  await remove(ben, 'w')
  await agree(ana, ben)
  await undo(ana)
  await agree(ana, ben)
  expect(await cardOn(ben, 'k')).toMatchObject({ parentId: 'page:page', x: 1_010, y: 10 })
})

test('[U4] undo while writing takes back one’s own letters and leaves a peer’s', async () => {
  const { ana, ben } = await two()
  await putCard(ana, 'c1', { text: 'start' })
  await agree(ana, ben)
  await Promise.all([writeOn(ana, 'c1'), writeOn(ben, 'c1')])
  await ana.page.keyboard.press('End')
  await ana.page.keyboard.type(' mine')
  await agree(ana, ben)
  await ben.page.keyboard.press('Home')
  await ben.page.keyboard.type('theirs ')
  await agree(ana, ben)
  await ana.page.keyboard.press('Control+z')
  await agree(ana, ben)
  expect((await cardOn(ben, 'c1'))?.text).toBe('theirs start')
  expect(await ana.page.getByLabel('Text of the card').inputValue()).toBe('theirs start')
  await ana.page.keyboard.press('Control+Shift+z')
  await agree(ana, ben)
  expect((await cardOn(ben, 'c1'))?.text).toBe('theirs start mine')
  // Afterwards, on the canvas, one undo takes the whole writing back.
  await ana.page.keyboard.press('Escape')
  await undo(ana)
  await agree(ana, ben)
  expect((await cardOn(ben, 'c1'))?.text).toBe('theirs start')
})

test('[U5] undo of a deletion brings a card back with text that still merges', async () => {
  const { ana, ben } = await two()
  await putCard(ana, 'c1', { text: 'keep me' })
  await agree(ana, ben)
  await remove(ana, 'c1')
  await agree(ana, ben)
  await undo(ana)
  await agree(ana, ben)
  await apart(ana, ben)
  await change(ana, 'c1', { props: { text: 'please keep me' } })
  await change(ben, 'c1', { props: { text: 'keep me safe' } })
  await together(ana, ben)
  expect((await cardOn(ben, 'c1'))?.text).toBe('please keep me safe')
})
