import type { Structure } from '../board.ts'
import { type Attached, attachedAt } from '../methods/tension.ts'
import { fewest, type SpreadRow, thirds } from '../spread.ts'
import { scaleOf } from '../views.ts'
import type { FileReading } from './reading.ts'
import { type Block, bullet, heading, type Line, list, type Part, said, strong, table, text } from './report-parts.ts'

const closed = { pooled: 'fewer than 3, counted with other sectors', closed: 'fewer than 3, kept closed', empty: 'fewer than 3, kept closed' } as const

/** A tension: its poles, where people stand by sector, why, and the cards on either side. Two camps stay two. */
export function tensionSection(reading: FileReading, tension: Structure): Part {
  const { title, left, right } = tension.fields
  const poles = [left, right].map((pole, i) => String(pole ?? '').trim() || (i ? 'the right pole' : 'the left pole')) as [string, string]
  const { marker, reason } = tension.views
  const spread = reading.spread(marker, 'marker')
  const cells = ({ is, values }: SpreadRow): Line[] => {
    if (is !== 'open') return [[closed[is]]]
    const { low, between, high } = thirds(values, scaleOf('marker'))
    return [low, between, high].map(count => [String(count)])
  }
  const rows = spread.rows.map(row => [row.sector === undefined ? ['Others together'] : [said(row.sector)], ...cells(row)])
  const reasons = [...reason].map(([who, why]): Line => {
    // A sector is named only where at least three of it are shown: otherwise it would be a name.
    const isOpen = spread.rows.some(row => row.is === 'open' && row.sector !== undefined && row.sector === reading.sectorOf(who))
    return ['“', said(why), '”', ...(isOpen ? [' (', said(reading.sectorOf(who)), ')'] : [])]
  })
  const { camps } = spread
  return {
    key: tension.id,
    about: tension.id,
    heading: title ? ['Tension: ', said(String(title))] : ['Tension'],
    blocks: [
      text('Between ', strong(poles[0]), ' and ', strong(poles[1]), '.'),
      spread.shown.length ? table([['Sector'], ['Towards ', said(poles[0])], ['Between'], ['Towards ', said(poles[1])]], rows) : text(unseen(reading, marker.size)),
      ...(camps ? [text(`Two camps: ${camps.low} and ${camps.high}, ${camps.between || 'nobody'} between.`)] : []),
      ...(reasons.length >= fewest ? [text('Why there:'), list(reasons.sort(byWords))] : []),
      ...attached(reading, tension, poles),
    ],
  }
}

/** Why no mark can be shown: a file may have left out those there are. */
function unseen({ board }: FileReading, marks: number): string {
  const { provenance } = board.meta
  if (provenance === 'none') return 'Where people stand is not told, as the group agreed.'
  return marks || provenance === 'sector' ? 'Fewer than 3 people have placed a mark; where they stand is kept closed.' : 'Nobody has placed a mark yet.'
}

/** By what is said, so that nobody is known by their place in a list. */
const byWords = (a: Line, b: Line): number => (wordsIn(a) < wordsIn(b) ? -1 : 1)
const wordsIn = (line: Line): string => line.map(run => (typeof run === 'string' ? run : run.is === 'said' ? run.text : '')).join('')

function attached(reading: FileReading, tension: Structure, [left, right]: readonly [string, string]): Block[] {
  const cards = reading.cardsIn(tension.id)
  const sides: readonly (readonly [Attached, Line])[] = [['left', ['On ', said(left)]], ['both', ['On both']], ['right', ['On ', said(right)]]]
  return sides.flatMap(([side, where]) => {
    const here = cards.filter(card => attachedAt(tension, { x: card.place.x + card.w / 2, y: card.place.y }) === side)
    return here.length ? [heading(...where), list(here.map(card => bullet(reading, card)))] : []
  })
}
