import { type ReactNode, useEffect, useState } from 'react'
import { useValue } from 'tldraw'
import { previewOf } from '../../shared/preview.ts'
import { readBoard } from '../../shared/board.ts'
import type { RecordId } from '../../shared/ids.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import type { Role } from '../../shared/protocol.ts'
import type { Admission, ServerConfig } from '../api.ts'
import { themes } from '../canvas/Canvas.tsx'
import type { Entry } from '../join/Entrance.tsx'
import { remember } from '../memory.ts'
import { Notice } from '../ui/Notice.tsx'
import { Unsent } from '../ui/Failed.tsx'
import { Opening } from '../ui/Opening.tsx'
import { part } from '../ui/Part.tsx'
import { type BoardHere, hasMap, type OpenBoard, openBoard } from './open.ts'
import { NewerVersion } from './NewerVersion.tsx'
import { lastConfig, serverConfig } from './server-config.ts'
import { Workspace } from './Workspace.tsx'
import { cardFont } from '../canvas/measure.ts'

const TooLarge = part(() => import('./TooLarge.tsx'), { name: 'What is known of this board', meanwhile: <Opening /> })

const madeOf = {
  facilitator: 'You are a facilitator of this board now.',
  participant: 'You are a participant of this board now.',
  observer: 'You are watching this board now.',
} as const satisfies Record<Role, string>

/** How long a board that is on this device waits for what only the server has. */
const patienceMs = 4_000

const soon = <T,>(asked: Promise<T>, otherwise: () => T): Promise<T> => Promise.race([asked.catch(otherwise), new Promise<T>(done => setTimeout(() => done(otherwise()), patienceMs))])

type Opened = { readonly is: 'opening'; readonly sentence?: string } | { readonly is: 'open'; readonly board: OpenBoard | BoardHere; readonly config: ServerConfig } | { readonly is: 'refused'; readonly sentence: string }

/** Opens a board for somebody who may come in, and keeps what this device shows of it on the first page. `show` is what of it is to be seen. */
export function BoardPage({ entry: first, show }: { entry: Entry; show: RecordId | undefined }) {
  const [entry, setEntry] = useState<Entry & { readonly news?: string }>(first)
  const [opened, setOpened] = useState<Opened>({ is: 'opening' })

  useEffect(() => {
    let board: OpenBoard | BoardHere | undefined
    let over = false
    const { membership, admission } = entry
    // Cards are measured with their own letters; without these a card would change its height a moment later.
    const letters = Promise.all([document.fonts.load(cardFont.full.font), document.fonts.load(cardFont.compact.font), document.fonts.load('480 25px "Literata Variable"')])
    const config = soon(serverConfig(), lastConfig)
    // Somebody else may do other things: the board is opened anew for them, from what this device holds of it.
    const roleChanged = (next: Admission) => {
      const changed = { ...membership, role: next.role, cameBy: membership.cameBy ?? membership.role }
      remember(membership.board, changed)
      over = true
      setOpened({ is: 'opening' })
      setEntry({ membership: changed, admission: next, news: madeOf[next.role] })
    }
    const delayed = (sentence: string) => !over && setOpened(before => (before.is === 'opening' ? { is: 'opening', sentence: `${sentence} This page tries again by itself.` } : before))
    Promise.all([openBoard(membership, admission, themes, { roleChanged, delayed }, config), config, soon<unknown>(letters, () => undefined)])
      .then(([made, settings]) => {
        board = made
        if (over) return void made.close()
        setOpened({ is: 'open', board: made, config: settings })
      })
      .catch((error: unknown) => !over && setOpened({ is: 'refused', sentence: sentenceOf(error) }))
    // A board too large for a map is too large to be read through every few seconds for the sake of a thumbnail.
    // Not who one is: another page of this device may know better by now.
    const note = () => board && remember(membership.board, { title: board.meta.get().title, seen: Date.now(), ...(hasMap(board) && { preview: previewOf(readBoard(board.session.doc)) }) })
    const noting = setInterval(note, 20_000)
    addEventListener('pagehide', note)
    return () => {
      over = true
      clearInterval(noting)
      removeEventListener('pagehide', note)
      note()
      void board?.close()
    }
  }, [entry])

  if (opened.is === 'opening') return <Opening {...(opened.sentence !== undefined && { sentence: opened.sentence })} />
  if (opened.is === 'refused') return <Notice title="The board cannot be opened" sentence={opened.sentence} />
  const { board, config } = opened
  return (
    <Around board={board}>{hasMap(board) ? <Workspace board={board} config={config} news={entry.news} show={show} /> : <TooLarge board={board} />}</Around>
  )
}

/** What all of the page takes from the board: its title, and whether the page may be loaded again. */
function Around({ board, children }: { board: BoardHere; children: ReactNode }) {
  const title = useValue('title', () => board.meta.get().title, [board])
  const unsent = useValue('not on the server yet', () => board.standing.get().is !== 'saved', [board])
  useEffect(() => {
    document.title = title ? `${title} · Manyfutures` : 'Manyfutures'
  }, [title])
  return (
    <Unsent value={unsent}>
      {children}
      <NewerVersion standing={board.standing} />
    </Unsent>
  )
}
