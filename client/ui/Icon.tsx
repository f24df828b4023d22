import { createElement } from 'react'
import type { Icon as IconData } from '../../shared/cards/card.ts'

/** One of the lucide drawings, in the colour of the text around it. Decoration: what it stands beside says it in words. */
export function Icon({ of, size }: { of: IconData; size?: number }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" style={size ? { fontSize: size } : undefined}>
      {of.map(([tag, attributes], i) => createElement(tag, { ...attributes, key: i }))}
    </svg>
  )
}
