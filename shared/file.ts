import type * as Y from 'yjs'
import { z } from 'zod'
import {
  type Board,
  type Card,
  createRecord,
  type Flat,
  FORMAT,
  key,
  type Meta,
  packPlace,
  readBoard,
  readEnd,
  readFlat,
  readMeta,
  readPlace,
  readVersions,
  recordsOf,
  writeMeta,
} from './board.ts'
import type { CardKind } from './cards/card.ts'
import { kinds } from './cards/index.ts'
import { asGrid, cellOf, ordersIn } from './computed.ts'
import { isDate } from './dates.ts'
import { defaultsOf } from './defaults.ts'
import { isId, type RecordId } from './ids.ts'
import { isList, isObject, type Json, sameJson } from './json.ts'
import { isMethod, methods } from './methods/index.ts'
import { orderKey } from './order-key.ts'
import { relations } from './relations.ts'
import { meantKey, readView, readViewKey, views } from './views.ts'

/*
 * The board file: what leaves a board and what one starts from. Domain first, so that a reader needs no tldraw:
 * cards, relations and structures by their own names, drawings kept whole. Written in one order, so that two
 * exports of one board are the same bytes but for the date they were made.
 */

export const fileFormat = 'manyfutures/board'
export const fileVersion = 1

const text = (max: number) => z.string().max(max)
const id = z.string().regex(/^[\w-]{1,64}$/, 'expected an id of letters, digits, - and _')
const recordId = z.string().regex(/^([\w-]{1,64}|[a-z]+:[\w-]{1,64})$/, 'expected an id')
const date = z.string().refine(isDate, 'expected a date such as 2033, 2033-04 or 2033-04-09')
const moment = z.iso.datetime({ offset: true })
const coordinate = z.number().min(-1e7).max(1e7)
const size = z.number().min(1).max(1e5)

const placed = {
  id: recordId,
  in: id.optional().describe('The structure or drawing it is inside; x and y count from that one’s top left corner.'),
  x: coordinate.describe('Left edge, in board units (one CSS pixel at 100 %).'),
  y: coordinate.describe('Top edge, in board units.'),
  z: text(256).regex(/^\w+$/).optional().describe('Drawing order among its siblings, as a fractional index; later is above.'),
  rotation: z.number().optional().describe('Radians.'),
}
const provenance = {
  by: id.optional().describe('Who made it: an id in `people`.'),
  at: moment.optional(),
  edited: z.object({ by: id, at: moment }).optional(),
}
const props = z.record(z.string(), z.json()).optional().describe('tldraw’s own properties that differ from their defaults.')
const meta = z.record(z.string(), z.json()).optional()
const viewsSchema = z
  .record(z.string(), z.record(id, z.union([z.int(), text(500)])))
  .optional()
  .describe('What participants think of it, by kind of view and then by participant: `valence` (−3 to 3), `likelihood` (1 to 5), `marker` (−100, the left pole, to 100, the right one), `reason` (words).')
const meant = z.array(text(64)).optional().describe('Checks whose finding here was looked at and is meant the way it is.')
const computed = z.record(z.string(), z.json()).optional().describe('Worked out from the rest on export; ignored on import.')

const fieldsByKind = Object.entries<CardKind>(kinds).map(([name, { fields }]) => `${name} (${Object.keys(fields).join(', ') || 'no fields'})`)
const cardKind = text(64).meta({ description: `Kinds this version knows, with their fields: ${fieldsByKind.join('; ')}. Others are kept as they are.`, examples: Object.keys(kinds) })
const structureType = text(64).meta({ description: 'Structures this version knows; others are kept as they are.', examples: Object.keys(methods) })

