import { type Card, type Flat, key, readBoardIn, readEnd, readMetaIn, readPlace, packPlace } from './board.ts'
import { cornersOf } from './corner.ts'
import type { RecordId } from './ids.ts'
import type { Json } from './json.ts'
import { nameOfStructure } from './outline.ts'
import { readViewKey } from './views.ts'

/* What was removed of a board, as a list to choose from, and what comes back with what is chosen. Pure. */

/** A record that was removed: its id, and its values by name. */
export type RemovedRecord = readonly [id: string, values: readonly (readonly [name: string, value: Json])[]]

/** What one change removed. */
export interface Removal {
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly by: readonly string[]
  readonly records: readonly RemovedRecord[]
}

/** Something in the list of what can be brought back. */
export interface RemovedThing {
  readonly id: string
  readonly is: 'structure' | 'card' | 'drawing' | 'relation'
  /** A structure’s type, a card’s kind, or what a drawing is. */
  readonly kind: string
  readonly text: string
}

/** What somebody removed at once. */
export interface RemovedAtOnce {
  /** Position of the first change, by which it is asked for. */
  readonly id: number
  readonly at: number
  readonly by: readonly string[]
  /** Structures first, then cards, then what else there was. */
  readonly things: readonly RemovedThing[]
  readonly relations: number
  readonly ratings: number
  /** How many people wrote the cards. */
  readonly people: number
}

/** Who removed something, as the board tells of people. */
export type Who = { readonly name: string } | { readonly sector: string }

/** The list as facilitators get it; `who` is missing where the board does not tell, or nobody knows. */
export interface RemovedList {
  readonly removed: readonly (Omit<RemovedAtOnce, 'by'> & { readonly who?: Who })[]
  /** How many parts of the list could not be read because they were damaged. */
  readonly damaged: number
}

/** Changes of the same people within so many milliseconds are one removal. */
const atOnceMs = 5_000

/** The flat record of an entry in a list. */
export const flatOf = ([id, values]: RemovedRecord): [string, Flat] => [id, new Map(values)]

export interface Group {
  readonly id: number
  at: number
  readonly by: readonly string[]
  readonly records: Map<string, Flat>
}

/** Removals put together as they were made, newest first: of each record that is not there now, the last time it was removed. */
export function groupsOf(removals: readonly Removal[], isThere: (id: string) => boolean): Group[] {
  const groups: Group[] = []
  const seen = new Set<string>()
  for (const { seq, at, by, records } of [...removals].sort((a, b) => b.seq - a.seq)) {
    const fresh = records.filter(([id]) => !isThere(id) && !seen.has(id))
    if (fresh.length === 0) continue
    for (const [id] of fresh) seen.add(id)
    const last = groups.at(-1)
    const goesOn = last && last.at - at <= atOnceMs && last.by.join() === by.join()
    const group = goesOn ? { ...last, id: seq, at } : { id: seq, at, by, records: new Map<string, Flat>() }
    for (const record of fresh) group.records.set(...flatOf(record))
    if (goesOn) groups[groups.length - 1] = group
    else groups.push(group)
  }
  return groups
}

const longestShown = 160

/** The list of what was removed. */
export function removedThings(removals: readonly Removal[], isThere: (id: string) => boolean): RemovedAtOnce[] {
  return groupsOf(removals, isThere).map(({ id, at, by, records }) => {
    const board = readBoardIn(readMetaIn(() => undefined), records)
    const cards = [...board.cards.values()]
    const drawn = [...records].filter(([each, flat]) => !board.cards.has(each as RecordId) && !board.structures.has(each as RecordId) && flat.get(key.type) !== 'asset' && !isBoundArrow(flat))
    const relations = [...records.values()].filter(isBoundArrow).length
    return {
      id,
      at,
      by,
      things: [
        ...[...board.structures.values()].map((each): RemovedThing => ({ id: each.id, is: 'structure', kind: each.type, text: nameOfStructure(each).slice(0, longestShown) })),
        ...cards.map((card): RemovedThing => ({ id: card.id, is: 'card', kind: card.kind, text: card.text.slice(0, longestShown) })),
        ...drawn.map(([each, flat]): RemovedThing => ({ id: each, is: 'drawing', kind: String(flat.get(key.type) ?? '').slice(0, 40), text: '' })),
      ],
      relations,
      ratings: cards.reduce((sum, card) => sum + ratingsOf(records.get(card.id)), 0),
      people: peopleOf(cards),
    }
  })
}

const peopleOf = (cards: readonly Card[]): number => new Set(cards.flatMap(({ by }) => (by === undefined ? [] : [by]))).size

function ratingsOf(flat: Flat | undefined): number {
  let ratings = 0
  for (const name of flat?.keys() ?? []) {
    const view = readViewKey(name)?.[0]
    if (view && view !== 'reason') ratings++
  }
  return ratings
}

/** An arrow that was bound at both ends when it went: a relation, whatever its cards are by now. */
const isBoundArrow = (flat: Flat): boolean => flat.get(key.type) === 'arrow' && readEnd(flat.get(key.from)) !== undefined && readEnd(flat.get(key.to)) !== undefined

/** What is put on the board, and how many relations stay away because a card of theirs is not there. */
export interface BroughtBack {
  readonly records: ReadonlyMap<string, Flat>
  readonly without: number
}

/**
 * What comes back with what was chosen: what is drawn inside of it, its pictures, and relations whose ends both stand then. What was inside
 * of something that is gone stands on the board itself, where it was seen. `gone` is all that is known to have been removed.
 */
export function bringBack(gone: ReadonlyMap<string, Flat>, chosen: ReadonlySet<string>, isThere: (id: string) => boolean): BroughtBack {
  const records = new Map<string, Flat>()
  const stands = (id: string): boolean => records.has(id) || isThere(id)
  for (const id of chosen) {
    const flat = gone.get(id)
    if (flat && !isThere(id) && !isBoundArrow(flat)) records.set(id, flat)
  }
  // Drawings inside of what comes back, however deep; cards are chosen one by one.
  for (let before = -1; before !== records.size; ) {
    before = records.size
    for (const [id, flat] of gone) {
      const parent = readPlace(flat.get(key.place))?.parent
      if (parent && records.has(parent) && !stands(id) && flat.get(key.type) !== 'card' && !isBoundArrow(flat)) records.set(id, flat)
    }
  }
  for (const flat of [...records.values()]) {
    const asset = flat.get('p.assetId')
    const picture = typeof asset === 'string' ? gone.get(asset) : undefined
    if (picture && !stands(asset as string)) records.set(asset as string, picture)
  }
  let without = 0
  for (const [id, flat] of gone) {
    const ends = [readEnd(flat.get(key.from)), readEnd(flat.get(key.to))].filter(end => end !== undefined)
    if (flat.get(key.type) !== 'arrow' || ends.length === 0 || isThere(id) || !(chosen.has(id) || ends.some(end => records.has(end)))) continue
    if (ends.every(stands)) records.set(id, flat)
    else {
      without++
      records.delete(id)
    }
  }
  const cornerOf = cornersOf(id => readPlace(gone.get(id)?.get(key.place)))
  for (const [id, flat] of records) {
    const place = readPlace(flat.get(key.place))
    if (!place || place.parent === '' || stands(place.parent)) continue
    records.set(id, new Map([...flat, [key.place, packPlace({ ...place, ...cornerOf(place), parent: '' })]]))
  }
  return { records, without }
}
