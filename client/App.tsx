import { lazy, Suspense, useState } from 'react'
import type { Address } from './address.ts'
import { Home } from './home/Home.tsx'
import { type Entry, Entrance } from './join/Entrance.tsx'
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
      return <Suspense fallback={<Opening />}>{address.page === 'board' ? <BoardPage entry={entry} show={address.show} /> : <ReportPage entry={entry} part={address.part} />}</Suspense>
  }
}
