import { cpus } from 'node:os'
import type { BoardFile } from '../../shared/file.ts'
import { launch } from '../support/chromium.ts'
import { random, runSeed } from '../support/random.ts'
import { makeBoard, removeFolder, startServer } from '../support/server.ts'
import { boardIsOpen, joined } from '../support/visitor.ts'

/*
 * How many records the canvas bears: `npm run bench -- large`. From coming to the board, which this device knows nothing of, until
 * one can begin; and how long the page stands still at most while somebody pans the whole of it, selects a card and moves it.
 * `SIZES=…` tries others. Pages draw up to `mostOnCanvas` (client/board/limits.ts) whatever is asked of them.
 */

const sizes = (process.env['SIZES'] ?? '2000,4000,6000,8000,10000').split(',').map(Number)
const rounds = Number(process.env['ROUNDS'] ?? 3)

/** Three cards to a relation, as a workshop leaves them. */
function boardOf(records: number, pick: (n: number) => number): object {
  const words = 'public compute opens to small groups while rules for release settle slowly in the open'.split(' ')
  const kinds = ['signal', 'driver', 'consequence', 'milestone', 'obstacle', 'action', 'question', 'note']
  const cards = Math.round(records * 0.75)
  const across = Math.ceil(Math.sqrt(cards))
  return {
    format: 'manyfutures/board',
    version: 1,
    board: { title: `${records} records`, sectors: ['Academia'] },
    cards: Array.from({ length: cards }, (_, i) => ({ id: `c${i}`, kind: kinds[pick(kinds.length)], text: Array.from({ length: 4 + pick(8) }, () => words[pick(words.length)]).join(' '), x: (i % across) * 260 + pick(40), y: Math.floor(i / across) * 180 + pick(40) })),
    relations: Array.from({ length: records - cards }, (_, i) => {
      const from = pick(cards - across - 1)
      return { id: `r${i}`, kind: 'leads', from: `c${from}`, to: `c${from + [1, across, across + 1][pick(3)]!}` }
    }),
    structures: [],
    drawings: [],
    people: [],
  } satisfies Partial<Record<keyof BoardFile, unknown>>
}

process.stdout.write(`npm run bench -- large: seed ${runSeed}, ${rounds} rounds, headless Chromium 1440 × 900, ${cpus().length} × ${cpus()[0]?.model}\n\n`)
process.stdout.write('| records | until one can begin, p50 | worst | longest standstill: panning all of it | selecting a card | moving it | memory of the page |\n|---|---|---|---|---|---|---|\n')
const server = await startServer()
const browser = await launch()
try {
  for (const size of sizes) {
    const board = await makeBoard(server.url, { file: boardOf(size, random(runSeed)) })
    const begun: number[] = []
    const still: number[][] = []
    let memory = 0
    for (let round = 0; round < rounds; round++) {
      const ana = await joined(browser, board, 'Ana')
      const { page } = ana
      // Who joined comes again with an empty device: the way in takes as long as somebody types.
      await page.goto(server.url)
      await page.evaluate(async () => {
        for (const { name } of await indexedDB.databases()) await new Promise(done => (indexedDB.deleteDatabase(name!).onsuccess = done))
      })
      await page.goto(board.links.participant.replace(/#.*/, ''), { timeout: 120_000 })
      await page.waitForFunction(() => performance.getEntriesByName('manyfutures:interactive').length > 0, undefined, { timeout: 240_000 })
      await boardIsOpen(page)
      begun.push(await page.evaluate(() => performance.getEntriesByName('manyfutures:interactive')[0]!.startTime))
      still.push(
        await page.evaluate(async () => {
          const { editor } = window.manyfutures!
          const frame = () => new Promise<number>(requestAnimationFrame)
          const longest = async (steps: number, step: (i: number) => void) => {
            let [last, most] = [await frame(), 0]
            for (let i = 0; i < steps; i++) {
              step(i)
              const now = await frame()
              most = Math.max(most, now - last)
              last = now
            }
            return most
          }
          editor.zoomToFit()
          await frame()
          const { x, y, z } = editor.getCamera()
          const pan = await longest(20, i => editor.setCamera({ x: x + (i % 5) * 40, y: y + (i % 3) * 40, z }))
          const card = editor.getCurrentPageShapes().find(shape => shape.type === 'card' && editor.getBindingsToShape(shape.id, 'arrow').length > 0)!
          const select = await longest(6, i => (i === 0 ? void editor.select(card.id) : undefined))
          const move = await longest(20, i => void editor.updateShape({ id: card.id, type: card.type, x: card.x + i * 5 } as never))
          return [pan, select, move]
        }),
      )
      memory = await page.evaluate(() => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize)
      await ana.leave()
    }
    const middle = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
    const ms = (value: number) => `${Math.round(value)} ms`
    process.stdout.write(`| ${size.toLocaleString('en')} | ${ms(middle(begun))} | ${ms(Math.max(...begun))} | ${[0, 1, 2].map(i => ms(middle(still.map(each => each[i]!)))).join(' | ')} | ${Math.round(memory / 2 ** 20)} MB |\n`)
  }
} finally {
  await browser.close()
  await server.stop()
  removeFolder(server.folder)
}
