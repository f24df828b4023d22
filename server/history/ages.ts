/*
 * Which moments are kept, by how long ago they were. A plain function of times: tests try it as a table.
 */

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
export const day = 24 * hour

/** Up to which age one moment is kept of each so many milliseconds; beyond the last, one a month. */
const ages = [
  { until: day, every: second },
  { until: 7 * day, every: 10 * minute },
  { until: 30 * day, every: hour },
  { until: 365 * day, every: day },
] as const

/** How long removed things come back, and how long a moment somebody named or right before a removal stays whatever its age. */
export const comesBackMs = 30 * day

/** The age at which moments are thinned first. */
export const firstThinning = ages[0].until

/** A moment, in milliseconds since 1970; a `special` one is named, or right before a removal. */
export interface Moment {
  readonly at: number
  readonly special?: boolean
}

/** In which stretch of time a moment stands; of each stretch the last moment is kept. Stretches lie still, so that thinning twice changes nothing. */
function stretchOf(at: number, now: number): string {
  const age = ages.find(({ until }) => now - at < until)
  if (age) return `${age.every} ${Math.floor(at / age.every)}`
  const date = new Date(at)
  return `month ${date.getUTCFullYear()} ${date.getUTCMonth()}`
}

/** Which of the moments stay, oldest first, each with its place in the list: the last one always does. */
export function keptMoments<M extends Moment>(moments: readonly M[], now: number): M[] {
  return moments.filter((moment, nth) => {
    const next = moments[nth + 1]
    if (!next || (moment.special && now - moment.at < comesBackMs)) return true
    return stretchOf(moment.at, now) !== stretchOf(next.at, now)
  })
}

/** When there will be something to thin next in what ends with such moments; never where a month has been thinned to one. */
export function nextThinning(ended: number, now: number): number {
  const next = ages.find(({ until }) => now - ended < until)
  return next ? ended + next.until : Number.MAX_SAFE_INTEGER
}
