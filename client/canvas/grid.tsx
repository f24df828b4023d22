import { memo } from 'react'
import { HTMLContainer } from 'tldraw'
import { asGrid } from '../../shared/computed.ts'
import { cellBox, gridFrame } from '../../shared/methods/grid.ts'
import type { FaceProps } from './structure.tsx'

/** Hairlines, an ink rule under the heads, and names that say what a cell means. */
export const GridFace = memo(function GridFace({ structure }: FaceProps) {
  const { w, h } = structure
  const grid = asGrid(structure)
  const title = String(structure.fields['title'] ?? '')
  const { top, left } = gridFrame
  const lines = [
    ...grid.cols.map((_, col) => `M${cellBox(grid, { row: 0, col }).x} 0V${h}`),
    ...grid.rows.slice(1).map((_, row) => `M0 ${cellBox(grid, { row: row + 1, col: 0 }).y}H${w}`),
  ]
  return (
    <HTMLContainer>
      <svg className="mf-furniture" width={w} height={h} aria-hidden="true">
        <rect width={w} height={h} fill="var(--paper)" stroke="var(--edge)" strokeWidth="1.6" />
        <path d={lines.join('')} stroke="var(--hairline)" strokeWidth="1.5" />
        <path d={`M0 ${top}H${w}`} stroke="var(--ink)" strokeWidth="2" />
      </svg>
      <div className="mf-furniture">
        <div className="mf-words head" style={{ left: 14, top: 0, width: left - 20, height: top }}>
          <span className="cut">{title || 'Grid'}</span>
        </div>
        {grid.cols.map((name, col) => {
          const box = cellBox(grid, { row: 0, col })
          return (
            <div key={col} className="mf-words head" style={{ left: box.x + 14, top: 0, width: box.w - 20, height: top }}>
              <span className="cut">{name}</span>
            </div>
          )
        })}
        {grid.rows.map((name, row) => {
          const box = cellBox(grid, { row, col: 0 })
          return (
            <div key={row} className="mf-words head" style={{ left: 14, top: box.y + 10, width: left - 24, height: box.h - 16, alignItems: 'flex-start' }}>
              <span className="cut" style={{ WebkitLineClamp: Math.max(1, Math.floor((box.h - 16) / 23)) }}>
                {name}
              </span>
            </div>
          )
        })}
      </div>
    </HTMLContainer>
  )
})
