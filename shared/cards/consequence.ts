import icon from 'lucide/dist/esm/icons/git-branch.mjs'
import type { CardKind } from './card.ts'
import { choices, date, steep } from '../fields.ts'

/** What follows from a change, or from another consequence. */
export const consequence = {
  title: 'Consequence',
  hint: 'If this happens, what happens next? It need not be bad.',
  icon,
  color: ['#2F506B', '#A9C5D8'],
  outline: 'rounded',
  scored: true,
  fields: {
    steep: choices('STEEP', steep),
    date: date('When'),
  },
} as const satisfies CardKind
