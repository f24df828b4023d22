import icon from 'lucide/dist/esm/icons/message-circle-question-mark.mjs'
import type { CardKind } from './card.ts'
import { date } from '../fields.ts'

/** Something nobody here knows yet, and could find out. */
export const question = {
  title: 'Research question',
  hint: 'What would we have to find out?',
  icon,
  color: ['#481D98', '#9866E9'],
  outline: 'speech',
  fields: {
    date: date('When'),
  },
} as const satisfies CardKind
