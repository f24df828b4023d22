import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { exportFormats } from '../../shared/export/formats.ts'
import { textWidth } from '../../shared/measure.ts'
import { barriers } from '../support/barriers.ts'
import { call, joinAs, makeBoard, removeFolder, startServer } from '../support/server.ts'
import { pictures, stage } from '../support/stage.ts'
import { agree, boardIsOpen, cardOn, comeIn, joined, putCard, saved, takeBoardFile, visitor } from '../support/visitor.ts'

const on = stage()

test.each(['light', 'dark'] as const)('[A1] home, joining and the board let everybody in (%s)', async colorScheme => {
  const ana = await visitor(on.browser, { colorScheme })
  await ana.page.goto(on.server.url)
  await ana.page.getByRole('button', { name: /Example board/ }).waitFor()
  expect(await barriers(ana.page)).toEqual([])
  await ana.page.getByRole('button', { name: /Example board/ }).click()
  await ana.page.getByLabel('Your name here').waitFor()
  expect(await barriers(ana.page)).toEqual([])
  await comeIn(ana.page, 'Ana', 'Academia')
  await ana.page.getByRole('button', { name: 'Outline' }).click()
  await ana.page.getByRole('button', { name: /Someone has to look after/ }).click()
  await ana.page.getByRole('complementary', { name: 'Consequence' }).waitFor()
  expect(await barriers(ana.page)).toEqual([])
  await ana.page.getByRole('button', { name: 'Invite' }).click()
  await ana.page.getByRole('dialog', { name: 'Invite' }).waitFor()
  expect(await barriers(ana.page)).toEqual([])
  await ana.leave()
})

test('[N1] nothing is asked of any other host: on the home page, joining, drawing, pasting an address, exporting', async () => {
  const ana = await visitor(on.browser, { permissions: ['clipboard-read', 'clipboard-write'] })
  const { page } = ana
  await page.goto(on.server.url)
  await page.getByRole('button', { name: /Example board/ }).click()
  await comeIn(page, 'Ana', 'Academia')
  await page.keyboard.press('d')
  await page.mouse.move(500, 700)
  await page.mouse.down()
  await page.mouse.move(700, 760, { steps: 6 })
  await page.mouse.up()
  await page.keyboard.press('v')
  await page.evaluate(() => navigator.clipboard.writeText('https://example.org/report'))
  await page.locator('.tl-container').focus()
  await page.keyboard.press('Control+v')
  await page.getByText('https://example.org/report').first().waitFor()
  await Promise.all([page.waitForEvent('download'), takeBoardFile(page)])
  await page.keyboard.press('Escape')
  await saved(page)
  await page.waitForLoadState('networkidle')
  const { host } = new URL(on.server.url)
  const elsewhere = ana.requests.filter(url => !url.startsWith('blob:') && !url.startsWith('data:') && new URL(url).host !== host)
  expect(ana.requests.length).toBeGreaterThan(20)
  expect(elsewhere).toEqual([])
  // Nor did anything try: the browser says so when the content security policy stops it.
  expect(ana.complaints).toEqual([])
  await ana.leave()
})

test('[N2] secrets and tickets are in no address and no referrer', async () => {
  const board = await makeBoard(on.server.url)
  const ana = await visitor(on.browser)
  const headers: Promise<Record<string, string>>[] = []
  ana.page.on('request', request => headers.push(request.allHeaders()))
  await ana.page.goto(board.links.facilitator)
  await comeIn(ana.page, 'Ana')
  await saved(ana.page)
  const secret = board.links.facilitator.split('#')[1] as string
  const ticket = await ana.page.evaluate(() => window.manyfutures!.board.session.ticket().ticket)
  const visited = [...ana.requests.map(url => url.split('#')[0]), ana.page.url(), ...(await ana.page.evaluate(() => [document.referrer, location.href]))]
  for (const where of visited) for (const hidden of [secret, ticket]) expect(where).not.toContain(hidden)
  // A style sheet's own requests name the sheet or the page; neither address carries a secret.
  const referrers = (await Promise.all(headers)).map(each => each['referer'] ?? '')
  expect(referrers.filter(each => each.includes(secret) || each.includes(ticket) || each.includes('#'))).toEqual([])
  await ana.page.goBack().catch(() => null)
  expect(ana.page.url()).not.toContain(secret)
  await ana.leave()
})

