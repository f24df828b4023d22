import { useEffect, useState } from 'react'
import type { RecordId } from '../../shared/ids.ts'
import { type FileReading, readFile } from '../../shared/export/reading.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { api } from '../api.ts'
import type { Entry } from '../join/Entrance.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Opening } from '../ui/Opening.tsx'
import { ReportView } from './ReportView.tsx'

type State = { readonly is: 'reading' } | { readonly is: 'read'; readonly reading: FileReading } | { readonly is: 'refused'; readonly sentence: string }

/** Reads a board from the server, once, for somebody who may see it, and shows its report. It takes no part in the board. */
export function ReportPage({ entry: { membership, admission }, part }: { entry: Entry; part: RecordId | undefined }) {
  const [state, setState] = useState<State>({ is: 'reading' })
  const [nth, setNth] = useState(0)
  const { board, participant, key } = membership

  useEffect(() => {
    let over = false
    const read = async (): Promise<FileReading> => {
      // The ticket of somebody who has just joined is good for the first reading; later ones come with the key.
      const renew = async () => (await api.comeBack({ board, participant, key })).ticket
      const ticket = (nth === 0 ? admission?.ticket : undefined) ?? (await renew())
      return readFile(await api.boardFile(board, { ticket, renew }))
    }
    read()
      .then(reading => !over && setState({ is: 'read', reading }))
      .catch((error: unknown) => !over && setState({ is: 'refused', sentence: sentenceOf(error) }))
    return () => void (over = true)
  }, [board, participant, key, admission, nth])

  const again = () => {
    setState({ is: 'reading' })
    setNth(nth + 1)
  }

  switch (state.is) {
    case 'reading':
      return <Opening sentence="Reading the board" />
    case 'refused':
      return (
        <Notice title="The report cannot be read" sentence={state.sentence}>
          <p>
            <button type="button" className="button" onClick={again}>
              Try again
            </button>
          </p>
        </Notice>
      )
    case 'read':
      return <ReportView board={board} reading={state.reading} part={part} again={again} />
  }
}
