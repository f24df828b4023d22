import { kinds } from '../../shared/cards/index.ts'
import type { CardKind } from '../../shared/cards/card.ts'
import { methods } from '../../shared/methods/index.ts'
import type { Method } from '../../shared/methods/method.ts'
import { type RelationKind, relations } from '../../shared/relations.ts'
import { Icon } from '../ui/Icon.tsx'
import { KindBadge } from '../ui/KindBadge.tsx'

/** What every kind of card, relation and structure is for: from the tables, so that it never lags behind them. */
export function KindsHelp() {
  return (
    <div className="kinds-help">
      <section>
        <h3>Cards</h3>
        <ul>
          {Object.entries<CardKind>(kinds).map(([name, kind]) => (
            <li key={name}>
              <KindBadge kind={kind} /> <b>{kind.title}</b> {kind.hint}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3>Relations</h3>
        <ul>
          {Object.entries<RelationKind>(relations).map(([name, { label, hint }]) => (
            <li key={name}>
              <b>{label}</b> {hint}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3>Structures</h3>
        <ul>
          {Object.entries<Method>(methods).map(([name, { icon, title, hint }]) => (
            <li key={name}>
              <Icon of={icon} size={18} /> <b>{title}</b> {hint}
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}
