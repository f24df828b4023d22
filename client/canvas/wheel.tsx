import { memo, useMemo } from 'react'
import { HTMLContainer, useValue } from 'tldraw'
import { asWheel } from '../../shared/computed.ts'
import { dashesFor } from '../../shared/dashes.ts'
import { wheel as method, partNames, ringEdge, ringName } from '../../shared/methods/wheel.ts'
import { Begin } from './Begin.tsx'
import { useBoard } from './board-context.ts'
import type { FaceProps } from './structure.tsx'

/** Rings of paper that deepen towards the centre, named where they run through the lower left, ticked every 5° on the outside. */
export const WheelFace = memo(function WheelFace({ structure }: FaceProps) {
  const { model, openRings } = useBoard()
  const { w, h } = structure
  const rings = Number(structure.fields['rings'])
  const wheel = useMemo(() => asWheel(structure), [structure])
  const centre = useValue('centre', () => model.wheel(structure.id).centre, [model, structure.id])
  const open = useValue('rings that are open', () => openRings(structure.id) ?? Infinity, [openRings, structure.id])
  const parts = useMemo(() => partNames(wheel), [wheel])
  const order = useMemo(() => Array.from({ length: rings }, (_, i) => rings - i), [rings])
  return (
    <HTMLContainer>
      <svg className="mf-furniture" width={w} height={h} aria-hidden="true">
        <g transform={`translate(${w / 2} ${h / 2})`}>
          {order.map(ring => {
            const { x, y } = ringEdge(wheel, ring)
            const closed = ring > open
            return <ellipse key={ring} rx={x} ry={y} fill={closed ? 'none' : `var(--water-${Math.min(3, ring)})`} stroke={closed ? 'var(--edge)' : 'var(--hairline)'} strokeWidth="1.6" strokeDasharray={closed ? dashesFor('7 7', x + y) : undefined} />
          })}
          <path d={ticks(w / 2, h / 2)} stroke="var(--edge)" strokeWidth="1.3" opacity=".6" />
          {parts.map((name, i) => {
            const from = (i / parts.length) * 2 * Math.PI - Math.PI / 2
            const middle = from + Math.PI / parts.length
            const inner = ringEdge(wheel, 0)
            return (
              <g key={name}>
                <path d={`M${inner.x * Math.cos(from)} ${inner.y * Math.sin(from)}L${(w / 2) * Math.cos(from)} ${(h / 2) * Math.sin(from)}`} stroke="var(--hairline)" strokeWidth="1.6" />
                <text className="part" textAnchor={Math.abs(Math.cos(middle)) < 0.3 ? 'middle' : Math.cos(middle) > 0 ? 'start' : 'end'} x={(w / 2 + 14) * Math.cos(middle)} y={(h / 2 + 26) * Math.sin(middle) + 7}>
                  {name}
                </text>
              </g>
            )
          })}
          {order.map(ring => {
            const { x, y } = ringEdge(wheel, ring)
            const angle = (Math.PI * (180 - 38)) / 180
            return (
              <text key={ring} className="name" textAnchor="middle" x={(x - 16) * Math.cos(angle)} y={(y - 10) * Math.sin(angle)}>
                {ringName(ring)}
                {ring > open ? ', not open yet' : ''}
              </text>
            )
          })}
        </g>
      </svg>
      {!centre && <Begin structure={structure.id} sentence={method.empty} style={{ left: w / 2, top: h / 2 }} />}
    </HTMLContainer>
  )
})

/** Short strokes inwards, every third one longer, as on a compass card. */
function ticks(rx: number, ry: number): string {
  let path = ''
  for (let i = 0; i < 72; i++) {
    const angle = (i / 72) * 2 * Math.PI
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    const length = i % 3 ? 7 : 14
    path += `M${(rx * cos).toFixed(1)} ${(ry * sin).toFixed(1)}L${((rx - length) * cos).toFixed(1)} ${((ry - length) * sin).toFixed(1)}`
  }
  return path
}
