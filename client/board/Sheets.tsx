import type { Editor } from 'tldraw'
import { useValue } from 'tldraw'
import { writeMeta } from '../../shared/board.ts'
import { DetailsDialog } from '../panels/DetailsDialog.tsx'
import { KeysDialog } from '../panels/KeysDialog.tsx'
import { Invite } from './Invite.tsx'
import type { OpenBoard } from './open.ts'
import { PeopleFor } from './PeopleFor.tsx'
import { SaveTemplate } from './SaveTemplate.tsx'

export type SheetName = 'invite' | 'people' | 'details' | 'keys' | 'template'

interface SheetsProps {
  readonly sheet: SheetName
  readonly board: OpenBoard
  readonly editor: Editor | undefined
  readonly close: () => void
}

/** What opens over the board now and then; loaded once the board is there. */
export default function Sheets({ sheet, board, editor, close }: SheetsProps) {
  const meta = useValue(board.model.meta)
  const canWrite = useValue(board.canWrite)
  switch (sheet) {
    case 'invite':
      return <Invite board={board} close={close} />
    case 'people':
      return <PeopleFor board={board} close={close} />
    case 'template':
      return <SaveTemplate editor={editor} board={board} close={close} />
    case 'keys':
      return <KeysDialog close={close} />
    case 'details':
      return <DetailsDialog meta={meta} disabled={!canWrite || board.membership.role !== 'facilitator'} save={next => board.session.doc.transact(() => writeMeta(board.session.doc, next))} close={close} />
  }
}
