import type { BoardFile } from '../file.ts'
import { cardDefaults, defaultsOf, drawingTypes } from '../defaults.ts'
import { isId } from '../ids.ts'
import { isList, isObject, type Json, sameJson } from '../json.ts'
import { pictureTypes } from '../pictures.ts'
import { continuedBelow } from './layout.ts'
import { meant } from './json-canvas.ts'
import { counted, emptyBoard, type FileCard, type FileDrawing, type FileRelation, type Imported, ImportError, quoted } from './imported.ts'
import { relationNamed } from './words.ts'

/*
 * tldraw's own files, once tldraw has brought their records up to date. Sticky notes become cards of the kind note, arrows between
 * two of them relations; everything else stays the drawing it is.
 */

/** One record of tldraw's. */
export type TldrawRecord = Readonly<Record<string, Json>>

/** What tldraw made of a file. */
export interface TldrawDocument {
  /** Valid as of this version of tldraw. */
  readonly records: readonly TldrawRecord[]
  /** The schema they are of now. */
  readonly schema: Json
  /** Records that this version of tldraw does not know or cannot read, by type. */
  readonly unknown: readonly string[]
}

export const isTldraw = (value: unknown): boolean => isObject(value) && ('tldrawFileFormatVersion' in value || (isObject(value['document']) && 'version' in value['document'] && 'pages' in value['document']))

/** The most shapes that are read; a page of tldraw's own holds half as many. */
const most = 10_000
/** How far from its middle a board reaches, with room for what pages move by; board units. */
const furthest = 1e6
/** Between two pages that are put side by side. */
const between = 400

