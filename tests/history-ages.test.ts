import { expect, test } from 'vitest'
import { comesBackMs, day, firstThinning, keptMoments, nextThinning } from '../server/history/ages.ts'
import { random, runSeed } from './support/random.ts'
import { times } from './support/scale.ts'

/* Which moments are kept, by how long ago they were. */

const now = Date.UTC(2026, 10, 28, 12)
const [second, minute, hour] = [1_000, 60_000, 3_600_000]
/** Moments so many milliseconds apart, over a stretch that begins so long ago. */
const every = (apart: number, from: number, to: number) => Array.from({ length: Math.floor((from - to) / apart) }, (_, i) => ({ at: now - from + i * apart }))

test.each([
  ['seconds of the last day', every(second, hour, 0), 3_600],
  ['tenths of a second of the last day', every(100, minute, 0), 60],
  ['minutes of the second day', every(minute, day + 2 * hour, day), 12],
  ['minutes of the seventh day', every(minute, 6 * day + hour, 6 * day), 6],
  ['minutes of the eighth day', every(minute, 8 * day, 7 * day), 24],
  ['ten minutes of the twenty-ninth day', every(10 * minute, 29 * day, 28 * day), 24],
  ['hours of the third month', every(hour, 90 * day, 60 * day), 31],
  ['hours of two years ago', every(6 * hour, 790 * day, 760 * day), 2],
  ['a single moment of ten years ago', [{ at: now - 3_650 * day }], 1],
  ['nothing', [], 0],
])('[K42] of %s so many stay', (_, moments, left) => {
  expect(keptMoments(moments, now)).toHaveLength(left)
})

test('[K42] what somebody named, or what was right before a removal, stays whole for thirty days', () => {
  const moments = every(minute, 20 * day, 20 * day - hour).map((moment, nth) => ({ ...moment, special: nth === 17 }))
  expect(keptMoments(moments, now)).toContainEqual(moments[17])
  expect(keptMoments(moments, now + comesBackMs)).not.toContainEqual(moments[17])
})

test(`[K42] of ${times(200)} histories the last moment stays, thinning again changes nothing, and later there are never more`, () => {
  const pick = random(runSeed)
  for (let round = 0; round < times(200); round++) {
    let at = now - pick(800) * day
    const moments = Array.from({ length: 1 + pick(300) }, () => ({ at: (at += pick(4) ? pick(minute) : pick(day)), special: pick(20) === 0 })).filter(each => each.at <= now)
    if (moments.length === 0) continue
    let kept = keptMoments(moments, now)
    expect([runSeed, round, kept.at(-1)]).toEqual([runSeed, round, moments.at(-1)])
    for (const later of [now, now + hour, now + 9 * day, now + 400 * day]) {
      const again = keptMoments(kept, later)
      expect([runSeed, round, again.length <= kept.length, keptMoments(again, later)]).toEqual([runSeed, round, true, again])
      kept = again
    }
  }
})

test('[K42] it is looked again when the youngest moment comes of another age, and never once months are single', () => {
  expect(nextThinning(now, now)).toBe(now + firstThinning)
  expect(nextThinning(now - 2 * day, now)).toBe(now + 5 * day)
  expect(nextThinning(now - 400 * day, now)).toBe(Number.MAX_SAFE_INTEGER)
})
