import type { Fields } from '../fields.ts'

/** A drawing of 24 × 24 units, as the lucide icon set ships it. */
export type Icon = readonly (readonly [tag: string, attributes: Readonly<Record<string, string>>])[]

/** A colour in the light theme and in the dark one, each at least 3:1 on everything it stands on. */
export type Colour = readonly [light: string, dark: string]

/** What a card's edge looks like: kinds differ in shape first, so that colour is never needed to tell them apart. */
export type Outline =
  | 'dog-ear'
  | 'pointed'
  | 'pill'
  | 'rounded'
  | 'arch'
  | 'swallowtail'
  | 'octagon'
  | 'cut-corners'
  | 'speech'
  | 'round-left'
  | 'leaf'
  | 'square'

/** One kind of card: palette, inspector, drawing, validation, export and help all follow from it. */
export interface CardKind {
  /** What it is called, in the singular. */
  readonly title: string
  /** What to write on one, as a prompt for somebody who never made one. */
  readonly hint: string
  readonly icon: Icon
  readonly color: Colour
  readonly outline: Outline
  readonly fields: Fields
  /** Whether participants say how desirable and how likely it is. */
  readonly scored?: true
}
