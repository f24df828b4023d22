/** Bytes a second that must move on average after `graceMs`: a phone at the edge of its net does better. */
export const leastRate = 4_096
export const graceMs = 20_000

/** Whether fewer bytes moved in a time than must have, of something that somebody at the other end sends or reads. */
export const isBehind = (bytes: number, ms: number, perSecond = 0): boolean => ms > graceMs && bytes < ((ms - graceMs) / 1_000) * Math.max(leastRate, perSecond)