const card = z.looseObject({ ...placed, kind: cardKind, text: z.string().max(100_000), w: size.optional(), h: size.optional(), views: viewsSchema, meant, ...provenance, computed })
const unplaced = { ...placed, x: coordinate.optional(), y: coordinate.optional() }
const relation = z.looseObject({
  ...unplaced,
  kind: z.enum(Object.keys(relations) as [string, ...string[]]), sign: z.enum(['+', '-']).optional(), delay: z.literal(true).optional().describe('The effect shows only after a while.'),
  from: id,
  to: id,
  meant,
  ...provenance,
  props,
  meta,
})
const structure = z.looseObject({ ...placed, type: structureType, w: size.optional(), h: size.optional(), views: viewsSchema, meant, ...provenance })
const picture = z.looseObject({
  id: id.describe('Drawings of type `asset` show it by their `props.src`: `asset:` and this id. What boards export is named by the SHA-256 of its bytes.'),
  type: text(64).optional().describe('Such as `image/png`.'),
  data: z.string().startsWith('data:image/', 'expected a data: address of a picture').optional().describe('The picture itself, in base64.'),
  missing: text(500).optional().describe('Why it is not in this file.'),
})
const drawing = z.looseObject({ ...unplaced, type: text(64), props, meta })

export const boardFile = z
  .looseObject({
    format: z.literal(fileFormat),
    version: z.literal(fileVersion),
    exported: moment.optional(),
    board: z.looseObject({
      title: text(200),
      focus: text(500).optional(),
      today: date.optional(),
      horizon: date.optional(),
      sectors: z.array(text(80)).max(16).optional(),
      about: text(2_000).optional().describe('For templates: what it is for, in a sentence or two.'),
    }),
    cards: z.array(card),
    relations: z.array(relation),
    structures: z.array(structure),
    drawings: z.array(drawing),
    people: z.array(z.looseObject({ id, sector: text(80).optional() })),
    tldraw: z.json().optional().describe('The schema tldraw wrote the drawings with.'),
    assets: z.array(picture).max(10_000).optional().describe('Pictures that the drawings show, as far as there was room.'),
  })
  .describe('A Manyfutures board: cards, the relations between them, the structures they stand in, and drawings.')

export type BoardFile = z.infer<typeof boardFile>
export interface Person {
  readonly id: string
  readonly sector?: string
}

/** Why a text is no board file, as a sentence for whoever chose it. */
export class BoardFileError extends Error {}

/** JSON Schema (2020-12) of the board file, served at `/schema/board-1.json`. */
export const boardFileSchema = (): object => ({
  $id: 'urn:manyfutures:schema:board-1',
  title: 'Manyfutures board, version 1',
  ...z.toJSONSchema(boardFile, { unrepresentable: 'any', reused: 'ref' }),
})

/** Checks what a stranger's file holds; throws a BoardFileError that says where and what was expected. */
export function parseBoardFile(value: unknown): BoardFile {
  if (!isObject(value) || value['format'] !== fileFormat) {
    throw new BoardFileError('This is not a Manyfutures board file. Choose a .json file that was exported from a board.')
  }
  const version = value['version']
  if (typeof version === 'number' && version > fileVersion) {
    throw new BoardFileError(
      `This board file has version ${version}; this server reads version ${fileVersion}. Ask whoever runs the server to update it.`,
    )
  }
  if (depthOf(value, maxDepth) >= maxDepth) throw new BoardFileError('This board file is nested too deeply to be a board.')
  const result = boardFile.safeParse(value)
  if (!result.success) {
    const [issue] = result.error.issues
    throw new BoardFileError(`The board file does not hold together at ${pathOf(issue?.path ?? [])}: ${issue?.message ?? 'it cannot be read'}.`)
  }
  const seen = new Set<string>()
  for (const list of ['cards', 'relations', 'structures', 'drawings'] as const) {
    for (const [i, record] of result.data[list].entries()) {
      if (seen.has(record.id)) throw new BoardFileError(`The board file does not hold together at ${list}[${i}].id: “${record.id}” is used twice.`)
      seen.add(record.id)
    }
  }
  return result.data
}

const maxDepth = 40

function depthOf(value: unknown, limit: number): number {
  if (limit <= 0 || typeof value !== 'object' || value === null) return 0
  let deepest = 0
  for (const inner of Object.values(value)) deepest = Math.max(deepest, depthOf(inner, limit - 1))
  return deepest + 1
}

const pathOf = (path: readonly PropertyKey[]): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? String(part) : `.${String(part)}`)).join('') || 'its top level'

// ---- from a file to a document

const ownNames = new Set(['id', 'in', 'x', 'y', 'z', 'rotation', 'at', 'edited', 'props', 'meta', 'anchors', 'computed', 'place', 'views', 'meant'])
const forbidden = new Set(['__proto__', 'constructor', 'prototype'])
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
  return withoutDefaults(flat, type)
}

