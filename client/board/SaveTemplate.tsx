import { useState } from 'react'
import { type Editor, useValue } from 'tldraw'
import { sentenceOf } from '../../shared/sentence.ts'
import { api, type TemplateWords } from '../api.ts'
import { TemplateDialog } from '../panels/TemplateDialog.tsx'
import { recordIdOf } from '../sync/codec.ts'
import { settled } from '../sync/settled.ts'
import { keepTemplateKey } from '../template-keys.ts'
import type { OpenBoard } from './open.ts'

/** Makes a template of the board as the server has it, once the server has everything. */
export function SaveTemplate({ editor, board, close }: { editor: Editor | undefined; board: OpenBoard; close: () => void }) {
  const [problem, setProblem] = useState<string>()
  const selected = useValue('selected', () => editor?.getSelectedShapeIds().map(recordIdOf) ?? [], [editor])
  const save = async (words: TemplateWords, only: boolean) => {
    setProblem(undefined)
    try {
      board.binding.flush()
      await settled(board.standing)
      const { id, key } = await api.saveTemplate(board.membership.board, board.session.ticket(), { ...words, ...(only && { only: selected }) })
      const kept = keepTemplateKey(id, key)
      board.say(kept ? `“${words.title}” is a template now. It stands on the first page.` : `“${words.title}” is a template now. This browser keeps nothing, so it cannot be renamed from here.`)
      close()
    } catch (error) {
      setProblem(sentenceOf(error))
    }
  }
  return <TemplateDialog title={board.model.meta.get().title} selected={selected.length} problem={problem} save={(words, only) => void save(words, only)} close={close} />
}
