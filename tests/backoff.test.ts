import { expect, test } from 'vitest'
import { spreadReturns, waitBefore } from '../client/sync/backoff.ts'
import { random, runSeed } from './support/random.ts'

const pick = random(runSeed)
const chance = (): number => pick(1_000_000) / 1_000_000

/** A provider as far as it waits: y-websocket counts a failure, then waits 200 ms and twice as long each time, up to its most. */
function waiting() {
  let tell: (event: { code: number } | null) => void = () => undefined
  const provider = { maxBackoffTime: 2_500, wsUnsuccessfulReconnects: 0, on: (_: 'connection-close', listen: typeof tell) => (tell = listen) }
  spreadReturns(provider, chance)
  return (code: number | undefined): number => {
    tell(code === undefined ? null : { code })
    provider.wsUnsuccessfulReconnects++
    return Math.min(2 ** provider.wsUnsuccessfulReconnects * 100, provider.maxBackoffTime)
  }
}

test('[S23] five hundred people whose server restarts come back over seconds, never a tenth of them in the same tenth of a second', () => {
  const waits = Array.from({ length: 500 }, () => waiting()(1012))
  const tenths = new Map<number, number>()
  for (const wait of waits) tenths.set(Math.floor(wait / 100), (tenths.get(Math.floor(wait / 100)) ?? 0) + 1)
  expect([runSeed, Math.max(...tenths.values())]).toEqual([runSeed, expect.toSatisfy((most: number) => most <= 50)])
  expect(Math.max(...waits)).toBeLessThanOrEqual(2_500)
})

test('[S23] one broken connection comes back at once, and waits longer each time it fails, but never long', () => {
  const again = waiting()
  const waits = Array.from({ length: 8 }, () => again(undefined))
  for (const [i, wait] of waits.entries()) expect(wait).toBeLessThanOrEqual(Math.min(5_000, 200 * 2 ** i))
  expect(waits[3]).toBeGreaterThan(waits[0]!)
  expect(Math.max(...waits)).toBeLessThanOrEqual(5_000)
  expect([0, 1, 2, 3, 9].map(failed => waitBefore(failed, 1006, () => 1))).toEqual([200, 400, 800, 1_600, 5_000])
})
