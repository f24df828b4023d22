import type * as Y from 'yjs'
import { type Board, type Card, type Flat, key, readBoard, readEnd, readFlat, readMeta, readPlace, readVersions, recordsOf } from './board.ts'
import { asGrid, cellOf, ordersIn } from './computed.ts'
import { defaultsOf } from './defaults.ts'
import type { Person } from './file.ts'
import { forbidden, withoutDefaults } from './file-in.ts'
import { fileFormat, fileVersion } from './file-versions.ts'
import type { RecordId } from './ids.ts'
import { isList, isObject, type Json } from './json.ts'
import { isMethod } from './methods/index.ts'
import { readView, readViewKey } from './views.ts'

/* From a document to a file, written in one order: two exports of one state are the same bytes but for their date. */

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
