import { useId } from 'react'
import type { Card, Structure } from '../../shared/board.ts'
import { colourOf } from '../../shared/cards/index.ts'
import type { FileReading } from '../../shared/export/reading.ts'
import { cardsByKind, cardsBySector } from '../../shared/figures/cards.ts'
import { densityOf } from '../../shared/figures/density.ts'
import { steepByOrder } from '../../shared/figures/steep-by-order.ts'
import { type Valued, valenceSteps, valuedAmong } from '../../shared/figures/valued.ts'
import type { RecordId } from '../../shared/ids.ts'
import { scaleOf } from '../../shared/views.ts'
import { themed } from '../ui/colours.ts'
import { Mark, sectorColour } from '../ui/Mark.tsx'
import { TwoCamps } from '../ui/TwoCamps.tsx'
import { Bars } from './Bars.tsx'
import { Kind, Statement } from './Lines.tsx'
import { printStep } from './Stand.tsx'

/* What is sooner seen than read. Every figure is a table: its numbers and words are what a screen reader gets, and what paper keeps. */

/** What the board holds, before it is told part by part. */
export function AtAGlance({ id, reading }: { id: string; reading: FileReading }) {
  const { sectors } = reading.board.meta
  const kinds = cardsByKind(reading).map(({ kind, cards }) => ({ key: kind, name: <Kind of={kind} />, count: cards, color: themed(colourOf(kind)) }))
  const written = cardsBySector(reading).map(({ sector, cards }) => {
    const place = sector === undefined ? -1 : sectors.indexOf(sector)
    return { key: sector ?? '', name: <SectorName place={place} name={sector ?? 'Others together, and unsigned'} />, count: cards, color: sectorColour(place) }
  })
  return (
    <section id={id} data-is="glance">
      <h2 className="display">At a glance</h2>
      {kinds.length === 0 ? (
        <p>Nothing is on the board yet.</p>
      ) : (
        <div className="side-by-side">
          <Bars caption="Cards by kind" head="Kind" rows={kinds} />
          {written.length > 0 && <Bars caption="Cards by the sector of who wrote them" head="Sector" rows={written} remark="Sectors with fewer than 3 authors are counted together." />}
        </div>
      )}
    </section>
  )
}

const SectorName = ({ place, name }: { place: number; name: string }) => (
  <span className="sector-name">
    {place < 0 ? <i className="no-sector" aria-hidden="true" /> : <Mark place={place} size={14} />}
    <span dir="auto">{name}</span>
  </span>
)

