import { type Flat, key, reservedNames } from './board.ts'
import { cardFields } from './cards/index.ts'
import type { BoardFile } from './file.ts'
import { isList, isObject, type Json } from './json.ts'
import { methods } from './methods/index.ts'
import type { Method } from './methods/method.ts'
import { laterViews, views } from './views.ts'

/* Who is in a board file, and how they are taken out of it: by the names this version keeps them under, and by their ids anywhere else. */

/** Any record of a file. */
export type Item = Readonly<Record<string, unknown>>

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

const recordsIn = (file: BoardFile): Item[] => [...file.cards, ...file.relations, ...file.structures, ...file.drawings]

/** Every participant a file knows of. */
export function peopleIn(file: BoardFile): ReadonlySet<string> {
  const ids = new Set<unknown>(file.people.map(({ id }) => id))
  for (const { by, edited, views: said, props, unread, ...rest } of recordsIn(file)) {
    ids.add(by)
    if (isObject(edited)) ids.add(edited['by'])
    if (isObject(props)) for (const name of writers) ids.add(props[name])
    for (const view of isObject(said) ? Object.values(said) : []) for (const id of isObject(view) ? Object.keys(view) : []) ids.add(id)
    for (const name of Object.keys({ ...rest, ...(isObject(unread) && unread) })) if (Object.hasOwn(views, viewOf(name))) ids.add(name.slice(name.indexOf('.') + 1))
  }
  return new Set([...ids].filter(id => typeof id === 'string'))
}

/** Everybody who did something that a board keeps: made, changed or judged something. */
export function peopleAtWork(records: Iterable<Flat>): ReadonlySet<string> {
  const ids = new Set<unknown>()
  for (const flat of records) {
    ids.add(flat.get(key.by))
    const edited = flat.get(key.edited)
    if (isList(edited)) ids.add(edited[0])
    for (const name of writers) ids.add(flat.get(`p.${name}`))
    for (const stored of flat.keys()) {
      const dot = stored.indexOf('.')
      if (dot > 0 && Object.hasOwn(views, stored.slice(0, dot))) ids.add(stored.slice(dot + 1))
    }
    for (const view of Object.values(laterViews(flat.get('views')) ?? {})) for (const id of isObject(view) ? Object.keys(view) : []) ids.add(id)
  }
  return new Set([...ids].filter(id => typeof id === 'string'))
}

/** Takes people out of what a file says. */
export interface Sweep {
  /** A record without them; but what is said `instead` under a name is said. */
  record<I extends Item>(item: I, instead?: Readonly<Record<string, Json | undefined>>): I
  /** Any value without their ids, as names or as values; nothing where it is nothing but an id. */
  value(value: Json): Json | undefined
}

export function sweepOf(people: ReadonlySet<string>): Sweep {
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
    if (name === 'props' && isObject(value)) return Object.fromEntries(Object.entries(value).filter(([prop]) => !writers.includes(prop as 'textLastEditedBy')))
    return named(name) ? undefined : swept(value)
  }
  return {
    value: swept,
    record<I extends Item>(item: I, instead: Readonly<Record<string, Json | undefined>> = {}): I {
      const rest = Object.entries(item).map(([name, value]) => [name, Object.hasOwn(instead, name) ? instead[name] : kept(name, value as Json)])
      return Object.fromEntries(rest.filter(([, value]) => value !== undefined)) as I
    },
  }
}

/** A file in which nobody is left: who made, changed or judged something, and when. */
export function anonymous(file: BoardFile, people: ReadonlySet<string> = peopleIn(file)): BoardFile {
  const { record } = sweepOf(people)
  const each = <I extends Item>(item: I): I => record(item)
  return { ...file, cards: file.cards.map(each), relations: file.relations.map(each), structures: file.structures.map(each), drawings: file.drawings.map(each), people: [] }
}
