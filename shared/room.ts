import type { Point, Size } from './methods/method.ts'

export interface Box extends Point, Size {}

/** How far cards stay from one another. */
export const gap = 24

export const overlaps = (a: Box, b: Box, apart = gap): boolean => a.x < b.x + b.w + apart && b.x < a.x + a.w + apart && a.y < b.y + b.h + apart && b.y < a.y + a.h + apart

/**
 * The free place nearest to a wanted one, so that a new card never lands on another. Looks outwards in rings of places; gives
 * the wanted one back when there is no room within a dozen cards' distance. Board units, top left corners.
 */
export function freePlace(wanted: Box, taken: readonly Box[]): Point {
  const free = (x: number, y: number) => !taken.some(box => overlaps({ ...wanted, x, y }, box))
  if (free(wanted.x, wanted.y)) return { x: wanted.x, y: wanted.y }
  for (let ring = 1; ring <= 24; ring++) {
    const steps = ring * 8
    for (let i = 0; i < steps; i++) {
      // Downwards first, then round: a column of siblings reads better than a scatter.
      const angle = Math.PI / 2 + (i % 2 ? 1 : -1) * Math.ceil(i / 2) * ((2 * Math.PI) / steps)
      const x = wanted.x + Math.cos(angle) * ring * (wanted.w + gap) * 0.5
      const y = wanted.y + Math.sin(angle) * ring * (wanted.h + gap) * 0.5
      if (free(x, y)) return { x, y }
    }
  }
  return { x: wanted.x, y: wanted.y }
}
