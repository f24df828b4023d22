import { key, reservedNames } from './board.ts'
import { cardFields } from './cards/index.ts'
import type { BoardFile } from './file.ts'
import { isList, isObject, type Json } from './json.ts'
import { methods } from './methods/index.ts'
import type { Method } from './methods/method.ts'
import { partOf } from './part.ts'
import { views } from './views.ts'

/** Any record of a file. */
type Item = Readonly<Record<string, unknown>>

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
  const { title, focus, today, horizon, sectors, about, takes, people, gives } = board
  const says = Object.entries({ title, focus, horizon, sectors, about, takes, people, gives }).filter(([, value]) => value !== undefined)
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

/** A file in which nobody is left: who made, changed or judged something, and when. */
export function anonymous(file: BoardFile, people: ReadonlySet<string> = peopleIn(file)): BoardFile {
  const each = withoutPeople(people)
  return { ...file, cards: file.cards.map(each), relations: file.relations.map(each), structures: file.structures.map(each), drawings: file.drawings.map(each), people: [] }
}

const without = <O extends object>(object: O, ...names: readonly string[]): O => Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name))) as O

const viewOf = (name: string): string => name.split('.', 1)[0] ?? ''

/** What a record says of people. What is worked out goes as well: it may follow from what went. */
const personal = new Set<string>([key.by, key.at, key.edited, ...Object.keys(views), 'views', 'meant', 'computed'])

/** Where tldraw keeps who wrote on a note. */
const writers = ['textLastEditedBy', 'textFirstEditedBy'] as const

/** Names whose values are the board's own words, whatever these are. */
const ownWords = new Set([
  ...reservedNames,
  ...['in', 'x', 'y', 'z', 'rotation', 'anchors'],
  ...Object.keys(cardFields),
  ...Object.values<Method>(methods).flatMap(({ fields }) => Object.keys(fields)),
])

/** Every participant a file knows of. */
function peopleIn(file: BoardFile): ReadonlySet<string> {
  const ids = new Set<unknown>(file.people.map(({ id }) => id))
  for (const item of [...file.cards, ...file.relations, ...file.structures, ...file.drawings] as Item[]) {
    const { by, edited, views: said, props } = item
    ids.add(by)
    if (isObject(edited)) ids.add(edited['by'])
    if (isObject(props)) for (const name of writers) ids.add(props[name])
    for (const view of isObject(said) ? Object.values(said) : []) for (const id of isObject(view) ? Object.keys(view) : []) ids.add(id)
    for (const name of Object.keys(item)) if (Object.hasOwn(views, viewOf(name))) ids.add(name.slice(name.indexOf('.') + 1))
  }
  return new Set([...ids].filter(id => typeof id === 'string'))
}

/** Takes people off a record: by the names this version keeps them under, and by their ids under names it does not know. */
function withoutPeople(people: ReadonlySet<string>) {
  const named = (name: string): boolean => name.split('.').some(part => people.has(part))
  const swept = (value: Json): Json | undefined => {
    if (typeof value === 'string') return people.has(value) ? undefined : value
    if (isList(value)) return value.map(swept).filter(each => each !== undefined)
    if (!isObject(value)) return value
    const rest = Object.entries(value).map(([name, each]) => [name, named(name) ? undefined : swept(each)])
    return Object.fromEntries(rest.filter(([, each]) => each !== undefined)) as Json
  }
  const kept = (name: string, value: Json): Json | undefined => {
    if (personal.has(viewOf(name))) return undefined
    if (ownWords.has(name)) return value
    if (name === 'props' && isObject(value)) return without(value, ...writers)
    return named(name) ? undefined : swept(value)
  }
  return <I extends Item>(item: I): I => {
    const rest = Object.entries(item).map(([name, value]) => [name, kept(name, value as Json)])
    return Object.fromEntries(rest.filter(([, value]) => value !== undefined)) as I
  }
}
