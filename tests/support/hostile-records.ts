import * as Y from 'yjs'
import type { Records } from '../../shared/board.ts'
import { cardFields, kinds } from '../../shared/cards/index.ts'
import { drawingTypes } from '../../shared/defaults.ts'
import { methods } from '../../shared/methods/index.ts'
import { hostile } from './boards.ts'
import { random } from './random.ts'

/*
 * Records as a peer could store them who wants to break whoever reads them: most of them say what a record of their type may say,
 * and say it at its limits; the others say something of another shape. The same seed gives the same records.
 */

export type Stored = Readonly<Record<string, unknown>>
type Pick = (n: number) => number

/** Values that break programs which turn them into words or numbers, ask for their length or walk them. */
const oddities: readonly unknown[] = [
  null, true, false, 0, -1, 7, 0.1, 1e308, '', 'x', 'constructor', '__proto__', 'toString', [], [[]], {}, { toString: 1, valueOf: 1 }, { length: 1e9 }, JSON.parse('{"then":1}'), { constructor: 1, hasOwnProperty: 1 }, { toJSON: 1 }, { current: null }, { x: {}, y: [] }, [{ toString: 1, valueOf: 1 }], { type: 'doc', content: {} },
]
const numbers = [0, -0, 1, -1, 0.5, 2, 8, 100, 1e-9, 1e-320, 5e-324, -1e-9, 99_999, 1e5, 100_001, -1e5, 1e7, 1e9, 2 ** 31, 2 ** 53, 1e20, 1e154, 1e308, -1e308] as const
const colors = ['black', 'grey', 'light-violet', 'white', 'red', 'constructor', '#ff0000'] as const
const strings = [...hostile, 'y'.repeat(3_000), '\ud800', 'a\u0000b', 'https://example.org', 'javascript:alert(1)', 'mailto:a@b.c'] as const

const some = <T>(pick: Pick, items: readonly T[]): T => items[pick(items.length)] as T
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))

// ---- rich text

const nodes = ['paragraph', 'heading', 'bulletList', 'orderedList', 'listItem', 'text', 'hardBreak', 'doc', 'image', 'blockquote', 'codeBlock', 'horizontalRule', 'table', 'constructor', '__proto__'] as const
const marks = ['bold', 'italic', 'code', 'strike', 'underline', 'link', 'highlight', 'evil', 'toString'] as const
const attributes = ['level', 'start', 'href', 'target', 'class', 'dir', 'color', 'rel', 'type'] as const

const attrsOf = (pick: Pick): unknown => (pick(6) ? Object.fromEntries(times(pick(3), () => [some(pick, attributes), some(pick, [...oddities, ...numbers, ...strings])])) : some(pick, oddities))

function markOf(pick: Pick): unknown {
  return pick(12) ? { type: some(pick, marks), ...(pick(2) && { attrs: attrsOf(pick) }) } : some(pick, oddities)
}

function nodeOf(pick: Pick, depth: number, sound: boolean): unknown {
  if (!sound && pick(14) === 0) return some(pick, oddities)
  const text = (words: unknown) => ({ type: 'text', text: words, ...(pick(3) === 0 && { marks: pick(9) ? times(pick(3), () => (sound ? { type: some(pick, marks.slice(0, 5)) } : markOf(pick))) : some(pick, oddities) }) })
  if (sound) return { type: 'paragraph', content: times(pick(3), () => text(some(pick, strings) || 'x')) }
  const type = some(pick, nodes)
  if (type === 'text') return text(pick(8) ? some(pick, strings) : some(pick, oddities))
  return { type, ...(pick(3) === 0 && { attrs: attrsOf(pick) }), ...(pick(4) && { content: depth > 0 && pick(9) ? times(pick(4), () => nodeOf(pick, depth - 1, false)) : some(pick, oddities) }) }
}

const nested = (levels: number): unknown => (levels === 0 ? { type: 'paragraph' } : { type: 'bulletList', content: [{ type: 'listItem', content: [{ type: 'paragraph' }, nested(levels - 1)] }] })

