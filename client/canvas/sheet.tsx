import { memo } from 'react'
import { HTMLContainer } from 'tldraw'
import { methodOf } from '../../shared/methods/index.ts'
import type { FaceProps } from './structure.tsx'

/** A plain sheet with a title: how a method looks before it has a drawing of its own. */
export const SheetFace = memo(function SheetFace({ structure: { type, w, h, fields } }: FaceProps) {
  return (
    <HTMLContainer>
      <svg className="mf-furniture" width={w} height={h} aria-hidden="true">
        <rect width={w} height={h} fill="var(--paper)" stroke="var(--edge)" strokeWidth="1.6" />
        <text className="title" x="26" y="38">
          {String(fields['title'] ?? '') || methodOf(type).title}
        </text>
      </svg>
    </HTMLContainer>
  )
})
