import type * as Y from 'yjs'
import { createRecord, type Flat, FORMAT, key, type Meta, packPlace, recordsOf, writeMeta } from './board.ts'
import { defaultsOf } from './defaults.ts'
import { isSchema } from './document/drawing-versions.ts'
import type { BoardFile } from './file.ts'
import { knownNames, type Newer, unknownOf } from './file-versions.ts'
import { isId } from './ids.ts'
import { isList, isObject, type Json, sameJson } from './json.ts'
import { isMethod } from './methods/index.ts'
import { orderKey } from './order-key.ts'
import { meantKey, views } from './views.ts'

/* From a file to a document: each record of the file as the document stores it. */

/** Names a record of a file says something by that the document keeps otherwise. */
export const ownNames: ReadonlySet<string> = new Set(['id', 'in', 'x', 'y', 'z', 'rotation', 'at', 'edited', 'props', 'meta', 'anchors', 'computed', 'place', 'views', 'meant', 'unread'])
/** Names that would change an object's nature. */
export const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
const seconds = (iso: unknown): number => Math.floor(Date.parse(String(iso)) / 1000)

/** One record of a file as the document stores it. `nth` gives records without a drawing order one. */
function flatten(record: Readonly<Record<string, unknown>>, type: string, nth: number): Flat {
  const flat = new Map<string, Json>([[key.type, type]])
  const { x, y, rotation, z: index, place, at, edited } = record
  if (place !== undefined) flat.set(key.place, place as Json)
  else if (typeof x === 'number' && typeof y === 'number') {
    const parent = isId(record['in']) ? record['in'] : ''
    flat.set(key.place, packPlace({ parent, index: typeof index === 'string' ? index : orderKey(nth), x, y, rotation: typeof rotation === 'number' ? rotation : 0 }))
  }
  for (const [name, value] of Object.entries(record)) {
    if (!ownNames.has(name) && !forbidden.has(name) && value !== undefined) flat.set(name, value as Json)
  }
  if (at !== undefined) flat.set(key.at, seconds(at))
  if (isObject(edited)) flat.set(key.edited, [edited['by'] as Json, seconds(edited['at'])])
  for (const [prefix, values] of [['p', record['props']], ['m', record['meta']]] as const) {
    if (isObject(values)) for (const [name, value] of Object.entries(values)) if (!forbidden.has(name)) flat.set(`${prefix}.${name}`, value)
  }
  if (isObject(record['views'])) {
    const unknown: Record<string, Json> = {}
    for (const [view, said] of Object.entries(record['views'])) {
      if (isObject(said) && Object.hasOwn(views, view)) for (const [who, value] of Object.entries(said)) flat.set(`${view}.${who}`, value)
      else if (!forbidden.has(view)) unknown[view] = said
    }
    // Views that only a newer version knows leave as they came.
    if (Object.keys(unknown).length) flat.set('views', unknown)
  }
  if (isList(record['meant'] as Json)) for (const check of record['meant'] as readonly string[]) flat.set(meantKey(check), true)
  const anchors = record['anchors']
  if (isObject(anchors)) {
    for (const end of [key.from, key.to]) {
      const rest = anchors[end]
      if (isList(rest)) flat.set(end, [flat.get(end) ?? '', ...rest])
    }
  }
  if (isObject(record['unread'])) for (const [name, value] of Object.entries(record['unread'])) if (!forbidden.has(name)) flat.set(name, value)
  return withoutDefaults(flat, type)
}

/** What equals its default is not stored. tldraw's own shapes keep their properties under `p.`. */
export function withoutDefaults(flat: Flat, type: string): Flat {
  const prefix = type === 'card' || isMethod(type) ? '' : 'p.'
  const defaults = defaultsOf(type)
  let out: Map<string, Json> | undefined
  for (const [name, value] of flat) {
    if (name.startsWith(prefix) && sameJson(defaults[name.slice(prefix.length)], value)) (out ??= new Map(flat)).delete(name)
  }
  return out ?? flat
}

/** Every record of a file, by id, as the document stores it. */
export function* flatRecords(file: BoardFile): Generator<[id: string, flat: Flat]> {
  let nth = 0
  // Structures first: without an order of their own they lie under the cards, as furniture does.
  for (const record of file.structures) yield [record.id, flatten(record, record.type, nth++)]
  for (const { x, y, ...record } of file.drawings) {
    const bound = record.type === 'arrow' && record['from'] !== undefined && record['to'] !== undefined
    yield [record.id, flatten({ ...record, x: x ?? (bound ? 0 : undefined), y: y ?? (bound ? 0 : undefined) }, record.type, nth++)]
  }
  for (const record of file.relations) yield [record.id, flatten({ ...record, x: record.x ?? 0, y: record.y ?? 0 }, 'arrow', nth++)]
  for (const record of file.cards) yield [record.id, flatten(record, 'card', nth++)]
}

/** What a file says that only a newer minor version knows. */
export function newerIn(file: BoardFile): Newer {
  const board = unknownOf(file.board, knownNames.board)
  const top = unknownOf(file, knownNames.file)
  const people = Object.fromEntries(file.people.flatMap(({ id, ...said }) => (Object.keys(unknownOf(said, knownNames.person)).length ? [[id, unknownOf(said, knownNames.person)]] : [])))
  return { ...(Object.keys(board).length && { board }), ...(Object.keys(top).length && { file: top }), ...(Object.keys(people).length && { people }) }
}

/** Fills an empty document with a checked file. The server does this in the transaction that creates the board. */
export function seedDocument(doc: Y.Doc, file: BoardFile, overrides: Partial<Meta> = {}): void {
  doc.transact(() => {
    const { title, focus, today, horizon, sectors, provenance } = file.board
    writeMeta(doc, { format: FORMAT, title, focus, today, horizon, sectors, provenance, schema: isSchema(file.tldraw) ? (file.tldraw as Json) : undefined, newer: newerIn(file), ...overrides })
    const records = recordsOf(doc)
    for (const [recordId, flat] of flatRecords(file)) createRecord(records, recordId, flat)
  })
}
