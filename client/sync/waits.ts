/** The longest that anybody waits without having been told to, and the longest they let themselves be told. */
const longestMs = { own: 60_000, told: 3_600_000 } as const
const firstMs = 3_000

/** Milliseconds until it is tried again, after so many times in vain: never before it may be, and never all at once. */
export function tryAgainIn(failed: number, told: number | undefined, random: () => number): number {
  if (told !== undefined) return Math.min(longestMs.told, told) + random() * firstMs
  const most = Math.min(longestMs.own, firstMs * 2 ** failed)
  return most / 2 + (random() * most) / 2
}
