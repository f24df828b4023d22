import { useState } from 'react'
import type { Editor } from 'tldraw'
import { mostCards } from '../../shared/table.ts'
import type { Bringing } from '../canvas/bring.ts'
import { bringIn } from '../canvas/bring-in.ts'
import { addRead } from '../canvas/content.ts'
import { focusMap } from '../canvas/focus.ts'
import { say } from '../canvas/say.ts'
import { ImportFlow, sayCounts, type Target } from '../import/ImportFlow.tsx'
import { ChooseSheet } from '../panels/ChooseSheet.tsx'
import type { OpenBoard } from './open.ts'

interface BringInProps {
  readonly editor: Editor
  readonly board: OpenBoard
  /** What is to be brought in; asked for where it is missing. */
  readonly what: Bringing | undefined
  readonly most: number
  readonly close: () => void
}

/** Brings a file, or what was pasted, onto the open board. */
export default function BringIn({ editor, board, what, most, close }: BringInProps) {
  const [chosen, setChosen] = useState(what)
  const middle = () => editor.getViewportPageBounds().center
  if (!chosen) {
    return (
      <ChooseSheet
        file={file => setChosen({ name: file.name, bytes: file, at: middle() })}
        text={text => setChosen({ name: 'what was pasted', bytes: new Blob([text]), at: middle() })}
        close={close}
      />
    )
  }
  /** Says what became of it, and leaves the keys with it. */
  const done = (sentence: string): void => {
    say(editor, sentence)
    editor.timers.requestAnimationFrame(() => focusMap(editor))
  }
  const target: Target = {
    purpose: 'parcel',
    most,
    mostCards,
    into: 'a part of this board',
    async take({ result, counts }, work) {
      if (result.for !== 'parcel') return
      const lost = await bringIn(editor, board.pictures, result.parcel, chosen.at, work)
      done([`${sayCounts(counts).slice(0, -1)} brought in. Ctrl Z takes it back.`, ...lost].join(' '))
    },
    async takeCards(pasted) {
      done(addRead(editor, board.commands, pasted, { at: chosen.at, instead: chosen.instead }).sentence)
    },
  }
  return <ImportFlow source={chosen} target={target} failed={sentence => say(editor, sentence)} close={close} />
}
