import { expect, test } from 'vitest'
import { type Admission, Refused, waitSaid } from '../client/api.ts'
import { createRenewing, renewIn } from '../client/sync/renewing.ts'
import { tryAgainIn } from '../client/sync/waits.ts'
import { random, runSeed } from './support/random.ts'

/* The next ticket, by hand: a server that answers as it is told to, and a clock that moves when somebody moves it. */

const pick = random(runSeed)
const chance = (): number => pick(1_000_000) / 1_000_000
const admission = (seconds: number | undefined, nth = 1): Admission => ({ participant: 'p', name: 'Ana', sector: '', role: 'participant', ticket: `ticket ${nth}`, expires: '1987-01-01T00:00:00.000Z', key: 'k', ...(seconds !== undefined && { seconds }) })

function standIn(answer: (nth: number) => Admission | Refused) {
  let at = 0
  let waiting: { run: () => void; due: number } | undefined
  const heard: string[] = []
  const asked: number[] = []
  const renewing = createRenewing({
    ask: async () => {
      asked.push(at)
      const given = answer(asked.length)
      if (given instanceof Refused) throw given
      return given
    },
    took: given => heard.push(`took ${given.ticket}`),
    over: sentence => heard.push(`over: ${sentence}`),
    delayed: refusal => heard.push(`delayed: ${refusal.status}`),
    later: (run, ms) => void (waiting = { run, due: at + ms }),
    now: () => at,
    random: chance,
  })
  return {
    renewing,
    heard,
    asked,
    /** Lets what waits come to pass, for so long. */
    async pass(ms: number) {
      await new Promise(setImmediate)
      const end = at + ms
      while (waiting && waiting.due <= end) {
        const { run, due } = waiting
        waiting = undefined
        at = due
        run()
        await new Promise(setImmediate)
      }
      at = end
    },
  }
}

test.each([5, 10, 30, 600, 86_400])('[S60] a ticket of %i seconds is renewed before it is over, by its span, and not by all of a room in one moment', seconds => {
  const waits = Array.from({ length: 500 }, () => renewIn(seconds, chance))
  expect([runSeed, Math.max(...waits) <= seconds * 800]).toEqual([runSeed, true])
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(seconds * 600)
  if (seconds > 10) expect(new Set(waits.map(wait => Math.floor(wait / (seconds * 10)))).size).toBeGreaterThan(10)
})

test.each([undefined, 0, 0.001, -1, Number.NaN, -3_456_000])('[S60] a span that makes no sense (%s) makes nobody ask without end', seconds => {
  for (let i = 0; i < 100; i++) expect(renewIn(seconds, chance)).toBeGreaterThanOrEqual(300_000)
})

test('[S60] whatever the device’s clock says of the moment a ticket ends, one is asked for as often as its span says', async () => {
  const { renewing, asked, pass } = standIn(nth => admission(600, nth))
  renewing.take(admission(600, 0))
  await pass(3_600_000)
  expect([runSeed, asked.length]).toEqual([runSeed, expect.toSatisfy((n: number) => n >= 7 && n <= 11)])
})

test.each([
  [429, 12_000], [408, 3_000], [503, 60_000], [403, undefined], [404, undefined], [401, undefined], [500, undefined], [502, undefined], [511, undefined], [200, undefined], [0, undefined], [429, undefined], [429, 0],
])('[S61] %i (to come again after %s ms) ends nothing: it is asked again, never sooner than was said, and ever more rarely', async (status, retryAfter) => {
  const { renewing, heard, asked, pass } = standIn(nth => (nth <= 6 ? new Refused(status, 'No.', { retryAfter }) : admission(600, nth)))
  renewing.turnedAway()
  await pass(1_800_000)
  expect(heard.slice(0, 7)).toEqual([...Array.from({ length: 6 }, () => `delayed: ${status}`), 'took ticket 7'])
  const waits = asked.slice(1, 7).map((at, i) => at - asked[i]!)
  for (const [i, wait] of waits.entries()) {
    expect([runSeed, wait >= (retryAfter ?? 1_500)]).toEqual([runSeed, true])
    expect([runSeed, i, wait <= (retryAfter ?? Math.min(60_000, 3_000 * 2 ** i)) + 3_000]).toEqual([runSeed, i, true])
  }
})

