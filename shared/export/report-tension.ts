import type { Structure } from '../board.ts'
import { type Attached, attachedAt } from '../methods/tension.ts'
import { fewest, type SpreadRow, thirds } from '../spread.ts'
import { scaleOf } from '../views.ts'
import { inline, tableOf } from './markdown.ts'
import type { FileReading } from './reading.ts'
import { bullet } from './report-parts.ts'

const closed = { pooled: 'fewer than 3, counted with other sectors', closed: 'fewer than 3, kept closed' } as const

/** A tension: its poles, where people stand by sector, why, and the cards on either side. Two camps stay two. */
export function tensionSection(reading: FileReading, tension: Structure): string[] {
  const { title, left, right } = tension.fields
  const poles = [left, right].map((pole, i) => inline(String(pole ?? '')) || (i ? 'the right pole' : 'the left pole')) as [string, string]
  const { marker, reason } = tension.views
  const spread = reading.spread(marker, 'marker')
  const cells = ({ is, values }: SpreadRow): string[] => {
    if (is === 'pooled' || is === 'closed') return [closed[is], '', '']
    const { low, between, high } = thirds(values, scaleOf('marker'))
    return [low, between, high].map(String)
  }
  const rows = spread.rows.filter(({ is }) => is !== 'empty').map(row => [row.sector === undefined ? 'Others together' : inline(row.sector), ...cells(row)])
  const reasons = [...reason].map(([who, said]) => {
    // A sector is named only where at least three of it are shown: otherwise it would be a name.
    const isOpen = spread.rows.some(row => row.is === 'open' && row.sector !== undefined && row.sector === reading.sectorOf(who))
    return `- “${inline(said)}”${isOpen ? ` (${inline(reading.sectorOf(who))})` : ''}`
  })
  const { camps } = spread
  return [
    `## Tension${title ? `: ${inline(String(title))}` : ''}`,
    `Between **${poles[0]}** and **${poles[1]}**.`,
    ...(rows.length ? [tableOf(['Sector', `Towards ${poles[0]}`, 'Between', `Towards ${poles[1]}`], rows)] : ['Nobody has placed a mark yet.']),
    ...(camps ? [`Two camps: ${camps.low} and ${camps.high}, ${camps.between || 'nobody'} between.`] : []),
    ...(reasons.length >= fewest ? ['Why there:', reasons.sort().join('\n')] : []),
    ...attached(reading, tension, poles),
  ]
}

function attached(reading: FileReading, tension: Structure, [left, right]: readonly [string, string]): string[] {
  const cards = reading.cardsIn(tension.id)
  const sides: readonly (readonly [Attached, string])[] = [['left', `On ${left}`], ['both', 'On both'], ['right', `On ${right}`]]
  return sides.flatMap(([side, heading]) => {
    const here = cards.filter(card => attachedAt(tension, { x: card.place.x + card.w / 2, y: card.place.y }) === side)
    return here.length ? [`### ${heading}`, here.map(card => bullet(reading, card)).join('\n')] : []
  })
}
