import type * as Y from 'yjs'
import { type Board, type Card, type Contents, contentsOf, type Flat, flatsIn, key, type Meta, readBoardIn, readEnd, readMetaIn, readPlace, readVersionsIn, type Relation } from './board.ts'
import { asGrid, cellOf, insideOf } from './computed.ts'
import { defaultsOf } from './defaults.ts'
import { isSchema } from './document/drawing-versions.ts'
import type { BoardFile, Person } from './file.ts'
import { flatRecords, forbidden, newerIn, ownNames, withoutDefaults } from './file-in.ts'
import { fileFormat, fileVersion, latest, longestText, type Newer } from './file-versions.ts'
import { isId, type RecordId } from './ids.ts'
import { isList, type Json, plainJson } from './json.ts'
import { isMethod } from './methods/index.ts'
import { laterViews, readView, readViewKey } from './views.ts'

/* From a document to a file, written in one order: two exports of one state are the same bytes but for their date. */

/** Such as 2026-11-23T12:00:00Z, for seconds that pass `isMoment`. */
const isoOf = (s: number): string => `${new Date(s * 1000).toISOString().slice(0, 19)}Z`

// ---- one record

const isMoment = (value: Json | undefined): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= latest
const isSize = (value: Json): boolean => typeof value === 'number' && value >= 1 && value <= 1e5

type Fits = Readonly<Record<string, (value: Json) => boolean>>

/** What a file takes under its own names. Whatever else a peer stored there is kept apart, so that no record makes a file unreadable. */
const anyRecord: Fits = {
  [key.by]: isId,
  [key.at]: isMoment,
  [key.edited]: value => isList(value) && value.length === 2 && isId(value[0]) && isMoment(value[1]),
}
const name = (value: Json): boolean => typeof value === 'string' && value.length <= 64
const fitting = {
  card: { ...anyRecord, w: isSize, h: isSize, [key.kind]: name, [key.text]: value => typeof value === 'string' && value.length <= longestText },
  structure: { ...anyRecord, w: isSize, h: isSize },
  relation: { ...anyRecord, [key.kind]: name, [key.sign]: value => value === '+' || value === '-', [key.delay]: value => value === true },
  drawing: { ...anyRecord, [key.type]: name },
} as const satisfies Record<string, Fits>

const provenance: readonly string[] = [key.by, key.at, key.edited]
const protoId: string = '__proto__'

/**
 * A stored record as a file shows it: what leads it, its place, the rest by alphabet, and who made it. `led` are the stored
 * names that are said by what leads it.
 */
function unflatten(id: string, flat: Flat, fits: Fits, lead: Record<string, Json | undefined>, led: readonly string[]): Record<string, Json> {
  const place = readPlace(flat.get(key.place))
  const out: Record<string, Json> = { id }
  const say = (name: string, value: Json | undefined): void => {
    if (value !== undefined) out[name] = value
  }
  for (const name in lead) say(name, lead[name])
  if (place) {
    const { parent, x, y, index, rotation } = place
    say('in', parent || undefined)
    // An arrow with both ends bound stands where its cards are; its own corner says nothing.
    if (!(flat.get(key.type) === 'arrow' && flat.has(key.from) && flat.has(key.to) && x === 0 && y === 0)) {
      out['x'] = x
      out['y'] = y
    }
    out['z'] = index
    say('rotation', rotation || undefined)
    // An arrow that comes without a place is given one; nothing else is.
  } else say('place', flat.get(key.place) ?? (flat.get(key.type) === 'arrow' ? null : undefined))
  const later = laterViews(flat.get('views'))
  let views: Record<string, Record<string, Json>> | undefined = later && { ...(later as Record<string, Record<string, Json>>) }
  const groups: Partial<Record<'props' | 'meta' | 'unread', Record<string, Json>>> = {}
  const put = (group: keyof typeof groups, name: string, value: Json): void => void ((groups[group] ??= {})[name] = value)
  for (const stored of [...flat.keys()].sort()) {
    if (stored === key.place || led.includes(stored) || forbidden.has(/^[pm]\./.test(stored) ? stored.slice(2) : stored)) continue
    const value = flat.get(stored) as Json
    const view = readViewKey(stored)
    // Set by its name, this one would change the object's nature and not be in it.
    if (view && view[1] !== protoId && readView(view[0], value) !== undefined) ((views ??= {})[view[0]] ??= {} as Record<string, Json>)[view[1]] = value
    else if (stored === 'views' && later) continue
    else if (isMeant(stored) && value === true) out['meant'] = [...((out['meant'] as string[] | undefined) ?? []), stored.slice('meant.'.length)]
    else if (stored.startsWith('p.')) put('props', stored.slice(2), value)
    else if (stored.startsWith('m.')) put('meta', stored.slice(2), value)
    else if (view || isMeant(stored) || !(fits[stored]?.(value) ?? !ownNames.has(stored))) put('unread', stored, value)
    else if (!provenance.includes(stored)) out[stored] = value
  }
  if (views && hasAny(views)) out['views'] = inOrder(views)
  for (const group of ['props', 'meta', 'unread'] as const) say(group, groups[group])
  const [by, at, edited] = provenance.map(stored => (groups.unread && Object.hasOwn(groups.unread, stored) ? undefined : flat.get(stored)))
  say('by', by)
  if (isMoment(at)) out['at'] = isoOf(at)
  if (isList(edited)) out['edited'] = { by: edited[0] as string, at: isoOf(edited[1] as number) }
  return out
}