test.each([
  ['an unknown board', '/boards/nowhere#aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'There is no board at this address.'],
  ['a board without a link', 'board', 'This board opens with a link that somebody sends you.'],
  ['a wrong secret', 'board#aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'This link does not open this board.'],
  ['a link that was cut short', 'board#aaaa', 'This link does not open this board. Copy the whole link again'],
  ['an address that is none', '/somewhere/else', 'There is nothing at this address.'],
])('[R1] %s says what happened and what to do', async (_, where, sentence) => {
  const board = await makeBoard(on.server.url)
  const eve = await visitor(on.browser)
  await eve.page.goto(where.startsWith('/') ? `${on.server.url}${where}` : `${on.server.url}/boards/${board.id}${where.slice('board'.length)}`)
  await eve.page.getByRole('alert').filter({ hasText: sentence }).waitFor()
  await eve.page.getByRole('link', { name: 'Go to the first page' }).waitFor()
  expect(new URL(eve.page.url()).hash).toBe('')
  await eve.leave()
})

test('[R2] a link that is closed ends the visit with a sentence, keeps what was done, and lets nobody back in', async () => {
  const board = await makeBoard(on.server.url)
  const fay = await joinAs(on.server.url, board, 'facilitator', 'Fay')
  const ana = await joined(on.browser, board, 'Ana')
  await putCard(ana, 'c1', { text: 'done before' })
  await saved(ana.page)
  const undo = ana.page.getByRole('button', { name: 'Undo', exact: true })
  expect(await undo.isEnabled()).toBe(true)
  const { body: links } = await call(on.server.url, `/api/boards/${board.id}/links`, undefined, fay.ticket)
  const { id } = links.find((link: { role: string }) => link.role === 'participant')
  await call(on.server.url, `/api/boards/${board.id}/links/${id}`, undefined, fay.ticket, 'DELETE')
  await ana.page.getByText('This link was closed. Ask the facilitator for a new one.').waitFor()
  await ana.page.waitForFunction(() => window.manyfutures!.editor.getIsReadonly())
  expect(await undo.isEnabled()).toBe(false)
  // Nor does a small screen cut the sentence short.
  for (const width of [390, 820]) {
    await ana.page.setViewportSize({ width, height: 844 })
    const { bar, line, inside } = await ana.page.evaluate(() => {
      const box = (selector: string) => document.querySelector(selector)!.getBoundingClientRect().toJSON() as DOMRect
      const span = document.querySelector('.state-line [data-is="ended"] span')!
      return { bar: box('.top-bar'), line: span.getBoundingClientRect().toJSON() as DOMRect, inside: span.scrollHeight <= span.clientHeight || getComputedStyle(span).overflow === 'visible' }
    })
    expect(inside).toBe(true)
    expect(line).toSatisfy((each: DOMRect) => each.left >= 0 && each.right <= width && each.top >= bar.top && each.bottom <= bar.bottom)
  }
  await ana.page.setViewportSize({ width: 1440, height: 900 })
  await ana.page.reload()
  await ana.page.getByText('This link was closed. Ask the facilitator for a new one.').waitFor()

  // The facilitator sends a new one. Pasted over the board's own address, it loads nothing anew, and still lets in.
  const { body: fresh } = await call(on.server.url, `/api/boards/${board.id}/links`, { role: 'participant' }, fay.ticket)
  await ana.page.evaluate(link => location.assign(`${link}.`), fresh.url as string)
  await ana.page.getByLabel('Your name here').waitFor()
  expect(new URL(ana.page.url()).hash).toBe('')
  await ana.page.getByRole('button', { name: 'Join the board' }).click()
  await ana.page.getByRole('navigation', { name: 'Palette' }).waitFor()
  await ana.page.getByText('done before').first().waitFor()
  await saved(ana.page)
  await ana.leave()
})

test('[R3] an observer sees everything and is offered nothing that would change it', async () => {
  const board = await makeBoard(on.server.url, { template: 'example' })
  const eve = await joined(on.browser, board, 'Eve', { role: 'observer' })
  await eve.page.getByText('You are watching this board.').waitFor()
  expect(await eve.page.getByRole('navigation', { name: 'Palette' }).count()).toBe(0)
  expect(await eve.page.getByRole('button', { name: 'Invite' }).count()).toBe(0)
  const before = await eve.page.evaluate(() => JSON.stringify(window.manyfutures!.snapshot().board))
  await eve.page.getByRole('button', { name: 'Outline' }).click()
  await eve.page.getByRole('button', { name: /Someone has to look after/ }).click()
  await eve.page.getByRole('complementary', { name: 'Consequence' }).waitFor()
  for (const key of ['Tab', 'Enter', 'F2', 'Delete']) await eve.page.locator('.tl-container').press(key)
  expect(await eve.page.evaluate(() => JSON.stringify(window.manyfutures!.snapshot().board))).toBe(before)
  await eve.leave()
})

test('[R4] a file that is no board file, or of a newer version, is refused on the first page with a sentence', async () => {
  const ana = await visitor(on.browser)
  await ana.page.goto(on.server.url)
  // A file that was mended may be chosen again under its name.
  const forgotten = () => ana.page.waitForFunction(() => document.querySelector<HTMLInputElement>('input[type=file]')!.value === '')
  for (const [name, text, sentence] of [
    ['holiday.json', '{"not": "a board"}', /not a Manyfutures board file/],
    ['broken.json', '{"format":', /“broken\.json” is not a board file/],
    ['tomorrow.json', '{"format":"manyfutures/board","version":2}', /version 2; this server reads version 1/],
  ] as const) {
    const [chooser] = await Promise.all([ana.page.waitForEvent('filechooser'), ana.page.getByRole('button', { name: 'Open a file' }).click()])
    await chooser.setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) })
    await ana.page.getByRole('alert').filter({ hasText: sentence }).waitFor()
    await forgotten()
  }
  await ana.leave()
})

