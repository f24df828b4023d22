import { cpus } from 'node:os'
import type { Page } from 'playwright-core'
import * as Y from 'yjs'
import { createRecord, packPlace, readBoard, recordsOf } from '../../shared/board.ts'
import { traceOf } from '../../shared/chain.ts'
import { checkBoard, readingOf } from '../../shared/checks/index.ts'
import { ordersIn } from '../../shared/computed.ts'
import type { RecordId } from '../../shared/ids.ts'
import type { Json } from '../../shared/json.ts'
import { loopsIn } from '../../shared/loops.ts'
import { tidyWheel } from '../../shared/methods/tidy-wheel.ts'
import { wheel } from '../../shared/methods/wheel.ts'
import { launch } from '../support/chromium.ts'
import { random, runSeed } from '../support/random.ts'
import { joinAs, makeBoard, removeFolder, startServer } from '../support/server.ts'
import { boardIsOpen, canvasShowsBoard, joined } from '../support/visitor.ts'

/*
 * How a large board feels: `npm run bench`. Wall time depends on the machine, so this reports and never fails; what must not
 * grow (bytes, sizes) is held by tests.
 */

const cards = 1_000
const relations = 300
const rounds = Number(process.env['ROUNDS'] ?? 5)
const frames = 120

/** A board file of cards in a loose net, as a two-day workshop leaves it. */
function largeBoard(pick: (n: number) => number): object {
  const words = 'public compute opens to small groups while rules for release settle slowly in the open'.split(' ')
  const across = Math.ceil(Math.sqrt(cards))
  const kinds = ['signal', 'driver', 'change', 'consequence', 'vision', 'milestone', 'obstacle', 'action', 'question', 'stakeholder', 'value', 'note']
  return {
    format: 'manyfutures/board',
    version: 1,
    board: { title: 'A thousand cards', sectors: ['Academia'] },
    cards: Array.from({ length: cards }, (_, i) => ({
      id: `c${i}`,
      kind: kinds[pick(kinds.length)],
      text: Array.from({ length: 4 + pick(8) }, () => words[pick(words.length)]).join(' '),
      x: (i % across) * 260 + pick(40),
      y: Math.floor(i / across) * 180 + pick(40),
      z: `a${i.toString(36).padStart(3, '0')}V`,
    })),
    // To a neighbour mostly, as people draw them.
    relations: Array.from({ length: relations }, (_, i) => {
      const from = pick(cards - across - 1)
      return { id: `r${i}`, kind: 'leads', from: `c${from}`, to: `c${from + [1, across, across + 1][pick(3)]!}`, z: `b${i.toString(36).padStart(3, '0')}V` }
    }),
    structures: [],
    drawings: [],
    people: [],
  }
}

/** What is worked out from a board, without a browser: 2,000 cards and 5,000 relations, and wheels of 300 and of 2,000 to lay out. */
function measurePure(): void {
  const pick = random(runSeed)
  const doc = new Y.Doc()
  doc.transact(() => {
    const put = (id: string, values: Record<string, Json>) => createRecord(recordsOf(doc), id, new Map(Object.entries(values)))
    const place = (parent: string) => packPlace({ parent: parent as RecordId | '', index: 'a1', x: pick(1_600), y: pick(1_200), rotation: 0 })
    put('w', { type: 'wheel', place: place('') })
    put('t', { type: 'timeline', place: place(''), from: '2026', to: '2040' })
    put('c', { type: 'card', kind: 'change', place: place('w'), text: 'A change' })
    const kinds = ['consequence', 'consequence', 'milestone', 'action', 'question', 'vision']
    for (let i = 0; i < 1_999; i++) put(`n${i}`, { type: 'card', kind: kinds[pick(6)]!, place: place(i % 2 ? 'w' : 't'), text: `Card ${i}`, date: String(2026 + pick(14)) })
    for (let i = 0; i < 5_000; i++) put(`r${i}`, { type: 'arrow', place: place(''), kind: ['leads', 'leads', 'enables', 'requires', 'informs'][pick(5)]!, from: pick(20) ? `n${pick(1_999)}` : 'c', to: `n${pick(1_999)}` })
  })
  const board = readBoard(doc)
  const wheelOf = (count: number, across: number) => {
    const boxes = Array.from({ length: count }, (_, i) => ({ id: String(i), x: pick(1_500), y: pick(1_200), w: 200, h: 88 }))
    const causes = boxes.slice(1).map((box, i) => ({ from: String(pick(Math.min(i + 1, count / 7.5))), to: box.id }))
    return [boxes, [...causes, ...Array.from({ length: across }, () => ({ from: String(pick(count)), to: String(pick(count)) }))]] as const
  }
  const [usual, huge] = [wheelOf(300, 0), wheelOf(2_000, 3_001)]
  const reading = readingOf(board)
  const rows: [string, () => unknown][] = [
    ['orders', () => ordersIn(board, 'w' as RecordId)],
    ['loops', () => loopsIn([...board.relations.values()].filter(each => each.kind === 'leads'))],
    ['checks, with all they read', () => checkBoard(readingOf(board))],
    ['trace from one card', () => traceOf(reading.chain, 'n1' as RecordId)],
    ['Tidy, 300 cards', () => tidyWheel(wheel.defaults, '0', ...usual)],
    ['Tidy, 2,000 cards and 5,000 relations', () => tidyWheel(wheel.defaults, '0', ...huge)],
  ]
  const taken = rows.map(([what, work]): [string, number[]] => [
    what,
    Array.from({ length: 20 }, () => {
      const begun = performance.now()
      work()
      return performance.now() - begun
    }),
  ])
  process.stdout.write(`\n2,000 cards, 5,000 relations\n\n${printTable(taken)}\n`)
}

