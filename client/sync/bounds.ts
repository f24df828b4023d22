import { b64Vecs, type TLDrawShapeProps, type TLShape, type VecModel } from 'tldraw'

/*
 * How far what a drawing says of itself may go. tldraw's own checks let every number pass, and its canvas throws, hangs or takes
 * all memory on lengths that nobody could see.
 */

const farthest = 1e7
/** No length, place or bend inside a shape is larger, and nothing that is wide or high is smaller. */
const largest = 1e5
const smallest = 0.01
/** What multiplies: tldraw's own tools make scales from an eighth to twenty. */
const mostScale = 100
/** Points of one stroke or line, with those that straight parts are drawn through. tldraw's pen begins another stroke after a few hundred. */
const mostPoints = 10_000
const pointEvery = 16

const widths = ['w', 'h'] as const
const scales = ['scale', 'scaleX', 'scaleY', 'fontSizeAdjustment'] as const
const parts = ['labelPosition', 'elbowMidPoint'] as const

/** Why a shape reaches too far, if it does. */
export function outOfBounds({ type, x, y, rotation, props }: TLShape): string | undefined {
  if (!(Math.abs(x) <= farthest && Math.abs(y) <= farthest && Number.isFinite(rotation))) return 'it is too far away'
  const says = props as Record<string, unknown>
  for (const name of widths) if (Object.hasOwn(says, name) && !isWithin(says[name], smallest, largest)) return `its ${name} is out of range`
  for (const name of scales) {
    const value = says[name]
    if (typeof value === 'number' && !isWithin(Math.abs(value), smallest, mostScale)) return `its ${name} is out of range`
  }
  for (const name of parts) if (typeof says[name] === 'number' && !isWithin(says[name], 0, 1)) return `its ${name} is out of range`
  for (const [name, value] of Object.entries(says)) if (name !== 'richText' && name !== 'fields' && !isNear(value)) return `its ${name} reaches too far`
  if (type === 'image' && !isPartOfPicture(says['crop'])) return 'its crop shows nothing'
  if (type === 'line' && !isLine(says['points'])) return 'its points are no line'
  if (type === 'draw' || type === 'highlight') return strokeOutOfBounds(says as unknown as TLDrawShapeProps)
  return undefined
}

const isWithin = (value: unknown, least: number, most: number): boolean => typeof value === 'number' && value >= least && value <= most

/** Whether every number of a value, wherever it stands, is one that can be drawn. */
function isNear(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) <= largest
  return typeof value !== 'object' || value === null || Object.values(value).every(isNear)
}

interface Corner {
  readonly x: number
  readonly y: number
}

/** What is cut out of a picture lies in it and has an area: the picture is made larger by what it lacks. */
function isPartOfPicture(crop: unknown): boolean {
  if (crop === null || crop === undefined) return true
  const { topLeft: a, bottomRight: b } = crop as { topLeft: Corner; bottomRight: Corner }
  return a.x >= 0 && a.y >= 0 && b.x <= 1 && b.y <= 1 && b.x - a.x >= smallest && b.y - a.y >= smallest
}

/** Two points or more, each under its own name, not all in one place. */
function isLine(points: unknown): boolean {
  const all = Object.entries(points as Record<string, { id: string; index: string } & Corner>)
  const [first] = all
  if (!first || all.length > mostPoints) return false
  const indexes = new Set(all.map(([, { index }]) => index))
  return indexes.size === all.length && all.every(([name, { id }]) => name === id) && all.some(([, { x, y }]) => x !== first[1].x || y !== first[1].y)
}

/** Points of a stroke are packed: what they say is only known once they are unpacked, which throws where they are none. */
function strokeOutOfBounds({ segments, scaleX, scaleY }: TLDrawShapeProps): string | undefined {
  // Half a dozen letters a point, or a few more.
  if (segments.length > mostPoints || segments.reduce((sum, { path }) => sum + path.length, 0) > mostPoints * 8) return 'it is too long a stroke'
  let count = 0
  for (const { type, path, dim } of segments) {
    const points = pointsIn(path, dim)
    if (!points) return 'its points are none'
    if (!points.every(({ x, y, z = 0.5 }) => isNear(x * scaleX) && isNear(y * scaleY) && isWithin(z, 0, 10))) return 'its lines lead nowhere'
    const [from, to] = points
    count += type === 'straight' && from && to ? Math.hypot((to.x - from.x) * scaleX, (to.y - from.y) * scaleY) / pointEvery : points.length
  }
  return count > mostPoints ? 'it is too long a stroke' : undefined
}

function pointsIn(path: string, dim: 2 | 3 | undefined): VecModel[] | undefined {
  try {
    return b64Vecs.decodePoints(path, dim)
  } catch {
    return undefined // A peer stored no points there.
  }
}
