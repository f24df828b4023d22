import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { metaMapOf, recordsOf } from '../../shared/board.ts'
import type { DocId } from '../../server/storage/log.ts'
import { openStore } from '../../server/storage/sqlite.ts'
import { stockClient, type StockClient } from '../support/client.ts'
import { random, runSeed } from '../support/random.ts'
import { isLong } from '../support/scale.ts'
import { joinAs, type MadeBoard, makeBoard, removeFolder, type RunningServer, startServer } from '../support/server.ts'
import { pictures, stage } from '../support/stage.ts'
import { boardIsOpen, canvasShowsBoard, cardOn, change, comeAnew, joined, putCard, saved, type Visitor } from '../support/visitor.ts'

const on = stage()

type Records = ReturnType<typeof recordsOf>

const put = (records: Records, id: string, values: Record<string, unknown>) => {
  const record = new Y.Map<unknown>()
  for (const [name, value] of Object.entries(values)) record.set(name, value)
  records.set(id, record)
}
const place = ['', 'a5', 10, 10, 0]
const card = { type: 'card', kind: 'note', place, text: 'x' }
const geo = { type: 'geo', place }
const draw = { type: 'draw', place, 'p.isComplete': true }

/** What a peer who may write can store. `hidden` says whether it may be kept off the canvas. */
const attacks: readonly (readonly [name: string, hidden: boolean, attack: (records: Records) => void])[] = [
  ['a record that is no record', true, records => records.set('e1', 5 as never)],
  ['a record without a type', true, records => put(records, 'e2', { place })],
  ['a card without a place', true, records => put(records, 'e3', { ...card, place: undefined })],
  ['a place that is text', true, records => put(records, 'e4', { ...card, place: 'zzz' })],
  ['a place that is no number', true, records => put(records, 'e5', { ...card, place: ['', 'a5', Number.NaN, 1, 0] })],
  ['a place beyond everything', true, records => put(records, 'e6', { ...card, place: ['', 'a5', 1e300, 1, 0] })],
  ['an order key that is none', true, records => put(records, 'e7', { ...card, place: ['', '!!', 1, 1, 0] })],
  ['an order key tldraw cannot use', true, records => put(records, 'e8', { ...card, place: ['', 'zzzzzzzzzzzzzzzzzzzz0', 1, 1, 0] })],
  ['a type from tomorrow', true, records => put(records, 'e9', { type: 'hypercube', place })],
  ['a width that is no number', false, records => put(records, 'e10', { ...card, w: 'wide' })],
  ['a width that is a BigInt', false, records => put(records, 'e11', { ...card, w: 10n })],
  ['a height of millions', false, records => put(records, 'e12', { ...card, h: 1e300 })],
  ['a text that is a list', false, records => put(records, 'e13', { ...card, text: [1, 2] })],
  ['fields of the wrong kind', false, records => put(records, 'e14', { ...card, kind: 'signal', steep: { a: 1 }, source: 'javascript:alert(1)', seen: 5 })],
  ['a key that changes what objects are', false, records => put(records, 'e15', { ...card, 'm.__proto__': { polluted: 1 }, __proto__: { polluted: 2 } })],
  ['a wheel with a million rings', false, records => put(records, 'e16', { type: 'wheel', place, rings: 1e6 })],
  ['a timeline that ends before it begins', false, records => put(records, 'e17', { type: 'timeline', place, from: '2090', to: '1066' })],
  ['lanes that are numbers', false, records => put(records, 'e18', { type: 'timeline', place, lanes: [1, 2] })],
  [
    'two containers inside one another',
    false,
    records => {
      put(records, 'e19', { type: 'frame', place: ['e20', 'a1', 0, 0, 0] })
      put(records, 'e20', { type: 'frame', place: ['e19', 'a1', 0, 0, 0] })
    },
  ],
  ['a card inside a card', true, records => put(records, 'e21', { ...card, place: ['ok', 'a1', 0, 0, 0] })],
  ['a card inside nothing', false, records => put(records, 'e22', { ...card, place: ['nowhere', 'a1', 0, 0, 0] })],
  [
    'siblings with one order key',
    false,
    records => {
      for (let i = 0; i < 3; i++) put(records, `e23-${i}`, { ...card, place: ['', 'a7', i * 50, 300, 0] })
    },
  ],
  ['an arrow from a card to itself', false, records => put(records, 'e24', { type: 'arrow', place, from: 'ok', to: 'ok' })],
  ['an arrow to an arrow', false, records => put(records, 'e25', { type: 'arrow', place, from: 'ok', to: 'e25' })],
  ['an arrow to nothing', false, records => put(records, 'e26', { type: 'arrow', place, from: 'ok', to: 'gone' })],
  ['an arrow whose ends are objects', false, records => put(records, 'e27', { type: 'arrow', place, from: { a: 1 }, to: [['ok']] })],
  ['a shape that tldraw does not have', true, records => put(records, 'e28', { ...geo, 'p.geo': 'klein-bottle' })],
  ['text of a kind nobody knows', false, records => put(records, 'e29', { ...geo, 'p.richText': { type: 'doc', content: [{ type: 'evilNode' }] } })],
  ['a text of a kind nobody knows', true, records => put(records, 'e29a', { type: 'text', place, 'p.richText': { type: 'doc', content: [{ type: 'image' }] } })],
  ['a label with a node nobody knows among others', true, records => put(records, 'e29b', { ...geo, 'p.richText': { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'x' }] }, { type: 'table' }] } })],
  ['a label with a mark nobody knows', true, records => put(records, 'e29c', { ...geo, 'p.richText': { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'x', marks: [{ type: 'evil' }] }] }] } })],
  ['a link that is no text', true, records => put(records, 'e29d', { type: 'note', place, 'p.richText': { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'x', marks: [{ type: 'link', attrs: { href: { toString: 1 } } }] }] }] } })],
  ['a label whose marks stand in another order than tldraw writes them', false, records => put(records, 'e29m', { type: 'note', place, 'p.richText': { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'x', marks: [{ type: 'bold' }, { type: 'highlight' }, { type: 'italic' }, { type: 'bold' }, { type: 'code' }] }] }] } })],
  ['a paragraph in a paragraph', true, records => put(records, 'e29e', { type: 'note', place, 'p.richText': { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'x' }] }] }] } })],
  ['who changed a card as a number, and when as what has its own words', false, records => put(records, 'e29f', { ...card, edited: 7, at: { toString: 1, valueOf: 1 }, by: { toString: 1 } })],
  ['a line of a thousand million units', true, records => put(records, 'e29g', { type: 'line', place, 'p.dash': 'dotted', 'p.points': { a1: { id: 'a1', index: 'a1', x: 0, y: 0 }, a2: { id: 'a2', index: 'a2', x: 1e9, y: 1 } } })],
  ['a stroke to nowhere', true, records => put(records, 'e29h', { ...draw, 'p.segments': [{ type: 'straight', path: 'AEAcRsrySXEATQEA', dim: 2 }] })],
  ['a film', false, records => put(records, 'e29i', { type: 'video', place })],
  ['a page in the page', true, records => put(records, 'e29j', { type: 'embed', place, 'p.url': 'https://example.org' })],
  ['a label of a word of five thousand letters', false, records => put(records, 'e29k', { ...geo, 'p.richText': { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'AV'.repeat(2_500) }] }] } })],
  ['a stroke that is no stroke', true, records => put(records, 'e30', { ...draw, 'p.segments': [{ type: 'free', path: '!!!notbase64', dim: 2 }] })],
  ['an address that is code', true, records => put(records, 'e31', { ...geo, 'p.url': 'javascript:alert(1)' })],
  ['a session record', true, records => put(records, 'instance:instance', { type: 'instance', currentPageId: 'page:nope' })],
  ['a picture from another host', true, records => put(records, 'asset:e33', { type: 'asset', kind: 'image', 'p.src': 'https://evil.example/pixel.png', 'p.w': 1, 'p.h': 1, 'p.name': 'x', 'p.isAnimated': false, 'p.mimeType': 'image/png' })],
  ['half a megabyte in one field', true, records => put(records, 'e34', { ...geo, 'm.note': 'x'.repeat(600_000) })],
  ['a nested map where a value should be', false, records => put(records, 'e35', { ...card, kind: 'note', steep: new Y.Map() })],
]

