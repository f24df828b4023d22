import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { Role } from '../../shared/protocol.ts'
import type { MadeBoard } from './server.ts'

/** Somebody in a browser of their own. */
export interface Visitor {
  readonly page: Page
  /** What the page complained about: errors, and console errors. */
  readonly complaints: string[]
  /** Every address it asked for. */
  readonly requests: string[]
  leave(): Promise<void>
}

/**
 * The contexts of people who left, each with an empty page, by what they were made with. Whoever comes next finds no cookie and no
 * storage there, but a browser that has compiled the program before: a board opens in half the time.
 */
const vacated = new WeakMap<Browser, Map<string, { context: BrowserContext; page: Page }[]>>()

const inspects = () => sessionStorage.setItem('manyfutures:inspect', 'yes')

/** A browser context per person: in one context tabs would talk to each other past the server. */
export async function visitor(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const like = JSON.stringify(options)
  const { context, page } = vacated.get(browser)?.get(like)?.pop() ?? (await newContext(browser, options))
  const complaints: string[] = []
  const requests: string[] = []
  page.on('pageerror', error => complaints.push(String(error.stack ?? error)))
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
  page.on('request', request => requests.push(request.url()))
  page.on('websocket', socket => requests.push(socket.url()))
  const leave = async () => {
    const next = await context.newPage()
    await Promise.all(context.pages().map(each => each !== next && each.close()))
    await forget(next, originsOf(requests))
    const empty = vacated.get(browser) ?? new Map<string, { context: BrowserContext; page: Page }[]>()
    vacated.set(browser, empty.set(like, [...(empty.get(like) ?? []), { context, page: next }]))
  }
  return { page, complaints, requests, leave }
}

async function newContext(browser: Browser, options: BrowserContextOptions) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  await context.addInitScript(inspects)
  return { context, page: await context.newPage() }
}

const originsOf = (addresses: readonly string[]) => new Set(addresses.map(each => new URL(each).origin.replace(/^ws/, 'http')).filter(origin => origin !== 'null'))

/** Empties what sites have stored in a page's context; what the browser cached of their programs stays. */
async function forget(page: Page, origins: Iterable<string>): Promise<void> {
  const session = await page.context().newCDPSession(page)
  for (const origin of origins) await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'cookies,local_storage,indexeddb,service_workers,cache_storage,file_systems' })
  await session.detach()
}

/** Answers the three questions of the page before a board. */
export async function comeIn(page: Page, name: string, sector?: string): Promise<void> {
  await page.getByLabel('Your name here').fill(name)
  if (sector) await page.getByLabel(sector).check()
  await page.getByRole('button', { name: /(Join|Watch) the board/ }).click()
  await boardIsOpen(page)
}

export async function boardIsOpen(page: Page): Promise<void> {
  await page.waitForFunction(() => performance.getEntriesByName('manyfutures:interactive').length > 0 && window.manyfutures !== undefined)
}

/** Somebody who joined comes again, from a device that knows nothing of the board. */
export async function comeAnew({ page }: Visitor, url: string, board: MadeBoard): Promise<void> {
  await page.goto(url)
  await page.evaluate(async () => {
    for (const { name } of await indexedDB.databases()) await new Promise(done => (indexedDB.deleteDatabase(name!).onsuccess = done))
  })
  await page.goto(board.links.participant.replace(/#.*/, ''))
  await boardIsOpen(page)
}

/** Somebody who comes by a link and joins. */
export async function joined(browser: Browser, board: MadeBoard, name: string, { role = 'participant', sector = 'Academia', ...options }: BrowserContextOptions & { role?: Role; sector?: string } = {}): Promise<Visitor> {
  const somebody = await visitor(browser, options)
  await somebody.page.goto(board.links[role])
  await comeIn(somebody.page, name, sector)
  return somebody
}

/** Resolves once all of them hold the same board, each canvas shows it, and the server has it. */
export async function agree(...people: Visitor[]): Promise<void> {
  await Promise.all(people.map(({ page }) => saved(page)))
  for (;;) {
    const [first, ...others] = await Promise.all(people.map(({ page }) => page.evaluate(() => JSON.stringify(Object.entries(window.manyfutures!.snapshot().board).sort()))))
    if (others.every(other => other === first)) break
    await people[0]!.page.evaluate(() => new Promise(requestAnimationFrame))
  }
  await Promise.all(people.map(({ page }) => canvasShowsBoard(page)))
}

/** Resolves once the canvas shows what the board holds, but for what cannot be drawn. */
export async function canvasShowsBoard(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const { board, canvas, hidden } = window.manyfutures!.snapshot()
    const unseen = new Set(hidden.map(([id]) => id))
    const ids = new Set([...Object.keys(board), ...Object.keys(canvas)])
    return [...ids].every(id => unseen.has(id) || board[id] === canvas[id] || (canvas[id] === undefined && board[id]!.includes('"from"') && board[id]!.includes('"to"')))
  })
}

