import * as Y from 'yjs'
import { isShallow } from '../shared/json.ts'
import type { Decoded } from './updates.ts'

/** Shared types inside one another. A board has a map of records, a record in it, and a text in that. */
const deepestType = 16

type Struct = Decoded['structs'][number]

/**
 * Whether an update puts things into one another further than any board does. Yjs deletes nested types, and programs read nested
 * values, by calling themselves: a few kilobytes of brackets would leave a board that nobody can open, or delete from, again.
 */
export function isTooDeep(doc: Y.Doc, structs: readonly Struct[]): boolean {
  let own: ReadonlyMap<number, readonly Struct[]> | undefined
  const depths = new Map<Struct, number>()
  for (const struct of structs) {
    if (!(struct instanceof Y.Item)) continue
    if (!valuesOf(struct.content).every(value => isShallow(value))) return true
    if (!(struct.content instanceof Y.ContentType)) continue
    own ??= byClient(structs)
    if (depthOf(struct, own, doc, depths) > deepestType) return true
  }
  return false
}

function valuesOf(content: Y.Item['content']): readonly unknown[] {
  if (content instanceof Y.ContentAny || content instanceof Y.ContentJSON) return content.arr
  if (content instanceof Y.ContentEmbed) return [content.embed]
  return content instanceof Y.ContentFormat ? [content.value] : []
}

/**
 * How many shared types a struct is inside of. It names the type it is in, or only a neighbour in there; either may come with
 * the same update or be in the document. What is not here yet counts as being at the top.
 */
function depthOf(struct: Y.Item, own: ReadonlyMap<number, readonly Struct[]>, doc: Y.Doc, depths: Map<Struct, number>): number {
  const path: [of: Struct, deeper: number][] = []
  let at: Y.Item | undefined = struct
  let depth = 0
  while (at) {
    const known = depths.get(at)
    if (known !== undefined) {
      depth = known
      break
    }
    const parent: Y.ID | string | Y.AbstractType<unknown> | null = at.parent
    if (parent instanceof Y.AbstractType) {
      depth = depthInside(parent)
      break
    }
    const inside: boolean = parent instanceof Y.ID
    path.push([at, inside ? 1 : 0])
    const next: Y.ID | null = parent instanceof Y.ID ? parent : parent === null ? (at.origin ?? at.rightOrigin) : null
    at = next ? find(next, own, doc) : undefined
  }
  for (const [of, deeper] of path.reverse()) depths.set(of, (depth += deeper))
  return depth
}

/** The struct with an id, from the update itself or from the document. */
function find({ client, clock }: Y.ID, own: ReadonlyMap<number, readonly Struct[]>, doc: Y.Doc): Y.Item | undefined {
  const there = clock < Y.getState(doc.store, client) ? Y.getItem(doc.store, Y.createID(client, clock)) : at(own.get(client) ?? [], clock)
  return there instanceof Y.Item ? there : undefined
}

/** The struct that holds a clock, among those of one client in order. */
function at(structs: readonly Struct[], clock: number): Struct | undefined {
  let [low, high] = [0, structs.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const struct = structs[middle] as Struct
    if (clock < struct.id.clock) high = middle - 1
    else if (clock >= struct.id.clock + struct.length) low = middle + 1
    else return struct
  }
  return undefined
}

function byClient(structs: readonly Struct[]): Map<number, Struct[]> {
  const all = new Map<number, Struct[]>()
  for (const struct of structs) {
    const known = all.get(struct.id.client)
    if (known) known.push(struct)
    else all.set(struct.id.client, [struct])
  }
  return all
}

/** Levels above a type that is in the document; no further than matters. */
function depthInside(type: Y.AbstractType<unknown>): number {
  let depth = 0
  for (let at = type.parent; at && depth <= deepestType; depth++) at = at.parent
  return depth
}