async function attacked(attack: (records: Records) => void): Promise<{ board: MadeBoard; ana: Visitor; mallory: StockClient }> {
  const board = await makeBoard(on.server.url)
  const ana = await joined(on.browser, board, 'Ana')
  await putCard(ana, 'ok', { text: 'fine' })
  await saved(ana.page)
  const mallory = stockClient(on.server.url, board.id, (await joinAs(on.server.url, board, 'participant', 'Mallory')).ticket)
  await mallory.synced()
  mallory.doc.transact(() => attack(recordsOf(mallory.doc)))
  await mallory.saved()
  return { board, ana, mallory }
}

/** One board for all of these: Ana and Mallory stay, what a test put there goes again, and Cyd comes each time as somebody whose device knows nothing of the board. */
let shared: Awaited<ReturnType<typeof attacked>> & { cyd: Visitor }
beforeAll(async () => {
  const begun = await attacked(() => undefined)
  shared = { ...begun, cyd: await joined(on.browser, begun.board, 'Cyd') }
})
afterAll(async () => {
  shared.mallory.leave()
  await Promise.all([shared.ana.leave(), shared.cyd.leave()])
})

/** Resolves once Ana sees what Mallory wrote: a width, as a sign that whatever was written before it is there too. */
async function hasArrived(width: number): Promise<void> {
  shared.mallory.doc.transact(() => recordsOf(shared.mallory.doc).get('ok')?.set('w', width))
  await shared.ana.page.waitForFunction(w => (window.manyfutures!.editor.getShape('shape:ok' as never)?.props as { w?: number } | undefined)?.w === w, width)
}

