import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { recordsOf } from '../../shared/board.ts'
import { cast } from '../support/cast.ts'
import { stockClient } from '../support/client.ts'
import { png, sha256, svg } from '../support/pictures.ts'
import { call, joinAs, type MadeBoard, makeBoard } from '../support/server.ts'
import { pictures, stage } from '../support/stage.ts'
import { agree, away, back, boardIsOpen, comeIn, redo, saved, undo, type Visitor } from '../support/visitor.ts'

/* Pictures by a real clipboard, a real chooser, and files let go over the map. */

const scene = stage()
const { someone: comes } = cast(scene)

const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] }

async function someone(board: MadeBoard, name: string, options: object = {}): Promise<Visitor> {
  const person = await comes(board, name, { ...clipboard, ...options })
  await person.page.evaluate(() => void window.manyfutures!.editor.setCamera({ x: 0, y: 0, z: 1 }, { immediate: true }))
  return person
}

interface Sent {
  readonly name: string
  readonly type: string
  readonly bytes: Buffer
}
const inPage = (files: readonly Sent[]) => files.map(({ bytes, ...rest }) => ({ ...rest, base64: bytes.toString('base64') }))

/** Lets files go over a point of the screen, as whoever drags them from a folder does. */
const drop = (page: Page, at: { x: number; y: number }, ...files: Sent[]) =>
  page.evaluate(
    ([given, x, y]) => {
      const dataTransfer = new DataTransfer()
      for (const { name, type, base64 } of given) dataTransfer.items.add(new File([Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))], name, { type }))
      document.querySelector('.tl-canvas')!.dispatchEvent(new DragEvent('drop', { dataTransfer, clientX: x, clientY: y, bubbles: true, cancelable: true }))
    },
    [inPage(files), at.x, at.y] as const,
  )

const copyPicture = (page: Page, bytes: Buffer) =>
  page.evaluate(base64 => {
    const blob = new Blob([Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))], { type: 'image/png' })
    return navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })])
  }, bytes.toString('base64'))

/** Pictures as they stand on somebody's map, from left to right. */
const shown = ({ page }: Visitor) =>
  page.evaluate(() => {
    const { editor } = window.manyfutures!
    const images = editor.getCurrentPageShapes().flatMap(shape => (shape.type === 'image' ? [{ shape, bounds: editor.getShapePageBounds(shape)! }] : []))
    return images
      .sort((a, b) => a.bounds.x - b.bounds.x)
      .map(({ shape, bounds: { x, y, w, h } }) => ({ asset: shape.props.assetId, x, y, w, h, drawn: document.querySelector<HTMLImageElement>(`[data-shape-id="${shape.id}"] img`)?.naturalWidth ?? 0 }))
  })

/** Resolves once somebody sees as many pictures, each drawn. */
const sees = (person: Visitor, count: number) => expect.poll(async () => (await shown(person)).map(({ drawn }) => drawn > 0), { timeout: 15_000 }).toEqual(Array.from({ length: count }, () => true))

const sentence = (page: Page, text: RegExp | string) => page.getByRole('status').getByText(text).waitFor()

const photo: Sent = { name: 'Photo of Ana.png', type: 'image/png', bytes: png(1_200, 800, 90) }
const drawing: Sent = { name: 'drawing.svg', type: 'image/svg+xml', bytes: svg() }
const paper: Sent = { name: 'plan.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.7') }

test('[A5] dropped pictures stand side by side where they were let go, for both; undo, redo and a reload keep them whole', async () => {
  const board = await makeBoard(scene.server.url)
  const [ana, ben] = [await someone(board, 'Ana'), await someone(board, 'Ben')]
  await drop(ana.page, { x: 700, y: 400 }, photo, paper, drawing)
  await sentence(ana.page, /2 pictures added\. “plan\.pdf” is no picture that a board can show; PNG, JPEG/)
  await sees(ana, 2)
  await agree(ana, ben)
  await sees(ben, 2)

  const [first, second] = await shown(ben)
  expect([first!.w, first!.h, second!.w, second!.h]).toEqual([600, 400, 40, 20])
  expect(second!.x - (first!.x + first!.w)).toBe(24)
  const middle = await ana.page.evaluate(() => window.manyfutures!.editor.screenToPage({ x: 700, y: 400 }).toJson())
  expect(first!.x + (second!.x + second!.w - first!.x) / 2).toBeCloseTo(middle.x, 0)
  expect(first!.y + first!.h / 2).toBeCloseTo(middle.y, 0)
  await ana.page.screenshot({ path: join(pictures, 'pictures-on-a-board.png') })

  // The name of a file may be somebody's; it stays where the file is.
  const { ticket } = await joinAs(scene.server.url, board, 'observer', 'Eve')
  const file = JSON.stringify((await call(scene.server.url, `/api/boards/${board.id}/export`, undefined, ticket)).body)
  expect(file).toContain(photo.bytes.toString('base64'))
  expect(file).not.toContain('Photo of Ana')

  await undo(ana)
  await agree(ana, ben)
  await sees(ben, 0)
  await redo(ana)
  await agree(ana, ben)
  await sees(ben, 2)
  await ana.page.reload()
  await boardIsOpen(ana.page)
  await sees(ana, 2)
  expect(await ana.page.evaluate(() => window.manyfutures!.editor.getCurrentPageShapes().length)).toBe(2)
})

