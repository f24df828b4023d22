import icon from 'lucide/dist/esm/icons/radio-tower.mjs'
import type { CardKind } from './card.ts'
import { choices, date, steep, url } from '../fields.ts'

/** A small, real sign of change that someone saw. */
export const signal = {
  title: 'Signal',
  hint: 'Something real you noticed. Where, and who saw it?',
  icon,
  color: ['#16828D', '#0BAEBC'],
  outline: 'dog-ear',
  fields: {
    steep: choices('STEEP', steep),
    source: url('Source'),
    seen: date('Seen on'),
  },
} as const satisfies CardKind
