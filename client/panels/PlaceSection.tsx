import { useState } from 'react'

interface Choice {
  readonly label: string
  readonly value: string
  readonly options: readonly (readonly [value: string, label: string])[]
  readonly choose: (value: string) => void
}

/** Where a card stands, to choose from a list: what others do by dragging. */
export function PlaceSection({ title, choices, disabled }: { title: string; choices: readonly Choice[]; disabled: boolean }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {choices.map(({ label, value, options, choose }) => (
        <label key={label} className="field">
          <span>{label}</span>
          <select className="input" value={value} disabled={disabled} onChange={event => choose(event.target.value)}>
            {options.map(([each, name]) => (
              <option key={each} value={each}>
                {name}
              </option>
            ))}
          </select>
        </label>
      ))}
    </section>
  )
}

/** Another card to relate this one to. Choosing alone does nothing: somebody who walks the list by keys has not decided yet. */
export function RelateSection({ cards, relate }: { cards: readonly (readonly [id: string, name: string])[]; relate: (card: string) => void }) {
  const [chosen, setChosen] = useState('')
  return (
    <section aria-label="Relate">
      <h3>Relate</h3>
      <label className="field">
        <span>To another card</span>
        <select className="input" value={chosen} onChange={event => setChosen(event.target.value)}>
          <option value="">Choose a card</option>
          {cards.map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {chosen !== '' && (
        <div className="row">
          <button type="button" className="button" data-small onClick={() => relate(chosen)}>
            Draw the relation
          </button>
        </div>
      )}
    </section>
  )
}
