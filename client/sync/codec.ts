import type { TLArrowBinding, TLArrowShape, TLAsset, TLPageId, TLParentId, TLShape, TLShapeId } from 'tldraw'
import { type Flat, isTextKey, key, packPlace, readCard, readEnd, readPlace, readSize, readStructure } from '../../shared/board.ts'
import { defaultsOf, drawingTypes } from '../../shared/defaults.ts'
import { isId, type RecordId } from '../../shared/ids.ts'
import { isList, isObject, type Json, sameJson } from '../../shared/json.ts'
import { isMethod } from '../../shared/methods/index.ts'
import { isOpinionKey } from '../../shared/views.ts'

/*
 * Between tldraw's records and the board's flat ones. Both directions are pure. What the board stores and the canvas does not
 * know stays in the board: decoding leaves it out, encoding does not mention it, and only keys that differ are ever written.
 */

/** The one page every board is drawn on; never stored. */
export const pageId = 'page:page' as TLPageId

export const shapeIdOf = (id: string): TLShapeId => `shape:${id}` as TLShapeId
/** The stored id of a shape or asset: shapes without their prefix, everything else whole. */
export const recordIdOf = (id: string): RecordId => (id.startsWith('shape:') ? id.slice('shape:'.length) : id) as RecordId

const parentOf = (parent: RecordId | ''): TLParentId => (parent === '' ? pageId : shapeIdOf(parent))

/** Both ends of an arrow, as far as they are bound. */
export interface Ends<E> {
  readonly from?: E
  readonly to?: E
}

export type BindingProps = TLArrowBinding['props']
export interface End {
  readonly id: RecordId
  readonly props: BindingProps
}

// ---- from the canvas to the board

/** What a shape is to the board. An arrow's bindings are folded into it, so that a relation is never half there. */
export function encodeShape(shape: TLShape, ends: Ends<TLArrowBinding> = {}): Flat {
  const flat = new Map<string, Json>([[key.type, shape.type]])
  const bound = ends.from !== undefined && ends.to !== undefined
  const { x, y, rotation, index, parentId } = shape
  const parent = parentId.startsWith('shape:') ? recordIdOf(parentId) : ''
  // With both ends bound an arrow stands where its cards are: its own corner says nothing and would only travel.
  flat.set(key.place, packPlace(bound ? { parent, index, x: 0, y: 0, rotation: 0 } : { parent, index, x, y, rotation }))
  const set = (name: string, value: unknown, otherwise?: Json) => {
    const stored = clean(value)
    if (stored !== undefined && !sameJson(stored, otherwise)) flat.set(name, stored)
  }
  set(key.locked, shape.isLocked, false)
  set(key.opacity, shape.opacity, 1)
  const defaults = defaultsOf(shape.type)
  if (isOwn(shape.type)) {
    for (const [name, value] of Object.entries(shape.props)) {
      if (name === 'fields') for (const [field, each] of Object.entries(value as Record<string, Json>)) set(field, each, defaults[field])
      else if (isTextKey(name)) flat.set(name, String(value).toWellFormed())
      else set(name, value, defaults[name])
    }
  } else {
    for (const [name, value] of Object.entries(shape.props)) {
      if (shape.type === 'arrow' && ((name === 'start' && ends.from) || (name === 'end' && ends.to))) continue
      set(`p.${name}`, value, defaults[name])
    }
  }
  for (const [name, value] of Object.entries(shape.meta)) set(isPlainMeta(shape.type, name) ? name : `m.${name}`, value)
  if (ends.from) flat.set(key.from, encodeEnd(ends.from))
  if (ends.to) flat.set(key.to, encodeEnd(ends.to))
  return flat
}

/** An end that points at a whole card is its id alone. */
function encodeEnd({ toId, props }: TLArrowBinding): Json {
  const id = recordIdOf(toId)
  if (!props.isPrecise && !props.isExact && props.snap === 'none') return id
  const part = (value: number) => Math.round(value * 1_000) / 1_000 + 0
  return [id, part(props.normalizedAnchor.x), part(props.normalizedAnchor.y), props.isPrecise, props.isExact, props.snap]
}

