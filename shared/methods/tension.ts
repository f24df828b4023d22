import icon from 'lucide/dist/esm/icons/arrow-left-right.mjs'
import { line } from '../fields.ts'
import type { Method } from './method.ts'

/** A tension: a spectrum between two named poles, on which people stand apart and are never averaged. */
export const tension = {
  title: 'Tension',
  hint: 'Two poles, and everyone’s own place between.',
  empty: 'Name the two poles.',
  icon,
  fields: { title: line('About'), left: line('Left pole'), right: line('Right pole') },
  defaults: { w: 980, h: 240, title: '', left: '', right: '' },
} as const satisfies Method
