import type { Field, Fields } from '../fields.ts'
import { action } from './action.ts'
import type { CardKind, Colour } from './card.ts'
import { change } from './change.ts'
import { consequence } from './consequence.ts'
import { driver } from './driver.ts'
import { milestone } from './milestone.ts'
import { note } from './note.ts'
import { obstacle } from './obstacle.ts'
import { question } from './question.ts'
import { signal } from './signal.ts'
import { stakeholder } from './stakeholder.ts'
import { value } from './value.ts'
import { vision } from './vision.ts'

/** Every kind of card, in the palette's order. Keys are stored in boards for ever: add them, never rename them. */
export const kinds = {
  signal,
  driver,
  change,
  consequence,
  vision,
  milestone,
  obstacle,
  action,
  question,
  stakeholder,
  value,
  note,
} as const satisfies Record<string, CardKind>

export type KindName = keyof typeof kinds

export const isKind = (name: unknown): name is KindName => typeof name === 'string' && Object.hasOwn(kinds, name)

/** The kind behind a stored name; nothing for one that a newer version wrote. */
export const kindOf = (name: string): CardKind | undefined => (isKind(name) ? kinds[name] : undefined)

/** The colour of a kind that only a newer version knows. */
const unknownColour: Colour = ['#656259', '#808080']

export const colourOf = (kind: string): Colour => kindOf(kind)?.color ?? unknownColour

/** Every field that any kind has, by stored name. A name means the same in all kinds, so a card keeps its values when its kind changes. */
export const cardFields: Fields = Object.assign({}, ...Object.values<CardKind>(kinds).map(kind => kind.fields))

export const fieldsOf = (name: string): readonly (readonly [string, Field])[] => Object.entries(kindOf(name)?.fields ?? {})
