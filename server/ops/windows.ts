/** How often something may happen for each key in a time. */
export interface Windows {
  /** Counts once more; answers the milliseconds until there is room again where it was one too many, 0 where it was not. */
  count(key: string): number
  /** How often it was one too many for a key, in the time that runs. */
  refused(key: string): number
  /** Takes back the last time: nothing came of it. */
  undo(key: string): void
  /** Keys that are counted just now. */
  readonly size: number
}

interface Limits {
  /** 0 for any number. */
  readonly most: number
  readonly ms: number
  /** One that nobody sets: a clock set back must neither lock anybody out nor let anybody through. */
  readonly clock: () => number
  /** Keys that are counted at once; beyond them the one seen longest ago is forgotten. */
  readonly mostKeys?: number
}

export function createWindows({ most, ms, clock, mostKeys = 50_000 }: Limits): Windows {
  /** In the order they were seen in. */
  const windows = new Map<string, { began: number; times: number; refused: number }>()
  return {
    count(key) {
      if (most <= 0) return 0
      const now = clock()
      const known = windows.get(key)
      const window = known && now - known.began < ms ? known : { began: now, times: 0, refused: 0 }
      windows.delete(key)
      windows.set(key, window)
      if (windows.size > mostKeys) windows.delete(windows.keys().next().value as string)
      if (window.times >= most) {
        window.refused++
        return Math.max(1, window.began + ms - now)
      }
      window.times++
      return 0
    },
    refused: key => windows.get(key)?.refused ?? 0,
    undo(key) {
      const window = windows.get(key)
      if (window && window.times > 0) window.times--
    },
    get size() {
      return windows.size
    },
  }
}
