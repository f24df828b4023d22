import { useEffect, useRef, useState } from 'react'
import minus from 'lucide/dist/esm/icons/minus.mjs'
import plus from 'lucide/dist/esm/icons/plus.mjs'
import { useValue } from 'tldraw'
import type { Doc } from 'yjs'
import type { BoardFile } from '../../shared/file.ts'
import { toBoardFile } from '../../shared/file-out.ts'
import { readFile } from '../../shared/export/reading.ts'
import { drawMap } from '../../shared/export/svg.ts'
import { themedPaint } from '../../shared/export/svg-parts.ts'
import { Icon } from '../ui/Icon.tsx'
import type { OpenBoard } from './open.ts'
import './map-for.css'

/** How long changes are gathered before the map is drawn anew, in milliseconds. */
const pause = 400
const steps = [0.1, 0.17, 0.25, 0.35, 0.5, 0.7, 1, 1.4, 2] as const

/** Tells of changes of a document, gathered over a pause; returns how to end it. */
function followed(doc: Doc, changed: () => void): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined
  const gather = () => {
    waiting ??= setTimeout(() => {
      waiting = undefined
      changed()
    }, pause)
  }
  doc.on('update', gather)
  return () => {
    doc.off('update', gather)
    clearTimeout(waiting)
  }
}

/** The board as a drawing that follows what others do, where there is no canvas: to look at and walk about in, not to change. */
export default function MapFor({ board }: { board: OpenBoard }) {
  const { doc } = board.session
  const [version, setVersion] = useState(0)
  useEffect(() => followed(doc, () => setVersion(count => count + 1)), [doc])
  const drawing = useValue(
    `drawing ${version}`,
    () => drawMap(readFile(toBoardFile(doc, [], new Date(0)) as unknown as BoardFile, { sectorOf: person => board.author(person)?.sector ?? '' }), themedPaint),
    [doc, board, version],
  )
  const [zoom, setZoom] = useState<number>()
  const frame = useRef<HTMLDivElement>(null)
  const width = Number(/ width="(\d+)"/.exec(drawing)?.[1] ?? 1)

  /** The scale that is seen, where the whole map is shown. */
  const now = (): number => zoom ?? Math.min((frame.current?.clientWidth ?? width) / width, 1)
  const step = (by: 1 | -1) => {
    const next = by > 0 ? steps.find(each => each > now() * 1.01) : steps.findLast(each => each < now() * 0.99)
    if (next === undefined || !frame.current) return
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = frame.current
    const ratio = next / now()
    setZoom(next)
    // What is in the middle stays there.
    requestAnimationFrame(() => frame.current?.scrollTo((scrollLeft + clientWidth / 2) * ratio - clientWidth / 2, (scrollTop + clientHeight / 2) * ratio - clientHeight / 2))
  }

  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- keys walk about in what is larger than its frame */}
      <div ref={frame} className="live-map" role="region" aria-label="Map" tabIndex={0} data-whole={zoom === undefined || undefined}>
        {/* Written by our own drawing, which escapes every text and holds nothing that runs. */}
        <div style={zoom === undefined ? undefined : { width: width * zoom }} dangerouslySetInnerHTML={{ __html: drawing }} />
      </div>
      <div className="zoom-bar" role="toolbar" aria-label="View">
        <button type="button" aria-label="Zoom out" onClick={() => step(-1)}>
          <Icon of={minus} size={17} />
        </button>
        <button type="button" aria-label="Zoom in" onClick={() => step(1)}>
          <Icon of={plus} size={17} />
        </button>
        <button type="button" aria-pressed={zoom === undefined} onClick={() => setZoom(undefined)}>
          Whole map
        </button>
      </div>
    </>
  )
}
