import icon from 'lucide/dist/esm/icons/flag.mjs'
import type { CardKind } from './card.ts'
import { date } from '../fields.ts'

/** A state of affairs on the way back from a vision. */
export const milestone = {
  title: 'Milestone',
  hint: 'What had to be true just before?',
  icon,
  color: ['#6D8553', '#D6E266'],
  outline: 'swallowtail',
  fields: {
    date: date('When'),
  },
} as const satisfies CardKind
