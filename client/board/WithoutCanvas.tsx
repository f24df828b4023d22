import type { ReactNode } from 'react'
import { part } from '../ui/Part.tsx'
import type { OpenBoard } from './open.ts'

const MapFor = part(() => import('./MapFor.tsx'), { name: 'Drawing of the map' })

/** Where there is no canvas: why, said plainly, what can be done, and the map as a drawing that follows what others do. */
export function WithoutCanvas({ board, children }: { board: OpenBoard; children: ReactNode }) {
  return (
    <div className="no-canvas">
      <div className="why">{children}</div>
      <div className="drawing">
        <MapFor board={board} />
      </div>
    </div>
  )
}
