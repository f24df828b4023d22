import icon from 'lucide/dist/esm/icons/octagon-x.mjs'
import type { CardKind } from './card.ts'
import { date } from '../fields.ts'

/** Something that blocks a milestone, an action or a vision. */
export const obstacle = {
  title: 'Obstacle',
  hint: 'What stands in the way, and of what?',
  icon,
  color: ['#8A1705', '#D7473C'],
  outline: 'octagon',
  fields: {
    date: date('When'),
  },
} as const satisfies CardKind