test('[R7] on a phone: the participants’ link comes first and can be copied, links that open nowhere else say so, and who comes back finds the board before the templates', async () => {
  const fay = await visitor(on.browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, permissions: ['clipboard-read', 'clipboard-write'] })
  const { page } = fay
  await page.goto(on.server.url)
  await page.getByRole('button', { name: /Example board/ }).click()
  await page.getByText('Your new board').waitFor()
  await comeIn(page, 'Fay')
  await page.getByRole('button', { name: 'Invite' }).click()
  const dialog = page.getByRole('dialog', { name: 'Invite' })
  await dialog.getByText('These links open on this computer only').waitFor()
  expect(await dialog.getByRole('heading', { level: 3 }).allTextContents()).toEqual(['Participants', 'Observers', 'Facilitators'])
  const link = await dialog.getByRole('textbox', { name: 'Link for participants' }).inputValue()
  await dialog.getByRole('button', { name: 'Copy the link for participants' }).click()
  await dialog.getByText('The link is copied.').waitFor({ state: 'attached' })
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link)
  // On a plain HTTP address browsers give pages no clipboard; the older way still copies.
  await page.evaluate(async () => {
    await navigator.clipboard.writeText('something else')
    Object.defineProperty(navigator, 'clipboard', { value: undefined })
  })
  await dialog.getByRole('button', { name: 'Copy the link for observers' }).click()
  await dialog.getByRole('button', { name: 'Copied the link for observers' }).waitFor()
  expect(await barriers(page)).toEqual([])

  await page.goto(on.server.url)
  const top = async (role: 'link' | 'button') => (await page.getByRole(role, { name: /^Example board/ }).boundingBox())!.y
  await page.getByRole('button', { name: /^Example board/ }).waitFor()
  expect(await top('link')).toBeLessThan(844)
  expect(await top('link')).toBeLessThan(await top('button'))
  expect(await barriers(page)).toEqual([])
  await fay.leave()
})

test('[K7] on a full disk a board says so until there is room, keeps what is written, and sends it then', async () => {
  const small = await startServer({ MAX_STORE_BYTES: '600000' })
  const board = await makeBoard(small.url)
  const [ana, ben] = await Promise.all([joined(on.browser, board, 'Ana'), joined(on.browser, board, 'Ben')])
  const stuck = () => ana.page.evaluate(() => window.manyfutures!.board.standing.get().is === 'stuck')
  let batches = 0
  for (; batches < 20 && !(await stuck()); batches++) {
    await ana.page.evaluate(batch => {
      const { board, editor } = window.manyfutures!
      const text = `${batch} ${'long '.repeat(900)}`
      editor.createShapes(Array.from({ length: 20 }, (_, i) => ({ id: `shape:c${batch}-${i}` as never, type: 'card', x: i * 220, y: batch * 200, props: { kind: 'note', text, w: 200, h: 88, fields: {} } })))
      board.binding.flush()
    }, batches)
    await ana.page.waitForFunction(() => ['saved', 'stuck'].includes(window.manyfutures!.board.standing.get().is))
  }
  const last = `c${batches - 1}-19`
  const sentence = /The server cannot save at the moment\. If this stays, tell the facilitator or whoever runs it\. \d+ changes? kept on this device will be sent again\./
  await ana.page.getByRole('alert').filter({ hasText: sentence }).waitFor()
  // A file without the last cards would be taken for the whole board.
  await takeBoardFile(ana.page)
  await ana.page.getByRole('dialog', { name: 'Export' }).getByText('The server cannot save at the moment.').waitFor()
  expect(await ben.page.evaluate(last => window.manyfutures!.editor.getShape(`shape:${last}` as never), last)).toBeUndefined()

  await small.stop()
  const larger = await startServer({ PORT: new URL(small.url).port }, small.folder)
  await agree(ana, ben)
  await ana.page.getByRole('status').filter({ hasText: 'Saved' }).waitFor()
  expect((await cardOn(ben, last))?.text).toContain('long')
  await Promise.all([ana.leave(), ben.leave()])
  await larger.stop()
  removeFolder(small.folder)
})

