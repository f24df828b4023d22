import type { ReactNode } from 'react'
import plus from 'lucide/dist/esm/icons/plus.mjs'
import route from 'lucide/dist/esm/icons/route.mjs'
import trash from 'lucide/dist/esm/icons/trash.mjs'
import type { CardKind } from '../../shared/cards/card.ts'
import { type KindName, kindOf, kinds } from '../../shared/cards/index.ts'
import { longestText } from '../../shared/board.ts'
import type { Field } from '../../shared/fields.ts'
import type { Json } from '../../shared/json.ts'
import { drawnAs, type RelationName, relationOf, type Sign } from '../../shared/relations.ts'
import { themed } from '../ui/colours.ts'
import { ago } from '../ui/dates.ts'
import { Icon } from '../ui/Icon.tsx'
import { KindBadge } from '../ui/KindBadge.tsx'
import { Mark } from '../ui/Mark.tsx'
import { useSharedText } from '../ui/use-shared-text.ts'
import { FieldEditor } from './FieldEditor.tsx'
import { Inspector } from './Inspector.tsx'

export interface Hand {
  readonly name: string
  readonly sector: string
  readonly place: number
  /** Milliseconds since 1970. */
  readonly when: number
}

export interface Neighbour {
  readonly relation: string
  readonly card: string
  readonly text: string
  readonly cardKind: string
  readonly kind: RelationName
  readonly sign: Sign
  /** Whether the relation leads from the other card to this one. */
  readonly incoming: boolean
}

interface CardPanelProps {
  /** How people value it, and loops it is on. */
  readonly children?: ReactNode
  /** Lights the ways through this card. */
  readonly trace: () => void
  readonly look: Pick<CardKind, 'title' | 'hint' | 'icon' | 'color' | 'outline'>
  readonly kind: string
  readonly text: string
  readonly order: string | undefined
  readonly made: Hand | undefined
  readonly edited: Hand | undefined
  readonly fields: readonly { readonly name: string; readonly field: Field; readonly value: Json | undefined }[]
  readonly neighbours: readonly Neighbour[]
  readonly disabled: boolean
  /** What the button says that adds what follows, or what came before. */
  readonly adds: string
  readonly write: (text: string, caret: number) => void
  readonly change: (name: string, value: Json | undefined) => void
  readonly setKind: (kind: KindName) => void
  readonly show: (card: string) => void
  readonly showRelation: (relation: string) => void
  readonly add: () => void
  readonly remove: () => void
  readonly close: () => void
}

/** One card: its words, who wrote them, what it comes from and leads to, and its fields. */
export function CardPanel(props: CardPanelProps) {
  const { look, kind, text, order, made, edited, fields, neighbours, disabled } = props
  const incoming = neighbours.filter(each => each.incoming)
  const outgoing = neighbours.filter(each => !each.incoming)
  return (
    <Inspector badge={<KindBadge kind={look} />} title={look.title} chip={order} close={props.close}>
      <section>
        <Words text={text} hint={look.hint} disabled={disabled} write={props.write} />
        {made && (
          <p className="small quiet">
            {made.name || 'Somebody'} <Mark place={made.place} name={made.sector} /> wrote this {ago(made.when)}.
            {edited && (edited.name !== made.name || edited.sector !== made.sector) && (
              <>
                {' '}
                {edited.name || 'Somebody'} <Mark place={edited.place} name={edited.sector} /> reworded it {ago(edited.when)}.
              </>
            )}
          </p>
        )}
      </section>
      {fields.length > 0 && (
        <section>
          {fields.map(({ name, field, value }) => (
            <FieldEditor key={name} field={field} value={value} disabled={disabled} change={next => props.change(name, next)} />
          ))}
        </section>
      )}
      {props.children}
      {incoming.length > 0 && <Related title="Comes from" neighbours={incoming} show={props.show} showRelation={props.showRelation} />}
      {outgoing.length > 0 && <Related title="Leads to" neighbours={outgoing} show={props.show} showRelation={props.showRelation} />}
      {neighbours.length > 0 && (
        <section>
          <div className="row">
            <button type="button" className="button" data-small onClick={props.trace}>
              <Icon of={route} size={15} /> Show its path
            </button>
          </div>
        </section>
      )}
      {!disabled && (
        <section>
          <div className="row">
            <button type="button" className="button" data-small onClick={props.add}>
              <Icon of={plus} size={15} /> {props.adds} <kbd>Tab</kbd>
            </button>
            <button type="button" className="button" data-small data-quiet data-danger onClick={props.remove}>
              <Icon of={trash} size={15} /> Remove
            </button>
          </div>
          <details>
            <summary>Change the kind</summary>
            <div className="kinds" role="group" aria-label="Kind">
              {(Object.keys(kinds) as KindName[]).map(name => (
                <button key={name} type="button" aria-pressed={kind === name} onClick={() => props.setKind(name)}>
                  <KindBadge kind={kinds[name]} />
                  {kinds[name].title}
                </button>
              ))}
            </div>
          </details>
        </section>
      )}
    </Inspector>
  )
}

/** The whole text, also where a card shows only its beginning. What others write arrives while one writes. */
function Words({ text, hint, disabled, write }: { text: string; hint: string; disabled: boolean; write: (text: string, caret: number) => void }) {
  const shared = useSharedText(text, write)
  return (
    <textarea
      {...shared}
      className="said"
      aria-label="Text"
      dir="auto"
      rows={2}
      defaultValue={text}
      placeholder={hint}
      maxLength={longestText}
      disabled={disabled}
    />
  )
}

function Related({ title, neighbours, show, showRelation }: { title: string; neighbours: readonly Neighbour[] } & Pick<CardPanelProps, 'show' | 'showRelation'>) {
  return (
    <section>
      <h3>{title}</h3>
      {neighbours.map(({ relation, card, text, cardKind, kind, sign }) => (
        <div key={relation} className="related">
          {kindOf(cardKind) ? <KindBadge kind={kindOf(cardKind) as CardKind} /> : <span />}
          <button type="button" className="link" dir="auto" onClick={() => show(card)}>
            {text || 'An empty card'}
          </button>
          <button type="button" className="how" style={{ color: themed(drawnAs(kind, sign).color) }} onClick={() => showRelation(relation)}>
            {relationOf(kind).label}
            {kind === 'leads' && (sign === '-' ? ' −' : ' +')}
          </button>
        </div>
      ))}
    </section>
  )
}