function richText(pick: Pick): unknown {
  switch (pick(16)) {
    case 0:
      return some(pick, oddities)
    case 1:
      return { type: some(pick, nodes), content: times(pick(3), () => nodeOf(pick, 2, false)) }
    case 2:
      return { type: 'doc', content: [] }
    case 3:
      return { type: 'doc', content: [nested(7)] }
    case 4:
      return { type: 'doc', attrs: attrsOf(pick), content: [nodeOf(pick, 1, true)] }
    case 5:
    case 6:
    case 7:
      return { type: 'doc', content: times(1 + pick(3), () => nodeOf(pick, 1, true)) }
    default:
      return { type: 'doc', content: times(1 + pick(3), () => nodeOf(pick, 3, false)) }
  }
}

// ---- strokes

/** Points as tldraw stores them: the first in single precision, each other as the way from the one before, in half. */
function path(pick: Pick, dim: 2 | 3): string {
  const count = some(pick, [0, 1, 2, 3, 30])
  if (count === 0) return ''
  const bytes = Buffer.alloc(4 * dim + (count - 1) * 2 * dim)
  for (let i = 0; i < dim; i++) bytes.writeFloatLE(some(pick, pick(9) ? [0, 1, -5, 1e4] : [1e6, 1e30, NaN, Infinity]), i * 4)
  for (let at = 4 * dim; at < bytes.length; at += 2) bytes.writeUInt16LE(pick(60) ? some(pick, [0, 0x3c00, 0xbc00, 0x4d00, 1, 0x7bff]) : some(pick, [0x7c00, 0xfc00, 0x7e00, pick(65_536)]), at)
  return bytes.toString('base64')
}

function segment(pick: Pick): unknown {
  if (pick(40) === 0) return some(pick, oddities)
  const dim = some(pick, [2, 3] as const)
  const whole = path(pick, dim)
  return { type: pick(30) ? some(pick, ['free', 'straight']) : 'bent', path: pick(9) ? whole : some(pick, [whole.slice(0, -3), '!!!', some(pick, strings)]), dim: pick(12) ? dim : 5 - dim }
}

const segments = (pick: Pick): unknown => (pick(30) ? times(some(pick, [0, 1, 1, 2, 9]), () => segment(pick)) : some(pick, oddities))

function points(pick: Pick): unknown {
  if (pick(30) === 0) return some(pick, oddities)
  const made = times(some(pick, [0, 1, 2, 2, 3, 40]), i => {
    const id = pick(60) ? `a${i + 1}` : some(pick, strings)
    return [pick(60) ? id : 'other', { id, index: pick(60) ? `a${(i + 1).toString(36)}V` : some(pick, ['a1', 'zz', '', '!!', `a${'0'.repeat(30)}1`]), x: far(pick), y: far(pick) }] as const
  })
  return Object.fromEntries(made)
}

// ---- everything else a shape says

type Make = (pick: Pick) => unknown
const oneOf = (...values: readonly unknown[]): Make => pick => some(pick, values)
/** A number of every size now and then; mostly one that may well be drawn, at the very ends of what may or in between. */
const around = (...usual: readonly number[]): Make => pick => (pick(14) ? some(pick, usual) : some(pick, numbers))
const number = around(0, 1, 20, 100, -300)
const length = around(1, 20, 100, 300, 1_000, 0.01, 1e5)
const scale = around(1, 1, 1, 0.5, 4, 0.01, 100)
const part = around(0, 0.5, 1, 0.01)
const far = around(0, 100, -100, 300, 2_000, -1e5, 1e5, 1e-9)
const flag: Make = oneOf(true, false)
const string: Make = pick => some(pick, strings)
const vector: Make = pick => (pick(20) ? { x: far(pick), y: far(pick), ...(pick(9) === 0 && { z: number(pick) }) } : some(pick, oddities))
const size = oneOf('s', 'm', 'l', 'xl')
const dash = oneOf('draw', 'solid', 'dashed', 'dotted', 'none')
const fill = oneOf('none', 'semi', 'solid', 'pattern', 'fill', 'lined-fill')
const font = oneOf('draw', 'sans', 'serif', 'mono')
const color: Make = pick => some(pick, pick(12) ? colors.slice(0, 5) : colors)
const align = oneOf('start', 'middle', 'end', 'start-legacy', 'end-legacy', 'middle-legacy')
const url: Make = pick => (pick(20) ? some(pick, ['', 'https://example.org', 'mailto:a@b.c']) : some(pick, ['javascript:alert(1)', 'data:text/html,x']))
const assetId = oneOf(null, null, 'asset:there', 'asset:there', 'asset:gone', 'asset:', 'shape:x', 'x')
const crop: Make = pick => (pick(3) === 0 ? null : pick(20) ? { topLeft: { x: some(pick, pick(9) ? [0, 0.4] : [1, -1, 1e9]), y: some(pick, [0, 0.5]) }, bottomRight: { x: some(pick, pick(9) ? [1, 0.41] : [0, 2, -1e9]), y: 1 }, ...(pick(2) && { isCircle: flag(pick) }) } : some(pick, oddities))
const geos = ['cloud', 'rectangle', 'ellipse', 'triangle', 'diamond', 'pentagon', 'hexagon', 'octagon', 'star', 'rhombus', 'rhombus-2', 'oval', 'trapezoid', 'arrow-right', 'arrow-left', 'arrow-up', 'arrow-down', 'x-box', 'check-box', 'heart', 'klein-bottle', 'constructor']
const heads = oneOf('none', 'arrow', 'triangle', 'square', 'dot', 'pipe', 'diamond', 'inverted', 'bar')
const box = { w: length, h: length }
const stroke = { color, size, dash, fill, scale }
const label = { labelColor: color, font, richText }

