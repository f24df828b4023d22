import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page, Route } from 'playwright-core'
import { expect, test } from 'vitest'
import { cast } from '../support/cast.ts'
import { makeBoard } from '../support/server.ts'
import { pictures, stage } from '../support/stage.ts'
import { boardIsOpen, comeIn, putCard, relate, saved, visitor, type Visitor } from '../support/visitor.ts'

/* Parts of the page that do not come: no connection, a server that was brought up to date meanwhile, something in between that answers. */

const on = stage()
const { someone, people } = cast(on, /Failed to load resource|Failed to fetch dynamically|Unable to preload|could not be loaded|Made to throw|Cannot read properties|is not iterable|is not a function|Minified React error|MIME type|error loading dynamically|NotLoaded/)

const dist = join(import.meta.dirname, '../../dist')
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8')) as Record<string, { file: string; css?: string[] }>
const fileOf = (source: string): string => manifest[source]!.file

/** What a file of a part comes to. */
const faults = {
  gone: (route: Route) => route.fulfill({ status: 404, contentType: 'application/problem+json', body: '{"title":"Nothing here"}' }),
  cut: (route: Route) => route.abort('internetdisconnected'),
  'another page': (route: Route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<!doctype html><title>Sign in to the hotel</title>' }),
} as const

/** Keeps some files from the page until told to stop. */
async function without(page: Page, files: readonly string[], fault: keyof typeof faults): Promise<() => Promise<void>> {
  const wanted = (url: URL) => files.some(file => url.pathname === `/${file}`)
  await page.route(wanted, route => faults[fault](route))
  return () => page.unroute(wanted)
}

const menu = (entry: string) => async (page: Page) => {
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('menuitem', { name: entry, exact: true }).click()
}
const chosen = (...ids: string[]) => (page: Page) => page.evaluate(all => void window.manyfutures!.editor.select(...(all.map(id => `shape:${id}`) as never[])), ids)

interface Member {
  readonly source: string
  readonly open: (page: Page) => Promise<void>
  /** What is there once it came. */
  readonly there: (page: Page) => ReturnType<Page['getByRole']>
  /** How it goes, where not by Escape. */
  readonly shut?: (page: Page) => Promise<void>
}

const dialog = (name: string) => (page: Page) => page.getByRole('dialog', { name })
const members: Readonly<Record<string, Member>> = {
  Export: { source: 'board/ExportFor.tsx', open: menu('Export'), there: page => dialog('Export')(page).getByRole('button', { name: /^Board file/ }) },
  Picture: { source: 'board/PictureFor.tsx', open: menu('Save as a picture or PDF'), there: page => page.getByRole('radio', { name: /PDF/ }) },
  'Bringing in': { source: 'board/BringIn.tsx', open: menu('Bring in a file or a table'), there: page => page.getByRole('button', { name: /Choose a file/ }) },
  'About this board': { source: 'board/Sheets.tsx', open: menu('About this board'), there: page => page.getByRole('textbox', { name: 'Title' }) },
  Checks: { source: 'board/ChecksFor.tsx', open: page => page.getByRole('button', { name: 'Checks' }).click(), there: page => page.getByRole('complementary', { name: 'Checks' }), shut: page => page.getByRole('button', { name: 'Checks', exact: true }).click() },
  Panel: { source: 'board/Panels.tsx', open: chosen('c1'), there: page => page.getByRole('textbox', { name: 'Text' }), shut: chosen() },
  Removing: {
    source: 'board/RemoveFor.tsx',
    open: async page => {
      await page.evaluate(() => {
        const { editor } = window.manyfutures!
        editor.createShape({ id: 'shape:w' as never, type: 'grid', x: 500, y: 500, props: { w: 600, h: 300, fields: {} }, meta: { by: 'somebody' } } as never)
        editor.createShape({ id: 'shape:k' as never, type: 'card', parentId: 'shape:w' as never, x: 10, y: 60 })
        editor.select('shape:w' as never)
        editor.deleteShapes(editor.getSelectedShapeIds())
      })
    },
    there: page => page.getByRole('button', { name: /^Remove the grid/ }),
  },
}

test('[R80] a part that does not come says so in its place, keeps the board and what is unsent, and comes with the next try', async () => {
  const board = await makeBoard(on.server.url)
  const ana = await visitor(on.browser)
  people.push(ana)
  const { page } = ana
  const backs = new Map<string, () => Promise<void>>()
  for (const [name, { source }] of Object.entries(members)) backs.set(name, await without(page, [fileOf(source)], 'cut'))
  await page.goto(board.links.participant)
  await comeIn(page, 'Ana')
  await putCard(ana, 'c1', { text: 'one' })
  const alert = page.getByRole('alert').filter({ hasText: 'This part could not be loaded' })
  for (const [name, { open, there, shut = () => page.keyboard.press('Escape') }] of Object.entries(members)) {
    const failed = (what: string) => () => expect.fail(`${name}: ${what}`)
    await open(page)
    await alert.getByText(/Check your connection/).waitFor({ timeout: 10_000 }).catch(failed('nothing was said'))
    expect([name, await there(page).count()]).toEqual([name, 0])
    if (name === 'Export' || name === 'Checks') await page.screenshot({ path: join(pictures, `part-missing-${name.toLowerCase()}.png`) })
    await putCard(ana, `more-${members[name]!.source.slice(6, 9)}`, { text: 'still here' }, { x: 500, y: 100 })
    // In vain once more.
    await alert.getByRole('button', { name: 'Try again' }).click()
    await alert.waitFor()
    await backs.get(name)?.()
    await alert.getByRole('button', { name: 'Try again' }).click()
    await there(page).first().waitFor({ timeout: 10_000 }).catch(failed('it did not come'))
    expect([name, await alert.count()]).toEqual([name, 0])
    await shut(page)
    await there(page).first().waitFor({ state: 'detached', timeout: 10_000 }).catch(failed('it did not go'))
  }
  await saved(page)
})

/** Somebody on a board whose page lacks some files, until they are back. */
async function comesWithout(link: string, files: readonly string[], fault: keyof typeof faults = 'cut'): Promise<Visitor & { back(): Promise<void> }> {
  const ana = await visitor(on.browser)
  people.push(ana)
  const back = await without(ana.page, files, fault)
  await ana.page.goto(link)
  await comeIn(ana.page, 'Ana')
  return { ...ana, back }
}

test('[R80] whatever comes in a part’s place, and where only its style sheet is missing, it is said, and the part looks right later', async () => {
  const board = await makeBoard(on.server.url)
  const { source, open, there } = members['Export']!
  const styles = manifest[source]!.css!
  // What several parts share does not come either.
  const shared = Object.entries(manifest).flatMap(([name, { file }]) => (name.startsWith('_Sheet-') && file.endsWith('.js') ? [file] : []))
  expect(shared).toHaveLength(1)
  for (const [fault, files] of [['gone', styles], ['cut', shared], ['another page', [fileOf(source)]]] as const) {
    const ana = await comesWithout(board.links.participant, files, fault)
    await open(ana.page)
    const alert = ana.page.getByRole('alert').filter({ hasText: 'This part could not be loaded' })
    await alert.waitFor()
    // Closed and opened again, without “Try again”.
    await alert.getByRole('button', { name: 'Close' }).click()
    await alert.waitFor({ state: 'detached' })
    await ana.back()
    await open(ana.page)
    await there(ana.page).waitFor()
    expect(await ana.page.evaluate(names => names.every(name => [...document.styleSheets].some(({ href }) => href?.endsWith(name))), styles)).toBe(true)
  }
})

test('[R80] the first page, a board, its report and its drawing say so too, and are there with the next try', async () => {
  const board = await makeBoard(on.server.url)
  const ana = await visitor(on.browser)
  people.push(ana)
  const { page } = ana
  const back = await without(page, ['home/OpenFile.tsx', 'board/BoardPage.tsx', 'report/ReportPage.tsx', 'board/MapFor.tsx'].map(fileOf), 'gone')
  await page.goto(on.server.url)
  const file = { name: 'cards.csv', mimeType: 'text/csv', buffer: Buffer.from('text,kind\none,note\n') }
  await page.locator('input[type=file]').setInputFiles(file)
  const alert = page.getByRole('alert').filter({ hasText: 'This part could not be loaded' })
  await alert.waitFor()
  await alert.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('heading', { name: 'What could follow?' }).waitFor()

  await page.goto(board.links.facilitator.replace('#', '/report#'))
  await page.getByLabel('Your name here').fill('Ana')
  await page.getByRole('button', { name: 'Join the board' }).click()
  const whole = page.getByRole('alert').filter({ hasText: 'This page could not be loaded' })
  await whole.waitFor()
  await page.screenshot({ path: join(pictures, 'page-missing.png') })
  await page.goto(`${on.server.url}/boards/${board.id}`)
  await whole.waitFor()
  await back()
  await page.getByRole('button', { name: 'Try again' }).click()
  await boardIsOpen(page)
  await page.goto(`${on.server.url}/boards/${board.id}/report`)
  await page.getByRole('heading', { name: 'To cite this board' }).waitFor()
})

test('[R80] a thread or a PDF that does not come is a sentence, and works with the next try', async () => {
  const board = await makeBoard(on.server.url)
  const worker = /assets\/worker-[\w-]+\.js/.exec(readFileSync(join(dist, fileOf('home/OpenFile.tsx')), 'utf8') + readFileSync(join(dist, Object.values(manifest).find(({ file }) => file.includes('ImportFlow'))!.file), 'utf8'))![0]
  const ana = await comesWithout(board.links.participant, [worker, fileOf('canvas/pdf.ts')], 'gone')
  const { page } = ana
  await putCard(ana, 'c1', { text: 'one' })
  const sentence = page.getByText('This part could not be loaded. Check your connection and try again.')
  const bring = async () => {
    await menu('Bring in a file or a table')(page)
    await page.locator('input[type=file]').last().setInputFiles({ name: 'cards.csv', mimeType: 'text/csv', buffer: Buffer.from('text,kind\none,note\n') })
  }
  await bring()
  await sentence.waitFor()
  await menu('Save as a picture or PDF')(page)
  const picture = async () => {
    await page.getByRole('radio', { name: /PDF/ }).check()
    await page.getByRole('button', { name: /^Save/ }).click()
  }
  await picture()
  await page.getByRole('dialog').getByText('This part could not be loaded.').waitFor()
  await ana.back()
  const download = page.waitForEvent('download')
  await picture()
  await download
  await bring()
  await page.getByRole('dialog', { name: /^Cards from/ }).waitFor()
})

test('[R81] a server that was brought up to date is seen when it is there again: the page goes on, and is loaded again once nothing would be lost', async () => {
  const board = await makeBoard(on.server.url)
  const ana = await someone(board, 'Ana')
  const { page } = ana
  const cutOff = () => page.evaluate(() => window.manyfutures!.board.session.provider.disconnect())
  const comeBack = () => page.evaluate(() => window.manyfutures!.board.session.provider.connect())
  const notice = page.getByRole('status').filter({ hasText: 'The server has a newer version of Manyfutures.' })
  let asked = 0
  let newer = false
  await page.route(url => url.pathname === '/', async route => {
    asked++
    const response = await route.fetch()
    const text = await response.text()
    await route.fulfill({ response, body: newer ? text.replace(/assets\/index-[\w-]+\.js/, 'assets/index-ofTomorrow.js') : text })
  })
  await saved(page)
  for (newer of [false, true]) {
    const before = asked
    await cutOff()
    await page.waitForFunction(() => window.manyfutures!.board.standing.get().is === 'offline')
    await putCard(ana, `c${newer}`, { text: 'unsent' })
    await comeBack()
    await saved(page)
    await expect.poll(() => asked).toBeGreaterThan(before)
    if (!newer) expect(await notice.count()).toBe(0)
  }
  await notice.waitFor()
  await page.screenshot({ path: join(pictures, 'newer-version.png') })
  // A part of the old version is gone from the server.
  const back = await without(page, [fileOf('board/ExportFor.tsx')], 'gone')
  await menu('Export')(page)
  const gone = page.getByRole('alert').filter({ hasText: 'this part of the old one is gone' })
  await gone.getByRole('button', { name: 'Load the page again' }).waitFor()
  await page.screenshot({ path: join(pictures, 'part-of-old-version.png') })
  await page.keyboard.press('Escape')
  await gone.waitFor({ state: 'detached' })
  await back()
  // What is unsent holds it back.
  await cutOff()
  await putCard(ana, 'c3', { text: 'unsent' })
  await page.evaluate(() => window.manyfutures!.board.binding.flush())
  const reload = notice.getByRole('button', { name: 'Load the page again' })
  await expect.poll(() => reload.isDisabled()).toBe(true)
  await comeBack()
  await saved(page)
  await expect.poll(() => reload.isDisabled()).toBe(false)
  newer = false
  await reload.click()
  await boardIsOpen(page)
  await page.waitForFunction(() => window.manyfutures!.board.model.allCards().length === 3)
  expect(await notice.count()).toBe(0)
})

test('[R82] a panel or a bar that throws says so in its place, can be tried again, and copies a report without a word of the board', async () => {
  const board = await makeBoard(on.server.url)
  const ana = await someone(board, 'Ana', { permissions: ['clipboard-read', 'clipboard-write'] })
  const { page } = ana
  const secret = 'Our secret merger with Ms Miller'
  await putCard(ana, 'c1', { text: secret })
  await putCard(ana, 'c2', { text: 'two' }, { x: 500, y: 100 })
  await relate(ana, 'r', 'c1', 'c2')
  await saved(page)
  await page.evaluate(text => {
    const { model } = window.manyfutures!.board
    const { allRelations, relationsAt } = model
    const bad = { is: true }
    Object.assign(window, { bad })
    const wrap = <F extends (...given: never[]) => unknown>(own: F) => ((...given: never[]) => {
      if (bad.is) throw new TypeError(`Made to throw: Expected string, got "${text}" at ${location.origin}/boards/abcdefghijkl#s3cretS3cretS3cret`)
      return own(...given)
    }) as F
    Object.assign(model, { relationsAt: wrap(relationsAt), allRelations: wrap(allRelations) })
    window.manyfutures!.editor.select('shape:c1' as never)
  }, secret)
  const alert = page.getByRole('alert').filter({ hasText: 'This part stopped' }).first()
  await alert.waitFor()
  await page.screenshot({ path: join(pictures, 'panel-stopped.png') })
  await alert.getByRole('button', { name: 'Copy a report' }).click()
  await alert.getByText(/^Copied\./).waitFor()
  const report = await page.evaluate(() => navigator.clipboard.readText())
  expect(report).toMatch(/^Manyfutures: Panel stopped\nTypeError: Made to throw/)
  expect(report).toMatch(/\/assets\/[\w-]+\.js:\d+:\d+/)
  for (const word of [...secret.split(' ').filter(each => each.length > 3), board.id, 'abcdefghijkl', 's3cretS3cret', new URL(on.server.url).host]) expect(report).not.toContain(word)
  await page.evaluate(() => void ((window as unknown as { bad: { is: boolean } }).bad.is = false))
  await alert.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('textbox', { name: 'Text' }).waitFor()
})

test('[R82] the first page is there whatever this device noted of boards, and says so where it throws all the same', async () => {
  const ana = await visitor(on.browser)
  people.push(ana)
  const { page } = ana
  await page.goto(on.server.url)
  const noted = { board: 'abcdefghijklmnop', participant: 'p', key: 'k', role: 'participant', name: 'Ana', sector: '', title: 'Still listed', seen: 1 }
  const odd = [null, 7, 'x', {}, { ...noted, title: { toString: null } }, { ...noted, links: 'none' }, { ...noted, role: 'king' }, { ...noted, preview: { marks: 3 } }, { ...noted, board: 'bcdefghijklmnopq', preview: { w: 1, h: 1, marks: [null, { is: 'card' }] } }]
  await page.evaluate(list => localStorage.setItem('manyfutures:boards', JSON.stringify(list)), odd)
  await page.reload()
  await page.getByRole('heading', { name: 'What could follow?' }).waitFor()
  await page.getByText('Still listed').first().waitFor()
  expect(await page.getByText('Still listed').count()).toBe(2)
  await page.route('**/api/templates', route => route.fulfill({ status: 200, contentType: 'application/json', body: '[{"id":"x","title":{"no":"text"},"about":"","preview":{"marks":[]}}]' }))
  await page.reload()
  await page.getByRole('alert').filter({ hasText: 'This page stopped' }).waitFor()
  await page.unroute('**/api/templates')
  await page.getByRole('button', { name: 'Load the page again' }).click()
  await page.getByRole('heading', { name: 'What could follow?' }).waitFor()
})

test('[R85] where looking at site data alone throws, a board opens, is written on and added to', async () => {
  const board = await makeBoard(on.server.url)
  const context = await on.browser.newContext({ viewport: { width: 1440, height: 900 } })
  await context.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, name, {
        configurable: true,
        get() {
          throw new DOMException(`Failed to read the '${name}' property from 'Window': Access is denied for this document.`, 'SecurityError')
        },
      })
    }
  })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', error => errors.push(String(error)))
  await page.goto(board.links.facilitator)
  await page.getByLabel('Your name here').fill('Ana')
  await page.getByRole('button', { name: 'Join the board' }).click()
  await page.getByRole('button', { name: 'Write a new card' }).waitFor()
  for (const words of ['first', 'second']) {
    await page.keyboard.press('n')
    await page.getByRole('textbox', { name: /new card/i }).fill(words)
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
  }
  await page.locator('.tl-shape').filter({ hasText: 'second' }).waitFor()
  await page.getByRole('button', { name: 'Invite' }).click()
  await page.getByRole('dialog', { name: 'Invite' }).getByRole('button', { name: 'Make a new link' }).first().waitFor()
  expect(await page.locator('.tl-error-boundary').count()).toBe(0)
  expect(errors).toEqual([])
  await context.close()
})
