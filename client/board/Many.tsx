import { type Editor, useValue } from 'tldraw'
import { ManyPanel } from '../panels/ManyPanel.tsx'
import { recordIdOf } from '../sync/codec.ts'
import { isCardShape } from '../sync/shapes.ts'
import type { OpenBoard } from './open.ts'

/** The panel for several things selected at once, as soon as nobody draws a frame round them any more. */
export default function Many({ editor, board: { canWrite, commands } }: { editor: Editor; board: OpenBoard }) {
  const disabled = !useValue(canWrite)
  const selected = useValue('several things', () => (editor.isInAny('select.brushing', 'select.scribble_brushing') ? [] : editor.getSelectedShapes()), [editor])
  const cards = selected.filter(isCardShape)
  const ids = cards.map(card => recordIdOf(card.id))
  const [first, second] = cards
  if (selected.length < 2 || !first) return null
  return (
    <ManyPanel
      cards={cards.length}
      others={selected.length - cards.length}
      kind={cards.every(card => card.props.kind === first.props.kind) ? first.props.kind : undefined}
      two={cards.length === 2 && second ? [first.props.text, second.props.text] : undefined}
      disabled={disabled}
      setKind={kind => commands.setKinds(ids, kind)}
      relate={() => ids[0] && ids[1] && commands.join(ids[0], ids[1])}
      remove={() => commands.remove(selected.map(shape => recordIdOf(shape.id)))}
      close={() => void editor.selectNone()}
    />
  )
}
