import split from 'lucide/dist/esm/icons/split.mjs'
import type { Camps } from '../../shared/spread.ts'
import { Icon } from './Icon.tsx'
import './two-camps.css'

/** That a group stands apart, and how many on either side. */
export function TwoCamps({ of: { low, high, between } }: { of: Camps }) {
  return (
    <span className="small row">
      <span className="camps">
        <Icon of={split} size={14} /> Two camps
      </span>
      <span>
        {low} and {high}, {between || 'nobody'} between.
      </span>
    </span>
  )
}
