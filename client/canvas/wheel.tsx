import { memo, useMemo } from 'react'
import { HTMLContainer, useValue } from 'tldraw'
import { asWheel } from '../../shared/computed.ts'
import { wheel as method, ringEdge, ringName } from '../../shared/methods/wheel.ts'
import { Begin } from './Begin.tsx'
import { useModel } from './board-context.ts'
import type { FaceProps } from './structure.tsx'

/** Rings of paper that deepen towards the centre, named where they run through the lower left, ticked every 5° on the outside. */
export const WheelFace = memo(function WheelFace({ structure }: FaceProps) {
  const model = useModel()
  const { w, h } = structure
  const rings = Number(structure.fields['rings'])
  const wheel = useMemo(() => asWheel(structure), [structure])
  const centre = useValue('centre', () => model.wheel(structure.id).centre, [model, structure.id])
  const order = useMemo(() => Array.from({ length: rings }, (_, i) => rings - i), [rings])
  return (
    <HTMLContainer>
      <svg className="mf-furniture" width={w} height={h} aria-hidden="true">
        <g transform={`translate(${w / 2} ${h / 2})`}>
          {order.map(ring => {
            const { x, y } = ringEdge(wheel, ring)
            return <ellipse key={ring} rx={x} ry={y} fill={`var(--water-${Math.min(3, ring)})`} stroke="var(--hairline)" strokeWidth="1.6" />
          })}
          <path d={ticks(w / 2, h / 2)} stroke="var(--edge)" strokeWidth="1.3" opacity=".6" />
          {order.map(ring => {
            const { x, y } = ringEdge(wheel, ring)
            const angle = (Math.PI * (180 - 38)) / 180
            return (
              <text key={ring} className="name" textAnchor="middle" x={(x - 16) * Math.cos(angle)} y={(y - 10) * Math.sin(angle)}>
                {ringName(ring)}
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
