import { useEffect, useMemo } from 'react'
import { type Editor, useValue } from 'tldraw'
import { kindOf } from '../../shared/cards/index.ts'
import { chainOf, traceOf } from '../../shared/chain.ts'
import type { RecordId } from '../../shared/ids.ts'
import { boardNow } from '../canvas/model.ts'
import type { OpenBoard } from './open.ts'
import './trace.css'

/** The ways through one card, lit on the map, and what lies on them in words. Escape ends it. */
export default function TraceFor({ editor, board, card, close }: { editor: Editor; board: OpenBoard; card: RecordId; close: () => void }) {
  const trace = useValue('trace', () => traceOf(chainOf(boardNow(board.model)), card), [board, card])
  const counts = useMemo(() => {
    const found = new Map<string, number>()
    for (const id of trace.cards) {
      const title = kindOf(board.model.card(id)?.kind ?? '')?.title ?? 'Card'
      found.set(title, (found.get(title) ?? 0) + 1)
    }
    return [...found].map(([title, count]) => `${count} × ${title.toLowerCase()}`).join(', ')
  }, [board, trace])
  useEffect(() => {
    board.lights.update(lights => ({ ...lights, lit: new Set([...trace.cards, ...trace.relations, ...structuresOf(board, trace.cards)]) }))
    return () => void board.lights.update(lights => ({ ...lights, lit: undefined }))
  }, [board, trace])
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => event.key === 'Escape' && close()
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [close])
  return (
    <p className="trace-bar" role="status">
      <span>
        <b>Path</b> through {trace.cards.size === 1 ? 'this card: nothing is related to it yet' : `${trace.cards.size} cards: ${counts}`}
      </span>
      <button type="button" className="button" data-small onClick={close}>
        End
      </button>
      <button
        type="button"
        className="button"
        data-small
        data-quiet
        onClick={() => {
          const bounds = editor.getShapesPageBounds([...trace.cards].map(id => `shape:${id}` as never))
          if (bounds) editor.zoomToBounds(bounds, { inset: 60, animation: { duration: editor.user.getAnimationSpeed() * 400 } })
        }}
      >
        See all of it
      </button>
    </p>
  )
}

/** The furniture that lit cards stand on stays readable. */
const structuresOf = (board: OpenBoard, cards: ReadonlySet<RecordId>): RecordId[] =>
  [...cards].flatMap(id => {
    const parent = board.model.card(id)?.place.parent
    return parent ? [parent] : []
  })
