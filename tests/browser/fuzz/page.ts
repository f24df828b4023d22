import { crowd, fail, run, type Step, steps } from './world.ts'

/** What the test asks this page to do. */
declare global {
  interface Window {
    fuzz: { crowd: typeof crowd; steps: typeof steps; run: typeof run; shrink: typeof shrink }
  }
}

/** Leaves steps out as long as it still fails: what is left is the failure. */
function shrink(seed: number, failing: readonly Step[]): readonly Step[] {
  let least = failing
  for (let size = Math.ceil(least.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < least.length; ) {
      const fewer = [...least.slice(0, at), ...least.slice(at + size)]
      if (fail(run(seed, fewer))) least = fewer
      else at += size
    }
  }
  return least
}

window.fuzz = { crowd, steps, run, shrink }
