/* What rows, columns and lanes have in common: names in a row that share a length. */

/** Where a line is after their names changed: where its name is, or in the same place of the list where it has a new name or none. */
export function lineAfter(before: readonly string[], after: readonly string[], i: number): number {
  const name = before[i]
  const found = name === undefined || name === '' || name === after[i] ? -1 : after.indexOf(name)
  return found < 0 ? Math.min(i, Math.max(0, after.length - 1)) : found
}

/** How far inside a line something stands that stood so far inside another: as far, back from its far edge, or in its middle where there is not even room for it. */
export const keptInside = (offset: number, length: number, room: number): number => (offset + length / 2 < room ? offset : Math.max(room - length, (room - length) / 2))