/** In a usual run every third, another third with another seed; all of them by `npm run soak -- hostile`. What they store is read in tests/hostile-records.test.ts, too. */
const tried = attacks.map((attack, nth) => [...attack, nth] as const).filter((_, nth) => isLong || nth % 3 === runSeed % 3)

test.each(tried)('[V1] %s is survived: others go on, and the board opens again', async (_, mayHide, attack, nth) => {
  const { board, ana, cyd, mallory } = shared
  mallory.doc.transact(() => attack(recordsOf(mallory.doc)))
  await hasArrived(300 + nth)

  await change(ana, 'ok', { x: 777 + nth })
  await ana.page.evaluate(() => void window.manyfutures!.editor.zoomToFit())
  await saved(ana.page)
  expect(recordsOf(mallory.doc).get('ok')?.get('place')).toEqual(expect.arrayContaining([777 + nth]))

  await comeAnew(cyd, on.server.url, board)
  expect(await cardOn(cyd, 'ok')).toMatchObject({ x: 777 + nth, w: 300 + nth })
  for (const { page, complaints } of [ana, cyd]) {
    if (!mayHide) await page.waitForFunction(() => window.manyfutures!.board.binding.hidden.get() === 0)
    else await page.getByText(/1 item cannot be drawn here\. Nothing is lost\./).waitFor()
    expect(await page.locator('.tl-error-boundary').count()).toBe(0)
    expect(complaints).toEqual([])
  }
  expect(await ana.page.evaluate(() => Reflect.get({}, 'polluted'))).toBeUndefined()

  mallory.doc.transact(() => {
    const records = recordsOf(mallory.doc)
    for (const id of [...records.keys()]) if (id !== 'ok') records.delete(id)
  })
  await hasArrived(600 + nth)
  await ana.page.waitForFunction(() => window.manyfutures!.board.binding.hidden.get() === 0)
})

const noSchemas = [{}, { schemaVersion: 2, sequences: { toString: 1 } }, { schemaVersion: { toString: 1 }, sequences: [[]] }]

/** Lets the server rest, and writes to documents in its store what no server of this version takes from anybody: a later one did, or an earlier one. */
async function writtenPast(server: RunningServer, boards: readonly MadeBoard[], write: (doc: Y.Doc, nth: number) => void): Promise<RunningServer> {
  await server.stop()
  const store = openStore(server.folder)
  for (const [nth, { id }] of boards.entries()) {
    const { snapshot, entries } = await store.log.load(id as DocId)
    const doc = new Y.Doc()
    for (const bytes of [...(snapshot ? [snapshot] : []), ...entries]) Y.applyUpdate(doc, bytes)
    const before = Y.encodeStateVector(doc)
    doc.transact(() => write(doc, nth))
    await store.log.append([{ doc: id as DocId, data: Y.encodeStateAsUpdate(doc, before) }])
  }
  store.close()
  return startServer({ PORT: new URL(server.url).port }, server.folder)
}

