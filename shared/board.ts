import * as Y from 'yjs'
import { cardFields, fieldsOf } from './cards/index.ts'
import { type PartialDate, isDate } from './dates.ts'
import { defaultsOf } from './defaults.ts'
import { readField } from './fields.ts'
import { type Newer, readNewer } from './file-versions.ts'
import { isId, type ParticipantId, type RecordId } from './ids.ts'
import { isJson, isList, isObject, type Json, sameJson } from './json.ts'
import { isMethod, type MethodName, methodOf } from './methods/index.ts'
import { guessRelation, isRelationName, type RelationName, type Sign } from './relations.ts'
import { spliceBetween } from './text.ts'
import { readMeant, readViews, views, type Views } from './views.ts'

/*
 * The document. This file is the only one that knows its stored names; `tests/board.test.ts` pins them, SPEC.md lists them.
 *
 * One Yjs document holds `meta` and `records`. A record is a Y.Map of flat, sparse keys: different fields never overwrite
 * one another, and what equals the pinned default is not stored. Placement is one key, so that it is atomic and a drag
 * keeps few bytes; a card's text is a Y.Text, so that two people's letters merge.
 */

/** The version of everything below. A reader that meets a higher one may look and not touch. */
export const FORMAT = 1

const META = 'meta'
const RECORDS = 'records'

export const key = {
  type: 'type',
  kind: 'kind',
  place: 'place',
  text: 'text',
  by: 'by',
  at: 'at',
  edited: 'edited',
  locked: 'locked',
  opacity: 'opacity',
  from: 'from',
  to: 'to',
  sign: 'sign',
  delay: 'delay',
} as const

/** Names a field may not have, because a record uses them for itself. */
export const reservedNames: readonly string[] = [...Object.values(key), ...Object.keys(views), 'views', 'meant', 'w', 'h', 'id']

/** A record's stored values by key; texts as plain strings. */
export type Flat = ReadonlyMap<string, Json>
export type Records = Y.Map<Y.Map<unknown>>

export const recordsOf = (doc: Y.Doc): Records => doc.getMap(RECORDS)
export const metaMapOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap(META)

/** Values by name: of a shared map, or as plain data with texts as strings. */
export type Values = Pick<ReadonlyMap<string, unknown>, 'get'> & { entries(): Iterable<[string, unknown]> }

/** All that a document holds. */
export interface Contents {
  readonly meta: Values
  readonly records: Values
}

export const contentsIn = (root: (name: string) => Values): Contents => ({ meta: root(META), records: root(RECORDS) })
export const contentsOf = (doc: Y.Doc): Contents => contentsIn(name => doc.getMap(name))

/** Whether a change to this key merges letter by letter. */
export const isTextKey = (name: string): boolean => name === key.text

// ---- what the board says of itself

/** How people are told of in what leaves the board: what they did and think by person, by sector, or not at all. Names are never in it. */
export const tellings = ['person', 'sector', 'none'] as const
export type Telling = (typeof tellings)[number]

export interface Meta {
  readonly title: string
  /** The question the group works on. */
  readonly focus: string
  readonly today: PartialDate
  readonly horizon: PartialDate
  /** The parts of society people can speak from; the place in the list decides the mark. */
  readonly sectors: readonly string[]
  readonly provenance: Telling
}

/** What the document itself says of the versions that wrote it. */
export interface Versions {
  readonly format: number
  /** tldraw's own schema, serialised; nothing until somebody opens the board. */
  readonly schema: Json | undefined
  /** What came with its file that only a newer version knows. */
  readonly newer: Newer
}

const emptyMeta: Meta = { title: '', focus: '', today: '2026', horizon: '2040', sectors: [], provenance: 'person' }

const readText = (value: unknown, max: number): string | undefined => (typeof value === 'string' && value.length <= max ? value : undefined)

export const readMeta = (doc: Y.Doc): Meta => readMetaIn(name => metaMapOf(doc).get(name))

