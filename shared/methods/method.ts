import type { Icon } from '../cards/card.ts'
import type { Fields, ValuesOf } from '../fields.ts'

/**
 * A method's structure: a container on the board whose places mean something. Cards belong to it by being its children.
 * Its defaults belong to the file format: values equal to them are not stored, so they never change.
 */
export interface Method<F extends Fields = Fields> {
  readonly title: string
  readonly hint: string
  /** What an empty one says. */
  readonly empty: string
  readonly icon: Icon
  readonly fields: F
  readonly defaults: { readonly w: number; readonly h: number } & ValuesOf<F>
}

/** Width and height in board units (one CSS pixel at 100 %). */
export interface Size {
  readonly w: number
  readonly h: number
}

/** A point in board units; inside a structure, from its top left corner. */
export interface Point {
  readonly x: number
  readonly y: number
}
