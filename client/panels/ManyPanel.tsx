import layers from 'lucide/dist/esm/icons/layers.mjs'
import spline from 'lucide/dist/esm/icons/spline.mjs'
import trash from 'lucide/dist/esm/icons/trash.mjs'
import type { CardKind } from '../../shared/cards/card.ts'
import { type KindName, kinds } from '../../shared/cards/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { KindBadge } from '../ui/KindBadge.tsx'
import { Inspector } from './Inspector.tsx'

interface ManyPanelProps {
  /** How many cards are selected, and how many other things with them. */
  readonly cards: number
  readonly others: number
  /** The kind that all of them have; nothing where they differ. */
  readonly kind: string | undefined
  /** What both say, where exactly two cards are selected: the first and the second. */
  readonly two: readonly [string, string] | undefined
  readonly disabled: boolean
  readonly setKind: (kind: KindName) => void
  readonly relate: () => void
  readonly remove: () => void
  readonly close: () => void
}

/** Several cards at once: their kind, a relation between two, or away with them. */
export function ManyPanel({ cards, others, kind, two, disabled, setKind, relate, remove, close }: ManyPanelProps) {
  return (
    <Inspector badge={<Icon of={layers} />} title={cards === 1 ? '1 card' : `${cards} cards`} chip={others > 0 ? `and ${others} more` : undefined} close={close}>
      {!disabled && (
        <>
          {two && (
            <section>
              <p className="small">
                {two[0] || 'An empty card'} <b>→</b> {two[1] || 'an empty card'}
              </p>
              <div className="row">
                <button type="button" className="button" data-small onClick={relate}>
                  <Icon of={spline} size={15} /> Relate the two <kbd>R</kbd>
                </button>
              </div>
            </section>
          )}
          <section>
            <h3>Kind of all</h3>
            <div className="kinds" role="group" aria-label="Kind of all">
              {Object.entries<CardKind>(kinds).map(([name, each]) => (
                <button key={name} type="button" aria-pressed={kind === name} onClick={() => setKind(name as KindName)}>
                  <KindBadge kind={each} />
                  {each.title}
                </button>
              ))}
            </div>
          </section>
          <section>
            <div className="row">
              <button type="button" className="button" data-small data-quiet data-danger onClick={remove}>
                <Icon of={trash} size={15} /> Remove {cards + others}
              </button>
            </div>
          </section>
        </>
      )}
    </Inspector>
  )
}
