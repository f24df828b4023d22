import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { preview, build, type PreviewServer } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch } from '../support/chromium.ts'
import { runSeed } from '../support/random.ts'
import type { Step } from './fuzz/world.ts'

let browser: Browser
let page: Page
let served: PreviewServer

beforeAll(async () => {
  const where = { root: join(import.meta.dirname, 'fuzz'), build: { outDir: join(import.meta.dirname, '../out/fuzz'), emptyOutDir: true, minify: false }, logLevel: 'error', configFile: false } as const
  await build(where)
  served = await preview({ ...where, preview: { port: 0, host: '127.0.0.1' } })
  browser = await launch()
  page = await browser.newPage()
  page.on('pageerror', error => process.stderr.write(`${String(error.stack)}\n`))
  await page.goto(served.resolvedUrls?.local[0] ?? '')
  await page.waitForFunction(() => 'fuzz' in window)
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await served?.close()
})

const stories = Number(process.env['STORIES'] ?? 60)
const length = Number(process.env['STEPS'] ?? 150)

test(`[Z1] ${stories} stories of ${length} steps by three people end with equal boards and equal canvases`, { timeout: 280_000 }, async () => {
  for (let i = 0; i < stories; i++) {
    const seed = runSeed + i
    const { wrong } = await page.evaluate(({ seed, length }) => window.fuzz.run(seed, window.fuzz.steps(seed, length)), { seed, length })
    if (wrong.length) {
      const least = await page.evaluate(({ seed, length }) => window.fuzz.shrink(seed, window.fuzz.steps(seed, length)), { seed, length })
      const still = await page.evaluate(({ seed, least }) => window.fuzz.run(seed, least), { seed, least })
      expect({ seed, wrong: still.wrong, keepAs: `tests/regressions/fuzz-${seed}.json`, story: JSON.stringify({ seed, steps: least }) }).toEqual({ seed, wrong: [] })
    }
  }
})

const regressions = join(import.meta.dirname, '../regressions')
const kept = readdirSync(regressions).filter(name => name.startsWith('fuzz-') && name.endsWith('.json'))

test.each(kept)('[Z2] %s stays mended', async name => {
  const { seed, steps } = JSON.parse(readFileSync(join(regressions, name), 'utf8')) as { seed: number; steps: Step[] }
  const { wrong } = await page.evaluate(({ seed, steps }) => window.fuzz.run(seed, steps), { seed, steps })
  expect(wrong).toEqual([])
})

test('[Z3] the same seed tells the same story twice', async () => {
  const seed = runSeed + 7
  const outcome = () => page.evaluate(({ seed, length }) => window.fuzz.run(seed, window.fuzz.steps(seed, length)), { seed, length })
  expect(await outcome()).toEqual(await outcome())
})

test('[V8] what comes beyond the most that a canvas draws is counted, and drawn as soon as there is room, whoever made it', async () => {
  expect(await page.evaluate(() => window.fuzz.crowd())).toEqual([[10, 20], [10, 12], [10, 4]])
})
