/** Milliseconds since some moment, by a clock that nobody sets: for whatever paces or measures. Dates are another thing. */
export const monotonic = (): number => performance.now()
