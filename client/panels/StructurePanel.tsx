import plus from 'lucide/dist/esm/icons/plus.mjs'
import sparkles from 'lucide/dist/esm/icons/wand-sparkles.mjs'
import trash from 'lucide/dist/esm/icons/trash.mjs'
import type { ReactNode } from 'react'
import type { Method } from '../../shared/methods/method.ts'
import type { Json } from '../../shared/json.ts'
import { Icon } from '../ui/Icon.tsx'
import { FieldEditor } from './FieldEditor.tsx'
import { Inspector } from './Inspector.tsx'

interface StructurePanelProps {
  readonly method: Method
  readonly values: Readonly<Record<string, Json>>
  /** What is in it, by name. */
  readonly counts: readonly (readonly [name: string, count: number])[]
  readonly disabled: boolean
  /** What only this method has: what people come for, so it stands first. */
  readonly children?: ReactNode
  readonly change: (name: string, value: Json | undefined) => void
  /** Lays it out, where it can be. */
  readonly tidy: (() => void) | undefined
  /** Begins it, or adds the card its method expects next. */
  readonly add: () => void
  readonly remove: () => void
  readonly close: () => void
}

/** A wheel, timeline, tension or grid: its names, what it holds, and what it can do by itself. */
export function StructurePanel({ method, values, counts, disabled, children, change, tidy, add, remove, close }: StructurePanelProps) {
  return (
    <Inspector badge={<Icon of={method.icon} />} title={method.title} close={close}>
      {children}
      <section>
        <p className="small quiet">{method.hint}</p>
        {Object.entries(method.fields).map(([name, field]) => (
          <FieldEditor key={name} field={field} value={values[name]} disabled={disabled} change={value => change(name, value)} />
        ))}
      </section>
      {counts.length > 0 && (
        <section>
          <dl className="counts">
            {counts.map(([name, count]) => (
              <div key={name} style={{ display: 'contents' }}>
                <dt>{name}</dt>
                <dd>{count}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {!disabled && (
        <section>
          <div className="row">
            <button type="button" className="button" data-small onClick={add}>
              <Icon of={plus} size={15} /> Card <kbd>Tab</kbd>
            </button>
            {tidy && (
              <button type="button" className="button" data-small onClick={tidy}>
                <Icon of={sparkles} size={15} /> Tidy
              </button>
            )}
            <button type="button" className="button" data-small data-quiet data-danger onClick={remove}>
              <Icon of={trash} size={15} /> Remove with its cards
            </button>
          </div>
        </section>
      )}
    </Inspector>
  )
}
