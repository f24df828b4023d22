import type { Mark, Preview } from '../../shared/preview.ts'
import { themed } from './colours.ts'

/** A board in small: drawn from what it holds, without its words. Lines keep their width at every size. */
export function Picture({ of: { w, h, marks } }: { of: Preview }) {
  return (
    <svg className="picture" viewBox={`0 0 ${w} ${h}`} preserveAspectRatio="xMidYMid meet" aria-hidden="true">
      {marks.map((mark, i) => (
        <Drawn key={i} mark={mark} />
      ))}
    </svg>
  )
}

function Drawn({ mark }: { mark: Mark }) {
  switch (mark.is) {
    case 'ring':
      return <ellipse cx={mark.x} cy={mark.y} rx={mark.rx} ry={mark.ry} fill={`var(--water-${Math.min(3, mark.depth)})`} stroke="var(--hairline)" strokeWidth="1" />
    case 'frame':
      return <rect x={mark.x} y={mark.y} width={mark.w} height={mark.h} fill="var(--paper)" stroke="var(--edge)" strokeWidth="1" />
    case 'rule':
      return <path d={`M${mark.x} ${mark.y}L${mark.x2} ${mark.y2}`} stroke={mark.strong ? 'var(--ink)' : 'var(--hairline)'} strokeWidth={mark.strong ? 1.4 : 1} />
    case 'line':
      return <path d={`M${mark.x} ${mark.y}L${mark.x2} ${mark.y2}`} stroke={themed(mark.color)} strokeWidth="1.2" strokeDasharray={mark.dashed ? '3 2' : undefined} />
    case 'card':
      return (
        <g>
          <rect x={mark.x} y={mark.y} width={mark.w} height={mark.h} rx={mark.solid ? mark.h / 2 : 14} fill={mark.solid ? themed(mark.color) : 'var(--sheet)'} stroke={themed(mark.color)} strokeWidth="1" />
          {!mark.solid && <rect x={mark.x} y={mark.y} width={Math.min(30, mark.w / 4)} height={mark.h} rx={8} fill={themed(mark.color)} />}
        </g>
      )
  }
}
