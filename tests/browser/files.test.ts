import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Download, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { kinds } from '../../shared/cards/index.ts'
import type { BoardFile } from '../../shared/file.ts'
import { highest } from '../../shared/import/layout.ts'
import { barriers } from '../support/barriers.ts'
import { cast } from '../support/cast.ts'
import { press, tabTo } from '../support/hands.ts'
import { dataOf, png } from '../support/pictures.ts'
import { makeBoard, type MadeBoard } from '../support/server.ts'
import { pictures, stage } from '../support/stage.ts'
import { retrospective } from '../support/tldraw.ts'
import { agree, comeIn, putCard, redo, saved, undo, type Visitor, visitor } from '../support/visitor.ts'

/* Files and tables that come in, and pictures that leave, by the hands of people in real browsers. */

const scene = stage()
const { people, someone: comes } = cast(scene)

async function someone(board: MadeBoard, name: string, options: object = {}): Promise<Visitor> {
  const person = await comes(board, name, options)
  await person.page.evaluate(() => void window.manyfutures!.editor.setCamera({ x: 0, y: 0, z: 1 }, { immediate: true }))
  return person
}

interface Sent {
  readonly name: string
  readonly type: string
  readonly bytes: Buffer
}
const file = (name: string, content: string | Buffer, type = 'application/json'): Sent => ({ name, type, bytes: Buffer.from(content) })

/** Lets files go over a point of the map, as whoever drags them from a folder does. */
const drop = (page: Page, ...files: Sent[]) =>
  page.evaluate(given => {
    const dataTransfer = new DataTransfer()
    for (const { name, type, base64 } of given) dataTransfer.items.add(new File([Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))], name, { type }))
    document.querySelector('.tl-canvas')!.dispatchEvent(new DragEvent('drop', { dataTransfer, clientX: 700, clientY: 400, bubbles: true, cancelable: true }))
  }, files.map(({ bytes, ...rest }) => ({ ...rest, base64: bytes.toString('base64') })))

const paste = (page: Page, text: string) =>
  page.evaluate(words => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', words)
    document.querySelector('.tl-container')!.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, text)

async function choose(page: Page, name: string | RegExp, { name: called, type, bytes }: Sent): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name }).click()])
  await chooser.setFiles({ name: called, mimeType: type, buffer: bytes })
}

