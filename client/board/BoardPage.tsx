import { useEffect, useState } from 'react'
import { useValue } from 'tldraw'
import { previewOf } from '../../shared/preview.ts'
import { readBoard } from '../../shared/board.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { api, type ServerConfig } from '../api.ts'
import { themes } from '../canvas/Canvas.tsx'
import type { Entry } from '../join/Entrance.tsx'
import { remember } from '../memory.ts'
import { Notice } from '../ui/Notice.tsx'
import { Opening } from '../ui/Opening.tsx'
import { type OpenBoard, openBoard } from './open.ts'
import { Workspace } from './Workspace.tsx'
import { cardFont } from '../canvas/measure.ts'

type Opened = { readonly is: 'opening' } | { readonly is: 'open'; readonly board: OpenBoard; readonly config: ServerConfig } | { readonly is: 'refused'; readonly sentence: string }

/** Opens a board for somebody who may come in, and keeps what this device shows of it on the first page. */
export function BoardPage({ entry }: { entry: Entry }) {
  const [opened, setOpened] = useState<Opened>({ is: 'opening' })

  useEffect(() => {
    let board: OpenBoard | undefined
    let over = false
    const { membership, admission } = entry
    // Cards are measured with their own letters; without these a card would change its height a moment later.
    const letters = Promise.all([document.fonts.load(cardFont.full.font), document.fonts.load(cardFont.compact.font), document.fonts.load('480 25px "Literata Variable"')])
    const config = api.config().catch((): ServerConfig => ({ licenseKey: null, createKey: false }))
    Promise.all([openBoard(membership, admission, themes), config, letters.catch(() => undefined)])
      .then(([made, settings]) => {
        board = made
        if (over) return void made.close()
        setOpened({ is: 'open', board: made, config: settings })
      })
      .catch((error: unknown) => setOpened({ is: 'refused', sentence: sentenceOf(error) }))
    const note = () => board && remember(membership.board, { ...membership, title: board.model.meta.get().title, seen: Date.now(), preview: previewOf(readBoard(board.session.doc)) })
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

  if (opened.is === 'opening') return <Opening />
  if (opened.is === 'refused') return <Notice title="The board cannot be opened" sentence={opened.sentence} />
  return <Titled board={opened.board} config={opened.config} />
}

function Titled({ board, config }: { board: OpenBoard; config: ServerConfig }) {
  const title = useValue('title', () => board.model.meta.get().title, [board])
  useEffect(() => {
    document.title = title ? `${title} · Manyfutures` : 'Manyfutures'
  }, [title])
  return <Workspace board={board} config={config} />
}