test('[S61] the server’s own last word ends it, once, and nobody asks again', async () => {
  const { renewing, heard, asked, pass } = standIn(() => new Refused(403, 'This link was closed.', { isFinal: true }))
  renewing.take(admission(10))
  await pass(3_600_000)
  expect([heard, asked.length]).toEqual([['took ticket 1', 'over: This link was closed.'], 1])
  await expect(renewing.renew()).rejects.toMatchObject({ status: 401 })
  expect(asked.length).toBe(1)
})

test('[S61] while the server wants to be left alone, no call makes another request', async () => {
  const { renewing, asked, pass } = standIn(nth => (nth === 1 ? new Refused(429, 'Wait.', { retryAfter: 30_000 }) : admission(600, nth)))
  renewing.take(admission(600, 0))
  await expect(renewing.renew()).rejects.toThrow('Wait.')
  for (let i = 0; i < 20; i++) await expect(renewing.renew()).rejects.toThrow('Wait.')
  renewing.turnedAway()
  expect(asked.length).toBe(1)
  await pass(40_000)
  expect([asked.length, renewing.ticket]).toEqual([2, 'ticket 2'])
})

test('[S61] a network that is back ends a wait that nobody asked for, and no other', async () => {
  for (const [retryAfter, asks] of [[undefined, 2], [30_000, 1]] as const) {
    const { renewing, asked, pass } = standIn(nth => (nth === 1 ? new Refused(502, 'No.', { retryAfter }) : admission(600, nth)))
    renewing.turnedAway()
    await pass(1)
    renewing.hurry()
    await pass(1)
    renewing.hurry()
    await pass(1)
    expect([retryAfter, asked.length]).toEqual([retryAfter, asks])
  }
})

test('[S60] many calls that need the next ticket at once ask for it once; a server that opens nothing with it is not asked in a circle', async () => {
  const { renewing, asked, pass } = standIn(nth => admission(600, nth))
  renewing.take(admission(600, 0))
  expect(new Set(await Promise.all(Array.from({ length: 40 }, () => renewing.renew())))).toEqual(new Set(['ticket 1']))
  for (let i = 0; i < 60; i++) {
    renewing.turnedAway()
    await pass(1_000)
  }
  // Sixty times a second turned away: ever more rarely asked.
  expect([runSeed, asked.length]).toEqual([runSeed, expect.toSatisfy((n: number) => n <= 12)])
})

test('[S61] waits that were not told are spread and have a most; those that were told are kept, up to an hour', () => {
  const waits = Array.from({ length: 400 }, () => tryAgainIn(30, undefined, chance))
  expect([runSeed, Math.max(...waits) <= 60_000, Math.min(...waits) >= 30_000, new Set(waits.map(wait => Math.floor(wait / 1_000))).size > 15]).toEqual([runSeed, true, true, true])
  for (const told of [0, 1, 900, 60_000, 3_600_000]) for (let i = 0; i < 50; i++) expect(tryAgainIn(i, told, chance)).toBeGreaterThanOrEqual(told)
  expect(tryAgainIn(0, 1e12, chance)).toBeLessThan(3_700_000)
})

test.each([
  [null, null, undefined], ['', null, undefined], ['12', null, 12_000], [' 0 ', null, 0], ['-5', null, undefined], ['1.5', null, undefined], ['soon', null, undefined], ['999999999999999999999999', null, 1e27],
  ['Wed, 21 Oct 2026 07:28:30 GMT', 'Wed, 21 Oct 2026 07:28:00 GMT', 30_000], ['Wed, 21 Oct 2026 07:28:00 GMT', 'Wed, 21 Oct 2026 07:28:30 GMT', 0], ['Wed, 21 Oct 2026 07:28:30 GMT', null, undefined], ['Wed, 21 Oct 2026 07:28:30 GMT', 'then', undefined],
])('[S61] Retry-After “%s” at “%s” is %s ms, by nobody’s clock but the answer’s own', (text, date, ms) => {
  const said = waitSaid(text, date)
  expect(said).toBe(ms)
})
