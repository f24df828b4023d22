import { useEffect, useState } from 'react'
import { useValue } from 'tldraw'
import { close as reasons } from '../../shared/protocol.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { api } from '../api.ts'
import { Sheet } from '../panels/Sheet.tsx'
import { sayCounts } from '../panels/said-counts.ts'
import type { OpenBoard } from './open.ts'

/** Whether a visit ended because the board was removed. */
const isGone = (standing: { readonly is: string; readonly sentence?: string }): boolean => standing.is === 'ended' && standing.sentence === reasons.gone.reason

/** A board is removed after a question that says what is on it, and comes back. For facilitators. */
export default function RemoveBoardFor({ board, close }: { board: OpenBoard; close: () => void }) {
  const { membership, session, model } = board
  const gone = isGone(useValue(board.standing))
  const { title } = useValue(model.meta)
  const cards = useValue('cards on the board', () => model.allCards().length, [model])
  const [people, setPeople] = useState<number>()
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    // Without an answer the question counts cards alone.
    void api.people(membership.board, session.ticket()).then(all => setPeople(all.length), () => undefined)
  }, [membership, session])

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true)
    setProblem(undefined)
    await work().catch((error: unknown) => setProblem(sentenceOf(error)))
    setBusy(false)
  }
  const remove = () =>
    attempt(async () => {
      // What was done here until now comes back with it.
      board.flush()
      await api.removeBoard(membership.board, session.ticket())
    })
  const bringBack = () =>
    attempt(async () => {
      await api.returnBoard(membership.board, membership)
      location.reload()
    })

  return (
    <Sheet title={gone ? 'This board was removed' : 'Remove this board'} close={close}>
      {problem && (
        <p className="sentence" data-alarm role="alert">
          {problem}
        </p>
      )}
      {gone ? (
        <p>Nobody can open it any more. For thirty days you can bring it back as it was, from here or from this address; then it is gone for good.</p>
      ) : (
        <>
          <p>
            <b>“{title || 'Untitled'}” has {cards === 0 ? 'no cards' : sayCounts(new Map([['card', cards]]))}{people !== undefined && <>, and {people === 1 ? '1 person' : `${people.toLocaleString('en')} people`} took part</>}.</b> Removed, it closes at once for everybody who is here.
          </p>
          <p className="small quiet">For thirty days a facilitator, or whoever runs the server, can bring it back as it was. After that it is gone: the map, what it was before, pictures, links and people. What people exported, backups of the server, and copies on people’s devices stay where they are.</p>
        </>
      )}
      <div className="row right">
        {gone ? (
          <>
            <a className="button" href="/">
              To the first page
            </a>
            <button type="button" className="button" data-main disabled={busy} onClick={() => void bringBack()}>
              Bring the board back
            </button>
          </>
        ) : (
          <>
            <button type="button" className="button" onClick={close}>
              Keep it
            </button>
            <button type="button" className="button" data-danger disabled={busy} onClick={() => void remove()}>
              Remove the board
            </button>
          </>
        )}
      </div>
    </Sheet>
  )
}