/** Every property of every type tldraw draws. */
const props: Readonly<Record<string, Readonly<Record<string, Make>>>> = {
  arrow: { ...stroke, ...label, kind: oneOf('arc', 'elbow'), elbowMidPoint: part, bend: far, start: vector, end: vector, arrowheadStart: heads, arrowheadEnd: heads, labelPosition: part },
  bookmark: { ...box, url, assetId },
  draw: { ...stroke, segments, isComplete: flag, isClosed: flag, isPen: flag, scaleX: scale, scaleY: scale },
  embed: { ...box, url: string },
  frame: { ...box, name: string, color },
  geo: { ...box, ...stroke, ...label, geo: pick => some(pick, pick(20) ? geos.slice(0, -2) : geos), growY: around(0, 0, 50), flipX: flag, flipY: flag, align, verticalAlign: oneOf('start', 'middle', 'end'), url },
  group: {},
  highlight: { color, size, segments, isComplete: flag, isPen: flag, scale, scaleX: scale, scaleY: scale },
  image: { ...box, assetId, playing: flag, crop, flipX: flag, flipY: flag, altText: string, url },
  line: { color, size, dash, scale, spline: oneOf('line', 'cubic'), points },
  note: { ...label, color, size, align, verticalAlign: oneOf('start', 'middle', 'end'), growY: around(0, 0, 50), fontSizeAdjustment: pick => (pick(2) ? scale(pick) : null), url, scale, textLastEditedBy: oneOf(null, 'x', '') },
  text: { color, size, font, richText, textAlign: oneOf('start', 'middle', 'end'), w: length, autoSize: flag, scale },
  video: { ...box, assetId, autoplay: flag, altText: string, time: number, playing: flag, url },
}

/** A property of another shape now and then; otherwise what the type says of itself. */
const valueOf = (pick: Pick, make: Make): unknown => (pick(90) ? make(pick) : some(pick, oddities))

const dates = ['0000', '0001', '0999-12-31', '1000', '2026', '2026-11-23', '2026-11-24', '2040', '9999', '9999-12-31', '2033-02-30', '10000', '2033-04-09T00:00:00+02:00', '-0001'] as const

/** What any record may say beside its own properties: who made it, what people think of it, and what means nothing. */
function besides(pick: Pick): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  const add = (one: number, name: string, value: unknown) => {
    if (pick(one) === 0) out[name] = value
  }
  add(4, 'by', some(pick, [...oddities, 'ana']))
  add(4, 'at', some(pick, [...oddities, ...numbers]))
  add(3, 'edited', some(pick, [...oddities, ['ana', 5], [{ toString: 1, valueOf: 1 }, 'x'], [7]]))
  add(9, 'opacity', some(pick, [...numbers, ...oddities]))
  add(9, 'locked', some(pick, oddities))
  add(5, `valence.p${pick(9)}`, some(pick, [...oddities, 3, -3]))
  add(5, 'marker.ana', some(pick, [...oddities, 50]))
  add(9, 'meant.date-off-axis', some(pick, oddities))
  add(9, 'views', some(pick, oddities))
  add(9, 'm.note', some(pick, oddities))
  add(9, some(pick, ['m.__proto__', '__proto__', 'p.constructor', 'toString', 'x', 'p.', 'm.', '.']), some(pick, oddities))
  return out
}

