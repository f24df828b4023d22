import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds that keeps somebody out, as short sentences. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  // A plate that is fading in has no contrast yet.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter(each => Number.isFinite(Number(each.effect?.getComputedTiming().endTime))).map(each => each.finished)))
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(context: object, options: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] }> } }
    const { violations } = await axe.run({ exclude: [['.tl-canvas'], ['[class*="tl-watermark"]']] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)} ${nodes[0]?.failureSummary}`)
  })
}
