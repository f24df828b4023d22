import type { CSSProperties } from 'react'
import type { CardKind } from '../../shared/cards/card.ts'
import { themed } from './colours.ts'
import { Icon } from './Icon.tsx'
import './outlines.css'
import './kind-badge.css'

/** A kind in small: its shape, its colour and its icon. */
export function KindBadge({ kind: { icon, color, outline }, size = 22 }: { kind: Pick<CardKind, 'icon' | 'color' | 'outline'>; size?: number }) {
  return (
    <span className="kind-badge mf-outline" data-outline={outline} style={{ '--k': themed(color), width: size, height: size } as CSSProperties}>
      <Icon of={icon} size={size * 0.64} />
    </span>
  )
}
