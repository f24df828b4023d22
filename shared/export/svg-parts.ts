import type { Colour, Icon } from '../cards/card.ts'
import { type Face, isMeasured, textWidth } from '../measure.ts'
import { type Token, tokens } from '../tokens.ts'
import { xml } from './xml.ts'

/** How colours are said: as they are on light paper, or so that a page's own theme decides. */
export interface Paint {
  token(name: Token): string
  color(pair: Colour): string
}

const paintBy = (color: Paint['color']): Paint => ({ color, token: name => color(tokens[name]) })

export const lightPaint = paintBy(([light]) => light)
export const themedPaint = paintBy(([light, dark]) => `light-dark(${light}, ${dark})`)

/** A number as short as it can be said: a hundredth of a unit is not seen. */
export const short = (value: number): string => String(Math.round(value * 100) / 100 + 0)

type Attributes = Readonly<Record<string, string | number | undefined>>

/** An element; what is inside of it is markup already. */
export function element(tag: string, attributes: Attributes, inside?: string): string {
  let said = tag
  for (const name in attributes) {
    const value = attributes[name]
    if (value !== undefined) said += ` ${name}="${typeof value === 'number' ? short(value) : xml(value)}"`
  }
  return inside === undefined ? `<${said}/>` : `<${said}>${inside}</${tag}>`
}

/** An icon's lines, to be put into a group that says how they are drawn. */
export const drawn = (icon: Icon): string => icon.map(([tag, attributes]) => element(tag, attributes)).join('')

/** Where our own letters are missing, the reader's own stand in. */
const sans = "'Source Sans 3 Variable', 'Source Sans 3', 'Source Sans Pro', 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
const serif = "'Literata Variable', Literata, Georgia, 'Times New Roman', serif"

/** The face of most texts, said once for all of a drawing. */
export const usualFace = { 'font-family': sans, 'font-weight': 400 } as const satisfies Attributes

interface FaceSaid {
  readonly family?: string
  readonly style?: string
  readonly weight?: number
}

/** What other faces differ by. */
const faces = {
  text: {},
  far: { weight: 470 },
  strong: { weight: 650 },
  display: { family: serif, weight: 480 },
  aside: { family: serif, style: 'italic' },
} as const satisfies Record<Face, FaceSaid>

/** The first letter that has a direction says how a text runs. */
const runsLeft = (text: string): boolean => /^[^\p{L}]*[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(text)

interface Line {
  readonly face: Face
  readonly size: number
  readonly x: number
  /** The baseline. */
  readonly y: number
  readonly fill: string
  readonly anchor?: 'start' | 'middle' | 'end'
  /** Width of what holds it: a text that runs from right to left begins at its right edge. */
  readonly room?: number
  /** Colour of an edge around its letters, so that they can be read on lines. */
  readonly halo?: string
}

/**
 * A line of text, drawn as wide as it was measured, whatever letters the reader has. What is not measured is left as wide as it
 * comes out: pulled apart it could not be read.
 */
export function line(text: string, { face, size, x, y, fill, anchor = 'start', room, halo }: Line): string {
  if (text.trim() === '') return ''
  const leftwards = room !== undefined && anchor === 'start' && runsLeft(text)
  const known = isMeasured(text)
  const hasHalo = halo !== undefined
  const { family, style, weight }: FaceSaid = faces[face]
  return element(
    'text',
    {
      x: leftwards ? x + room : x,
      y,
      'font-family': family,
      'font-style': style,
      'font-weight': weight,
      'font-size': size,
      fill,
      'text-anchor': anchor === 'start' ? undefined : anchor,
      direction: leftwards ? 'rtl' : undefined,
      stroke: halo,
      'stroke-width': hasHalo ? size / 3 : undefined,
      'stroke-linejoin': hasHalo ? 'round' : undefined,
      'paint-order': hasHalo ? 'stroke' : undefined,
      textLength: known ? textWidth(text, face, size) : undefined,
      lengthAdjust: known ? 'spacingAndGlyphs' : undefined,
    },
    xml(text),
  )
}
