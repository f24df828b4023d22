import { createElement } from 'react'
import { markOf } from '../../shared/marks.ts'

/** A sector's colour as CSS; grey for none. `place` counts from 0 and starts over after eight. */
export const sectorColour = (place: number): string => (place < 0 ? 'var(--ink-3)' : `var(--sector-${(place % 8) + 1})`)

/** A sector's mark. With a `name` it is read out; without, it is decoration beside the name. */
export function Mark({ place, name, size = 13, on }: { place: number; name?: string; size?: number; on?: boolean }) {
  const shape = markOf(place)
  if (!shape) return null
  return (
    <svg className="mark" width={size} height={size} viewBox="-1.5 -1.5 19 19" fill={on ? 'var(--on-sector)' : sectorColour(place)} {...(name ? { role: 'img', 'aria-label': name } : { 'aria-hidden': true })}>
      {name && <title>{name}</title>}
      {shape.map(([tag, { 'fill-rule': fillRule, ...attributes }], i) => createElement(tag, { ...attributes, fillRule, key: i }))}
    </svg>
  )
}
