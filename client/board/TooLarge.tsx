import { useState } from 'react'
import { useValue } from 'tldraw'
import { reportAddress } from '../address.ts'
import { StateLine } from '../panels/StateLine.tsx'
import { TopBar } from '../panels/TopBar.tsx'
import { chooseTheme } from '../ui/theme-choice.ts'
import ExportFor from './ExportFor.tsx'
import { Invite } from './Invite.tsx'
import { mostOnCanvas } from './limits.ts'
import type { BoardHere } from './open.ts'
import { PeopleFor } from './PeopleFor.tsx'
import './too-large.css'

/** A board that holds more than a page can draw: how much it is, and how it can be read and taken away all the same. */
export default function TooLarge({ board }: { board: BoardHere }) {
  const [sheet, setSheet] = useState<'export' | 'invite' | 'people'>()
  const meta = useValue(board.meta)
  const standing = useValue(board.standing)
  const size = useValue(board.size)
  const people = useValue('people', () => board.people.get().map(({ client, name, sector }) => ({ key: String(client), name, sector, place: meta.sectors.indexOf(sector) })), [board, meta])
  const mayLead = board.membership.role === 'facilitator'
  const fits = size <= mostOnCanvas
  const close = () => setSheet(undefined)
  const report = reportAddress(board.membership.board)
  return (
    <div className="too-large">
      <TopBar
        title={meta.title}
        focus={meta.focus}
        people={people}
        state={<StateLine standing={standing} hidden={0} />}
        invite={mayLead ? () => setSheet('invite') : undefined}
        menu={[
          { id: 'export', label: 'Export', run: () => setSheet('export') },
          { id: 'report', label: 'Report', href: report, run: () => undefined },
          ...(mayLead ? [{ id: 'people', label: 'People', run: () => setSheet('people') }] : []),
          { id: 'light', label: 'Light', run: () => chooseTheme('light'), apart: true as const },
          { id: 'dark', label: 'Dark', run: () => chooseTheme('dark') },
          { id: 'system', label: 'As the system is', run: () => chooseTheme('system') },
        ]}
        goTo={() => undefined}
      />
      <main>
        <h2 className="display">{fits ? 'This board can be drawn again' : 'This board is too large to be drawn'}</h2>
        <p role="status">
          It holds <b className="numbers">{size.toLocaleString('en')}</b> things: cards, relations, structures and drawings. A page draws at most <span className="numbers">{mostOnCanvas.toLocaleString('en')}</span>.{' '}
          {fits ? 'It has become small enough: open the map.' : 'Nothing of it is lost. It can be read as a report, and taken away in every format.'}
        </p>
        <p className="row">
          {fits && (
            <button type="button" className="button" data-main onClick={() => location.reload()}>
              Open the map
            </button>
          )}
          <a className="button" data-main={fits ? undefined : true} href={report} target="_blank" rel="noreferrer">
            Read the report
          </a>
          <button type="button" className="button" onClick={() => setSheet('export')}>
            Export
          </button>
          {mayLead && (
            <button type="button" className="button" onClick={() => setSheet('people')}>
              People
            </button>
          )}
        </p>
      </main>
      {sheet === 'export' && <ExportFor board={board} picture={undefined} close={close} />}
      {sheet === 'invite' && <Invite board={board} close={close} />}
      {sheet === 'people' && <PeopleFor board={board} close={close} />}
    </div>
  )
}