/** What equals its default is not stored. tldraw's own shapes keep their properties under `p.`. */
function withoutDefaults(flat: Flat, type: string): Flat {
  const prefix = type === 'card' || isMethod(type) ? '' : 'p.'
  const defaults = defaultsOf(type)
  return new Map([...flat].filter(([name, value]) => !(name.startsWith(prefix) && sameJson(defaults[name.slice(prefix.length)], value))))
}

/** Every record of a file, by id, as the document stores it. */
export function* flatRecords(file: BoardFile): Generator<[id: string, flat: Flat]> {
  let nth = 0
  // Structures first: without an order of their own they lie under the cards, as furniture does.
  for (const record of file.structures) yield [record.id, flatten(record, record.type, nth++)]
  for (const { x, y, ...record } of file.drawings) {
    const bound = record['from'] !== undefined && record['to'] !== undefined
    yield [record.id, flatten({ ...record, x: x ?? (bound ? 0 : undefined), y: y ?? (bound ? 0 : undefined) }, record.type, nth++)]
  }
  for (const record of file.relations) yield [record.id, flatten({ ...record, x: record.x ?? 0, y: record.y ?? 0 }, 'arrow', nth++)]
  for (const record of file.cards) yield [record.id, flatten(record, 'card', nth++)]
}

/** Fills an empty document with a checked file. The server does this in the transaction that creates the board. */
export function seedDocument(doc: Y.Doc, file: BoardFile, overrides: Partial<Meta> = {}): void {
  doc.transact(() => {
    const { title, focus, today, horizon, sectors } = file.board
    writeMeta(doc, { format: FORMAT, title, focus, today, horizon, sectors, schema: file.tldraw as Json | undefined, ...overrides })
    const records = recordsOf(doc)
    for (const [recordId, flat] of flatRecords(file)) createRecord(records, recordId, flat)
  })
}

// ---- from a document to a file

const isoOf = (s: number): string => new Date(s * 1000).toISOString().replace('.000Z', 'Z')

/** A stored record as a file shows it: known names in a fixed order, then the rest by alphabet. */
function unflatten(id: string, flat: Flat, lead: Record<string, Json | undefined>, leave: ReadonlySet<string>): Record<string, Json> {
  const place = readPlace(flat.get(key.place))
  const at = flat.get(key.at)
  const edited = flat.get(key.edited)
  const out: Record<string, Json | undefined> = { id, ...lead }
  if (place) {
    const { parent, x, y, index, rotation } = place
    // An arrow with both ends bound stands where its cards are; its own corner says nothing.
    const bound = flat.has(key.from) && flat.has(key.to) && x === 0 && y === 0
    Object.assign(out, { in: parent || undefined, ...(!bound && { x, y }), z: index, rotation: rotation || undefined })
  }
  if (!place && flat.has(key.place)) out['place'] = flat.get(key.place)
  const groups: Record<'props' | 'meta', Record<string, Json>> = { props: {}, meta: {} }
  const unknown = flat.get('views')
  const said: Record<string, Json> = isObject(unknown) ? { ...unknown } : {}
  const hidden = new Set<string>([key.type, key.place, key.by, key.at, key.edited, 'views', ...leave])
  for (const name of [...flat.keys()].sort()) {
    const value = flat.get(name) as Json
    const view = readViewKey(name)
    if (view) {
      if (readView(view[0], value) !== undefined) said[view[0]] = { ...(said[view[0]] as Record<string, Json> | undefined), [view[1]]: value }
    } else if (name.startsWith('meant.') && value === true) out['meant'] = [...((out['meant'] as string[] | undefined) ?? []), name.slice('meant.'.length)]
    else if (name.startsWith('p.')) groups.props[name.slice(2)] = value
    else if (name.startsWith('m.')) groups.meta[name.slice(2)] = value
    else if (!hidden.has(name) && !forbidden.has(name)) out[name] = value
  }
  if (Object.keys(said).length) out['views'] = Object.fromEntries(Object.entries(said).sort(([a], [b]) => (a < b ? -1 : 1)))
  for (const [name, values] of Object.entries(groups)) if (Object.keys(values).length) out[name] = values
  out['by'] = flat.get(key.by)
  if (typeof at === 'number') out['at'] = isoOf(at)
  if (isList(edited) && typeof edited[1] === 'number') out['edited'] = { by: edited[0] ?? '', at: isoOf(edited[1]) }
  return Object.fromEntries(Object.entries(out).filter(([, value]) => value !== undefined)) as Record<string, Json>
}