test('[A5] a pasted picture is there for both, and the same one pasted twice is sent and kept once', async () => {
  const board = await makeBoard(scene.server.url)
  const [ana, ben] = [await someone(board, 'Ana'), await someone(board, 'Ben')]
  await ana.page.bringToFront()
  for (const count of [1, 2]) {
    await copyPicture(ana.page, png(50, 30, 120))
    await ana.page.locator('.tl-container').focus()
    await ana.page.keyboard.press('Control+v')
    await sentence(ana.page, 'Picture added.')
    await sees(ana, count)
  }
  await agree(ana, ben)
  await sees(ben, 2)
  const assets = (await shown(ben)).map(({ asset }) => asset)
  expect(assets[0]).toMatch(/^asset:[0-9a-f]{64}$/)
  expect(assets[1]).toBe(assets[0])
})

test('[A5] pictures are chosen and described by keys alone, too', async () => {
  const board = await makeBoard(scene.server.url)
  const ana = await someone(board, 'Ana')
  const button = ana.page.getByRole('navigation', { name: 'Palette' }).getByRole('button', { name: 'Picture' })
  // Asked for first: what is pressed at once would come before the browser listens.
  const chooser = ana.page.waitForEvent('filechooser')
  await button.focus()
  await ana.page.keyboard.press('Enter')
  await (await chooser).setFiles({ name: photo.name, mimeType: photo.type, buffer: photo.bytes })
  await sees(ana, 1)
  // What it shows can be said in words, for whoever hears the board.
  const words = ana.page.getByRole('complementary', { name: 'Picture' }).getByLabel('What it shows, for those who cannot see it')
  await words.fill('A dam, half built')
  await words.press('Enter')
  await saved(ana.page)
  const ben = await someone(board, 'Ben')
  await sees(ben, 1)
  expect(await ben.page.locator('.tl-shape img').getAttribute('alt')).toBe('A dam, half built')
})

test('[A5] copied to another board a picture goes along', async () => {
  const ana = await someone(await makeBoard(scene.server.url), 'Ana')
  const { page } = ana
  await drop(page, { x: 700, y: 400 }, photo)
  await sees(ana, 1)
  await saved(page)
  await page.locator('.tl-container').focus()
  await page.evaluate(() => navigator.clipboard.writeText('nothing yet'))
  await page.keyboard.press('Control+c')
  await page.waitForFunction(async () => (await navigator.clipboard.readText()) !== 'nothing yet')

  const board = await makeBoard(scene.server.url)
  const other = await page.context().newPage()
  other.on('request', request => ana.requests.push(request.url()))
  await other.goto(board.links.participant)
  await comeIn(other, 'Anna', 'Industry')
  await other.bringToFront()
  await other.locator('.tl-container').focus()
  await other.keyboard.press('Control+v')
  await sees({ ...ana, page: other }, 1)
  await saved(other)
  const ben = await someone(board, 'Ben')
  await sees(ben, 1)
})

