import type { Outline } from '../cards/card.ts'
import { short } from './svg-parts.ts'

/** How far a corner is cut or rounded, in board units. */
const c = 16

type Corner = { readonly round: number } | { readonly cut: number }
const square: Corner = { cut: 0 }
const round = (by: number): Corner => ({ round: by * c })
const slight: Corner = { round: 2 }

/** The corners of an outline, from the top left one clockwise; or what its right side is instead. */
type Shape = { readonly corners: readonly [Corner, Corner, Corner, Corner] } | { readonly side: 'pointed' | 'swallowtail' }

/** The same shapes as in the style sheet, as paths. */
const shapes: Readonly<Record<Outline, Shape>> = {
  'dog-ear': { corners: [square, { cut: c }, square, square] },
  pointed: { side: 'pointed' },
  pill: { corners: [round(1.9), round(1.9), round(1.9), round(1.9)] },
  rounded: { corners: [round(0.75), round(0.75), round(0.75), round(0.75)] },
  arch: { corners: [round(1.9), round(1.9), slight, slight] },
  swallowtail: { side: 'swallowtail' },
  octagon: { corners: [{ cut: c }, { cut: c }, { cut: c }, { cut: c }] },
  'cut-corners': { corners: [{ cut: c }, square, { cut: c }, square] },
  speech: { corners: [round(1.1), round(1.1), round(1.1), square] },
  'round-left': { corners: [round(2.2), slight, slight, round(2.2)] },
  leaf: { corners: [round(1.6), square, round(1.6), square] },
  square: { corners: [square, square, square, square] },
}

/** A vision's arch at the end of a timeline. */
const tallArch: Shape = { corners: [{ round: 110 }, { round: 110 }, slight, slight] }

const sizeOf = (corner: Corner): number => ('round' in corner ? corner.round : corner.cut)

/** Corners that would meet become as large as there is room for. */
const fitted = (corner: Corner, most: number): Corner => ('round' in corner ? { round: Math.min(corner.round, most) } : { cut: Math.min(corner.cut, most) })

const shapeOf = (outline: Outline, isTall: boolean): Shape => (isTall ? tallArch : shapes[outline])

/** On round a corner, clockwise, to where its other side begins. */
function turn(corner: Corner, x: number, y: number): string {
  const size = sizeOf(corner)
  return size === 0 ? '' : 'round' in corner ? `A${short(size)} ${short(size)} 0 0 1 ${short(x)} ${short(y)}` : `L${short(x)} ${short(y)}`
}

/** A path around a card. */
export function outlinePath(outline: Outline, w: number, h: number, isTall = false): string {
  const shape = shapeOf(outline, isTall)
  if ('side' in shape) {
    const tip = Math.min(w / 2, (shape.side === 'pointed' ? 0.9 : 0.8) * c)
    return shape.side === 'pointed' ? `M0 0H${short(w - tip)}L${short(w)} ${short(h / 2)}L${short(w - tip)} ${short(h)}H0Z` : `M0 0H${short(w)}L${short(w - tip)} ${short(h / 2)}L${short(w)} ${short(h)}H0Z`
  }
  const most = Math.min(w, h) / 2
  const [tl, tr, br, bl] = shape.corners.map(corner => fitted(corner, most)) as [Corner, Corner, Corner, Corner]
  return [
    `M${short(sizeOf(tl))} 0H${short(w - sizeOf(tr))}`,
    turn(tr, w, sizeOf(tr)),
    `V${short(h - sizeOf(br))}`,
    turn(br, w - sizeOf(br), h),
    `H${short(sizeOf(bl))}`,
    turn(bl, 0, h - sizeOf(bl)),
    `V${short(sizeOf(tl))}`,
    turn(tl, sizeOf(tl), 0),
    'Z',
  ].join('')
}

/** The part of a card that carries its icon: what lies left of `band`; or above it on a tall one. */
export function bandPath(outline: Outline, w: number, h: number, band: number, isTall = false): string {
  if (isTall) {
    const r = Math.min(110, w / 2, h / 2)
    return `M0 ${short(band)}V${short(r)}A${short(r)} ${short(r)} 0 0 1 ${short(r)} 0H${short(w - r)}A${short(r)} ${short(r)} 0 0 1 ${short(w)} ${short(r)}V${short(band)}Z`
  }
  const shape = shapeOf(outline, false)
  const most = Math.min(w, h) / 2
  const [tl, bl] = ('side' in shape ? [square, square] : [shape.corners[0], shape.corners[3]]).map(corner => fitted(corner, most)) as [Corner, Corner]
  // Where a corner is rounder than the band is wide, the band ends on its curve.
  const reach = (corner: Corner): number => Math.min(band, sizeOf(corner))
  const drop = (corner: Corner): number => {
    const size = sizeOf(corner)
    if (size <= band) return 0
    return 'round' in corner ? size - Math.sqrt(size ** 2 - (size - band) ** 2) : size - band
  }
  return `M0 ${short(sizeOf(tl))}${turn(tl, reach(tl), drop(tl))}L${short(band)} ${short(drop(tl))}V${short(h - drop(bl))}H${short(reach(bl))}${turn(bl, 0, h - sizeOf(bl))}Z`
}
