import { type ReactNode, Suspense, lazy } from 'react'
import { Fence } from '../ui/Fence.tsx'
import type { OpenBoard } from './open.ts'

const MapFor = lazy(() => import('./MapFor.tsx'))

/** Where there is no canvas: why, said plainly, what can be done, and the map as a drawing that follows what others do. */
export function WithoutCanvas({ board, children }: { board: OpenBoard; children: ReactNode }) {
  return (
    <div className="no-canvas">
      <div className="why">{children}</div>
      <div className="drawing">
        <Fence instead={null}>
          <Suspense>
            <MapFor board={board} />
          </Suspense>
        </Fence>
      </div>
    </div>
  )
}