test('[V1] a board that says it was drawn with no schema there is opens, and can be changed', async () => {
  let own = await startServer()
  const boards: MadeBoard[] = []
  for (const _ of noSchemas) boards.push(await makeBoard(own.url))
  own = await writtenPast(own, boards, (doc, nth) => {
    metaMapOf(doc).set('schema', noSchemas[nth])
    put(recordsOf(doc), 'ok', { ...card, text: 'fine' })
  })
  for (const [nth, board] of boards.entries()) {
    const ana = await joined(on.browser, board, 'Ana')
    expect(await cardOn(ana, 'ok'), JSON.stringify(noSchemas[nth])).toMatchObject({ x: 10, text: 'fine' })
    await change(ana, 'ok', { x: 640 })
    await saved(ana.page)
    expect(ana.complaints).toEqual([])
    await ana.leave()
  }
  await own.stop()
  removeFolder(own.folder)
})

test('[V6] whatever somebody says of where they are and what they do, the others’ pages show what makes sense of it', async () => {
  const { ana, mallory } = await attacked(() => undefined)
  const pick = random(runSeed)
  const odd: readonly unknown[] = [null, true, 0, -1, 1e308, 1e-320, '', 'x', [], [[]], {}, { toString: 1, valueOf: 1 }, { length: 9 }, [1, 2], [1e308, 0], ['1', '2'], [1, 2, 3], [0, 0, 1e-320], [0, 0, -1], [1e9, 1, 1], Array.from({ length: 5_000 }, (_, i) => `c${i}`), ['ok', 'ok', { toString: 1 }], 'ok', 'y'.repeat(50_000)]
  const one = () => odd[pick(odd.length)]
  for (let i = 0; i < 120; i++) {
    mallory.provider.awareness.setLocalState({ at: one(), selected: one(), writing: one(), sees: one(), cursor: one(), ['toString']: one(), ...(pick(4) === 0 && { person: one() }) } as never)
  }
  mallory.provider.awareness.setLocalState({ at: [40, 50], selected: ['ok'], writing: 'ok', sees: [0, 0, 1] })
  await ana.page.getByText('Mallory is writing').waitFor()
  await ana.page.getByRole('button', { name: /Mallory: go to where they are/ }).click()
  await change(ana, 'ok', { x: 60 })
  await saved(ana.page)
  expect(ana.complaints).toEqual([])
  mallory.leave()
  await ana.leave()
})

