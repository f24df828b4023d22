import { useMemo } from 'react'
import { boardOf } from '../../shared/import/layout.ts'
import { mostRows } from '../../shared/import/table-file.ts'
import { api, type NewBoard, Refused, usualMaxFile } from '../api.ts'
import { ImportFlow, type Target, type Work } from '../import/ImportFlow.tsx'
import { useMost } from '../import/use-most.ts'

interface OpenFileProps {
  readonly file: File
  readonly enter: (board: NewBoard) => void
  /** The server asks for a key first. */
  readonly askKey: (body: Blob) => void
  readonly failed: (sentence: string) => void
  readonly close: () => void
}

/** A file as a new board. */
export default function OpenFile({ file, enter, askKey, failed, close }: OpenFileProps) {
  const most = useMost()
  const source = useMemo(() => ({ name: file.name, bytes: file }), [file])
  const make = async (body: Blob, { signal, progress }: Work): Promise<void> => {
    progress({ sentence: 'Sending it to the server …', part: 0 })
    try {
      const board = await api.open(body, undefined, part => progress(part < 1 ? { sentence: 'Sending it to the server …', part } : { sentence: 'The server makes the board …' }), signal)
      signal.throwIfAborted()
      enter(board)
    } catch (error) {
      if (!(error instanceof Refused && error.status === 401)) throw error
      askKey(body)
    }
  }
  const target: Target = {
    purpose: 'board',
    most: most ?? usualMaxFile,
    mostCards: mostRows,
    into: 'a new board',
    take: ({ result }, work) => (result.for === 'board' ? make(result.body, work) : Promise.resolve()),
    takeCards: ({ cards }, title, work) => make(new Blob([JSON.stringify({ file: boardOf(cards, title) })], { type: 'application/json' }), work),
  }
  return most === undefined ? null : <ImportFlow source={source} target={target} failed={failed} close={close} />
}
