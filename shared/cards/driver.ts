import icon from 'lucide/dist/esm/icons/wind.mjs'
import type { CardKind } from './card.ts'
import { choices, date, steep, url } from '../fields.ts'

/** A force behind change that no one on the board controls. */
export const driver = {
  title: 'Driver',
  hint: 'A force that keeps pushing, whatever anyone decides here.',
  icon,
  color: ['#275FBC', '#7BA2FF'],
  outline: 'pointed',
  fields: {
    steep: choices('STEEP', steep),
    source: url('Source'),
    date: date('When'),
  },
} as const satisfies CardKind