function unflattenRelation(id: string, flat: Flat, kind: string): Record<string, Json> {
  const anchors: Record<string, Json> = {}
  for (const end of [key.from, key.to]) {
    const value = flat.get(end)
    if (isList(value) && value.length > 1) anchors[end] = value.slice(1)
  }
  return unflatten(
    id,
    flat,
    {
      kind,
      sign: flat.get(key.sign),
      from: readEnd(flat.get(key.from)),
      to: readEnd(flat.get(key.to)),
      anchors: Object.keys(anchors).length ? anchors : undefined,
    },
    new Set([key.kind, key.sign, key.from, key.to]),
  )
}

/** Structures say everything about themselves, so that a reader needs no table of defaults; cards and drawings only what differs. */
const spelledOut = (stored: Flat, type: string): Flat => (isMethod(type) ? new Map([...Object.entries(defaultsOf(type)), ...stored]) : withoutDefaults(stored, type))

/** What is worked out rather than stored: a card's order in its wheel, its cell in its grid. */
function computedOf(board: Board): Map<RecordId, Record<string, Json>> {
  const computed = new Map<RecordId, Record<string, Json>>()
  for (const structure of board.structures.values()) {
    if (structure.type === 'wheel') {
      for (const [card, order] of ordersIn(board, structure.id).order) computed.set(card as RecordId, { order })
    }
    if (structure.type === 'grid') {
      const { rows, cols } = asGrid(structure)
      for (const card of board.cards.values()) {
        const cell = card.place.parent === structure.id && cellOf(structure, card)
        if (cell) computed.set(card.id, { row: rows[cell.row] ?? '', column: cols[cell.col] ?? '' })
      }
    }
  }
  return computed
}

/** The whole board as a file. `exported` is the only part that differs between two exports of one state. */
export function toBoardFile(doc: Y.Doc, people: readonly Person[], exported: Date): Record<string, Json> {
  const board = readBoard(doc)
  const computed = computedOf(board)
  const cards: Record<string, Json>[] = []
  const relationList: Record<string, Json>[] = []
  const structures: Record<string, Json>[] = []
  const drawings: Record<string, Json>[] = []
  const shown = new Set([...recordsOf(doc).values()].map(record => readFlat(record)?.get('p.assetId')))
  for (const [id, record] of [...recordsOf(doc).entries()].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const stored = readFlat(record)
    const type = stored?.get(key.type)
    if (!stored || typeof type !== 'string') continue
    // A picture nobody sees any more stays on the board for undo, and leaves with nobody.
    if (type === 'asset' && !shown.has(id)) continue
    const flat = spelledOut(stored, type)
    const card: Card | undefined = board.cards.get(id as RecordId)
    const related = board.relations.get(id as RecordId)
    if (card) cards.push({ ...unflatten(id, flat, { kind: card.kind, text: String(flat.get(key.text) ?? '') }, new Set([key.kind, key.text])), ...(computed.has(card.id) && { computed: computed.get(card.id) as Json }) })
    else if (related) relationList.push(unflattenRelation(id, flat, related.kind))
    else (isMethod(type) && readPlace(flat.get(key.place)) ? structures : drawings).push(unflatten(id, flat, { type }, new Set()))
  }
  const { schema } = readVersions(doc)
  const about = readMeta(doc)
  return {
    format: fileFormat,
    version: fileVersion,
    exported: exported.toISOString(),
    board: { title: about.title, focus: about.focus, today: about.today, horizon: about.horizon, sectors: about.sectors },
    cards,
    relations: relationList,
    structures,
    drawings,
    people: [...people].sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ id, sector }): Json => (sector ? { id, sector } : { id })),
    ...(schema !== undefined && (drawings.length > 0 || relationList.length > 0) && { tldraw: schema }),
  }
}

/** A file as text: two spaces deep, so that two exports differ readably in git. */
export const printBoardFile = (file: Record<string, Json>): string => `${JSON.stringify(file, null, 2)}\n`
