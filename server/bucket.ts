/** How much may pass in a time: a bucket that fills at a steady rate and can be emptied at once. */
export interface Bucket {
  /** Takes an amount, whether it is there or not; returns the milliseconds until the bucket is no longer overdrawn, 0 while it is not. */
  take(amount: number): number
  /** Whether an amount is there; takes it only then. */
  tryTake(amount: number): boolean
}

/** `perSecond` flows in, up to `most`; `now` in milliseconds. A rate of 0 lets everything pass. */
export function createBucket(perSecond: number, most: number, now: () => number): Bucket {
  let level = most
  let seen = now()
  const fill = () => {
    const at = now()
    level = Math.min(most, level + ((at - seen) / 1_000) * perSecond)
    seen = at
  }
  return {
    take(amount) {
      if (perSecond <= 0) return 0
      fill()
      level -= amount
      return level >= 0 ? 0 : Math.ceil((-level / perSecond) * 1_000)
    },
    tryTake(amount) {
      if (perSecond <= 0) return true
      fill()
      if (level < amount) return false
      level -= amount
      return true
    },
  }
}
