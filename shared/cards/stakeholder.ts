import icon from 'lucide/dist/esm/icons/users.mjs'
import type { CardKind } from './card.ts'
import { line } from '../fields.ts'

/** A person, group or body with something at stake. */
export const stakeholder = {
  title: 'Stakeholder',
  hint: 'Who is touched by this, or can touch it?',
  icon,
  color: ['#511700', '#BE9B79'],
  outline: 'round-left',
  fields: {
    sector: line('Part of society'),
  },
} as const satisfies CardKind
