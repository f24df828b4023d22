/** Time, as the binding knows it: real in the product, by hand in tests. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Runs something once, later; call the answer to take it back. */
  later(run: () => void, ms: number): () => void
}

export const realClock: Clock = {
  now: () => Date.now(),
  later: (run, ms) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
