import x from 'lucide/dist/esm/icons/x.mjs'
import type { ReactNode } from 'react'
import { Icon } from '../ui/Icon.tsx'
import './inspector.css'

/** The panel beside the map: what is selected, and what can be done with it. */
export function Inspector({ badge, title, chip, children, close }: { badge: ReactNode; title: string; chip?: string | undefined; children: ReactNode; close: () => void }) {
  return (
    <aside className="side" aria-label={title}>
      <header>
        {badge}
        <h2>{title}</h2>
        {chip && <span className="chip">{chip}</span>}
        <button type="button" className="button close" data-quiet data-small aria-label="Close the panel" onClick={close}>
          <Icon of={x} size={17} />
        </button>
      </header>
      {children}
    </aside>
  )
}
