import type { Mark, Preview } from '../../shared/preview.ts'
import { themed } from './colours.ts'

/** A board in small: drawn from what it holds, without its words. */
export function Picture({ of: { w, h, marks } }: { of: Preview }) {
  // Lines keep their width however small the picture gets.
  const line = Math.max(w, h) / 190
  return (
    <svg className="picture" viewBox={`0 0 ${w} ${h}`} preserveAspectRatio="xMidYMid meet" aria-hidden="true">
      {marks.map((mark, i) => (
        <Drawn key={i} mark={mark} line={line} />
      ))}
    </svg>
  )
}

function Drawn({ mark, line }: { mark: Mark; line: number }) {
  switch (mark.is) {
    case 'ring':
      return <ellipse cx={mark.x} cy={mark.y} rx={mark.rx} ry={mark.ry} fill={`var(--water-${Math.min(3, mark.depth)})`} stroke="var(--hairline)" strokeWidth={line} />
    case 'frame':
      return <rect x={mark.x} y={mark.y} width={mark.w} height={mark.h} fill="var(--paper)" stroke="var(--edge)" strokeWidth={line} />
    case 'rule':
      return <path d={`M${mark.x} ${mark.y}L${mark.x2} ${mark.y2}`} stroke={mark.strong ? 'var(--ink)' : 'var(--hairline)'} strokeWidth={mark.strong ? line * 1.4 : line} />
    case 'line':
      return <path d={`M${mark.x} ${mark.y}L${mark.x2} ${mark.y2}`} stroke={themed(mark.color)} strokeWidth={line * 1.3} strokeDasharray={mark.dashed ? `${line * 4} ${line * 3}` : undefined} />
    case 'card':
      return (
        <g>
          <rect x={mark.x} y={mark.y} width={mark.w} height={mark.h} rx={mark.solid ? mark.h / 2 : 14} fill={mark.solid ? themed(mark.color) : 'var(--sheet)'} stroke={themed(mark.color)} strokeWidth={line} />
          {!mark.solid && <rect x={mark.x} y={mark.y} width={Math.min(30, mark.w / 4)} height={mark.h} rx={8} fill={themed(mark.color)} />}
        </g>
      )
  }
}
