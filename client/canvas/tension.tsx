import { memo } from 'react'
import { HTMLContainer } from 'tldraw'
import type { FaceProps } from './structure.tsx'

/** Two poles in the group's own words, and the span between them. */
export const TensionFace = memo(function TensionFace({ structure }: FaceProps) {
  const { w, h, fields } = structure
  const { title, left, right } = fields as Record<string, string>
  const [start, end, axis] = [40, w - 40, 118]
  const pole = (text: string | undefined, missing: string) => <span className={text ? '' : 'missing'}>{text || missing}</span>
  return (
    <HTMLContainer>
      <svg className="mf-furniture" width={w} height={h} aria-hidden="true">
        <rect width={w} height={h} fill="var(--paper)" stroke="var(--edge)" strokeWidth="1.6" />
        <text className="aside" x="26" y="32">
          {title || 'Tension'}
        </text>
        <path d={`M${start} ${axis}H${end}M${start} ${axis - 11}v22M${end} ${axis - 11}v22M${(start + end) / 2} ${axis - 6}v12`} stroke="var(--ink)" strokeWidth="2" />
      </svg>
      <div className="mf-furniture">
        <div className="mf-words pole" style={{ left: start, top: 44, width: w / 2 - 60, height: 60 }}>
          {pole(left, 'Left pole')}
        </div>
        <div className="mf-words pole" style={{ right: w - end, top: 44, width: w / 2 - 60, height: 60, justifyContent: 'flex-end', textAlign: 'right' }}>
          {pole(right, 'Right pole')}
        </div>
      </div>
    </HTMLContainer>
  )
})