const isMeant = (stored: string): boolean => stored.startsWith('meant.') && /^meant\.[\w-]{1,64}$/.test(stored)

/** The stored value, or nothing where a file takes none such under this name. */
const sound = (flat: Flat, fits: Fits, stored: string): Json | undefined => {
  const value = flat.get(stored)
  return value !== undefined && fits[stored]?.(value) ? value : undefined
}

function unflattenCard(id: string, flat: Flat, { kind, text }: Card): Record<string, Json> {
  const whole = sound(flat, fitting.card, key.text)
  return unflatten(id, flat, fitting.card, { kind, text: whole ?? text }, [key.type, key.kind, ...(whole === undefined ? [] : [key.text])])
}

function unflattenRelation(id: string, flat: Flat, { kind: read }: Relation): Record<string, Json> {
  const anchors: Record<string, Json> = {}
  for (const end of [key.from, key.to]) {
    const value = flat.get(end)
    if (isList(value) && value.length > 1) anchors[end] = value.slice(1)
  }
  // A kind that only a newer version knows stays what it is.
  const [kind, sign] = [key.kind, key.sign].map(stored => sound(flat, fitting.relation, stored))
  const led = [key.type, key.from, key.to, ...(kind === undefined ? [] : [key.kind]), ...(sign === undefined ? [] : [key.sign])]
  const ends = { from: readEnd(flat.get(key.from)), to: readEnd(flat.get(key.to)), anchors: Object.keys(anchors).length ? anchors : undefined }
  return unflatten(id, flat, fitting.relation, { kind: kind ?? read, sign, ...ends }, led)
}

function unflattenDrawing(id: string, flat: Flat): Record<string, Json> {
  const type = sound(flat, fitting.drawing, key.type)
  return unflatten(id, flat, fitting.drawing, { type: type ?? 'unknown' }, type === undefined ? [] : [key.type])
}

/** Structures say everything about themselves, so that a reader needs no table of defaults; cards and drawings only what differs. */
const spelledOut = (stored: Flat, type: string): Flat => (isMethod(type) ? new Map([...Object.entries(defaultsOf(type)), ...stored]) : withoutDefaults(stored, type))

/** What is worked out rather than stored: a card's order in its wheel, its cell in its grid. */
function computedOf(board: Board): Map<RecordId, Record<string, Json>> {
  const computed = new Map<RecordId, Record<string, Json>>()
  const inside = insideOf(board)
  for (const structure of board.structures.values()) {
    if (structure.type === 'wheel') {
      for (const [card, order] of inside.orders(structure.id).order) computed.set(card as RecordId, { order })
    }
    if (structure.type === 'grid') {
      const { rows, cols } = asGrid(structure)
      for (const card of inside.members(structure.id)) {
        const cell = cellOf(structure, card)
        if (cell) computed.set(card.id, { row: rows[cell.row] ?? '', column: cols[cell.col] ?? '' })
      }
    }
  }
  return computed
}

// ---- the whole

type Records = readonly (readonly [id: string, flat: Flat])[]