/** The same from wherever it is kept by these names. */
export function readMetaIn(get: (name: string) => unknown): Meta {
  const date = (name: 'today' | 'horizon'): PartialDate => {
    const value = get(name)
    return isDate(value) ? (value as PartialDate) : emptyMeta[name]
  }
  const sectors = get('sectors')
  return {
    title: readText(get('title'), 200) ?? emptyMeta.title,
    focus: readText(get('focus'), 500) ?? emptyMeta.focus,
    today: date('today'),
    horizon: date('horizon'),
    sectors: Array.isArray(sectors) ? sectors.filter(s => typeof s === 'string' && s.length > 0 && s.length <= 80).slice(0, 16) : [],
    provenance: tellings.find(each => each === get('provenance')) ?? emptyMeta.provenance,
  }
}

export const readVersions = (doc: Y.Doc): Versions => readVersionsIn(metaMapOf(doc))

export function readVersionsIn(meta: Values): Versions {
  const format = meta.get('format')
  const schema = meta.get('schema')
  return { format: typeof format === 'number' ? format : FORMAT, schema: isObject(schema) && isJson(schema) ? schema : undefined, newer: readNewer(meta.get('newer')) }
}

/** Writes what differs. */
export function writeMeta(doc: Y.Doc, changes: Partial<Meta & Versions>): void {
  const map = metaMapOf(doc)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue
    // As with records, what equals the default is not stored.
    if ((name === 'newer' && sameJson(value as Json, {})) || (name === 'provenance' && value === emptyMeta.provenance)) map.delete(name)
    else if (!sameJson(map.get(name) as Json, value as Json)) map.set(name, value)
  }
}

// ---- where a record stands

/** A record's place: inside another one or on the board itself (`parent` empty), in board units and radians. */
export interface Place {
  readonly parent: RecordId | ''
  /** Order among its siblings, as a fractional index: later is drawn above. */
  readonly index: string
  readonly x: number
  readonly y: number
  readonly rotation: number
}

/** Far enough for any board, and small enough that nothing computed from it overflows. */
const farthest = 1e7

/** The nearest eighth of a unit: nobody sees the difference, and it travels in 5 bytes instead of 9. */
const eighth = (value: number): number => Math.round(value * 8) / 8 + 0

export const packPlace = ({ parent, index, x, y, rotation }: Place): Json => [parent, index, eighth(x), eighth(y), Math.fround(rotation) + 0]

export function readPlace(value: Json | undefined): Place | undefined {
  if (!isList(value)) return undefined
  const [parent, index, x, y, rotation] = value
  if (parent !== '' && !isId(parent)) return undefined
  if (typeof index !== 'string' || !/^[\w]{1,256}$/.test(index)) return undefined
  if (typeof x !== 'number' || typeof y !== 'number' || typeof rotation !== 'number') return undefined
  if (!(Math.abs(x) <= farthest && Math.abs(y) <= farthest && Math.abs(rotation) <= farthest)) return undefined
  return { parent, index, x: eighth(x), y: eighth(y), rotation: Math.fround(rotation) + 0 }
}

// ---- flat records in and out of Yjs

/** A record's values as plain data; nothing when a peer stored something else under its id. What is no JSON, or none anybody could read, reads as absent. */
export function readFlat(record: unknown): Flat | undefined {
  if (!isValues(record)) return undefined
  if (record instanceof Map && isFlat(record)) return record
  const flat = new Map<string, Json>()
  for (const [name, value] of record.entries()) {
    if (value instanceof Y.Text) flat.set(name, value.toString())
    else if (isJson(value)) flat.set(name, value)
  }
  return flat
}

function isFlat(record: ReadonlyMap<string, unknown>): record is Flat {
  for (const value of record.values()) if (!isJson(value)) return false
  return true
}

const isValues = (record: unknown): record is Values => record instanceof Y.Map || record instanceof Map

/** Puts a new record on the board. */
export function createRecord(records: Records, id: string, flat: Flat): void {
  const record = new Y.Map<unknown>()
  for (const [name, value] of flat) record.set(name, isTextKey(name) && typeof value === 'string' ? new Y.Text(value) : value)
  records.set(id, record)
}

