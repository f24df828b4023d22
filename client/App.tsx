import { lazy, Suspense, useState } from 'react'
import { type Address, boardAddress, reportAddress } from './address.ts'
import { Home } from './home/Home.tsx'
import { type Entry, Entrance } from './join/Entrance.tsx'
import { Fence } from './ui/Fence.tsx'
import { Notice } from './ui/Notice.tsx'
import { Opening } from './ui/Opening.tsx'

// The map is large; it is fetched while somebody still types their name. Who reads the report needs nothing of it.
const loadBoard = () => import('./board/BoardPage.tsx')
const loadReport = () => import('./report/ReportPage.tsx')
const BoardPage = lazy(() => loadBoard().then(module => ({ default: module.BoardPage })))
const ReportPage = lazy(() => loadReport().then(module => ({ default: module.ReportPage })))

/** One page for every address. */
export function App({ address }: { address: Address }) {
  const [entry, setEntry] = useState<Entry>()

  switch (address.page) {
    case 'home':
      return <Home />
    case 'nowhere':
      return <Notice title="Nothing here" sentence="There is nothing at this address. Check the link, or start from the first page." />
    case 'board':
    case 'report':
      if (!entry) return <Entrance board={address.board} secret={address.secret} entered={setEntry} prepare={address.page === 'board' ? loadBoard : loadReport} />
      return (
        <Fence instead={<Broken board={address.board} isReport={address.page === 'report'} />}>
          <Suspense fallback={<Opening />}>{address.page === 'board' ? <BoardPage entry={entry} show={address.show} /> : <ReportPage entry={entry} part={address.part} />}</Suspense>
        </Fence>
      )
  }
}

/** A page that threw as a whole: what this device holds of the board is kept, and there is another way to read it. */
const Broken = ({ board, isReport }: { board: string; isReport: boolean }) => (
  <Notice title="This page stopped" sentence="Nothing is lost: what was done is saved or kept on this device. Load the page again; if it stops again, read the board another way and tell whoever runs the server.">
    <p className="row">
      <button type="button" className="button" data-main onClick={() => location.reload()}>
        Load the page again
      </button>
      <a className="button" href={isReport ? boardAddress(board) : reportAddress(board)}>
        {isReport ? 'Open the board' : 'Read the report'}
      </a>
    </p>
  </Notice>
)