export function encodeAsset({ type, props, meta }: TLAsset): Flat {
  const flat = new Map<string, Json>([
    [key.type, 'asset'],
    [key.kind, type],
  ])
  for (const [name, value] of Object.entries(props)) if (value !== undefined) flat.set(`p.${name}`, clean(value) as Json)
  for (const [name, value] of Object.entries(meta)) if (value !== undefined) flat.set(`m.${name}`, clean(value) as Json)
  return flat
}

/** Whether shapes of a type are ours rather than tldraw's. */
export const isOwn = (type: string): boolean => type === 'card' || isMethod(type)

const provenance = new Set<string>([key.by, key.at, key.edited])
const ofArrows = new Set<string>([...provenance, key.kind, key.sign, key.delay])
/** Meta that means something to the board and keeps its plain name there. */
const isPlainMeta = (type: string, name: string): boolean => (type === 'arrow' ? ofArrows : provenance).has(name) || isOpinionKey(name)

/** Strings as the wire can carry them: half an emoji would become U+FFFD there, and the copies would differ for ever. */
function clean(value: unknown): Json | undefined {
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined
  if (Array.isArray(value)) return value.map(each => clean(each) ?? null)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).flatMap(([name, each]) => (each === undefined ? [] : [[name, clean(each) ?? null]])))
  }
  return value as Json | undefined
}

// ---- from the board to the canvas

export interface Decoded {
  readonly shape: TLShape
  readonly ends: Ends<End>
}

/** A stored record as the canvas draws it, or why it cannot be drawn here. Nothing in it throws, whatever a peer stored. */
export function decodeShape(id: RecordId, flat: Flat): Decoded | { readonly reason: string } {
  const type = flat.get(key.type)
  const place = readPlace(flat.get(key.place))
  if (typeof type !== 'string') return { reason: 'it does not say what it is' }
  if (!place) return { reason: 'its place makes no sense' }
  const props = decodeProps(id, type, flat)
  if (!props) return { reason: `this version does not know “${type.slice(0, 40)}”` }
  const opacity = flat.get(key.opacity)
  const shape = {
    typeName: 'shape',
    id: shapeIdOf(id),
    type,
    parentId: parentOf(place.parent),
    index: place.index,
    x: place.x,
    y: place.y,
    rotation: place.rotation,
    isLocked: flat.get(key.locked) === true,
    opacity: typeof opacity === 'number' && opacity >= 0 && opacity <= 1 ? opacity : 1,
    props,
    meta: decodeMeta(type, flat),
  } as unknown as TLShape
  return { shape, ends: type === 'arrow' ? decodeEnds(flat) : {} }
}

function decodeProps(id: RecordId, type: string, flat: Flat): Record<string, unknown> | undefined {
  if (type === 'card') {
    const card = readCard(id, flat)
    if (!card) return undefined
    const { w, h } = defaultsOf('card')
    return { kind: card.kind, text: card.text, w: readSize(flat.get('w'), Number(w)), h: readSize(flat.get('h'), Number(h)), fields: card.fields }
  }
  if (isMethod(type)) {
    const structure = readStructure(id, flat)
    return structure && { w: structure.w, h: structure.h, fields: structure.fields }
  }
  if (!drawingTypes.includes(type)) return undefined
  const props: Record<string, unknown> = { ...defaultsOf(type) }
  for (const [name, value] of flat) {
    if (!name.startsWith('p.') || forbidden.has(name.slice(2))) continue
    if (name === 'p.richText' && type !== 'text' && isEmptyLabel(value)) continue
    props[name.slice(2)] = name === 'p.name' && typeof value === 'string' ? value.slice(0, longestName).toWellFormed() : value
  }
  // No board keeps films: there is none to be looked for.
  return type === 'video' ? { ...props, assetId: null } : props
}

/** A label that holds no word is drawn as an empty one, whatever else it says: tldraw's own editor could not be opened on it. */
function isEmptyLabel(value: Json): boolean {
  const [first, ...more] = isObject(value) && value['type'] === 'doc' && isList(value['content']) ? value['content'] : [null, null]
  return more.length === 0 && (first === undefined || (isObject(first) && (first['content'] === undefined || (isList(first['content']) && first['content'].length === 0))))
}

/** Longest name a frame shows: like longer texts of cards, longer ones stay in the board and are cut only on reading. */
const longestName = 500

/** A peer could name a key so that it changes what an object is. */
const forbidden = new Set(['__proto__', 'constructor', 'prototype'])

