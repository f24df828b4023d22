import type { BoardFile } from './file.ts'
import { partOf } from './part.ts'
import { anonymous, type Item, peopleIn } from './people.ts'

export interface Choice {
  /** Ids of what to keep, with everything inside of it; the whole board where it is missing. */
  readonly only?: ReadonlySet<string> | undefined
}

/**
 * A board as something to start from, without its people: who made, changed or judged something, and when. Every other value
 * stays as it is, so that placeholders, hints and empty structures are there for the next group. The day the board began
 * goes too, and with it the beginning of timelines nothing stands on yet: a template begins when somebody starts from it.
 */
export function asTemplate(file: BoardFile, { only }: Choice = {}): BoardFile {
  const { format, version, board, cards, relations, structures, drawings, tldraw } = anonymous(only ? partOf(file, only) : file, peopleIn(file))
  const { title, focus, today, horizon, sectors, provenance, about, takes, people, gives } = board
  const says = Object.entries({ title, focus, horizon, sectors, provenance, about, takes, people, gives }).filter(([, value]) => value !== undefined)
  const standing = new Set([...cards, ...relations, ...structures, ...drawings].map(each => each.in))
  const beginsToday = (structure: Item): boolean => structure['type'] === 'timeline' && structure['from'] === today && !standing.has(String(structure['id']))
  return {
    format,
    version,
    board: Object.fromEntries(says) as BoardFile['board'],
    cards,
    relations,
    structures: structures.map(each => (beginsToday(each) ? without(each, 'from') : each)),
    drawings,
    people: [],
    ...(tldraw !== undefined && { tldraw }),
  }
}

const without = <O extends object>(object: O, ...names: readonly string[]): O => Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name))) as O
