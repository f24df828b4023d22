import { useCallback, useEffect, useRef, useState } from 'react'
import { type Editor, useValue } from 'tldraw'
import { type Flat, recordsOf } from '../../shared/board.ts'
import { bringBack, flatOf, type RemovedList, type RemovedRecord } from '../../shared/removed.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { api } from '../api.ts'
import { reveal } from '../canvas/reveal.ts'
import { type Chosen, RemovedThings } from '../panels/RemovedThings.tsx'
import { Sheet } from '../panels/Sheet.tsx'
import { countsOf, sayCounts } from '../panels/said-counts.ts'
import { bringBack as putBack } from '../sync/bring-back.ts'
import { shapeIdOf } from '../sync/codec.ts'
import { MomentsFor } from './MomentsFor.tsx'
import type { OpenBoard } from './open.ts'

interface PastForProps {
  readonly board: OpenBoard
  readonly editor: Editor | undefined
  readonly close: () => void
}

/** What was removed of a board, for its facilitators, and the way back for it. */
export default function PastFor({ board, editor, close }: PastForProps) {
  const id = board.membership.board
  const [{ list, at }, setFound] = useState<{ readonly list?: RemovedList; readonly at: number }>({ at: 0 })
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [moments, setMoments] = useState(false)
  const disabled = !useValue(board.canWrite)
  const sectors = useValue(board.model.meta).sectors
  const load = useCallback(async () => {
    // What was removed a moment ago is in the list too.
    board.binding.flush()
    await api.removed(id, board.session.ticket()).then(found => setFound({ list: found, at: Date.now() }), (error: unknown) => setProblem(sentenceOf(error)))
  }, [board, id])
  useEffect(() => void load(), [load])

  // Fetched as soon as something of it is chosen: nobody waits for it after they said what is to come back.
  const fetched = useRef(new Map<number, Promise<readonly RemovedRecord[]>>())
  const fetchOf = (removal: number): Promise<readonly RemovedRecord[]> => {
    const known = fetched.current.get(removal)
    if (known) return known
    const asked = api.removedRecords(id, board.session.ticket(), removal)
    fetched.current.set(removal, asked)
    asked.catch(() => fetched.current.delete(removal))
    return asked
  }

  const back = async (chosen: Chosen) => {
    setBusy(true)
    setProblem(undefined)
    try {
      const gone = new Map<string, Flat>()
      const ids = new Set<string>()
      for (const [removal, things] of chosen) {
        const listed = list?.removed.find(each => each.id === removal)
        const all = things.size >= Math.max(1, listed?.things.length ?? 0)
        for (const record of await fetchOf(removal)) {
          const [each, flat] = flatOf(record)
          gone.set(each, flat)
          if (all || things.has(each)) ids.add(each)
        }
      }
      const records = recordsOf(board.session.doc)
      const { records: brought, without } = bringBack(gone, ids, each => records.has(each))
      if (brought.size === 0) throw new Error('Nothing of this is missing any more. Close the list and open it again.')
      putBack(board.binding.within, brought)
      const shapes = [...brought.keys()].map(shapeIdOf).filter(each => editor?.getShape(each))
      const roots = shapes.filter(each => !brought.has(String(editor?.getShape(each)?.parentId).replace('shape:', '')) && editor?.getShape(each)?.type !== 'arrow')
      editor?.select(...roots)
      if (editor) reveal(editor, roots)
      close()
      board.say(`Back: ${sayCounts(countsOf(brought))}. Undo takes it away again.${without ? ` ${without === 1 ? 'A relation stays away, since a card of it is not there.' : `${without} relations stay away, since cards of them are not there.`}` : ''}`)
    } catch (error) {
      setProblem(sentenceOf(error))
      fetched.current.clear()
      await load()
    } finally {
      setBusy(false)
    }
  }

  return (
    <Sheet title="Removed things and moments" close={close}>
      <div className="past-tabs" role="group" aria-label="What is looked back at">
        <button type="button" aria-pressed={!moments} onClick={() => setMoments(false)}>
          Removed things
        </button>
        <button type="button" aria-pressed={moments} onClick={() => setMoments(true)}>
          Moments
        </button>
      </div>
      {moments ? <MomentsFor board={board} close={close} /> : <RemovedThings list={list} problem={problem} sectors={sectors} disabled={disabled || busy} prepare={removal => void fetchOf(removal).catch(() => undefined)} bringBack={chosen => void back(chosen)} now={at} />}
    </Sheet>
  )
}
