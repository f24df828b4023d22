import icon from 'lucide/dist/esm/icons/sunrise.mjs'
import type { CardKind } from './card.ts'
import { date } from '../fields.ts'

/** A desirable future, told as if it were there. */
export const vision = {
  title: 'Vision',
  hint: 'A future you would want to live in, as if it were already so.',
  icon,
  color: ['#A77203', '#F9B933'],
  outline: 'arch',
  fields: {
    date: date('When'),
  },
} as const satisfies CardKind
