import icon from 'lucide/dist/esm/icons/orbit.mjs'
import type { CardKind } from './card.ts'
import { choices, date, steep } from '../fields.ts'

/** The change in the centre of a futures wheel. */
export const change = {
  title: 'Change',
  hint: 'The one change everything else follows from.',
  icon,
  color: ['#14202D', '#DBF0FF'],
  outline: 'pill',
  fields: {
    steep: choices('STEEP', steep),
    date: date('When'),
  },
} as const satisfies CardKind