function decodeMeta(type: string, flat: Flat): Record<string, Json> {
  const meta: Record<string, Json> = {}
  for (const [name, value] of flat) {
    if (isPlainMeta(type, name)) meta[name] = value
    else if (name.startsWith('m.') && !forbidden.has(name.slice(2))) meta[name.slice(2)] = value
  }
  return meta
}

function decodeEnds(flat: Flat): Ends<End> {
  const from = decodeEnd(flat.get(key.from), 'start')
  const to = decodeEnd(flat.get(key.to), 'end')
  return { ...(from && { from }), ...(to && { to }) }
}

const snaps = ['none', 'center', 'edge-point', 'edge'] as const

function decodeEnd(value: Json | undefined, terminal: 'start' | 'end'): End | undefined {
  const id = readEnd(value)
  if (!id) return undefined
  const [, x, y, isPrecise, isExact, snap] = isList(value) ? value : []
  const part = (each: Json | undefined) => (typeof each === 'number' && Math.abs(each) <= 100 ? each : 0.5)
  return {
    id,
    props: { terminal, normalizedAnchor: { x: part(x), y: part(y) }, isPrecise: isPrecise === true, isExact: isExact === true, snap: snaps.find(each => each === snap) ?? 'none' },
  }
}

export function decodeAsset(id: string, flat: Flat): TLAsset | { readonly reason: string } {
  const props: Record<string, Json> = {}
  const meta: Record<string, Json> = {}
  for (const [name, value] of flat) {
    if (forbidden.has(name.slice(2))) continue
    if (name.startsWith('p.')) props[name.slice(2)] = value
    else if (name.startsWith('m.')) meta[name.slice(2)] = value
  }
  return { typeName: 'asset', id, type: flat.get(key.kind), props, meta } as unknown as TLAsset
}

/** Whether an id names an asset; everything else without a colon is a shape. */
export const isAssetId = (id: string): boolean => id.startsWith('asset:')
export const isShapeKey = (id: string): id is RecordId => isId(id)

// ---- comparing and picking

/** Keys whose values differ. */
export function changedKeys(before: Flat, after: Flat): string[] {
  const changed: string[] = []
  for (const [name, value] of after) if (!sameJson(before.get(name), value)) changed.push(name)
  for (const name of before.keys()) if (!after.has(name)) changed.push(name)
  return changed
}

const placeNames = ['parentId', 'index', 'x', 'y', 'rotation'] as const

/** `next` with the parts behind some stored keys taken from `kept`: how one field is held while the rest changes. */
export function withKeysOf(next: TLShape, kept: TLShape, names: Iterable<string>): TLShape {
  const out = { ...next } as Record<string, unknown>
  const props: Record<string, unknown> = { ...next.props }
  const from: Record<string, unknown> = { ...kept.props }
  const meta: Record<string, unknown> = { ...next.meta }
  const take = (target: Record<string, unknown>, source: Record<string, unknown>, name: string) => {
    if (Object.hasOwn(source, name)) target[name] = source[name]
    else delete target[name]
  }
  for (const name of names) {
    if (name === key.place) for (const part of placeNames) out[part] = kept[part]
    else if (name === key.locked) out['isLocked'] = kept.isLocked
    else if (name === key.opacity) out['opacity'] = kept.opacity
    else if (isPlainMeta(next.type, name)) take(meta, kept.meta, name)
    else if (name.startsWith('m.')) take(meta, kept.meta, name.slice(2))
    else if (name.startsWith('p.')) take(props, from, name.slice(2))
    else if (isOwn(next.type)) {
      if (Object.hasOwn(from, name)) props[name] = from[name]
      else {
        const fields = { ...(props['fields'] as Record<string, unknown>) }
        take(fields, from['fields'] as Record<string, unknown>, name)
        props['fields'] = fields
      }
    }
  }
  return { ...out, props, meta } as unknown as TLShape
}

/**
 * `next`, keeping the very `props` and `meta` objects of `before` where they say the same: tldraw draws a shape again only
 * when these are other objects, so a card that merely moves is not drawn again.
 */
export function reusing(before: TLShape, next: TLShape): TLShape {
  const props = sameJson(before.props as unknown as Json, next.props as unknown as Json) ? before.props : next.props
  const meta = sameJson(before.meta as Json, next.meta as Json) ? before.meta : next.meta
  return { ...next, props, meta } as TLShape
}

export type { TLArrowShape }
