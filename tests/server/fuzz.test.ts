import { expect, test } from 'vitest'
import { Finding, openStage } from '../fuzz/stories.ts'
import { runSeed } from '../support/random.ts'
import { patience, times } from '../support/scale.ts'

/* Hostile people on a real server, for as long as one likes: `npm run soak -- fuzz`. A seed that found something once is kept below. */

/** Updates of one story. */
const updates = 250

/** Seeds that found something, and what: they are told first, for ever. */
const kept: readonly number[] = []

/** What may stay of a server's objects after stories: less than a tenth, and what the compiler and caches take. */
const mayStay = (before: number): number => before * 1.1 + 8e6

test(`[S40] ${times(12)} stories of hostile and honest people against a real server: it lives, answers, forgets, and loses nothing of anybody`, { timeout: patience(240_000) }, async () => {
  let stage = await openStage()
  const found: string[] = []
  const saves: number[] = []
  let sent = 0
  let slowest = 0
  let before = Infinity
  const seeds = [...kept, ...Array.from({ length: times(12) }, (_, i) => runSeed * 1_000 + i)]
  for (const [nth, seed] of seeds.entries()) {
    try {
      const told = await stage.tell(seed, updates)
      sent += told.updates
      slowest = Math.max(slowest, told.slowestMs)
      saves.push(...told.savesElsewhere)
    } catch (error) {
      if (!(error instanceof Finding)) throw error
      found.push(error.message)
      await stage.close()
      stage = await openStage()
      before = Infinity
    }
    // Once it is warm, it stays as it is.
    if (nth === 5) before = await stage.heap()
  }
  const after = await stage.heap()
  await stage.close()
  const p99 = saves.sort((a, b) => a - b)[Math.floor(saves.length * 0.99)] ?? 0
  process.stdout.write(`${sent} updates from seed ${runSeed}; slowest answer ${slowest.toFixed(0)} ms of processor, p99 of saves elsewhere ${p99.toFixed(0)} ms, heap ${(before / 1e6).toFixed(0)} to ${(after / 1e6).toFixed(0)} MB\n`)
  expect(found).toEqual([])
  expect(after).toBeLessThan(mayStay(before))
})