test('[V6] many of a thing in one record, or inside one another, are drawn as far as anybody could see them', async () => {
  const people = Array.from({ length: 20_000 }, (_, i) => `p${i}`)
  const { board, ana, mallory } = await attacked(records => {
    put(records, 'judged', { type: 'tension', place: ['', 'a5V', 0, 300, 0], ...Object.fromEntries(people.map((who, i) => [`marker.${who}`, (i % 201) - 100])) })
    put(records, 'valued', { ...card, kind: 'consequence', place: ['', 'a6V', 0, 700, 0], ...Object.fromEntries(people.map((who, i) => [`valence.${who}`, (i % 7) - 3])) })
    put(records, 'named', { type: 'frame', place: ['', 'a7V', 0, 900, 0], 'p.name': '\u202eא'.repeat(50_000) })
    put(records, 'laned', { type: 'timeline', place: ['', 'a8V', 0, 1_200, 0], lanes: Array.from({ length: 3_000 }, (_, i) => `Lane ${i}`) })
    put(records, 'celled', { type: 'grid', place: ['', 'a9V', 0, 2_200, 0], rows: Array.from({ length: 3_000 }, String), cols: Array.from({ length: 3_000 }, String) })
    for (let i = 0; i < 3_000; i++) put(records, `in${i}`, { type: 'frame', place: [i ? `in${i - 1}` : '', 'a1', 5, 5, 0] })
  })
  metaMapOf(mallory.doc).set('sectors', Array.from({ length: 50_000 }, (_, i) => `Sector ${i}`))
  await mallory.saved()
  const cyd = await joined(on.browser, board, 'Cyd', { sector: 'Sector 0' })
  for (const { page, complaints } of [ana, cyd]) {
    await page.waitForFunction(() => ['judged', 'valued', 'named', 'laned', 'celled', 'in0'].every(id => window.manyfutures!.editor.getShape(`shape:${id}` as never)))
    // Everything deeper than anybody nests things is counted.
    await page.getByText(/2,9\d\d items cannot be drawn here\. Nothing is lost\./).waitFor()
    await page.evaluate(() => void window.manyfutures!.editor.select('shape:judged' as never))
    await page.waitForFunction(() => document.querySelectorAll('[data-shape-id="shape:judged"] .mf-marker').length > 100)
    expect(await page.evaluate(() => [...document.querySelectorAll('.tl-shape')].map(shape => shape.querySelectorAll('*').length).filter(count => count > 3_000))).toEqual([])
    await page.evaluate(() => void window.manyfutures!.editor.select('shape:valued' as never))
    await page.getByRole('textbox', { name: 'Text' }).waitFor()
    expect(await page.evaluate(() => document.querySelectorAll('.side .dot').length)).toBeLessThan(1_000)
    expect(complaints).toEqual([])
  }
  await change(ana, 'ok', { x: 70 })
  await saved(ana.page)
  mallory.leave()
  await Promise.all([ana.leave(), cyd.leave()])
})

