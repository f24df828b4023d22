import icon from 'lucide/dist/esm/icons/footprints.mjs'
import type { CardKind } from './card.ts'
import { date, line } from '../fields.ts'

/** Something somebody does, by a date. */
export const action = {
  title: 'Action',
  hint: 'Who does what? Begin with a verb.',
  icon,
  color: ['#004E31', '#81DC94'],
  outline: 'cut-corners',
  fields: {
    actor: line('Who does it'),
    date: date('When'),
  },
} as const satisfies CardKind