const menu = async (page: Page, item: string): Promise<void> => {
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

const sentence = (page: Page, text: RegExp | string) => page.getByRole('status').getByText(text).waitFor()

/** Everything on somebody's canvas, and how it stands. */
const shown = ({ page }: Visitor) =>
  page.evaluate(() => {
    const { editor } = window.manyfutures!
    const selected = new Set<string>(editor.getSelectedShapeIds())
    const seen = editor.getViewportPageBounds()
    return editor.getCurrentPageShapes().map(shape => {
      const bounds = editor.getShapePageBounds(shape.id)!
      const { x, y, w, h } = bounds
      const props = shape.props as { text?: string; kind?: string; fields?: Record<string, unknown> }
      return { id: shape.id.slice('shape:'.length), type: shape.type, parent: shape.parentId.slice('shape:'.length), text: props.text, kind: props.kind, fields: props.fields, meta: shape.meta as Record<string, unknown>, root: shape.parentId.startsWith('page'), selected: selected.has(shape.id), seen: seen.contains(bounds), x, y, w, h }
    })
  })
type Shown = Awaited<ReturnType<typeof shown>>[number]
const count = async (person: Visitor) => (await shown(person)).length
const apart = (a: Shown, b: Shown): boolean => a.x >= b.x + b.w || b.x >= a.x + a.w || a.y >= b.y + b.h || b.y >= a.y + a.h

const example = readFileSync(join(import.meta.dirname, '../../templates/example.json'), 'utf8')

test('[X8] files dropped, pasted or chosen by keys come onto the board whole: clear of what is there, selected, seen, one step of undo', async () => {
  const board = await makeBoard(scene.server.url, { title: 'Ours' })
  const [ana, ben] = [await someone(board, 'Ana', { sector: '' }), await someone(board, 'Ben', { sector: '' })]
  const { page } = ana
  await putCard(ana, 'mine', { text: 'Was here first' }, { x: 560, y: 380 })
  await agree(ana, ben)

  // A board file asks nothing. Somebody else's views and names stay where they are.
  const signed = JSON.parse(example) as BoardFile
  const theirs = { ...signed, people: [{ id: 'zoe1' }], cards: signed.cards.map(card => ({ ...card, by: 'zoe1', at: '2020-01-01T00:00:00Z', views: { valence: { zoe1: 3 } } })) }
  await drop(page, file('theirs.json', JSON.stringify(theirs)))
  await sentence(page, '45 cards, 45 relations, 2 structures brought in. Ctrl Z takes it back.')
  await agree(ana, ben)
  const all = await shown(ben)
  const [mine, others] = [all.find(({ id }) => id === 'mine')!, all.filter(({ id }) => id !== 'mine')]
  expect(others.length).toBe(45 + 45 + 2)
  expect(others.filter(({ root, type }) => root && type !== 'arrow').every(each => apart(each, mine))).toBe(true)
  // Once the map has come to rest.
  await expect.poll(async () => (await shown(ana)).filter(({ root, id, selected, seen }) => root && id !== 'mine' && !(selected && seen))).toEqual([])
  const own = await shown(ana)
  expect(own.find(({ id }) => id === 'mine')).toMatchObject({ selected: false })
  const me = await page.evaluate(() => window.manyfutures!.board.me)
  expect(own.filter(({ type, id }) => type === 'card' && id !== 'mine').every(({ meta }) => meta['by'] === me && Object.keys(meta).every(name => !name.startsWith('valence')))).toBe(true)
  const known = new Set(signed.cards.map(({ id }) => id))
  expect(others.filter(({ id }) => known.has(id))).toEqual([])
  // Cards lie in their wheel and on their timeline as they did.
  expect(others.filter(({ type, root }) => type === 'card' && !root)).toHaveLength(43)
  await page.screenshot({ path: join(pictures, 'brought-in.png') })
  await undo(ana)
  await agree(ana, ben)
  expect(await count(ben)).toBe(1)
  await redo(ana)
  await agree(ana, ben)
  expect(await count(ben)).toBe(93)
  await undo(ana)

  // A tldraw file says what becomes of it, and what does not come along.
  await drop(page, file('retro.tldr', retrospective(), ''))
  const dialog = page.getByRole('dialog', { name: '“retro.tldr” as a part of this board' })
  await dialog.getByText('4 cards, 2 relations, 4 drawings.').waitFor()
  await dialog.getByText(/Sticky notes become cards of the kind Note/).waitFor()
  expect(await dialog.getByRole('list', { name: 'What comes otherwise' }).getByRole('listitem').count()).toBe(4)
  await page.screenshot({ path: join(pictures, 'comes-of-a-tldraw-file.png') })
  expect(await barriers(page)).toEqual([])
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  expect(await count(ana)).toBe(1)
  await drop(page, file('retro.tldr', retrospective(), ''))
  await dialog.getByRole('button', { name: 'Bring it in' }).click()
  await sentence(page, /4 cards, 2 relations, 4 drawings brought in/)
  await agree(ana, ben)
  expect((await shown(ben)).filter(({ type }) => type !== 'card').map(({ type }) => type).sort()).toEqual(['arrow', 'arrow', 'arrow', 'frame', 'geo', 'image'])
  // Its picture is on this server now.
  await ben.page.evaluate(() => void window.manyfutures!.editor.zoomToFit({ immediate: true }))
  await expect.poll(() => ben.page.locator('.tl-shape img').evaluate(img => (img as HTMLImageElement).naturalWidth)).toBe(40)
  await undo(ana)
  await agree(ana, ben)

  // By keys alone, from what was pasted into a field.
  await page.locator('.tl-container').focus()
  await press(page, /^Menu$/, 'Shift+Tab')
  await page.getByRole('menuitem', { name: 'Bring in a file or a table' }).press('Enter')
  await page.getByRole('dialog', { name: 'Bring something into this board' }).waitFor()
  await tabTo(page, /^Or paste a table/)
  await page.evaluate(() => (document.activeElement as HTMLTextAreaElement).select())
  await page.keyboard.insertText('{"nodes":[{"id":"1","type":"text","text":"Driver: tides turn","x":0,"y":0,"width":250,"height":60},{"id":"2","type":"text","text":"Boats move","x":400,"y":0,"width":250,"height":60}],"edges":[{"fromNode":"1","toNode":"2","label":"leads to"}]}')
  await press(page, /^Read what was pasted/)
  await page.getByRole('dialog', { name: /as a part of this board/ }).waitFor()
  await press(page, /^Bring it in/)
  await sentence(page, /2 cards, 1 relation brought in/)
  expect((await shown(ana)).filter(({ type, id }) => type === 'card' && id !== 'mine').sort((a, b) => a.x - b.x)).toMatchObject([{ kind: 'driver', text: 'tides turn' }, { kind: 'note', text: 'Boats move' }])
  await undo(ana)
  await saved(page)
})

test('[X8] what is refused, cancelled or cut off leaves the board as it was, and says why', async () => {
  const board = await makeBoard(scene.server.url, { title: 'Ours' })
  const ana = await someone(board, 'Ana', { sector: '' })
  const { page } = ana
  await putCard(ana, 'mine', { text: 'Was here first' })
  await saved(page)
  const before = await page.evaluate(() => JSON.stringify(window.manyfutures!.snapshot().board))
  for (const [sent, said] of [
    [file('board.json', png()), /“board\.json” is a PNG picture/],
    [file('cut.json', example.slice(0, 900)), /“cut\.json” is not a board file.*breaks off/],
    [file('wrong.json', example.replace(/"x": -?\d+/, '"x": "far"')), /does not hold together at \w+\[0\]\.x/],
    [file('newer.tldr', JSON.stringify({ tldrawFileFormatVersion: 9, schema: {}, records: [] })), /version 9; this version of Manyfutures reads version 1/],
    [file('empty.csv', '\n\n', 'text/csv'), /“empty\.csv” is empty/],
  ] as const) {
    await drop(page, sent)
    await sentence(page, said)
  }
  // Refused by its size before a byte of it is read.
  await page.evaluate(() => {
    const huge = new File([], 'huge.json', { type: 'application/json' })
    Object.defineProperty(huge, 'size', { value: 200_000_000 })
    huge.arrayBuffer = () => Promise.reject(new Error('It was read all the same'))
    document.querySelector('.tl-container')!.dispatchEvent(new CustomEvent('manyfutures:bring', { detail: { name: huge.name, bytes: huge, at: { x: 0, y: 0 } } }))
  })
  await sentence(page, /“huge\.json” is 191 MB large\. This server opens files of up to 64 MB/)

  // A picture that is on its way: it can be called off, and nothing of the file is there.
  const withPictures = { ...(JSON.parse(example) as BoardFile), assets: [{ id: 'one', type: 'image/png', data: dataOf(png(30, 30, 3)) }] }
  withPictures.drawings = [{ id: 'asset:one', type: 'asset', kind: 'image', props: { src: 'asset:one', w: 30, h: 30, name: '', mimeType: 'image/png', isAnimated: false } }, { id: 'i', type: 'image', x: 0, y: -200, props: { assetId: 'asset:one', w: 30, h: 30 } }]
  let stuck = 0
  await page.route('**/assets', () => void stuck++)
  await drop(page, file('pictures.json', JSON.stringify(withPictures)))
  const dialog = page.getByRole('dialog', { name: '“pictures.json” as a part of this board' })
  await dialog.getByText('Sending picture 1 of 1 …').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.screenshot({ path: join(pictures, 'bringing-in.png') })
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(stuck).toBe(1)
  // A server that has no room for it says so, and again nothing is there.
  await page.unroute('**/assets')
  await page.route('**/assets', route => route.fulfill({ status: 413, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: 'No room', status: 413, detail: 'The pictures of this board would take too much.' }) }))
  await drop(page, file('pictures.json', JSON.stringify(withPictures)))
  await sentence(page, 'The pictures of this board would take too much.')
  await page.unroute('**/assets')
  expect(await page.evaluate(() => JSON.stringify(window.manyfutures!.snapshot().board))).toBe(before)
  // Chromium writes down that the refused request was refused.
  ana.complaints.splice(0, ana.complaints.length, ...ana.complaints.filter(each => !/status of 413/.test(each)))
})