test('[L5] timelines of any two dates are drawn with their ruler: ten thousand years, backwards, of a day, of one date, very long and very small', async () => {
  const axes = [['2026', '9999', 1600, 500], ['0001', '9999', 1600, 500], ['0000', '0999', 1600, 500], ['9999', '0001', 1600, 500], ['2026-11-23', '2026-11-24', 1600, 500], ['2040', '2040', 1600, 500], ['0001-01-01', '9999-12-31', 100_000, 500], ['2026', '2040', 1, 1]] as const
  const { ana, mallory } = await attacked(records => axes.forEach(([from, to, w, h], i) => put(records, `axis${i}`, { type: 'timeline', place: ['', `a${i + 1}V`, 0, 300 + i * 560, 0], from, to, w, h })))
  await ana.page.waitForFunction(count => window.manyfutures!.editor.getCurrentPageShapes().filter(shape => shape.type === 'timeline').length === count, axes.length)
  const drawn = await ana.page.evaluate(count => Array.from({ length: count }, (_, i) => {
    const face = document.querySelector(`[data-shape-id="shape:axis${i}"] svg.mf-furniture`)
    return [face?.querySelectorAll('text.year').length ?? 0, /NaN|Infinity|undefined|(width|height)="-/.test(face?.outerHTML ?? 'NaN')] as const
  }), axes.length)
  for (const [labels, broken] of drawn) expect([labels >= 2 && labels < 60, broken]).toEqual([true, false])
  await ana.page.evaluate(() => void window.manyfutures!.editor.zoomToBounds({ x: 0, y: 300, w: 1_700, h: 3_000 } as never, { immediate: true }))
  await ana.page.screenshot({ path: join(pictures, 'timelines.png') })
  expect(await ana.page.evaluate(() => window.manyfutures!.board.binding.hidden.get())).toBe(0)
  await change(ana, 'ok', { x: 50 })
  await saved(ana.page)
  expect(ana.complaints).toEqual([])
  mallory.leave()
  await ana.leave()
})

test('[V2] what was hidden is kept, and is drawn as soon as it makes sense', async () => {
  const { ana, mallory } = await attacked(records => put(records, 'late', { ...card, text: 'patience', place: 'zzz' }))
  await ana.page.getByText(/1 item cannot be drawn here/).waitFor()
  mallory.doc.transact(() => recordsOf(mallory.doc).get('late')?.set('place', ['', 'a6', 500, 500, 0]))
  await ana.page.waitForFunction(() => window.manyfutures!.editor.getShape('shape:late' as never) !== undefined)
  expect((await cardOn(ana, 'late'))?.x).toBe(500)
  await ana.page.waitForFunction(() => window.manyfutures!.board.binding.hidden.get() === 0)
  mallory.leave()
  await ana.leave()
})

test('[V3] a card of a kind from tomorrow is drawn grey, stays what it is, and can be moved', async () => {
  const { ana, mallory } = await attacked(records => put(records, 'future', { ...card, kind: 'hologram', text: 'seen through', glow: 7 }))
  await ana.page.getByText('seen through').waitFor()
  await change(ana, 'future', { x: 400 })
  await saved(ana.page)
  expect(recordsOf(mallory.doc).get('future')?.toJSON()).toMatchObject({ kind: 'hologram', glow: 7, place: expect.arrayContaining([400]) })
  mallory.leave()
  await ana.leave()
})

test('[V4] a board written by a newer version can be seen and not changed, and says to reload', async () => {
  let own = await startServer()
  const board = await makeBoard(own.url)
  const ana = await joined(on.browser, board, 'Ana')
  await putCard(ana, 'ok', { text: 'fine' })
  await saved(ana.page)
  let before = ''
  own = await writtenPast(own, [board], doc => {
    const schema = structuredClone(metaMapOf(doc).get('schema')) as { sequences: Record<string, number> }
    schema.sequences['com.tldraw.shape.geo'] = 99
    metaMapOf(doc).set('schema', schema)
    before = JSON.stringify(recordsOf(doc).toJSON())
  })
  await ana.page.getByText('This board was changed with a newer version of Manyfutures. Reload the page to change it too.').waitFor()
  expect(await ana.page.evaluate(() => window.manyfutures!.editor.getIsReadonly())).toBe(true)
  expect(await ana.page.getByRole('navigation', { name: 'Palette' }).count()).toBe(0)
  const cyd = await joined(on.browser, board, 'Cyd')
  await cyd.page.getByText(/changed with a newer version/).waitFor()
  expect((await cardOn(cyd, 'ok'))?.text).toBe('fine')
  const reader = stockClient(own.url, board.id, (await joinAs(own.url, board, 'observer', 'Reader')).ticket)
  await reader.synced()
  expect(JSON.stringify(recordsOf(reader.doc).toJSON())).toBe(before)
  reader.leave()
  await Promise.all([ana.leave(), cyd.leave()])
  await own.stop()
  removeFolder(own.folder)
})

test('[V5] a board whose drawings an older version wrote is brought up to date once, in one change', async () => {
  const board = await makeBoard(on.server.url)
  const old = stockClient(on.server.url, board.id, (await joinAs(on.server.url, board, 'participant', 'Old')).ticket)
  await old.synced()
  const ana = await joined(on.browser, board, 'Ana')
  await saved(ana.page)
  await ana.leave()
  // As tldraw wrote it before rich text: a plain `text`, and a schema that says so.
  old.doc.transact(() => {
    const schema = structuredClone(metaMapOf(old.doc).get('schema')) as { sequences: Record<string, number> }
    schema.sequences['com.tldraw.shape.geo'] = 9
    metaMapOf(old.doc).set('schema', schema)
    put(recordsOf(old.doc), 'box', { type: 'geo', place, 'p.text': 'written long ago', 'p.w': 300 })
  })
  await old.saved()
  const ben = await joined(on.browser, board, 'Ben')
  await ben.page.waitForFunction(() => window.manyfutures!.editor.getShape('shape:box' as never) !== undefined)
  const props = await ben.page.evaluate(() => JSON.stringify(window.manyfutures!.editor.getShape('shape:box' as never)!.props))
  expect(props).toContain('written long ago')
  await saved(ben.page)
  await canvasShowsBoard(ben.page)
  const stored = recordsOf(old.doc).get('box')
  expect(stored?.has('p.text')).toBe(false)
  expect(JSON.stringify(stored?.get('p.richText'))).toContain('written long ago')
  expect((metaMapOf(old.doc).get('schema') as { sequences: Record<string, number> }).sequences['com.tldraw.shape.geo']).toBeGreaterThan(9)
  await ben.page.reload()
  await boardIsOpen(ben.page)
  expect(await ben.page.evaluate(() => window.manyfutures!.editor.getIsReadonly())).toBe(false)
  old.leave()
  await ben.leave()
})
