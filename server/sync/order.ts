import type { Id } from '../../shared/document/read-update.ts'
import type { Row, Struct } from './parsed-update.ts'

/** The structs of an update in an order in which each comes after all it builds on, and those that build on what has not come. */
export interface Ordered {
  readonly ready: readonly Struct[]
  readonly waiting: readonly Struct[]
  /** What `waiting` builds on, by client: so many of that client's changes must have come. */
  readonly needs: ReadonlyMap<number, number>
  /** How far `waiting` itself goes, by client. */
  readonly comesAlong: ReadonlyMap<number, number>
}

const nothing: ReadonlyMap<number, number> = new Map()

/** After how many structs others should have their turn. */
const structsATurn = 2_048

interface Walk {
  readonly row: Row
  /** The next struct to look at. */
  at: number
  /** How far this client's changes are there: in the document, or in front of the present one. */
  reached: number
  /** Its next struct builds on what has not come. */
  isBlocked: boolean
  /** What it builds on is being looked for. */
  isOnStack: boolean
}

/**
 * Orders an update. Nothing where structs build on themselves or on one another in a circle, which nobody can have made: each is looked
 * at once, and waits for nothing twice. `reachedBy` says how many changes of a client the document has.
 */
export function* ordered(rows: readonly Row[], reachedBy: (client: number) => number): Generator<void, Ordered | undefined> {
  const walks = new Map<number, Walk>(rows.map(row => [row.client, { row, at: 0, reached: reachedBy(row.client), isBlocked: false, isOnStack: false }]))
  const ready: Struct[] = []
  const reached = (client: number): number => walks.get(client)?.reached ?? reachedBy(client)
  let steps = 0
  for (const first of walks.values()) {
    const stack: { readonly walk: Walk; readonly until: number }[] = [{ walk: first, until: Infinity }]
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      if (++steps % structsATurn === 0) yield
      const { walk, until } = top
      const struct = walk.row.structs[walk.at]
      if (!struct || walk.isBlocked || walk.reached > until) {
        stack.pop()
        const below = stack.at(-1)
        if (below) below.walk.isOnStack = false
        continue
      }
      if (struct.end <= walk.reached) {
        walk.at++
        continue
      }
      if (struct.clock > walk.reached || struct.kind === 'skip') {
        walk.isBlocked = true
        continue
      }
      const missing = missingOf(struct, reached)
      if (missing === 'circle') return undefined
      if (missing === undefined) {
        ready.push(struct)
        walk.reached = struct.end
        walk.at++
        continue
      }
      const other = walks.get(missing.client)
      if (other?.isOnStack) return undefined
      if (!other || other.isBlocked || other.at >= other.row.structs.length) walk.isBlocked = true
      else {
        walk.isOnStack = true
        stack.push({ walk: other, until: missing.clock })
      }
    }
  }
  const blocked = [...walks.values()].filter(({ isBlocked }) => isBlocked)
  if (blocked.length === 0) return { ready, waiting: [], needs: nothing, comesAlong: nothing }
  /** How far what waits in this very update goes: it comes together, gaps in it aside, which are needed anyway. */
  const comesAlong = new Map(blocked.map(({ row, at }) => [row.client, row.structs.slice(at).findLast(({ kind }) => kind !== 'skip')?.end ?? 0]))
  const waiting: Struct[] = []
  const needs = new Map<number, number>()
  const need = (client: number, upTo: number): void => {
    if (upTo > reached(client) && upTo > (comesAlong.get(client) ?? 0)) needs.set(client, Math.max(upTo, needs.get(client) ?? 0))
  }
  for (const { row, at, reached: from } of blocked) {
    let end = from
    for (const struct of row.structs.slice(at)) {
      if (++steps % structsATurn === 0) yield
      if (struct.kind === 'skip') continue
      if (struct.clock > end) needs.set(row.client, Math.max(struct.clock, needs.get(row.client) ?? 0))
      end = struct.end
      waiting.push(struct)
      for (const id of [struct.after, struct.before, typeof struct.home === 'object' ? struct.home : undefined]) if (id && id.client !== struct.client) need(id.client, id.clock + 1)
    }
  }
  return { ready, waiting, needs, comesAlong }
}

/** The first change that a struct builds on and that is not there. What it builds on of its own client comes before it. */
function missingOf({ client, clock, after, before, home }: Struct, reached: (client: number) => number): Id | 'circle' | undefined {
  for (const id of [after, before, typeof home === 'object' ? home : undefined]) {
    if (!id) continue
    if (id.client === client) {
      if (id.clock >= clock) return 'circle'
    } else if (id.clock >= reached(id.client)) return id
  }
  return undefined
}
