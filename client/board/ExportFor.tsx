import { useState } from 'react'
import { exportFileName, exportFormatOf, type ExportName, exportNames } from '../../shared/export/formats.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { api } from '../api.ts'
import { ExportDialog } from '../panels/ExportDialog.tsx'
import { settled } from '../sync/settled.ts'
import { download } from '../ui/download.ts'
import type { BoardHere } from './open.ts'

const choices = exportNames.map(name => {
  const { title, hint, suffix } = exportFormatOf(name)
  return { name, title, hint, ending: suffix }
})

/** Takes the board away in a format. The server writes it, from what is saved: so everything is sent first. */
export default function ExportFor({ board, picture, close }: { board: BoardHere; picture: (() => void) | undefined; close: () => void }) {
  const [busy, setBusy] = useState<ExportName>()
  const [done, setDone] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const { membership, session, meta } = board

  const take = async (name: ExportName) => {
    setBusy(name)
    setDone(undefined)
    setProblem(undefined)
    try {
      board.flush()
      await settled(board.standing)
      const fileName = exportFileName(meta.get().title, name)
      download(await api.export(membership.board, session.ticket(), name), fileName)
      setDone(`Saved as “${fileName}”.`)
    } catch (error) {
      setProblem(sentenceOf(error))
    }
    setBusy(undefined)
  }

  return <ExportDialog choices={choices} busy={busy} done={done} problem={problem} take={name => void take(name as ExportName)} picture={picture} close={close} />
}
