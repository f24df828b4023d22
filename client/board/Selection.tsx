import { useEffect, useState } from 'react'
import { type Editor, useValue } from 'tldraw'
import { shownFields } from '../../shared/board.ts'
import type { RecordId } from '../../shared/ids.ts'
import { methodOf } from '../../shared/methods/index.ts'
import { ringName } from '../../shared/methods/wheel.ts'
import { lookOf } from '../canvas/card.tsx'
import { CardPanel, type Hand } from '../panels/CardPanel.tsx'
import { RelationPanel } from '../panels/RelationPanel.tsx'
import { PicturePanel } from '../panels/PicturePanel.tsx'
import { StructurePanel } from '../panels/StructurePanel.tsx'
import { recordIdOf, shapeIdOf } from '../sync/codec.ts'
import { Locked } from './Locked.tsx'
import { OfStructure, OpinionsOnCard } from './Opinions.tsx'
import { PlaceFor } from './PlaceFor.tsx'
import type { OpenBoard } from './open.ts'

/** The panel for what is selected on the map; nothing for several things at once. */
export function Selection({ editor, board, trace }: { editor: Editor; board: OpenBoard; trace: (card: RecordId) => void }) {
  const { model, commands, writing } = board
  const id = useValue('the one selected', () => {
    const only = editor.getOnlySelectedShapeId()
    return only ? recordIdOf(only) : undefined
  }, [editor])
  const disabled = !useValue(board.canWrite)
  const card = useValue('card', () => (id ? model.card(id) : undefined), [model, id])
  const relation = useValue('relation', () => (id ? model.relation(id) : undefined), [model, id])
  const structure = useValue('structure', () => (id ? model.structure(id) : undefined), [model, id])
  const words = useValue('what a picture shows', () => {
    const shape = editor.getOnlySelectedShape()
    return shape?.type === 'image' ? shape.props.altText : undefined
  }, [editor])
  const close = () => void editor.selectNone()
  const selectOnly = (other: string) => void editor.select(shapeIdOf(other))

  const neighbours = useValue(
    'neighbours',
    () =>
      card
        ? model.relationsAt(card.id).map(({ id: arrow, from, to, kind, sign }) => {
            const other = model.card(from === card.id ? to : from)
            return { relation: arrow as string, card: String(other?.id ?? ''), text: other?.text ?? '', cardKind: other?.kind ?? '', kind, sign, incoming: to === card.id }
          })
        : [],
    [model, card],
  )
  const order = useValue('order', () => (card ? model.orderOf(card.id) : undefined), [model, card])
  const place = useValue('what it stands in', () => (card?.place.parent ? model.structure(card.place.parent)?.type : undefined), [model, card])
  const hands = useValue(
    'who wrote it',
    () => {
      const hand = (by: string | undefined, at: number | undefined): Hand | undefined => {
        const author = by === undefined ? undefined : board.author(by)
        return by === undefined || at === undefined ? undefined : { name: author?.name ?? '', sector: author?.sector ?? '', place: author?.place ?? -1, when: at * 1_000 }
      }
      return { made: hand(card?.by, card?.at), edited: hand(card?.edited?.by, card?.edited?.at) }
    },
    [board, card],
  )
  const counts = useValue('what is in it', () => (structure ? countsIn(board, structure.id) : []), [board, structure])

  const shown = useAfterDoubleClick(card !== undefined || relation !== undefined || structure !== undefined || words !== undefined)
  useEffect(() => {
    if (shown) keepInView(editor)
  }, [editor, shown])
  if (!shown) return null

  if (card) {
    return (
      <CardPanel
        key={card.id}
        look={lookOf(card.kind)}
        kind={card.kind}
        text={card.text}
        order={order === undefined ? undefined : ringName(order)}
        {...hands}
        fields={shownFields(card)}
        neighbours={neighbours}
        disabled={disabled}
        adds={place === 'timeline' ? 'What came before' : card.kind === 'change' ? 'Consequence' : lookOf(card.kind).title}
        write={(text, caret) => writing.write(shapeIdOf(card.id), text, caret)}
        change={(name, value) => commands.setField(card.id, name, value)}
        setKind={kind => commands.setKind(card.id, kind)}
        show={other => commands.show(other as RecordId)}
        showRelation={selectOnly}
        add={() => commands.addChild(card.id)}
        trace={() => trace(card.id)}
        remove={() => commands.remove([card.id])}
        close={close}
      >
        <Locked editor={editor} board={board} id={card.id} />
        <OpinionsOnCard board={board} card={card} />
        <PlaceFor board={board} card={card} />
      </CardPanel>
    )
  }
  if (relation) {
    return (
      <RelationPanel
        kind={relation.kind}
        sign={relation.sign}
        delay={relation.delay}
        setDelay={delay => commands.setDelay(relation.id, delay)}
        from={model.card(relation.from)?.text ?? ''}
        to={model.card(relation.to)?.text ?? ''}
        disabled={disabled}
        choose={(kind, sign) => commands.setRelation(relation.id, kind, sign)}
        turnRound={() => commands.turnRound(relation.id)}
        remove={() => commands.remove([relation.id])}
        close={close}
      />
    )
  }
  if (structure) {
    const centred = structure.type === 'wheel' && model.wheel(structure.id).centre !== undefined
    return (
      <StructurePanel
        key={structure.id}
        method={methodOf(structure.type)}
        values={structure.fields}
        counts={counts}
        disabled={disabled}
        change={(name, value) => commands.setField(structure.id, name, value)}
        tidy={centred ? () => commands.tidy(structure.id) : undefined}
        add={() => board.inside.add(structure.id)}
        remove={() => commands.remove([structure.id])}
        close={close}
      >
        <Locked editor={editor} board={board} id={structure.id} />
        <OfStructure board={board} structure={structure} />
      </StructurePanel>
    )
  }
  if (id && words !== undefined) {
    return <PicturePanel key={id} words={words} disabled={disabled} describe={said => commands.describePicture(id, said)} remove={() => commands.remove([id])} close={close} />
  }
  return null
}

