import type { ReactElement, ReactNode } from 'react'
import { atom, useEditor } from 'tldraw'
import { must } from '../../shared/assert.ts'
import type { ParticipantId } from '../../shared/ids.ts'
import { BoardContext, boardsOf } from './board-context.ts'

/*
 * How cards, relations and structures are drawn in a picture that leaves the board: by the very parts that draw them on the map,
 * as seen from near, and as somebody sees them who takes no part.
 */

const nobody = '' as ParticipantId
const mayNotWrite = atom('may change a picture', false)

/** What everything that is drawn asks the board for. tldraw puts it around each picture. */
export function BoardForPictures({ children }: { children: ReactNode }) {
  const editor = useEditor()
  const board = must(boardsOf.get(editor), 'A picture is drawn of a canvas without a board')
  return <BoardContext.Provider value={{ ...board, me: nobody, canWrite: mayNotWrite }}>{children}</BoardContext.Provider>
}

/** A part of the map that is made of HTML, inside a picture. Its styles come with the picture as a whole. */
export const exported = (w: number, h: number, drawn: ReactNode): ReactElement => (
  <foreignObject width={w} height={h} style={{ overflow: 'visible' }}>
    <div className="mf-export" data-distance="near" style={{ width: w, height: h }}>
      {drawn}
    </div>
  </foreignObject>
)
