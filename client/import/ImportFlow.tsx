import { useEffect, useRef, useState } from 'react'
import { sourceFormats } from '../../shared/import/accepted.ts'
import { counted, ImportError, quoted } from '../../shared/import/imported.ts'
import { cardsOf, type Mapping, type Table } from '../../shared/import/table-file.ts'
import type { Made } from '../../shared/table.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { ColumnsSheet } from '../panels/ColumnsSheet.tsx'
import { ComesOf } from '../panels/ComesOf.tsx'
import { type Progress, ProgressSheet } from '../panels/ProgressSheet.tsx'
import { type Counts, type Purpose, readFile, type Ready, type Source } from './read.ts'

type Board = Extract<Ready, { is: 'board' }>

/** What is done with what was read. Ends with a sentence, or by itself; each may be cancelled, and leaves nothing then. */
export interface Target {
  readonly purpose: Purpose
  /** Bytes of the largest file. */
  readonly most: number
  /** Cards of the largest table. */
  readonly mostCards: number
  /** What a file is opened as: “a new board”. */
  readonly into: string
  readonly take: (board: Board, work: Work) => Promise<void>
  readonly takeCards: (pasted: Made, title: string, work: Work) => Promise<void>
}

export interface Work {
  readonly signal: AbortSignal
  readonly progress: (progress: Progress) => void
}

interface ImportFlowProps {
  readonly source: Source
  readonly target: Target
  /** Nothing came of it, for this reason. */
  readonly failed: (sentence: string) => void
  readonly close: () => void
}

type State = { readonly is: 'working' } | { readonly is: 'columns'; readonly table: Table; readonly title: string } | { readonly is: 'asking'; readonly board: Board }

/** Work shorter than this shows nothing of itself. */
const patience = 500

/** From a file or a text to cards: reading it, saying what its columns hold or what will not come along, and taking it. */
export function ImportFlow({ source, target, failed, close }: ImportFlowProps) {
  const [state, setState] = useState<State>({ is: 'working' })
  const [progress, setProgress] = useState<Progress>({ sentence: `Reading ${quoted(source.name)} …` })
  const [late, setLate] = useState(false)
  const stopping = useRef<AbortController>(undefined)

  /** Does something that takes a while; what is cancelled is over without a word. */
  const work = async (job: (work: Work) => Promise<void>) => {
    const controller = new AbortController()
    stopping.current = controller
    setState({ is: 'working' })
    const showing = setTimeout(() => setLate(true), patience)
    try {
      await job({ signal: controller.signal, progress: next => !controller.signal.aborted && setProgress(next) })
    } catch (error) {
      if (controller.signal.aborted) return
      failed(error instanceof ImportError ? error.message : sentenceOf(error))
      close()
    } finally {
      clearTimeout(showing)
      if (!controller.signal.aborted) setLate(false)
    }
  }

  const take = (board: Board) =>
    void work(async tools => {
      await target.take(board, tools)
      close()
    })

  useEffect(() => {
    void work(async tools => {
      const ready = await readFile({ source, purpose: target.purpose }, target.most, tools.signal)
      if (ready.is === 'table') return setState({ is: 'columns', table: ready.table, title: ready.title })
      // A board file comes back as it was: there is nothing to ask.
      if (ready.format === 'board' && ready.warnings.length === 0) return take(ready)
      setState({ is: 'asking', board: ready })
    })
    return () => stopping.current?.abort()
    // oxlint-disable-next-line react/exhaustive-deps -- each source is read once; another one is another flow
  }, [])

  const agree = (table: Table, mapping: Mapping, title: string) => {
    const pasted = cardsOf(table, mapping, target.mostCards)
    if (!('cards' in pasted)) return
    void work(async tools => {
      await target.takeCards(pasted, title, tools)
      close()
    })
  }

  if (state.is === 'columns') {
    return <ColumnsSheet title={`Cards from ${quoted(source.name)}`} table={state.table} most={target.mostCards} action={cards => `Make ${counted(cards, 'card')}`} agree={mapping => agree(state.table, mapping, state.title)} close={close} />
  }
  if (state.is === 'asking') {
    const { board } = state
    const format = sourceFormats[board.format]
    return (
      <ComesOf
        title={`${quoted(source.name)} as ${target.into}`}
        becomes={'becomes' in format ? format.becomes : undefined}
        counts={sayCounts(board.counts)}
        warnings={board.warnings}
        preview={board.preview}
        action={target.purpose === 'board' ? 'Make the board' : 'Bring it in'}
        agree={() => take(board)}
        close={close}
      />
    )
  }
  return late ? (
    <ProgressSheet
      title={`${quoted(source.name, 40)} as ${target.into}`}
      progress={progress}
      cancel={() => {
        stopping.current?.abort()
        close()
      }}
    />
  ) : null
}

/** How much of what, without what there is none of. */
export function sayCounts({ cards, relations, structures, drawings }: Counts): string {
  const parts = [cards && counted(cards, 'card'), relations && counted(relations, 'relation'), structures && counted(structures, 'structure'), drawings && counted(drawings, 'drawing')].filter(Boolean)
  return parts.length ? `${parts.join(', ')}.` : 'There is nothing on it.'
}
