import { useEffect, useRef, useState } from 'react'
import { type Editor, useValue, type VecLike } from 'tldraw'
import { isKind, type KindName } from '../../shared/cards/index.ts'
import { readPasted } from '../../shared/table.ts'
import { kindAfter } from '../canvas/commands.ts'
import { structureAround } from '../canvas/spots.ts'
import { addRead } from '../canvas/content.ts'
import { QuickAdd } from '../panels/QuickAdd.tsx'
import { recordIdOf } from '../sync/codec.ts'
import { isCardShape } from '../sync/shapes.ts'
import { keepHere, readKept } from '../kept.ts'
import type { OpenBoard } from './open.ts'

const remembered = 'manyfutures:kind'

/** Quick add, connected to the map: new cards follow from the selected card of a wheel or timeline, or stand in the middle of what is seen. */
export function QuickAddFor({ editor, board: { commands }, close }: { editor: Editor; board: OpenBoard; close: () => void }) {
  const panel = useRef<HTMLElement>(null)
  const [chosen, setChosen] = useState<KindName>()
  const [following, setFollowing] = useState(true)
  const after = useValue(
    'what a new card can follow from',
    () => {
      const card = editor.getOnlySelectedShape() ?? undefined
      const parent = structureAround(editor, card)
      return isCardShape(card) && parent && (parent.type === 'wheel' || parent.type === 'timeline') ? { card, parent } : undefined
    },
    [editor],
  )
  const source = following ? after : undefined
  const kindOfSource = source && kindAfter(source.card.props.kind, source.parent)
  const last = readKept('tab', remembered)
  const kind = chosen ?? (isKind(kindOfSource) ? kindOfSource : isKind(last) ? last : 'note')

  // Whoever closes it goes on where they were.
  const [before] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && before !== document.body && before.isConnected) before.focus()
      else editor.focus()
    },
    [editor, before],
  )

  const where = () => ({ at: middleBeside(editor, panel.current), kind, stay: 'stay' as const, ...(source && { after: recordIdOf(source.card.id) }) })
  return (
    <QuickAdd
      panel={panel}
      kind={kind}
      setKind={next => {
        setChosen(next)
        keepHere('tab', remembered, next)
      }}
      after={after && `${after.parent.type === 'timeline' ? 'Just before' : 'Follows from'} “${short(after.card.props.text) || 'an empty card'}”`}
      following={following}
      setFollowing={setFollowing}
      add={text => {
        const { sentence, ids } = addRead(editor, commands, { is: 'text', cards: [{ text: text.trim() }], empty: 0, long: 0 }, where())
        return ids.length ? { sentence: `Added “${short(text.trim())}”.`, added: true } : { sentence, added: false }
      }}
      paste={text => {
        const pasted = readPasted(text)
        return pasted.is === 'nothing' || pasted.is === 'text' ? undefined : addRead(editor, commands, pasted, where()).sentence
      }}
      close={close}
    />
  )
}

const short = (text: string): string => (text.length > 48 ? `${text.slice(0, 45).toWellFormed().trimEnd()}…` : text)

/** The middle of the part of the map that the panel leaves to be seen. */
function middleBeside(editor: Editor, panel: HTMLElement | null): VecLike {
  const map = editor.getViewportScreenBounds()
  const { top, bottom } = panel?.getBoundingClientRect() ?? { top: map.maxY, bottom: map.maxY }
  const [above, below] = [top - map.minY, map.maxY - bottom]
  const y = above > below ? map.minY + Math.min(above, map.h) / 2 : below > 0 ? map.maxY - Math.min(below, map.h) / 2 : map.midY
  return editor.screenToPage({ x: map.midX, y })
}