const fieldNames = [...new Set([...Object.keys(cardFields), ...Object.values(methods).flatMap(({ fields }) => Object.keys(fields))])]

function cardOf(pick: Pick): Record<string, unknown> {
  const fields = Object.fromEntries(times(pick(4), () => [some(pick, fieldNames), some(pick, [...oddities, ...dates, ...strings, ['social'], ['a', 5]])]))
  return { kind: pick(9) ? some(pick, Object.keys(kinds)) : some(pick, [...oddities, 'hologram']), text: pick(9) ? new Y.Text(some(pick, strings)) : some(pick, oddities), ...(pick(3) === 0 && { w: number(pick), h: number(pick) }), ...fields }
}

function structureOf(pick: Pick): Record<string, unknown> {
  const lines = () => times(some(pick, [0, 1, 3, 12, 24, 40]), () => some(pick, pick(9) ? strings.map(each => each.slice(0, 80)) : oddities))
  return { title: string(pick), rings: some(pick, [...numbers, 1, 3, 9]), parts: some(pick, ['steep', ...oddities]), from: some(pick, dates), to: some(pick, dates), left: string(pick), right: string(pick), lanes: lines(), rows: lines(), cols: lines(), ...(pick(2) && { w: number(pick), h: number(pick) }), ...(pick(9) === 0 && { [some(pick, fieldNames)]: some(pick, oddities) }) }
}

/** A record of a type. `ids` are others it may hang on or stand in. */
function recordOf(pick: Pick, type: string, ids: readonly string[], nth: number): Stored {
  const isArrow = type === 'arrow'
  const parent = pick(5) ? '' : some(pick, ids)
  const at = () => (pick(20) ? pick(4_000) : some(pick, numbers))
  const place = pick(60) ? [parent, pick(60) ? `a${(nth + 10).toString(36)}V` : some(pick, ['a1', '', 'zz', 5]), at(), at(), pick(5) ? 0 : around(1, 3, 1e7)(pick)] : some(pick, oddities)
  const end = () => some(pick, [some(pick, ids), some(pick, ids), [some(pick, ids), some(pick, numbers), some(pick, numbers), flag(pick), flag(pick), some(pick, ['none', 'center', 'edge-point', 'edge', 'x'])], some(pick, oddities)])
  const said = type === 'card' ? cardOf(pick) : Object.hasOwn(methods, type) ? structureOf(pick) : Object.fromEntries(Object.entries(props[type] ?? {}).filter(([name]) => name === 'richText' || name === 'segments' || name === 'points' || pick(3)).map(([name, make]) => [`p.${name}`, valueOf(pick, make)]))
  return { type, place, ...said, ...(isArrow && pick(3) && { from: end() }), ...(isArrow && pick(3) && { to: end(), kind: some(pick, ['leads', 'blocks', 'x', ...oddities]), sign: some(pick, ['-', '+', ...oddities]), delay: some(pick, [true, ...oddities]) }), ...besides(pick) }
}

const ownTypes = ['card', ...Object.keys(methods)]

/** Records by id, of every type in turn, `count` of them. Their ids begin with `name`. */
export function hostileRecords(seed: number, count: number, name = 'h'): Map<string, Stored> {
  const pick = random(seed)
  const types = [...drawingTypes, ...ownTypes, ...['text', 'geo', 'note', 'arrow', 'line', 'draw']]
  const ids = times(count, i => `${name}${i}`)
  const records = new Map(ids.map((id, i) => [id, recordOf(pick, types[(i + seed) % types.length] as string, ids, i)]))
  if (name === 'h') records.set('asset:there', { type: 'asset', kind: 'image', 'p.src': `asset:${'a'.repeat(64)}`, 'p.w': 1, 'p.h': 1, 'p.name': 'x', 'p.isAnimated': false, 'p.mimeType': 'image/png' })
  return records
}

/** Puts a record where a peer's program would put it. */
export function store(records: Records, id: string, values: Stored): void {
  const record = new Y.Map<unknown>()
  // Yjs itself asks a value for its constructor: what would answer with another stands in a list.
  for (const [name, value] of Object.entries(values)) record.set(name, typeof value === 'object' && value !== null && Object.hasOwn(value, 'constructor') ? [value] : value)
  records.set(id, record)
}
