import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import maximize from 'lucide/dist/esm/icons/maximize-2.mjs'
import minimize from 'lucide/dist/esm/icons/minimize-2.mjs'
import type { Structure } from '../../shared/board.ts'
import type { BoardFile } from '../../shared/file.ts'
import { type FileReading, readFile } from '../../shared/export/reading.ts'
import { readForReport } from '../../shared/export/report.ts'
import { drawMap } from '../../shared/export/svg.ts'
import { themedPaint } from '../../shared/export/svg-parts.ts'
import { nameOfStructure } from '../../shared/outline.ts'
import { Icon } from '../ui/Icon.tsx'

/**
 * A structure with what stands in it, as a board of its own. Who wrote a card is left out: on the map a card shows its writer's
 * sector, and on paper that would count what one person of a small sector wrote.
 */
function alone({ file, board }: FileReading, { id }: Structure): BoardFile {
  const inside = (card: string): boolean => board.cards.get(card as Structure['id'])?.place.parent === id
  return {
    ...file,
    board: { ...file.board },
    structures: file.structures.filter(structure => structure.id === id).map(({ in: _in, ...structure }) => structure),
    cards: file.cards.filter(card => inside(card.id)).map(({ by: _by, edited: _edited, ...card }) => card),
    relations: file.relations.filter(({ from, to }) => inside(from) && inside(to)),
    drawings: [],
  }
}

/** A structure as the map shows it, in the page's own letters and theme. What it shows is told below it in words. */
export function Drawing({ structure, reading }: { structure: Structure; reading: FileReading }) {
  const [large, setLarge] = useState(false)
  const frame = useRef<HTMLDivElement>(null)
  // What is larger than its frame begins in its middle: most maps have nothing in their corners.
  useLayoutEffect(() => {
    const { current: box } = frame
    if (large) box?.scrollTo((box.scrollWidth - box.clientWidth) / 2, (box.scrollHeight - box.clientHeight) / 2)
  }, [large])
  const drawing = useMemo(() => drawMap(readForReport(readFile(alone(reading, structure))), themedPaint), [structure, reading])
  const name = `${nameOfStructure(structure)}, as it is drawn on the board`
  return (
    <figure className="drawing" data-large={large || undefined}>
      {/* Keys walk about in what is larger than its frame. */}
      <div ref={frame} {...(large && { role: 'region', 'aria-label': name, tabIndex: 0 })}>
        {/* Written by our own drawing, which escapes every text and holds nothing that runs. */}
        <div dangerouslySetInnerHTML={{ __html: drawing }} />
      </div>
      <figcaption>
        <span className="unseen">{name}. All that stands in it is listed here in words.</span>
        <button type="button" className="button" data-small aria-pressed={large} onClick={() => setLarge(!large)}>
          <Icon of={large ? minimize : maximize} size={15} /> {large ? 'Fit to the page' : 'Larger'}
        </button>
      </figcaption>
    </figure>
  )
}
