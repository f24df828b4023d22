import type { RecordId } from './ids.ts'
import type { Point } from './methods/method.ts'

/** What a place counts from: something else, or the board itself where `parent` is empty. */
interface Inside extends Point {
  readonly parent: RecordId | ''
  readonly rotation?: number
}

/** Deeper than anybody nests things; two things inside one another end here too. */
const deepest = 16

/** Where a place is on the board itself, whatever it is inside of, turned as that is turned. */
export function cornersOf(placeOf: (id: RecordId) => Inside | undefined) {
  return ({ x, y, parent }: Inside): Point => {
    let at: Point = { x, y }
    let outer = parent === '' ? undefined : placeOf(parent)
    for (let depth = 0; outer && depth < deepest; depth++) {
      const turn = outer.rotation ?? 0
      const [cos, sin] = turn === 0 ? [1, 0] : [Math.cos(turn), Math.sin(turn)]
      at = { x: outer.x + at.x * cos - at.y * sin, y: outer.y + at.x * sin + at.y * cos }
      outer = outer.parent === '' ? undefined : placeOf(outer.parent)
    }
    return at
  }
}
