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