test('[R5] where the map needs a licence key and has none, the board is a drawing that follows what others do, a list and its exports, and says why to the facilitator', async () => {
  const board = await makeBoard(on.server.url, { template: 'example' })
  const fay = await visitor(on.browser)
  // The page believes it is on an HTTPS host of its own; everything still goes to the test server.
  await fay.page.route('https://boards.example.org/**', async route => {
    const { pathname, search } = new URL(route.request().url())
    const response = await route.fetch({ url: `${on.server.url}${pathname}${search}` })
    await route.fulfill({ response })
  })
  await fay.page.routeWebSocket(/wss:\/\/boards\.example\.org/, page => {
    const socket = new WebSocket(page.url().replace('wss://boards.example.org', on.server.url.replace('http', 'ws')), page.protocols())
    socket.binaryType = 'arraybuffer'
    const waiting: (string | Buffer)[] = []
    page.onMessage(message => (socket.readyState === WebSocket.OPEN ? socket.send(message as string) : void waiting.push(message)))
    socket.addEventListener('open', () => waiting.splice(0).forEach(message => socket.send(message as string)))
    socket.addEventListener('message', ({ data }) => page.send(typeof data === 'string' ? data : Buffer.from(data as ArrayBuffer)))
    socket.addEventListener('close', ({ code, reason }) => void page.close({ code, reason }))
    page.onClose(() => socket.close())
  })
  await fay.page.goto(board.links.facilitator.replace(on.server.url, 'https://boards.example.org'))
  await fay.page.getByLabel('Your name here').fill('Fay')
  await fay.page.getByRole('button', { name: 'Join the board' }).click()
  await fay.page.getByText('The map can be seen here, and not changed.').waitFor()
  await fay.page.getByText(/TLDRAW_LICENSE_KEY/).waitFor()
  await fay.page.getByRole('complementary', { name: 'Outline' }).getByText('Someone has to look after each release').waitFor()
  const map = fay.page.getByRole('region', { name: 'Map' })
  await map.locator('svg text', { hasText: 'Someone has to look' }).first().waitFor()
  const ana = await joined(on.browser, board, 'Ana')
  await putCard(ana, 'c9', { text: 'Seen while it happens' })
  await map.locator('svg text', { hasText: 'Seen while it happens' }).waitFor()
  await ana.leave()
  // All of it at first; then as near as one likes.
  // Asked of the map itself: its drawing is another one whenever somebody changes something.
  const width = () => map.evaluate(frame => frame.querySelector('svg')!.getBoundingClientRect().width)
  const whole = await width()
  expect(await map.evaluate(frame => [frame.scrollWidth > frame.clientWidth, frame.scrollHeight > frame.clientHeight])).toEqual([false, false])
  await fay.page.screenshot({ path: join(pictures, 'no-licence.png') })
  expect(await barriers(fay.page)).toEqual([])
  await fay.page.getByRole('button', { name: 'Zoom in' }).click()
  await fay.page.getByRole('button', { name: 'Zoom in' }).click()
  expect(await width()).toBeGreaterThan(whole * 1.2)
  await fay.page.screenshot({ path: join(pictures, 'no-licence-near.png') })
  await fay.page.getByRole('button', { name: 'Whole map' }).click()
  expect(await width()).toBe(whole)
  // Every format has its line, with a sentence; one of each kind is taken.
  await fay.page.getByRole('button', { name: 'Export' }).click()
  const sheet = fay.page.getByRole('dialog', { name: 'Export' })
  for (const { title, hint } of Object.values(exportFormats)) await sheet.getByRole('button', { name: `${title} ${hint}` }).waitFor()
  await fay.page.screenshot({ path: join(pictures, 'export.png') })
  expect(await barriers(fay.page)).toEqual([])
  const [drawing] = await Promise.all([fay.page.waitForEvent('download'), sheet.getByRole('button', { name: /^Drawing/ }).click()])
  expect(drawing.suggestedFilename()).toBe('Example board.svg')
  expect(readFileSync(await drawing.path(), 'utf8')).toContain('Seen while it happens')
  await sheet.getByText('Saved as “Example board.svg”.').waitFor()
  await sheet.getByRole('button', { name: 'Close' }).click()
  // What a report leads to is found in the list.
  await fay.page.evaluate(() => void (location.hash = 'show=c9'))
  const found = fay.page.getByRole('complementary', { name: 'Outline' }).locator('[aria-current]')
  await found.getByText('Seen while it happens').waitFor()
  await fay.page.waitForFunction(line => line!.getBoundingClientRect().bottom <= innerHeight, await found.elementHandle())
  // The same on a phone, in the dark.
  await fay.page.emulateMedia({ colorScheme: 'dark' })
  await fay.page.setViewportSize({ width: 390, height: 844 })
  await fay.page.screenshot({ path: join(pictures, 'no-licence-phone.png') })
  expect(await barriers(fay.page)).toEqual([])
  await fay.page.getByRole('button', { name: 'Export' }).click()
  await sheet.getByRole('button', { name: /^Drawing/ }).waitFor()
  await fay.page.screenshot({ path: join(pictures, 'export-phone.png') })
  expect(await barriers(fay.page)).toEqual([])
  await sheet.getByRole('button', { name: 'Close' }).click()
  await fay.page.setViewportSize({ width: 1440, height: 900 })
  // How the group wants to be told of is asked where the board says what it is; the next file does so.
  await fay.page.getByRole('button', { name: 'Menu' }).click()
  await fay.page.getByRole('menuitem', { name: 'About this board' }).click()
  await fay.page.getByLabel('People in exports').selectOption({ label: 'By sector, where at least three took part' })
  await fay.page.screenshot({ path: join(pictures, 'details.png') })
  expect(await barriers(fay.page)).toEqual([])
  await fay.page.getByRole('button', { name: 'Save' }).click()
  const [file] = await Promise.all([fay.page.waitForEvent('download'), takeBoardFile(fay.page)])
  expect(JSON.parse(readFileSync(await file.path(), 'utf8'))).toMatchObject({ board: { provenance: 'sector' }, people: [], withheld: expect.any(String) })
  await fay.leave()
})

