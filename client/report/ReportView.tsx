import { useEffect, useId, useMemo } from 'react'
import printer from 'lucide/dist/esm/icons/printer.mjs'
import refresh from 'lucide/dist/esm/icons/refresh-cw.mjs'
import type { Structure } from '../../shared/board.ts'
import type { RecordId } from '../../shared/ids.ts'
import type { FileReading } from '../../shared/export/reading.ts'
import { readForReport, reportOf } from '../../shared/export/report.ts'
import type { Part } from '../../shared/export/report-parts.ts'
import { boardAddress, partOfReport, placeOnBoard } from '../address.ts'
import { printDate } from '../ui/dates.ts'
import { Fenced } from '../ui/Fenced.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Logo } from '../ui/Logo.tsx'
import { Citation } from './Citation.tsx'
import { cut } from './cut.ts'
import { Drawing } from './Drawing.tsx'
import { AtAGlance, Years, SteepByOrder, ValuedCards } from './Figures.tsx'
import { BoardRead, plainWords, Told, Words } from './Lines.tsx'
import './report.css'
import './print.css'

interface ReportViewProps {
  /** The board's id. */
  readonly board: string
  readonly reading: FileReading
  /** Where to begin reading. */
  readonly part: RecordId | undefined
  readonly again: () => void
}

/** Cards beyond which a page shows its parts one after another, as they are scrolled to. */
const long = 500

const momentOf = (iso: string): string => new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' }).format(new Date(iso))

/** A board to be read: printed matter, with every statement leading back to its card. */
export function ReportView({ board, reading: read, part, again }: ReportViewProps) {
  const reading = useMemo(() => readForReport(read), [read])
  const report = useMemo(() => reportOf(read), [read])
  const { title, focus, today, horizon, counts } = report
  const { parts, lines, left } = useMemo(() => cut(report.parts), [report])

  useEffect(() => {
    document.title = `Report: ${title}`
  }, [title])
  useEffect(() => {
    if (part) document.getElementById(partOfReport(part))?.scrollIntoView()
  }, [part])

  return (
    <BoardRead value={board}>
      <div className="report" data-long={reading.board.cards.size > long || undefined}>
        <header className="chrome">
          <a href="/" className="logo" aria-label="Manyfutures, first page">
            <Logo />
          </a>
          <a className="button" data-quiet href={boardAddress(board)}>
            Open the board
          </a>
          <button type="button" className="button" data-quiet onClick={again}>
            <Icon of={refresh} size={16} /> Read it again
          </button>
          <button type="button" className="button" onClick={() => print()}>
            <Icon of={printer} size={16} /> Print
          </button>
        </header>
        <nav className="contents" aria-label="Contents">
          <h2>Contents</h2>
          <ol>
            {[...glance, ...parts, ...citing].map(({ key, heading }) => (
              <li key={key}>
                <a href={`#${partOfReport(key)}`}>{plainWords(heading)}</a>
              </li>
            ))}
          </ol>
        </nav>
        <main>
          <div className="head">
            <p className="quiet">Report</p>
            <h1 className="display" dir="auto">
              {title}
            </h1>
            {focus && (
              <p className="focus" dir="auto">
                {focus}
              </p>
            )}
            <dl className="facts">
              {today && <Fact name="Today" value={printDate(today)} />}
              {horizon && <Fact name="Horizon" value={printDate(horizon)} />}
              <Fact name="On the board" value={counts} />
              {report.read && <Fact name="Read on" value={<time dateTime={report.read}>{momentOf(report.read)}</time>} />}
            </dl>
            {left > 0 && (
              <p className="cut-short" role="note">
                This board says more than a page can show: here are {lines.toLocaleString('en')} lines of it, and {left.toLocaleString('en')} are left out. The exports on the board’s own page have them all: the report as Markdown, and the tables.
              </p>
            )}
          </div>
          <Fenced part="At a glance">
            <AtAGlance id={partOfReport('glance')} reading={reading} />
          </Fenced>
          {parts.map(each => (
            <Fenced key={each.key} part="A part of the report">
              <PartOf part={each} reading={reading} board={board} />
            </Fenced>
          ))}
          <Fenced part="To cite this board">
            <Citation id={partOfReport('cite')} board={board} title={title} read={report.read} />
          </Fenced>
        </main>
      </div>
    </BoardRead>
  )
}

const glance: readonly Pick<Part, 'key' | 'heading'>[] = [{ key: 'glance', heading: ['At a glance'] }]
const citing: readonly Pick<Part, 'key' | 'heading'>[] = [{ key: 'cite', heading: ['To cite this board'] }]

function Fact({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function PartOf({ part: { key, about, heading, blocks }, reading, board }: { part: Part; reading: FileReading; board: string }) {
  const id = useId()
  const structure = about && reading.board.structures.get(about)
  const drawn = structure && drawnTypes.has(structure.type) && reading.cardsIn(structure.id).length <= mostDrawn && (structure.type === 'tension' ? reading.spread(structure.views.marker, 'marker').shown.length > 0 : reading.cardsIn(structure.id).length > 0)
  return (
    <section id={partOfReport(key)} aria-labelledby={id} data-is={structure?.type ?? key}>
      <div className={drawn ? 'plate' : undefined}>
        <h2 id={id} className="display">
          <span>
            <Words of={heading} />
          </span>
          {structure && (
            <a className="on-board" href={placeOnBoard(board, structure.id)}>
              On the board
            </a>
          )}
        </h2>
        {drawn && structure && <Drawing structure={structure} reading={reading} />}
      </div>
      {structure && <Seen structure={structure} reading={reading} />}
      {blocks.map((block, i) => (
        <Told key={i} block={block} labelledBy={id} />
      ))}
      {key === 'loose' && <ValuedCards reading={reading} cards={reading.cardsIn('')} />}
    </section>
  )
}

/** More cards than this in one drawing of a page are a grey heap that takes seconds. */
const mostDrawn = 2_000

/** Structures whose places say more than a table does. A tension's drawing has people's marks on it, whatever else. */
const drawnTypes: ReadonlySet<string> = new Set(['wheel', 'timeline', 'tension'])

/** What of a structure is sooner seen than read, beside its drawing. */
function Seen({ structure, reading }: { structure: Structure; reading: FileReading }) {
  return (
    <>
      {structure.type === 'wheel' && <SteepByOrder reading={reading} wheel={structure.id} />}
      {structure.type === 'timeline' && <Years reading={reading} timeline={structure} />}
      <ValuedCards reading={reading} cards={reading.cardsIn(structure.id)} />
    </>
  )
}