/** Which parts of life a wheel's consequences are about, from the direct ones outwards. */
export function SteepByOrder({ reading, wheel }: { reading: FileReading; wheel: RecordId }) {
  const matrix = steepByOrder(reading, wheel)
  if (!matrix) return null
  const most = Math.max(1, ...matrix.rows.flatMap(({ counts }) => counts))
  return (
    <figure>
      <div className="wide">
        <table className="matrix">
          <caption>Consequences by STEEP and order</caption>
          <thead>
            <tr>
              <th scope="col">Part of life</th>
              {matrix.columns.map(name => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {matrix.rows.map(({ name, counts }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {counts.map((count, i) => (
                  <td key={i} style={{ '--part': count / most } as React.CSSProperties}>
                    {count}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">Cards</th>
              {matrix.totals.map((count, i) => (
                <td key={i}>{count}</td>
              ))}
            </tr>
          </tfoot>
        </table>
      </div>
      <figcaption className="small quiet">A card that names two parts counts in both.</figcaption>
    </figure>
  )
}

/** How people value what may follow: a mark a person on the step they chose, by sector, and never a mean. */
export function ValuedCards({ reading, cards }: { reading: FileReading; cards: readonly Card[] }) {
  const { open, closed } = valuedAmong(reading, cards)
  const { sectors } = reading.board.meta
  const { min, max, ends } = scaleOf('valence')
  const label = useId()
  if (open.length === 0 && closed === 0) return null
  const shown = new Set(open.flatMap(({ steps }) => steps.flatMap(step => step.map(({ sector }) => sector))))
  const kept = closed ? ` On ${closed === 1 ? '1 card' : `${closed} cards`} fewer than 3 people said so; that is kept closed.` : ''
  if (open.length === 0) return <p className="small quiet">How good or bad they would be:{kept}</p>
  return (
    <figure className="valued">
      <figcaption>
        <b id={label}>How good or bad they would be</b>
        <ul className="legend">
          {[...sectors.filter(sector => shown.has(sector)), ...(shown.has(undefined) ? [undefined] : [])].map(sector => (
            <li key={sector ?? ''}>
              <SectorName place={sector === undefined ? -1 : sectors.indexOf(sector)} name={sector ?? 'Others together'} />
            </li>
          ))}
        </ul>
      </figcaption>
      <table aria-labelledby={label}>
        <thead>
          <tr>
            <th scope="col">
              <span className="unseen">Card</span>
            </th>
            {valenceSteps.map(step => (
              <th key={step} scope="col">
                {(step === min || step === max) && <span className="end">{ends?.[step === min ? 0 : 1]} </span>}
                {printStep(step, min)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {open.slice(0, mostValued).map(valued => (
            <ValuedRow key={valued.card.id} valued={valued} sectors={sectors} />
          ))}
        </tbody>
      </table>
      <p className="small quiet">A mark is a person. Sectors with fewer than 3 people on a card are counted together where they are 3 with others, and otherwise left out.{kept}{open.length > mostValued && ` ${open.length - mostValued} more cards are in the table of cards.`}</p>
    </figure>
  )
}

/** Marks of one sector at one step; more are a number. */
const mostMarks = 40
/** Cards of one figure; more nobody compares. */
const mostValued = 300

function ValuedRow({ valued: { card, steps, camps }, sectors }: { valued: Valued; sectors: readonly string[] }) {
  return (
    <tr>
      <th scope="row">
        <Statement at={card.id}>{card.text.trim() || '(nothing written yet)'}</Statement>
        {camps && <TwoCamps of={camps} />}
      </th>
      {steps.map((step, i) => (
        <td key={i}>
          {step.length > 0 && <span className="unseen">{step.map(({ sector, people }) => `${sector ?? 'Others together'} ${people}`).join(', ')}</span>}
          <span className="marks" aria-hidden="true">
            {step.flatMap(({ sector, people }) => Array.from({ length: Math.min(people, mostMarks) }, (_, n) => (sector === undefined ? <i key={`${n}`} className="no-sector" /> : <Mark key={`${sector} ${n}`} place={sectors.indexOf(sector)} size={12} />)))}
            {step.some(({ people }) => people > mostMarks) && `+${step.reduce((sum, { people }) => sum + Math.max(0, people - mostMarks), 0)}`}
          </span>
        </td>
      ))}
    </tr>
  )
}

/** Where a backcast's steps lie, year by year, and where there are none. */
export function Years({ reading, timeline }: { reading: FileReading; timeline: Structure }) {
  const density = densityOf(reading, timeline)
  if (!density) return null
  const { stretches, outside, undated } = density
  const most = Math.max(1, ...stretches.map(({ cards }) => cards))
  const beside = [outside && `${outside} outside of the axis`, undated && `${undated} without a date`].filter(Boolean).join(', ')
  return (
    <figure className="years">
      <div className="wide">
        <table>
          <caption>Where the steps lie</caption>
          <thead>
            <tr>
              <th scope="row">Years</th>
              {stretches.map(({ years }) => (
                <th key={years} scope="col">
                  {years}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">Cards</th>
              {stretches.map(({ years, cards }) => (
                <td key={years}>
                  <svg viewBox="0 0 10 40" preserveAspectRatio="none" aria-hidden="true">
                    <rect x="1" y={40 - (cards / most) * 40} width="8" height={(cards / most) * 40} />
                  </svg>
                  {cards}
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      </div>
      {beside && <figcaption className="small quiet">{beside}.</figcaption>}
    </figure>
  )
}
