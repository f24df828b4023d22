import { readEnd } from './board.ts'
import type { BoardFile } from './file.ts'
import type { Json } from './json.ts'

/** Any record of a file. */
interface Item {
  readonly [name: string]: unknown
  readonly id: string
  readonly in?: string | undefined
}

/**
 * A part of a board: what is chosen by id, everything inside of it, and the arrows between. What is taken out of its
 * structure stands on the board itself, where it was seen.
 */
export function partOf(file: BoardFile, only: ReadonlySet<string>): BoardFile {
  const kept = keptIn(file, only)
  const outside = placesOutside(file, kept)
  const pick = <I extends Item>(items: readonly I[]): I[] => items.filter(({ id }) => kept.has(id)).map(outside)
  const { tldraw, ...rest } = file
  const [relations, drawings] = [pick(file.relations), pick(file.drawings)]
  return {
    ...rest,
    cards: pick(file.cards),
    relations,
    structures: pick(file.structures),
    drawings,
    ...(tldraw !== undefined && (relations.length > 0 || drawings.length > 0) && { tldraw }),
  }
}

const endsOf = ({ from, to }: Item): readonly string[] => [readEnd(from as Json), readEnd(to as Json)].filter(end => end !== undefined)

/** An item and what it is inside of, outwards. A peer can put two things inside one another: each comes once. */
function* outwards(item: Item, byId: ReadonlyMap<string, Item>): Generator<Item> {
  const seen = new Set<string>()
  for (let at: Item | undefined = item; at && !seen.has(at.id); at = at.in === undefined ? undefined : byId.get(at.in)) {
    seen.add(at.id)
    yield at
  }
}

/** Ids of everything that comes with a choice. */
function keptIn(file: BoardFile, only: ReadonlySet<string>): ReadonlySet<string> {
  const items: Item[] = [...file.cards, ...file.relations, ...file.structures, ...file.drawings]
  const byId = new Map(items.map(item => [item.id, item]))
  const included = (item: Item): boolean => [...outwards(item, byId)].some(({ id }) => only.has(id))
  const kept = new Set(items.filter(item => endsOf(item).length === 0 && included(item)).map(({ id }) => id))
  for (const item of items) {
    const ends = endsOf(item)
    if (ends.length > 0 && ends.every(end => kept.has(end)) && (ends.length === 2 || included(item))) kept.add(item.id)
  }
  // A picture is a drawing and, apart from it, what it shows.
  for (const { id, props } of file.drawings) if (kept.has(id) && typeof props?.['assetId'] === 'string') kept.add(props['assetId'])
  return kept
}

/** Takes an item out of what is left behind. Places count from the corner of what they are in, turned as that is turned. */
function placesOutside(file: BoardFile, kept: ReadonlySet<string>) {
  const byId = new Map<string, Item>([...file.structures, ...file.drawings].map(item => [item.id, item]))
  return <I extends Item>(item: I): I => {
    if (item.in === undefined || kept.has(item.in)) return item
    const { in: left, ...rest } = item
    const { x, y, rotation } = item
    const around = byId.get(left as string)
    if (!around || typeof x !== 'number' || typeof y !== 'number') return rest as unknown as I
    let at = { x, y, rotation: Number(rotation ?? 0) }
    for (const outer of outwards(around, byId)) {
      const turn = Number(outer['rotation'] ?? 0)
      const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
      at = { x: Number(outer['x'] ?? 0) + at.x * cos - at.y * sin, y: Number(outer['y'] ?? 0) + at.x * sin + at.y * cos, rotation: at.rotation + turn }
    }
    return { ...rest, x: at.x, y: at.y, ...(at.rotation !== 0 && { rotation: at.rotation }) } as unknown as I
  }
}
