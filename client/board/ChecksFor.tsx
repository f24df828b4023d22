import { useEffect, useMemo } from 'react'
import { computed, type Editor, useValue } from 'tldraw'
import { checkBoard, checkOf, readingOf } from '../../shared/checks/index.ts'
import type { RecordId } from '../../shared/ids.ts'
import type { Finding } from '../../shared/checks/check.ts'
import { noLights } from '../canvas/Lights.tsx'
import { boardNow } from '../canvas/model.ts'
import { ChecksPanel } from '../panels/ChecksPanel.tsx'
import { shapeIdOf } from '../sync/codec.ts'
import type { OpenBoard } from './open.ts'
import { useCalm } from './use-calm.ts'

/** The checks of a board, worked out while they are looked at, with flags on the map. */
export default function ChecksFor({ editor, board, close }: { editor: Editor; board: OpenBoard; close: () => void }) {
  const disabled = !useValue(board.canWrite)
  const signal = useMemo(() => computed('checks', () => checkBoard(readingOf(boardNow(board.model)))), [board])
  const results = useCalm(signal)
  useEffect(() => {
    const words = new Map<RecordId, Set<string>>()
    const flagOf = (id: RecordId) => words.get(id) ?? words.set(id, new Set()).get(id)
    // Said once, at the card a finding begins with; the others it is about are framed.
    for (const { check, findings } of results) for (const { cards, flag = checkOf(check).flag } of findings) cards.forEach((id, i) => (i === 0 ? flagOf(id)?.add(flag) : flagOf(id)))
    void board.lights.update(lights => ({ ...lights, flags: [...words].map(([id, flags]) => ({ id, words: [...flags].join(' · ') })) }))
  }, [board, results])
  useEffect(() => () => void board.lights.update(lights => ({ ...lights, flags: noLights.flags })), [board])
  return <ChecksPanel results={results} disabled={disabled} show={finding => jumpTo(editor, finding)} mean={({ about }, check, meant) => board.opinions.mean(about, check, meant)} close={close} />
}

/** Selects what a finding is about and brings all of it into view. */
function jumpTo(editor: Editor, { about, cards, relations }: Finding): void {
  const ids = [...cards, ...relations].map(shapeIdOf).filter(id => editor.getShape(id))
  editor.select(...(ids.length ? ids : [shapeIdOf(about)]))
  const bounds = editor.getSelectionPageBounds()
  if (bounds) editor.zoomToBounds(bounds.clone().expandBy(60), { targetZoom: Math.min(1, Math.max(0.6, editor.getZoomLevel())), animation: { duration: editor.user.getAnimationSpeed() * 400 } })
}
