import { lazy, Suspense, useEffect, useState } from 'react'
import { type Address, takeAddress } from './address.ts'
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
export function App({ address: first }: { address: Address }) {
  const [address, setAddress] = useState(first)
  const [entry, setEntry] = useState<Entry>()

  useEffect(() => {
    // Whoever puts another link to the same board into the address bar stays on the page: only what stands behind the # is new.
    const changed = () => {
      const next = takeAddress()
      if ('secret' in next && next.secret !== undefined) setEntry(undefined)
      setAddress(next)
    }
    addEventListener('hashchange', changed)
    return () => removeEventListener('hashchange', changed)
  }, [])

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
