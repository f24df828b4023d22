/** A seeded source of whole numbers below n (mulberry32): the same seed gives the same test. */
export function random(seed: number): (n: number) => number {
  let state = seed >>> 0
  return n => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n)
  }
}

/** The seed of this run: `SEED=… npm test` repeats one; otherwise a fixed one, so that CI is steady. */
export const runSeed = Number(process.env['SEED'] ?? 20_261_123)