/** Resolves once the state line says that everything is on the server's disk. */
export async function saved(page: Page): Promise<void> {
  await page.evaluate(() => window.manyfutures!.board.binding.flush())
  await page.waitForFunction(() => window.manyfutures!.board.standing.get().is === 'saved')
}

/** Cuts somebody off, and lets them back. */
export const away = ({ page }: Visitor) => page.evaluate(() => window.manyfutures!.board.session.provider.disconnect())
export const back = ({ page }: Visitor) =>
  page.evaluate(
    () =>
      new Promise<void>(done => {
        const { provider } = window.manyfutures!.board.session
        provider.once('sync', () => done())
        provider.connect()
      }),
  )

/** A card's text and fields on somebody's canvas. */
export const cardOn = ({ page }: Visitor, id: string) =>
  page.evaluate(card => {
    const shape = window.manyfutures!.editor.getShape(`shape:${card}` as never) as unknown as { x: number; y: number; parentId: string; props: { text: string; kind: string; w: number; fields: Record<string, unknown> } } | undefined
    return shape && { x: shape.x, y: shape.y, parentId: shape.parentId, ...shape.props }
  }, id)

/** Puts a card down without the palette. */
export const putCard = ({ page }: Visitor, id: string, props: object = {}, place: object = { x: 100, y: 100 }) =>
  page.evaluate(
    ([card, given, where]) => {
      const { editor } = window.manyfutures!
      editor.markHistoryStoppingPoint('test')
      editor.createShape({ id: `shape:${card}` as never, type: 'card', ...where, props: { kind: 'note', text: '', w: 200, h: 88, fields: {}, ...given } } as never)
    },
    [id, props, place] as const,
  )

/** Changes a shape as one step of undo. */
export const change = ({ page }: Visitor, id: string, partial: object) =>
  page.evaluate(
    ([shape, given]) => {
      const { editor } = window.manyfutures!
      editor.markHistoryStoppingPoint('test')
      const known = editor.getShape(`shape:${shape}` as never)!
      editor.updateShape({ id: known.id, type: known.type, ...given } as never)
    },
    [id, partial] as const,
  )

export const undo = ({ page }: Visitor) => page.evaluate(() => void window.manyfutures!.editor.undo())
export const redo = ({ page }: Visitor) => page.evaluate(() => void window.manyfutures!.editor.redo())
export const remove = ({ page }: Visitor, id: string) =>
  page.evaluate(shape => {
    const { editor } = window.manyfutures!
    editor.markHistoryStoppingPoint('test')
    editor.deleteShape(`shape:${shape}` as never)
  }, id)

/** Draws a relation between two cards. */
export const relate = ({ page }: Visitor, id: string, from: string, to: string) =>
  page.evaluate(
    ([arrow, a, b]) => {
      const { editor } = window.manyfutures!
      editor.markHistoryStoppingPoint('test')
      editor.run(() => {
        editor.createShape({ id: `shape:${arrow}` as never, type: 'arrow' })
        editor.createBindings([
          { fromId: `shape:${arrow}` as never, toId: `shape:${a}` as never, type: 'arrow', props: { terminal: 'start' } },
          { fromId: `shape:${arrow}` as never, toId: `shape:${b}` as never, type: 'arrow', props: { terminal: 'end' } },
        ])
      })
    },
    [id, from, to] as const,
  )

/** Begins to write on a card, as a double click does. */
export async function writeOn({ page }: Visitor, id: string): Promise<void> {
  await page.evaluate(card => window.manyfutures!.board.commands.edit(card as never), id)
  await page.waitForFunction(() => document.activeElement instanceof HTMLTextAreaElement)
}

/** Takes the board away as a board file, by the menu. */
export async function takeBoardFile(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('menuitem', { name: 'Export' }).click()
  await page.getByRole('dialog', { name: 'Export' }).getByRole('button', { name: /^Board file/ }).click()
}