test('[A5] while the server cannot be reached, and where it refuses, nothing is half there and a sentence says so', async () => {
  const board = await makeBoard(scene.server.url)
  const ana = await someone(board, 'Ana')
  const { page } = ana
  await away(ana)
  await drop(page, { x: 700, y: 400 }, photo)
  await sentence(page, 'Pictures can be added once the server is reached again. Nothing was added.')
  await back(ana)
  await drop(page, { x: 700, y: 400 }, { ...photo, name: 'broken.png', bytes: Buffer.from('not a picture') })
  await sentence(page, 'It cannot be shown: it may be damaged.')
  await page.route('**/assets', route => route.fulfill({ status: 413, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: 'Too large', status: 413, detail: 'This picture is larger than 25 MB.' }) }))
  await drop(page, { x: 700, y: 400 }, photo)
  await sentence(page, 'This picture is larger than 25 MB.')
  await page.unroute('**/assets')
  await page.route('**/assets', route => route.abort())
  await drop(page, { x: 700, y: 400 }, photo, drawing)
  await sentence(page, /“Photo of Ana\.png” was not added\. The server cannot be reached.*“drawing\.svg” was not added/)
  expect(await page.evaluate(() => window.manyfutures!.board.store.allRecords().filter(({ typeName }) => typeName === 'asset' || typeName === 'shape').length)).toBe(0)
  // Chromium complains of each answer that is no success, and tldraw of the damaged picture.
  ana.complaints.splice(0, Infinity, ...ana.complaints.filter(text => !text.startsWith('Failed to load resource') && text !== 'Event'))
})

test('[A5] who may only watch sees pictures and is offered none', async () => {
  const board = await makeBoard(scene.server.url)
  const [ana, eve] = [await someone(board, 'Ana'), await someone(board, 'Eve', { role: 'observer' })]
  await drop(ana.page, { x: 700, y: 400 }, photo)
  await sees(eve, 1)
  expect(await eve.page.getByRole('button', { name: 'Picture' }).count()).toBe(0)
  await drop(eve.page, { x: 300, y: 300 }, drawing)
  await copyPicture(eve.page, drawing.bytes).catch(() => undefined) // What an SVG is as a PNG may be refused; the key counts.
  await eve.page.keyboard.press('Control+v')
  await drop(ana.page, { x: 300, y: 300 }, { ...photo, bytes: png(7, 7, 7) })
  await sees(eve, 2)
  expect(eve.requests.filter(url => url.endsWith('/assets'))).toEqual([])
})

test('[A5] a peer cannot make anybody load a picture from elsewhere, or from inside the board', async () => {
  const board = await makeBoard(scene.server.url)
  const ana = await someone(board, 'Ana')
  const mallory = stockClient(scene.server.url, board.id, (await joinAs(scene.server.url, board, 'participant', 'Mallory')).ticket)
  await mallory.synced()
  const hash = sha256(Buffer.from('nowhere'))
  const sources = ['https://evil.example/pixel.png', '//evil.example/pixel.png', 'http://evil.example', `data:image/png;base64,${photo.bytes.toString('base64')}`, '/api/templates', `asset:${hash}/../../x`, 'asset:https://evil.example', 'blob:https://evil.example/x']
  const put = (records: ReturnType<typeof recordsOf>, id: string, values: Record<string, unknown>) => records.set(id, new Y.Map(Object.entries(values)))
  mallory.doc.transact(() => {
    const records = recordsOf(mallory.doc)
    for (const [i, src] of sources.entries()) {
      put(records, `asset:e${i}`, { type: 'asset', kind: 'image', 'p.src': src, 'p.w': 9, 'p.h': 9, 'p.name': '', 'p.isAnimated': i % 2 > 0, 'p.mimeType': 'image/gif' })
      put(records, `e${i}`, { type: 'image', place: ['', `a${i + 1}`, i * 120, 300, 0], 'p.assetId': `asset:e${i}` })
    }
    put(records, 'asset:b', { type: 'asset', kind: 'bookmark', 'p.src': 'https://evil.example', 'p.title': 'x', 'p.description': 'x', 'p.image': 'https://evil.example/a.png', 'p.favicon': 'https://evil.example/b.png' })
    put(records, 'b', { type: 'bookmark', place: ['', 'aZ', 0, 500, 0], 'p.assetId': 'asset:b', 'p.url': 'https://evil.example' })
    put(records, 'asset:v', { type: 'asset', kind: 'video', 'p.src': 'https://evil.example/v.mp4', 'p.w': 9, 'p.h': 9, 'p.name': '', 'p.isAnimated': true, 'p.mimeType': 'video/mp4' })
    put(records, 'v', { type: 'video', place: ['', 'aY', 400, 500, 0], 'p.assetId': 'asset:v' })
  })
  await mallory.saved()
  await ana.page.getByText(`${sources.length + 2} items cannot be drawn here. Nothing is lost.`).waitFor()
  await ana.page.waitForLoadState('networkidle')
  expect(ana.requests.filter(url => url.includes('evil') || url.includes('templates'))).toEqual([])
  mallory.leave()
})