test('[F14] words are as wide to a browser as they are to whoever draws without one', async () => {
  const samples = ['Every AI model trained with public money is released openly', 'Übermäßig große Öffnung, naïve façade', 'Ελληνικά κείμενα', 'Кириллический текст', 'Đường phố Việt Nam', '0123456789 €£$ “quoted” – — …']
  const sets = { text: ['400 15px "Source Sans 3 Variable"', 15], far: ['470 18.5px "Source Sans 3 Variable"', 18.5], strong: ['650 19px "Source Sans 3 Variable"', 19], display: ['480 25px "Literata Variable"', 25], aside: ['italic 400 22px "Literata Variable"', 22] } as const
  const { page, leave } = await visitor(on.browser)
  await page.goto(on.server.url)
  const measured = await page.evaluate(async ([texts, fonts]) => {
    const context = document.createElement('canvas').getContext('2d')!
    await Promise.all(fonts.map(font => document.fonts.load(font, texts.join(''))))
    return fonts.map(font => ((context.font = font), texts.map(text => context.measureText(text).width)))
  }, [samples, Object.values(sets).map(([font]) => font)] as const)
  for (const [i, [face, [, size]]] of Object.entries(sets).entries()) {
    for (const [n, text] of samples.entries()) expect(Math.abs(1 - textWidth(text, face as 'text', size) / (measured[i]?.[n] ?? 0)), `${face}: ${text}`).toBeLessThan(0.025)
  }
  await leave()
})

test('[R6] two people with one link are two people, and each comes back as themselves', async () => {
  const board = await makeBoard(on.server.url)
  const [ana, ben] = await Promise.all([joined(on.browser, board, 'Ana'), joined(on.browser, board, 'Ben')])
  const who = (page: Page) => page.evaluate(() => window.manyfutures!.board.membership.participant)
  const ids = [await who(ana.page), await who(ben.page)]
  expect(new Set(ids).size).toBe(2)
  await Promise.all([ana.page.reload(), ben.page.reload()])
  await Promise.all([boardIsOpen(ana.page), boardIsOpen(ben.page)])
  expect([await who(ana.page), await who(ben.page)]).toEqual(ids)
  await Promise.all([ana.leave(), ben.leave()])
})
