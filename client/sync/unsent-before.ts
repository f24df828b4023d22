import { keepHere, readKept } from '../kept.ts'

/** Changes that an earlier version counted as unsent, for all pages of a board alike; they are told once. */
export function unsentBefore(board: string): number {
  const name = `manyfutures:unsent:${board}`
  const count = Number(readKept('device', name) ?? 0)
  if (count) keepHere('device', name, undefined)
  return count > 0 ? Math.floor(count) : 0
}
