import { useContext, useState } from 'react'
import { type Address, boardAddress, readAddress, reportAddress } from './address.ts'
import { Home } from './home/Home.tsx'
import { type Entry, Entrance } from './join/Entrance.tsx'
import { Notice } from './ui/Notice.tsx'
import { CopyReport, type FailedProps } from './ui/Failed.tsx'
import { Fence, Thrown } from './ui/Fence.tsx'
import { loaded, NotLoaded } from './ui/load.ts'
import { Opening } from './ui/Opening.tsx'
import { part } from './ui/Part.tsx'

// The map is large; it is fetched while somebody still types their name. Who reads the report needs nothing of it.
const loadBoard = async () => ({ default: (await import('./board/BoardPage.tsx')).BoardPage })
const loadReport = async () => ({ default: (await import('./report/ReportPage.tsx')).ReportPage })
const BoardPage = part(loadBoard, { name: 'Board', meanwhile: <Opening />, failed: BrokenPage })
const ReportPage = part(loadReport, { name: 'Report', meanwhile: <Opening />, failed: BrokenPage })
/** Ahead of when it is wanted; what does not come is asked for again then. */
const ahead = (load: () => Promise<unknown>) => () => void loaded(load).catch(() => undefined)
const prepare = { board: ahead(loadBoard), report: ahead(loadReport) }

/** One page for every address; whatever it throws ends in a page that says so. */
export function App({ address }: { address: Address }) {
  const [times, setTimes] = useState(0)
  return (
    <Fence again={times} instead={<BrokenPage part="Page" again={() => setTimes(times + 1)} />}>
      <PageAt address={address} />
    </Fence>
  )
}

function PageAt({ address }: { address: Address }) {
  const [entry, setEntry] = useState<Entry>()

  switch (address.page) {
    case 'home':
      return <Home />
    case 'nowhere':
      return <Notice title="Nothing here" sentence="There is nothing at this address. Check the link, or start from the first page." />
    case 'board':
    case 'report':
      if (!entry) return <Entrance board={address.board} secret={address.secret} entered={setEntry} prepare={prepare[address.page]} />
      return address.page === 'board' ? <BoardPage entry={entry} show={address.show} /> : <ReportPage entry={entry} part={address.part} />
  }
}

/** A page that did not come or threw as a whole: what this device holds of the board is kept, and there is another way to read it. */
function BrokenPage({ part: name, again }: FailedProps) {
  const error = useContext(Thrown)
  const address = readAddress(location.pathname, '')
  const other = 'board' in address && (address.page === 'report' ? { href: boardAddress(address.board), label: 'Open the board' } : { href: reportAddress(address.board), label: 'Read the report' })
  const isMissing = error instanceof NotLoaded
  return (
    <Notice
      title={isMissing ? 'This page could not be loaded' : 'This page stopped'}
      sentence={
        isMissing
          ? 'Check your connection and try again. If the server was brought up to date meanwhile, load the page again. What this page called saved, or kept on this device, is there.'
          : 'What this page called saved, or kept on this device, is there. Load the page again; if it stops again, read the board another way and tell whoever runs the server.'
      }
    >
      <p className="row">
        {isMissing && (
          <button type="button" className="button" data-main onClick={again}>
            Try again
          </button>
        )}
        <button type="button" className="button" data-main={!isMissing || undefined} onClick={() => location.reload()}>
          Load the page again
        </button>
        {other && (
          <a className="button" href={other.href}>
            {other.label}
          </a>
        )}
      </p>
      <p className="row">
        <CopyReport part={name} of={error} />
      </p>
    </Notice>
  )
}
