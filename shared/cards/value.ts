import icon from 'lucide/dist/esm/icons/gem.mjs'
import type { CardKind } from './card.ts'

/** Something people hold dear and will not trade away lightly. */
export const value = {
  title: 'Value',
  hint: 'What matters here, whatever the future?',
  icon,
  color: ['#A84303', '#F5832E'],
  outline: 'leaf',
  fields: {},
} as const satisfies CardKind