/** Sets one key, or removes it where `value` is nothing. A text is edited, never replaced, so that others' letters stay. */
export function changeRecord(record: Y.Map<unknown>, name: string, value: Json | undefined, caret?: number): void {
  const stored = record.get(name)
  if (value === undefined) record.delete(name)
  else if (isTextKey(name) && typeof value === 'string') {
    if (stored instanceof Y.Text) editText(stored, value, caret)
    else record.set(name, new Y.Text(value))
  } else record.set(name, value)
}

/** Turns a shared text into `next` by its smallest edit. */
export function editText(text: Y.Text, next: string, caret?: number): void {
  const before = text.toString()
  if (before === next) return
  const { at, remove, insert } = spliceBetween(before, next, caret)
  if (remove > 0) text.delete(at, remove)
  if (insert !== '') text.insert(at, insert)
}

/** A card's shared text; nothing for records that have none. */
export function textOf(records: Records, id: string): Y.Text | undefined {
  const text = records.get(id)?.get(key.text)
  return text instanceof Y.Text ? text : undefined
}

// ---- what records mean

export interface Provenance {
  readonly by?: ParticipantId
  /** Seconds since 1970. */
  readonly at?: number
  readonly edited?: { readonly by: ParticipantId; readonly at: number }
}

interface Placed extends Provenance {
  readonly id: RecordId
  readonly place: Place
  readonly w: number
  readonly h: number
  /** What each participant thinks of it. */
  readonly views: Views
  /** Checks whose finding here is meant the way it is. */
  readonly meant: ReadonlySet<string>
}

export interface Card extends Placed {
  /** A stored kind; may be one that only a newer version knows. */
  readonly kind: string
  readonly text: string
  readonly fields: Readonly<Record<string, Json>>
}

export interface Structure extends Placed {
  readonly type: MethodName
  readonly fields: Readonly<Record<string, Json>>
}

export interface Relation extends Provenance {
  readonly id: RecordId
  readonly kind: RelationName
  readonly sign: Sign
  /** Whether the effect shows only after a while; for “leads to”. */
  readonly delay: boolean
  readonly meant: ReadonlySet<string>
  readonly from: RecordId
  readonly to: RecordId
  /** How far the middle of its line stands off the straight one, in board units, as tldraw bends arrows. */
  readonly bend: number
}

export interface Board {
  readonly meta: Meta
  readonly cards: ReadonlyMap<RecordId, Card>
  readonly relations: ReadonlyMap<RecordId, Relation>
  readonly structures: ReadonlyMap<RecordId, Structure>
}

export function readProvenance(flat: Pick<Flat, 'get'>): Provenance {
  const by = flat.get(key.by)
  const at = flat.get(key.at)
  const edited = flat.get(key.edited)
  const [editor, when] = isList(edited) ? edited : []
  return {
    ...(isId(by) && { by: by as string as ParticipantId }),
    ...(isSeconds(at) && { at }),
    ...(isId(editor) && isSeconds(when) && { edited: { by: editor as string as ParticipantId, at: when } }),
  }
}

/** Seconds that a date can be made of. */
const isSeconds = (value: Json | undefined): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 8.64e12

/** A width or height that can be drawn. */
export const readSize = (value: Json | undefined, otherwise: number): number =>
  typeof value === 'number' && value >= 1 && value <= 1e5 ? value : otherwise

function readPlaced(id: RecordId, flat: Flat, type: string): Placed | undefined {
  const place = readPlace(flat.get(key.place))
  const { w, h } = defaultsOf(type)
  return place && { id, place, w: readSize(flat.get('w'), Number(w)), h: readSize(flat.get('h'), Number(h)), views: readViews(flat), meant: readMeant(flat), ...readProvenance(flat) }
}

/** Longest text a card shows; longer ones stay in the document and are cut only on reading. */
export const longestText = 5_000

export function readCard(id: RecordId, flat: Flat): Card | undefined {
  const kind = flat.get(key.kind)
  const placed = flat.get(key.type) === 'card' ? readPlaced(id, flat, 'card') : undefined
  if (!placed || typeof kind !== 'string' || kind.length > 64) return undefined
  const text = flat.get(key.text)
  return { ...placed, kind, text: typeof text === 'string' ? text.slice(0, longestText).toWellFormed() : '', fields: readCardFields(flat) }
}