function printTable(rows: readonly (readonly [string, readonly number[]])[]): string {
  return `| | p50 | p95 | worst |\n|---|---|---|---|\n${rows.map(([what, values]) => `| ${what} | ${ms(part(values, 0.5))} | ${ms(part(values, 0.95))} | ${ms(Math.max(...values))} |`).join('\n')}`
}

/** Milliseconds between the frames drawn while `step` is done again and again by hand. */
async function framesWhile(page: Page, step: (i: number) => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const seen: number[] = []
    let last = performance.now()
    const each = (now: number): void => {
      seen.push(now - last)
      last = now
      if (window.benchFrames) requestAnimationFrame(each)
    }
    window.benchFrames = seen
    requestAnimationFrame(each)
  })
  for (let i = 0; i < frames; i++) await step(i)
  const all = await page.evaluate(() => {
    const seen = window.benchFrames!
    delete window.benchFrames
    return seen
  })
  return all.slice(1)
}

declare global {
  interface Window {
    benchFrames?: number[]
  }
}

function part(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN
}
function ms(value: number): string {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`
}

process.stdout.write(`npm run bench: ${cards} cards, ${relations} relations, seed ${runSeed}, ${rounds} rounds, headless Chromium 1440 × 900, ${cpus().length} × ${cpus()[0]?.model}\n`)
measurePure()
const server = await startServer()
const browser = await launch()
try {
  const board = await makeBoard(server.url, { file: largeBoard(random(runSeed)) })
  await joinAs(server.url, board, 'facilitator', 'Bench')
  const ana = await joined(browser, board, 'Ana')
  const { page } = ana
  const opened: number[] = []
  for (let round = 0; round < rounds; round++) {
    await page.goto(page.url().replace(/#.*/, ''))
    await boardIsOpen(page)
    opened.push(await page.evaluate(() => performance.getEntriesByName('manyfutures:interactive')[0]!.startTime))
  }
  await canvasShowsBoard(page)

  const measure = async (zoom: number): Promise<[string, number[]][]> => {
    const shown = await page.evaluate(at => {
      const { editor } = window.manyfutures!
      const { x, y } = editor.getCurrentPageBounds()!.center
      editor.setCamera({ x: -x + 720 / at, y: -y + 450 / at, z: at }, { immediate: true })
      editor.selectNone()
      return new Promise<number>(done => requestAnimationFrame(() => requestAnimationFrame(() => done(editor.getCurrentPageShapes().length - editor.getNotVisibleShapes().size))))
    }, zoom)
    await page.mouse.move(720, 450)
    const pan = await framesWhile(page, i => page.mouse.wheel(i % 40 < 20 ? 18 : -18, i % 80 < 40 ? 12 : -12))
    // Takes a card by its middle and carries it about; relations follow.
    const held = await page.evaluate(() => {
      const { editor } = window.manyfutures!
      const middle = editor.getViewportPageBounds().center
      const card = editor.getCurrentPageShapes().filter(shape => shape.type === 'card' && editor.getBindingsToShape(shape.id, 'arrow').length > 0)
        .sort((a, b) => Math.hypot(a.x - middle.x, a.y - middle.y) - Math.hypot(b.x - middle.x, b.y - middle.y))[0]!
      const { x, y } = editor.pageToViewport(editor.getShapePageBounds(card.id)!.center)
      const box = document.querySelector('.tl-container')!.getBoundingClientRect()
      return { x: x + box.left, y: y + box.top }
    })
    await page.mouse.move(held.x, held.y)
    await page.mouse.down()
    const drag = await framesWhile(page, i => page.mouse.move(held.x + 90 * Math.sin(i / 9), held.y + 60 * Math.cos(i / 7)))
    await page.mouse.up()
    return [[`pan, ${Math.round(zoom * 100)} %, ${shown} shapes seen`, pan], [`drag, ${Math.round(zoom * 100)} %`, drag]]
  }
  const rows: [string, number[]][] = [['navigation to interactive', opened], ...(await measure(1)), ...(await measure(0.25)), ...(await measure(0.12))]
  process.stdout.write(`\n1,000 cards, 300 relations, in a browser\n\n${printTable(rows)}\n`)
  if (ana.complaints.length) process.stdout.write(`\nThe page complained:\n${ana.complaints.join('\n')}\n`)
} finally {
  await browser.close()
  await server.stop()
  removeFolder(server.folder)
}
