import { isMethod, methods } from './methods/index.ts'
import type { Json } from './json.ts'

type Values = Readonly<Record<string, Json>>

/** A card as it is made: 200 wide, and high enough for its text (`h` is the least height). */
export const cardDefaults = { w: 200, h: 88 } as const

const noText = { type: 'doc', content: [{ type: 'paragraph' }] }
const stroke = { color: 'black', size: 'm', dash: 'draw', scale: 1 }
const label = { labelColor: 'black', font: 'draw', richText: noText }
const box = { w: 100, h: 100, url: '' }

/**
 * What tldraw's own shapes are when nothing is said, as of tldraw 5.4. Part of the file format, so it never changes: a board
 * stores only what differs, and one that was written in 2026 must read the same in 2046.
 */
const drawings: Readonly<Record<string, Values>> = {
  arrow: {
    ...stroke,
    ...label,
    kind: 'arc',
    elbowMidPoint: 0.5,
    fill: 'none',
    bend: 0,
    start: { x: 0, y: 0 },
    end: { x: 2, y: 0 },
    arrowheadStart: 'none',
    arrowheadEnd: 'arrow',
    labelPosition: 0.5,
  },
  bookmark: { url: '', w: 300, h: 320, assetId: null },
  draw: { ...stroke, segments: [], fill: 'none', isComplete: false, isClosed: false, isPen: false, scaleX: 1, scaleY: 1 },
  embed: { w: 300, h: 300, url: '' },
  frame: { w: 320, h: 180, name: '', color: 'black' },
  geo: { ...box, ...stroke, ...label, geo: 'rectangle', growY: 0, flipX: false, flipY: false, fill: 'none', align: 'middle', verticalAlign: 'middle' },
  group: {},
  highlight: { segments: [], color: 'black', size: 'm', isComplete: false, isPen: false, scale: 1, scaleX: 1, scaleY: 1 },
  image: { ...box, assetId: null, playing: true, crop: null, flipX: false, flipY: false, altText: '' },
  line: { ...stroke, spline: 'line' },
  note: {
    ...label,
    color: 'black',
    size: 'm',
    align: 'middle',
    verticalAlign: 'middle',
    growY: 0,
    fontSizeAdjustment: 1,
    url: '',
    scale: 1,
    textLastEditedBy: null,
  },
  text: { color: 'black', size: 'm', w: 8, font: 'draw', textAlign: 'start', autoSize: true, scale: 1, richText: noText },
  video: { ...box, assetId: null, autoplay: true, altText: '', time: 0, playing: true },
}

/** What a record's properties are when the board does not say. */
export function defaultsOf(type: string): Values {
  if (type === 'card') return cardDefaults
  if (isMethod(type)) return methods[type].defaults
  return Object.hasOwn(drawings, type) ? (drawings[type] as Values) : {}
}

/** The kinds of tldraw's own shapes a board can hold. */
export const drawingTypes: readonly string[] = Object.keys(drawings)