/** Values of every field any kind has: a card keeps those its present kind does not show. */
function readCardFields(flat: Flat): Record<string, Json> {
  const fields: Record<string, Json> = {}
  for (const [name, field] of everyField) {
    const stored = flat.get(name)
    const value = stored === undefined ? undefined : readField(field, stored)
    if (value !== undefined) fields[name] = value
  }
  return fields
}

const everyField = Object.entries(cardFields)

/** The fields a card of this kind shows, with their values. */
export const shownFields = (card: Card) => fieldsOf(card.kind).map(([name, field]) => ({ name, field, value: card.fields[name] }))

export function readStructure(id: RecordId, flat: Flat): Structure | undefined {
  const type = flat.get(key.type)
  if (!isMethod(type)) return undefined
  const placed = readPlaced(id, flat, type)
  if (!placed) return undefined
  const { fields, defaults } = methodOf(type)
  const values: Record<string, Json> = {}
  for (const [name, field] of Object.entries(fields)) {
    const value = readField(field, flat.get(name)) ?? (defaults as Record<string, Json>)[name]
    if (value !== undefined) values[name] = value
  }
  return { ...placed, type, fields: values }
}

/** The record an arrow's end is bound to: an id, or a list that begins with one. */
export function readEnd(value: Json | undefined): RecordId | undefined {
  const id = isList(value) ? value[0] : value
  return isId(id) ? id : undefined
}

/** An arrow between two cards is a relation; any other arrow is a drawing. */
export function readRelation(id: RecordId, flat: Flat, kindOfCard: (id: RecordId) => string | undefined): Relation | undefined {
  if (flat.get(key.type) !== 'arrow') return undefined
  const from = readEnd(flat.get(key.from))
  const to = readEnd(flat.get(key.to))
  if (!from || !to || from === to) return undefined
  const fromKind = kindOfCard(from)
  const toKind = kindOfCard(to)
  if (fromKind === undefined || toKind === undefined) return undefined
  const kind = flat.get(key.kind)
  return {
    id,
    kind: isRelationName(kind) ? kind : guessRelation(fromKind, toKind),
    sign: flat.get(key.sign) === '-' ? '-' : '+',
    delay: flat.get(key.delay) === true,
    meant: readMeant(flat),
    from,
    to,
    bend: readBend(flat.get('p.bend')),
    ...readProvenance(flat),
  }
}

const readBend = (value: Json | undefined): number => (typeof value === 'number' ? value : 0)

/** Everything on the board that means something, read tolerantly: what makes no sense is left where it is. */
export const readBoard = (doc: Y.Doc): Board => readBoardIn(readMeta(doc), flatsIn(contentsOf(doc)))

/** Every record that can be read, by id. */
export function* flatsIn({ records }: Contents): Generator<[id: string, flat: Flat]> {
  for (const [id, record] of records.entries()) {
    const flat = readFlat(record)
    if (flat) yield [id, flat]
  }
}

/** The same from wherever its records are kept. */
export function readBoardIn(meta: Meta, records: Iterable<readonly [id: string, flat: Flat]>): Board {
  const cards = new Map<RecordId, Card>()
  const structures = new Map<RecordId, Structure>()
  const arrows: [RecordId, Flat][] = []
  for (const [id, flat] of records) {
    if (!isId(id)) continue
    const card = readCard(id, flat)
    const structure = card ? undefined : readStructure(id, flat)
    if (card) cards.set(id, card)
    else if (structure) structures.set(id, structure)
    else if (flat.get(key.type) === 'arrow') arrows.push([id, flat])
  }
  const relations = new Map<RecordId, Relation>()
  for (const [id, flat] of arrows) {
    const relation = readRelation(id, flat, card => cards.get(card)?.kind)
    if (relation) relations.set(id, relation)
  }
  return { meta, cards, relations, structures }
}
