import { useId, useMemo, useState } from 'react'
import type { CardKind } from '../../shared/cards/card.ts'
import { fieldsOf, isKind, type KindName, kinds } from '../../shared/cards/index.ts'
import { printField } from '../../shared/fields.ts'
import { cardsOf, guessMapping, type Mapping, meaning, meaningOf, meanings, sayUnread, type Table, withHead } from '../../shared/import/table-file.ts'
import { type PastedCard, sayAhead } from '../../shared/table.ts'
import { KindBadge } from '../ui/KindBadge.tsx'
import { Warnings } from './ComesOf.tsx'
import { Sheet } from './Sheet.tsx'
import './import.css'

interface ColumnsSheetProps {
  readonly title: string
  readonly table: Table
  /** Most cards that can be made. */
  readonly most: number
  /** What the button says, for so many cards. */
  readonly action: (cards: number) => string
  readonly agree: (mapping: Mapping) => void
  readonly close: () => void
}

/** Cards that are shown before they are made. */
const shown = 4

/** What each column of a table holds, said by whoever brings it; what comes of it is seen at once. */
export function ColumnsSheet({ title, table, most, action, agree, close }: ColumnsSheetProps) {
  const [mapping, setMapping] = useState(() => guessMapping(table))
  const pasted = useMemo(() => cardsOf(table, mapping, most), [table, mapping, most])
  const unread = useMemo(() => sayUnread(table, mapping), [table, mapping])
  const kindLabel = useId()
  const cards = 'cards' in pasted ? pasted.cards : []
  const lacksText = !mapping.columns.some(column => column.is === 'text')
  return (
    <Sheet title={title} close={close}>
      <form
        className="columns-form"
        onSubmit={event => {
          event.preventDefault()
          if (cards.length) agree(mapping)
        }}
      >
        <label className="row">
          <input type="checkbox" checked={mapping.head} onChange={event => setMapping(withHead(table, mapping, event.target.checked))} /> The first row names the columns
        </label>
        <div className="columns-table">
          <table>
            <caption className="unseen">What each column holds</caption>
            <thead>
              <tr>
                <th scope="col">Column</th>
                <th scope="col">Says</th>
                <th scope="col">Becomes</th>
              </tr>
            </thead>
            <tbody>
              {mapping.columns.map((column, i) => (
                <tr key={i}>
                  <th scope="row">{column.label || `Column ${i + 1}`}</th>
                  <td className="small quiet">{samples(table, mapping, i)}</td>
                  <td>
                    <select className="input" aria-label={`What “${column.label || `Column ${i + 1}`}” becomes`} value={meaningOf(column)} onChange={event => setMapping(meaning(mapping, i, event.target.value))}>
                      {Object.entries(meanings).map(([name, words]) => (
                        <option key={name} value={name}>
                          {words}
                        </option>
                      ))}
                    </select>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <div className="field">
          <span id={kindLabel}>Kind of cards, where no column says</span>
          <select className="input" aria-labelledby={kindLabel} value={mapping.kind ?? 'note'} onChange={event => isKind(event.target.value) && setMapping({ ...mapping, kind: event.target.value })}>
            {Object.entries<CardKind>(kinds).map(([name, kind]) => (
              <option key={name} value={name}>
                {kind.title}
              </option>
            ))}
          </select>
        </div>
        <section aria-label="The first cards">
          <ul className="first-cards">
            {cards.slice(0, shown).map((card, i) => (
              <li key={i}>
                <FirstCard card={card} />
              </li>
            ))}
          </ul>
        </section>
        <p role="status">
          {sayAhead(pasted)}
          {lacksText && cards.length > 0 ? ' No column holds the text of the cards.' : ''}
        </p>
        <Warnings of={[...table.warnings, ...unread]} />
        <span className="row right">
          <button type="button" className="button" data-quiet onClick={close}>
            Cancel
          </button>
          <button type="submit" className="button" data-main disabled={cards.length === 0}>
            {action(cards.length)}
          </button>
        </span>
      </form>
    </Sheet>
  )
}

/** What a column says in its first rows. */
function samples({ rows }: Table, { head }: Mapping, col: number): string {
  const said = rows.slice(head ? 1 : 0).map(row => row[col]?.trim() ?? '').filter(words => words !== '')
  return said.slice(0, 2).map(words => (words.length > 40 ? `${words.slice(0, 39).toWellFormed()}…` : words)).join(' · ')
}

/** A card as it will be, in small: its kind, its words and its fields. */
function FirstCard({ card: { kind = 'note', text, fields = {} } }: { card: PastedCard }) {
  const look: CardKind = kinds[kind as KindName]
  const said = fieldsOf(kind).flatMap(([name, field]) => (fields[name] === undefined ? [] : [{ name, label: field.label, words: printField(field, fields[name]) }]))
  return (
    <>
      <span className="row small quiet">
        <KindBadge kind={look} size={20} /> {look.title}
      </span>
      <p dir="auto">{text || <span className="quieter">No text</span>}</p>
      {said.length > 0 && (
        <dl className="small">
          {said.map(({ name, label, words }) => (
            <div key={name}>
              <dt>{label}</dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  )
}