test('[F22] a table becomes cards by what its columns are said to hold: a file as a new board by keys alone, a paste in place of what it made', async () => {
  const ana = await visitor(scene.browser, { colorScheme: 'dark' })
  people.push(ana)
  const { page } = ana
  await page.goto(scene.server.url)
  const csv = Buffer.from('Idea;Sort;Year;Remark\n"Überfluß; für alle";Signal;2031;x\nZwei;Driver;bald;y\n;;;\n', 'latin1')
  await choose(page, 'Open a file', { name: 'ideen.csv', type: 'text/csv', bytes: csv })
  const dialog = page.getByRole('dialog', { name: 'Cards from “ideen.csv”' })
  await dialog.getByText(/not written in UTF-8.*Windows-1252/).waitFor()
  await dialog.getByText('Überfluß; für alle').first().waitFor()
  await tabTo(page, /^The first row names the columns/)
  await page.keyboard.press('Space')
  // What nobody can guess is said: a choice is made by its letters, as in any list.
  for (const [column, letters, becomes] of [['Sort', 'Kind', 'kind'], ['Year', 'When', 'field date'], ['Remark', 'Left', 'nothing']] as const) {
    await tabTo(page, new RegExp(`^What “${column}” becomes`))
    await page.keyboard.type(letters)
    await expect.poll(() => dialog.getByLabel(`What “${column}” becomes`).inputValue()).toBe(becomes)
  }
  await dialog.getByText(/^Year: 1 cell cannot be read as that, such as “bald” in row 3/).waitFor()
  await dialog.getByText('2 cards.').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.screenshot({ path: join(pictures, 'columns-of-a-table.png') })
  await press(page, /^Make 2 cards/)
  await page.waitForURL(/\/boards\//)
  await comeIn(page, 'Ana')
  await saved(page)
  const made = (await shown(ana)).sort((a, b) => (a.text! < b.text! ? 1 : -1))
  expect(made.map(({ text, kind }) => [text, kind])).toEqual([['Überfluß; für alle\nYear: 2031', 'signal'], ['Zwei\nYear: bald', 'driver']])

  // The same on the board: a table that was pasted is there at once, and can be taken otherwise afterwards, in one step.
  await paste(page, 'Near\tFar\nOne\tTwo')
  await sentence(page, '4 cards made. Ctrl Z takes them back.')
  expect(await count(ana)).toBe(6)
  await page.getByRole('button', { name: 'Say what the columns hold' }).click()
  const columns = page.getByRole('dialog', { name: 'Cards from “the pasted table”' })
  await columns.getByLabel('The first row names the columns').check()
  await columns.getByText('Far: Two').waitFor()
  await columns.getByLabel('Kind of cards, where no column says').selectOption('Vision')
  await columns.getByRole('button', { name: 'Make 1 card' }).click()
  await sentence(page, '1 card made. Ctrl Z takes it back.')
  expect((await shown(ana)).filter(({ kind }) => kind === 'vision').map(({ text }) => text)).toEqual(['One\nFar: Two'])
  expect(await count(ana)).toBe(3)
  await undo(ana)
  expect(await count(ana)).toBe(6)
  await undo(ana)
  expect(await count(ana)).toBe(2)

  // No card is higher than the room that is kept for one where cards are laid out without a screen.
  await page.evaluate(kind => {
    const { editor } = window.manyfutures!
    editor.createShapes(kind.map((name, i) => ({ id: `shape:long${i}` as never, type: 'card' as const, x: i * 300, y: 2_000, props: { kind: name, text: 'Verylongwords '.repeat(300), fields: { date: '2031', actor: 'Somebody', seen: '2031' } } })))
  }, Object.keys(kinds))
  expect(Math.max(...(await shown(ana)).filter(({ id }) => id.startsWith('long')).map(({ h }) => h))).toBe(highest)
})

test('[X9] the board, a structure and a selection leave as pictures that look like the map, and as a page of paper; light, with their own letters', async () => {
  const board = await makeBoard(scene.server.url, { template: 'example' })
  const ana = await someone(board, 'Ana', { colorScheme: 'dark' })
  const { page } = ana
  const keep = async (set: (form: ReturnType<Page['getByRole']>) => Promise<void>): Promise<Download> => {
    await menu(page, 'Save as a picture or PDF')
    const form = page.getByRole('dialog', { name: 'Save as a picture or PDF' })
    await form.waitFor()
    await set(form)
    const [download] = await Promise.all([page.waitForEvent('download'), form.getByRole('button', { name: 'Save' }).click()])
    await form.waitFor({ state: 'detached' })
    return download
  }
  /** Colours of a PNG at points of it, and its size. */
  const look = async (download: Download, points: readonly (readonly [number, number])[]) =>
    page.evaluate(
      async ([base64, at]) => {
        const image = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))], { type: 'image/png' }))
        const context = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height }).getContext('2d')!
        context.drawImage(image, 0, 0)
        return { w: image.width, h: image.height, colours: at.map(([x, y]) => `#${[...context.getImageData(x, y, 1, 1).data.slice(0, 3)].map(part => part.toString(16).padStart(2, '0')).join('')}`.toUpperCase()) }
      },
      [readFileSync(await download.path()).toString('base64'), points] as const,
    )

  const all = await shown(ana)
  const [left, top] = [Math.min(...all.map(({ x }) => x)) - 64, Math.min(...all.map(({ y }) => y)) - 64]
  const [right, bottom] = [Math.max(...all.map(({ x, w }) => x + w)) + 64, Math.max(...all.map(({ y, h }) => y + h)) + 64]
  // A card's band is its kind's own colour: as many points as there are cards say whether each stands where it does on the map.
  const cards = all.filter(({ type, kind, h }) => type === 'card' && kind !== 'vision' && h < 240)
  const whole = await keep(async form => {
    await form.getByLabel('Title and date below it').uncheck()
    await form.getByLabel('Size').selectOption({ index: 0 })
    expect(await barriers(page)).toEqual([])
    await page.screenshot({ path: join(pictures, 'save-as-a-picture.png') })
  })
  expect(whole.suggestedFilename()).toBe('Example board.png')
  const seen = await look(whole, [[2, 2], ...cards.map(({ x, y, h }) => [Math.round(x - left + 24), Math.round(y - top + h / 2 + 14)] as const)])
  expect([seen.w, seen.h]).toEqual([Math.floor(right - left), Math.floor(bottom - top)])
  expect(seen.colours[0]).toBe('#FAFBF8')
  const bands = cards.map(({ kind }) => kinds[kind as keyof typeof kinds].color[0].toUpperCase())
  expect(seen.colours.slice(1)).toEqual(bands)

  const wheel = await keep(async form => {
    await form.getByLabel('What').selectOption('Wheel')
  })
  const one = all.find(({ type }) => type === 'wheel')!
  expect(await look(wheel, [])).toMatchObject({ w: Math.floor(2 * (one.w + 128)) })
  await wheel.saveAs(join(pictures, 'wheel-as-a-picture.png'))

  await page.evaluate(() => void window.manyfutures!.editor.select(...window.manyfutures!.editor.getCurrentPageShapes().filter(shape => shape.type === 'card').slice(0, 2).map(({ id }) => id)))
  const page3 = await keep(async form => {
    expect(await form.getByLabel('What').inputValue()).toBe('selected')
    await form.getByLabel('What').selectOption('The whole board')
    await form.getByLabel('PDF page').check()
    await form.getByLabel(/Paper/).selectOption('A3')
  })
  expect(page3.suggestedFilename()).toBe('Example board.pdf')
  const pdf = readFileSync(await page3.path(), 'latin1')
  expect(pdf.slice(0, 5)).toBe('%PDF-')
  // 300 dots an inch over 404 mm, in strips that make up the whole height.
  const strips = [...pdf.matchAll(/\/Width (\d+)\s*\/Height (\d+)/g)].map(([, w, h]) => [Number(w), Number(h)] as const)
  const captioned = (bottom - top + 56 * Math.min(8, (right - left) / 1_600)) / (right - left)
  expect(strips.every(([w]) => w === Math.round((404 / 25.4) * 300))).toBe(true)
  expect(strips.reduce((sum, [, h]) => sum + h, 0)).toBe(Math.round((404 / 25.4) * 300 * captioned))

  // Whoever may only watch may keep a picture too.
  const observer = await someone(board, 'Eve', { role: 'observer' })
  await menu(observer.page, 'Save as a picture or PDF')
  await observer.page.getByRole('dialog', { name: 'Save as a picture or PDF' }).waitFor()
})
