import { lazy, Suspense, useState } from 'react'
import type { Address } from './address.ts'
import { Home } from './home/Home.tsx'
import { type Entry, Entrance } from './join/Entrance.tsx'
import { Notice } from './ui/Notice.tsx'
import { Opening } from './ui/Opening.tsx'

// The map is large; it is fetched while somebody still types their name.
const loadBoard = () => import('./board/BoardPage.tsx')
const BoardPage = lazy(() => loadBoard().then(module => ({ default: module.BoardPage })))

/** One page for every address. */
export function App({ address }: { address: Address }) {
  const [entry, setEntry] = useState<Entry>()
  switch (address.page) {
    case 'home':
      return <Home />
    case 'nowhere':
      return <Notice title="Nothing here" sentence="There is nothing at this address. Check the link, or start from the first page." />
    case 'board':
      if (!entry) return <Entrance board={address.board} secret={address.secret} entered={setEntry} prepare={() => void loadBoard()} />
      return (
        <Suspense fallback={<Opening />}>
          <BoardPage entry={entry} />
        </Suspense>
      )
  }
}