/** Records that leave with their board, in the order of their ids. */
function leaving(records: Records): Records {
  const shown = new Set(records.map(([, flat]) => flat.get('p.assetId')))
  const known = records.filter(([id, flat]) => {
    const type = flat.get(key.type)
    // What has no name that could be one, or no type, no version ever showed. A picture nobody sees any more stays on the board for undo.
    return typeof type === 'string' && isRecordName(id) && (type !== 'asset' || shown.has(id))
  })
  return known.sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Everything a file is made of, wherever it is kept. */
interface Whole {
  readonly board: Board
  /** What the board says of itself, as far as it does. */
  readonly about: Readonly<Record<string, Json | undefined>>
  /** Those that leave; see `leaving`. */
  readonly records: Records
  readonly people: readonly Person[]
  readonly exported: string | undefined
  readonly withheld?: string | undefined
  readonly schema: Json | undefined
  readonly newer: Newer
  /** Pictures that go with it. */
  readonly assets?: readonly Json[] | undefined
}

/** A file whose records are written out once somebody asks for them: most other formats are made of the board, and never do. */
function fileOf({ board, about, records, people, exported, withheld, schema, newer, assets }: Whole): Record<string, Json> {
  const found: Record<'cards' | 'relations' | 'structures' | 'drawings', (readonly [id: string, type: string, flat: Flat])[]> = { cards: [], relations: [], structures: [], drawings: [] }
  for (const [id, flat] of records) {
    const type = String(flat.get(key.type))
    const list = board.cards.has(id as RecordId) ? 'cards' : board.relations.has(id as RecordId) ? 'relations' : isMethod(type) && readPlace(flat.get(key.place)) ? 'structures' : 'drawings'
    found[list].push([id, type, flat])
  }
  const each = (list: keyof typeof found, say: (id: string, flat: Flat, type: string) => Record<string, Json>) => () => found[list].map(([id, type, flat]) => say(id, spelledOut(plain(flat), type), type))
  const cards = (): Record<string, Json>[] => {
    const computed = computedOf(board)
    return each('cards', (id, flat) => {
      const card = unflattenCard(id, flat, board.cards.get(id as RecordId) as Card)
      const follows = computed.get(id as RecordId)
      return follows ? Object.assign(card, { computed: follows }) : card
    })()
  }
  const file = {
    format: fileFormat,
    version: fileVersion,
    ...(exported !== undefined && { exported }),
    ...(withheld !== undefined && { withheld }),
    board: defined({ ...about, ...inOrder(newer.board) }),
  }
  later(file, 'cards', cards)
  later(file, 'relations', each('relations', (id, flat) => unflattenRelation(id, flat, board.relations.get(id as RecordId) as Relation)))
  later(file, 'structures', each('structures', (id, flat, type) => unflatten(id, flat, fitting.structure, { type }, [key.type])))
  later(file, 'drawings', each('drawings', unflattenDrawing))
  return Object.assign(file, {
    people: [...people].sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ id, sector }) => ({ id, ...(sector && { sector }), ...inOrder(newer.people?.[id]) })),
    ...(isSchema(schema) && (found.drawings.length > 0 || found.relations.length > 0) && { tldraw: schema }),
    ...inOrder(newer.file),
    ...(assets && { assets }),
  })
}

/** Gives an object a property that is worked out when it is first read. */
function later<T>(object: object, name: string, make: () => T): void {
  const settle = (value: T): T => {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
    return value
  }
  Object.defineProperty(object, name, { get: () => settle(make()), enumerable: true, configurable: true })
}

const isRecordName = (id: string): boolean => /^([\w-]{1,64}|[a-z]+:[\w-]{1,64})$/.test(id)
const hasAny = (values: Readonly<Record<string, Json>>): boolean => {
  for (const _ in values) return true
  return false
}
function defined(values: Readonly<Record<string, Json | undefined>>): Record<string, Json> {
  const out: Record<string, Json> = {}
  for (const name in values) if (values[name] !== undefined) out[name] = values[name]
  return out
}
const inOrder = (values: Readonly<Record<string, Json>> = {}): Record<string, Json> => Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)))
/** As much of a record as JSON can say: peers may store what it cannot. Most hold nothing else, and are left as they are. */
function plain(flat: Flat): Flat {
  let isSimple = true
  for (const value of flat.values()) isSimple &&= isScalar(value) || (isList(value) && value.every(isScalar))
  if (isSimple) return flat
  const out = new Map<string, Json>()
  for (const [name, value] of flat) {
    const said = plainJson(value)
    if (said !== undefined) out.set(name, said)
  }
  return out
}
const isScalar = (value: Json): boolean => value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)

const aboutOf = ({ title, focus, today, horizon, sectors, provenance }: Partial<Meta>): Record<string, Json | undefined> => ({ title, focus, today, horizon, sectors, provenance: provenance === 'person' ? undefined : provenance })

/** The whole board as a file. `exported` is the only part that differs between two exports of one state. */
export const toBoardFile = (doc: Y.Doc, people: readonly Person[], exported: Date): Record<string, Json> => toFile(contentsOf(doc), { people: () => people, exported }).file

/** What a file holds that its document does not. */
interface Beside {
  /** Who is named, by the records that leave. */
  readonly people: (records: readonly Flat[]) => readonly Person[]
  readonly exported: Date
}

/** The same of any contents, together with the board it tells of: whoever reads the file reads that board. */
export function toFile(contents: Contents, { people, exported }: Beside): { readonly file: Record<string, Json>; readonly board: Board } {
  const { schema, newer } = readVersionsIn(contents.meta)
  const meta = readMetaIn(name => contents.meta.get(name))
  const records = leaving([...flatsIn(contents)])
  const board = readBoardIn(meta, records)
  return { board, file: fileOf({ board, about: aboutOf(meta), records, people: people(records.map(([, flat]) => flat)), exported: exported.toISOString(), schema: plainJson(schema), newer }) }
}

/** A checked file as this version writes it: the same board, in the one order, with what follows from it worked out again. */
export function rewritten(file: BoardFile): Record<string, Json> {
  const records = leaving([...flatRecords(file)])
  const board = readBoardIn(readMetaIn(name => file.board[name]), records)
  const { people, exported, withheld, tldraw, assets } = file
  return fileOf({ board, about: aboutOf(file.board as Partial<Meta>), records, people, exported, withheld, schema: tldraw as Json | undefined, newer: newerIn(file), assets: assets as Json[] | undefined })
}

/** A file as text: two spaces deep, so that two exports differ readably in git. */
export const printBoardFile = (file: Record<string, Json>): string => `${JSON.stringify(file, null, 2)}\n`