interface Shape {
  readonly id: string
  readonly type: string
  readonly parent: string
  readonly index: string
  readonly record: TldrawRecord
  readonly props: Readonly<Record<string, Json>>
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
const number = (value: Json | undefined, otherwise = 0): number => (typeof value === 'number' && Number.isFinite(value) ? value : otherwise)

export function readTldraw({ records, schema, unknown }: TldrawDocument, title: string): Imported {
  const warnings: string[] = []
  const byType = (name: string): TldrawRecord[] => records.filter(record => record['typeName'] === name)
  const pages = byType('page').sort((a, b) => (text(a['index']) < text(b['index']) ? -1 : 1))
  const all = byType('shape')
  if (all.length > most) throw new ImportError(`This tldraw file holds ${all.length.toLocaleString('en')} shapes; at most ${most.toLocaleString('en')} are read. Copy a part of it to a file of its own.`)
  const names = new Map(all.map((record, i) => [text(record['id']), idFor(text(record['id']), i)]))
  const shapes = all.map((record): Shape => ({ id: names.get(text(record['id'])) as string, type: text(record['type']), parent: text(record['parentId']), index: text(record['index']), record, props: isObject(record['props']) ? record['props'] : {} }))
  const pictures = picturesIn(byType('asset'), warnings)
  const kept = shapes.filter(shape => keeps(shape, pictures))
  sayLeftOut(shapes.filter(shape => !kept.includes(shape)), unknown, warnings)

  const offsets = offsetsOf(pages, kept)
  if (pages.filter(page => kept.some(({ parent }) => parent === page['id'])).length > 1) warnings.push('The pages of the file stand side by side: a board has one.')
  const placed = (shape: Shape) => {
    const { x, y, rotation } = { x: number(shape.record['x']), y: number(shape.record['y']), rotation: number(shape.record['rotation']) }
    const inside = names.get(shape.parent)
    const offset = inside === undefined ? (offsets.get(shape.parent) ?? 0) : 0
    return { ...(inside !== undefined && { in: inside }), x: x + offset, y, ...(isIndex(shape.index) && { z: shape.index }), ...(rotation !== 0 && { rotation }) }
  }

  const cards = kept.filter(({ type }) => type === 'note').map((shape): FileCard => {
    const { rotation: _upright, ...place } = placed(shape)
    return { ...place, ...noteOf(shape, placed(shape)), id: shape.id }
  })
  const cardIds = new Set(cards.map(({ id }) => id))
  const ends = endsOf(byType('binding'), names)
  const relations: FileRelation[] = []
  const drawings: FileDrawing[] = []
  const unsaid: string[] = []
  for (const shape of kept) {
    if (shape.type === 'note') continue
    const { from, to } = ends.get(shape.id) ?? {}
    const drawn = { id: shape.id, ...placed(shape), ...(shape.record['isLocked'] === true && { locked: true }), ...(number(shape.record['opacity'], 1) !== 1 && { opacity: number(shape.record['opacity'], 1) }) }
    if (shape.type === 'arrow' && from && to && from.id !== to.id && cardIds.has(from.id) && cardIds.has(to.id)) {
      const label = plainTextOf(shape.props['richText'])
      const named = relationNamed(label)
      if (label && !named) unsaid.push(label)
      const isBackwards = (shape.props['arrowheadEnd'] === 'none' && shape.props['arrowheadStart'] !== 'none') !== (named?.turned === true)
      const [a, b] = isBackwards ? [to, from] : [from, to]
      const bend = number(shape.props['bend'])
      relations.push({ id: shape.id, ...(drawn.z !== undefined && { z: drawn.z }), from: a.id, to: b.id, ...meant(named, 'note', 'note'), ...(bend !== 0 && { props: { bend: isBackwards ? -bend : bend } }) })
    } else drawings.push({ ...drawn, type: shape.type, ...(from && { from: from.id }), ...(to && { to: to.id }), ...anchorsOf(from, to), props: differing(shape, pictures.names) } as FileDrawing)
  }
  if (unsaid.length) warnings.push(`${counted(unsaid.length, 'label of an arrow names', 'labels of arrows name')} no kind of relation, such as ${quoted(unsaid[0] as string, 40)}: the relation is there, without those words.`)
  const file: BoardFile = {
    ...emptyBoard(title),
    cards: cards.flatMap(continuedBelow),
    relations,
    drawings: [...drawings, ...pictures.drawings.filter(({ id }) => drawings.some(({ props }) => props?.['assetId'] === id))],
    tldraw: schema as BoardFile['tldraw'],
    ...(pictures.assets.length && { assets: pictures.assets }),
  }
  return { file, warnings }
}

/** tldraw's own ids are good ones; what is none gets one that none of them can be. */
function idFor(id: string, nth: number): string {
  const own = id.replace(/^shape:/, '')
  return isId(own) && own.length <= 60 ? own : `shape-${nth}`
}

const isIndex = (index: string): boolean => /^\w{1,256}$/.test(index)

// ---- notes

/** A sticky note as a card: upright, as high up as it was, its middle where it was across. */
function noteOf(shape: Shape, { x, y, rotation = 0 }: { x: number; y: number; rotation?: number }): Pick<FileCard, 'kind' | 'text' | 'x' | 'y' | 'w'> {
  const scale = number(shape.props['scale'], 1)
  const [side, high] = [200 * scale, (200 + number(shape.props['growY'])) * scale]
  const [cos, sin] = [Math.cos(rotation), Math.sin(rotation)]
  const middle = { x: x + (side * cos - high * sin) / 2, y: y + (side * sin + high * cos) / 2 }
  const w = Math.round(Math.min(640, Math.max(140, side)))
  return { kind: 'note', text: plainTextOf(shape.props['richText']), x: middle.x - w / 2, y: middle.y - high / 2, ...(w !== cardDefaults.w && { w }) }
}

/** The words of tldraw's rich text, a line a paragraph; points of a list with a stroke before them. */
export function plainTextOf(richText: Json | undefined): string {
  const lines: string[] = []
  const wordsOf = (node: Json): string => (!isObject(node) ? '' : node['type'] === 'hardBreak' ? '\n' : text(node['text']) || (isList(node['content']) ? node['content'].map(wordsOf).join('') : ''))
  const walk = (node: Json, lead: string, depth: number): void => {
    if (!isObject(node) || depth > 20) return
    const inner = isList(node['content']) ? node['content'] : []
    if (node['type'] === 'paragraph' || node['type'] === 'heading' || node['type'] === 'codeBlock') lines.push(lead + inner.map(wordsOf).join(''))
    else for (const [i, each] of inner.entries()) walk(each, node['type'] === 'bulletList' ? '- ' : node['type'] === 'orderedList' ? `${i + 1}. ` : i === 0 ? lead : '', depth + 1)
  }
  walk(richText ?? null, '', 0)
  return lines.join('\n').trim().replaceAll('\0', '').toWellFormed()
}

// ---- arrows

interface End {
  readonly id: string
  readonly anchor: readonly Json[] | undefined
}

function endsOf(bindings: readonly TldrawRecord[], names: ReadonlyMap<string, string>): Map<string, { from?: End; to?: End }> {
  const ends = new Map<string, { from?: End; to?: End }>()
  for (const { type, fromId, toId, props } of bindings) {
    const [arrow, id] = [names.get(text(fromId)), names.get(text(toId))]
    if (type !== 'arrow' || !arrow || !id || !isObject(props)) continue
    const { normalizedAnchor, isPrecise, isExact, snap } = props
    const at = isObject(normalizedAnchor) ? normalizedAnchor : {}
    const isWhole = isPrecise !== true && isExact !== true && (snap === undefined || snap === 'none')
    const end: End = { id, anchor: isWhole ? undefined : [number(at['x'], 0.5), number(at['y'], 0.5), isPrecise === true, isExact === true, text(snap) || 'none'] }
    ends.set(arrow, { ...ends.get(arrow), [props['terminal'] === 'start' ? 'from' : 'to']: end })
  }
  return ends
}

function anchorsOf(from: End | undefined, to: End | undefined): { anchors?: Record<string, readonly Json[]> } {
  const anchors = { ...(from?.anchor && { from: from.anchor }), ...(to?.anchor && { to: to.anchor }) }
  return Object.keys(anchors).length ? { anchors } : {}
}

// ---- drawings and pictures

/** What differs from the defaults, with pictures by the names the board file gives them. */
function differing({ type, props }: Shape, pictures: ReadonlyMap<string, string>): Record<string, Json> {
  const defaults = defaultsOf(type)
  const out: Record<string, Json> = {}
  for (const [name, value] of Object.entries(props)) {
    const stored = name === 'assetId' ? (pictures.get(text(value)) ?? null) : value
    if (!sameJson(defaults[name], stored)) out[name] = stored
  }
  return out
}

interface PicturesIn {
  /** From tldraw's name of a picture to the board file's. */
  readonly names: ReadonlyMap<string, string>
  readonly drawings: readonly FileDrawing[]
  readonly assets: NonNullable<BoardFile['assets']>
}

/** Pictures inside the file come along; what lies on another host does not: looking at the board would tell that host. */
function picturesIn(assets: readonly TldrawRecord[], warnings: string[]): PicturesIn {
  const names = new Map<string, string>()
  const drawings: FileDrawing[] = []
  const list: NonNullable<BoardFile['assets']> = []
  let elsewhere = 0
  for (const [i, { id, type, props }] of assets.entries()) {
    if (type !== 'image' || !isObject(props)) continue
    const source = text(props['src'])
    const [, mime = ''] = /^data:([^;,]+);base64,/.exec(source) ?? []
    if (!(pictureTypes as readonly string[]).includes(mime)) {
      elsewhere++
      continue
    }
    const name = `picture-${i + 1}`
    names.set(text(id), `asset:${name}`)
    list.push({ id: name, type: mime, data: source })
    const [w, h] = [Math.max(1, number(props['w'], 1)), Math.max(1, number(props['h'], 1))]
    // The name of somebody's file stays with them.
    drawings.push({ id: `asset:${name}`, type: 'asset', kind: 'image', props: { src: `asset:${name}`, w, h, name: '', mimeType: mime, isAnimated: props['isAnimated'] === true } })
  }
  if (elsewhere) warnings.push(`${counted(elsewhere, 'picture')} that the file only names by an address elsewhere, or in a form no board shows, ${elsewhere === 1 ? 'was' : 'were'} left out: nothing on a board comes from another host.`)
  return { names, drawings, assets: list }
}

/** What a board can show of it. */
function keeps({ type, props, record }: Shape, { names }: PicturesIn): boolean {
  if (!(Math.abs(number(record['x'])) <= furthest && Math.abs(number(record['y'])) <= furthest)) return false
  if (type === 'image') return names.has(text(props['assetId']))
  return drawingTypes.includes(type) && type !== 'video' && type !== 'embed'
}

function sayLeftOut(shapes: readonly Shape[], unknown: readonly string[], warnings: string[]): void {
  const embedded = shapes.filter(({ type }) => type === 'video' || type === 'embed').length
  const away = shapes.filter(({ record }) => Math.max(Math.abs(number(record['x'])), Math.abs(number(record['y']))) > furthest).length
  if (away) warnings.push(`${counted(away, 'thing')} further away than a board reaches ${away === 1 ? 'was' : 'were'} left out.`)
  if (embedded) warnings.push(`${counted(embedded, 'film or embedded page', 'films and embedded pages')} ${embedded === 1 ? 'was' : 'were'} left out: a board shows pictures only.`)
  if (unknown.length) warnings.push(`${counted(unknown.length, 'thing')} that this version does not know or cannot read (${[...new Set(unknown)].slice(0, 5).join(', ')}) ${unknown.length === 1 ? 'was' : 'were'} left out.`)
}

/** How far each page is moved to the right, so that none stands on another. As far as it can be known without drawing. */
function offsetsOf(pages: readonly TldrawRecord[], shapes: readonly Shape[]): Map<string, number> {
  const offsets = new Map<string, number>()
  let right: number | undefined
  for (const page of pages) {
    const own = shapes.filter(({ parent }) => parent === page['id'])
    if (own.length === 0) continue
    const left = own.reduce((least, { record }) => Math.min(least, number(record['x'])), Infinity)
    const offset = right === undefined ? 0 : right + between - left
    offsets.set(text(page['id']), offset)
    right = own.reduce((most, { record, props }) => Math.max(most, number(record['x']) + offset + number(props['w'], 300) * number(props['scale'], 1)), -Infinity)
  }
  return offsets
}