/** As long as tldraw waits for the second click of two. */
const doubleClickMs = 450

/**
 * True a moment after `open`, false at once. A panel that opened under the pointer between the clicks of a double click would
 * take the second one for itself.
 */
function useAfterDoubleClick(open: boolean): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const waiting = setTimeout(() => setLate(open), open ? doubleClickMs : 0)
    return () => clearTimeout(waiting)
  }, [open])
  return open && late
}

/** The panel takes a part of the map: what was selected there moves out from under it. */
function keepInView(editor: Editor): void {
  // The map knows its new size in a moment.
  editor.timers.setTimeout(() => {
    const selected = editor.getSelectionPageBounds()
    const seen = editor.getViewportPageBounds()
    if (!selected || seen.contains(selected) || !editor.isInAny('select.idle', 'select.editing_shape')) return
    const animation = { animation: { duration: editor.user.getAnimationSpeed() * 220 } }
    if (selected.w > seen.w || selected.h > seen.h) editor.zoomToBounds(selected, { inset: 32, ...animation })
    else {
      const margin = 24 / editor.getZoomLevel()
      const { x, y, z } = editor.getCamera()
      // On a phone it opens below the map.
      editor.setCamera({ x: x - Math.max(0, selected.maxX + margin - seen.maxX), y: y - Math.max(0, selected.maxY + margin - seen.maxY), z }, animation)
    }
  }, 250)
}

/** Cards by ring in a wheel, by kind elsewhere. */
function countsIn({ model }: OpenBoard, id: RecordId): [string, number][] {
  const counts = new Map<string, number>()
  const { order } = model.wheel(id)
  const isWheel = model.structure(id)?.type === 'wheel'
  const names = model.members(id).map(card => {
    const ring = order.get(card.id)
    return isWheel ? (ring === undefined ? [99, 'Not tied to the centre'] : [ring, ringName(ring)]) : [0, lookOf(card.kind).title]
  }) as [number, string][]
  for (const [, name] of names.sort(([a], [b]) => a - b)) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts]
}
