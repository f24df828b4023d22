import x from 'lucide/dist/esm/icons/x.mjs'
import { useEffect, useRef } from 'react'
import { kindOf } from '../../shared/cards/index.ts'
import { isMethod, methodOf } from '../../shared/methods/index.ts'
import type { OutlineEntry } from '../../shared/outline.ts'
import { printDate } from '../ui/dates.ts'
import { isDate } from '../../shared/dates.ts'
import { Icon } from '../ui/Icon.tsx'
import { KindBadge } from '../ui/KindBadge.tsx'
import { unbroken } from '../ui/unbroken.ts'
import './outline.css'

interface OutlineProps {
  readonly entries: readonly OutlineEntry[]
  readonly selected: ReadonlySet<string>
  /** Nothing where there is no map to show it on. */
  readonly show: ((id: string, byKey: boolean) => void) | undefined
  readonly close: (() => void) | undefined
  /** What is to be seen at once, wherever it stands in the list. */
  readonly reveal?: string | undefined
}

/** The same board as a list: for reading, for small screens, for whoever cannot see a map. */
export function Outline({ entries, selected, show, close, reveal }: OutlineProps) {
  const list = useRef<HTMLUListElement>(null)
  const nth = reveal === undefined ? -1 : entries.findIndex(({ id }) => id === reveal)
  useEffect(() => {
    if (nth >= 0) list.current?.children[nth]?.scrollIntoView({ block: 'center' })
  }, [nth])
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- where nothing in it can be pressed, keys still have to scroll it
    <aside className="outline" aria-label="Outline" tabIndex={show ? undefined : 0}>
      <header>
        <h2>Outline</h2>
        {close && (
          <button type="button" className="button" data-quiet data-small aria-label="Close the outline" onClick={close}>
            <Icon of={x} size={17} />
          </button>
        )}
      </header>
      {entries.length === 0 && <p className="small quiet">Nothing is on the board yet.</p>}
      <ul ref={list}>
        {entries.map(entry => (
          <li key={entry.id} data-is={entry.is} style={{ paddingLeft: 8 + entry.depth * 18 }}>
            <Line entry={entry} on={selected.has(entry.id)} show={show} />
          </li>
        ))}
      </ul>
    </aside>
  )
}

function Line({ entry, on, show }: { entry: OutlineEntry; on: boolean; show: OutlineProps['show'] }) {
  const kind = kindOf(entry.kind)
  const words = (
    <>
      {entry.is === 'structure' && isMethod(entry.kind) ? <Icon of={methodOf(entry.kind).icon} /> : kind && <KindBadge kind={kind} />}
      <span className="grow">
        <span className="unseen">{entry.is === 'card' ? `${kind?.title ?? 'Card'}: ` : ''}</span>
        {entry.text ? (
          <span className="text" dir="auto" {...unbroken(entry.text)}>
            {entry.text}
          </span>
        ) : (
          <span className="quieter">Nothing written yet</span>
        )}
      </span>
      {entry.aside && <span className="small quiet numbers">{isDate(entry.aside) ? printDate(entry.aside) : entry.aside}</span>}
    </>
  )
  return show ? (
    <button type="button" aria-current={on || undefined} onClick={event => show(entry.id, event.detail === 0)}>
      {words}
    </button>
  ) : (
    <div className="line" aria-current={on || undefined}>
      {words}
    </div>
  )
}
