import icon from 'lucide/dist/esm/icons/sticky-note.mjs'
import type { CardKind } from './card.ts'

/** A remark, a prompt, a heading. */
export const note = {
  title: 'Note',
  hint: 'Anything else.',
  icon,
  color: ['#656259', '#808080'],
  outline: 'square',
  fields: {},
} as const satisfies CardKind
