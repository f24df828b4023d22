import { kinds } from '../cards/index.ts'
import { kindTitle } from '../export/report-parts.ts'
import type { FileReading } from '../export/reading.ts'
import { groupBy } from '../group.ts'
import { fewest } from '../spread.ts'

export interface KindCount {
  readonly kind: string
  readonly title: string
  readonly cards: number
}

/** Cards by kind, in the palette's order; kinds that only a newer version knows come last. */
export function cardsByKind({ board }: FileReading): KindCount[] {
  const groups = groupBy(board.cards.values(), ({ kind }) => kind)
  const known = Object.keys(kinds).filter(kind => groups.has(kind))
  const others = [...groups.keys()].filter(kind => !known.includes(kind)).sort()
  return [...known, ...others].map(kind => ({ kind, title: kindTitle(kind), cards: groups.get(kind)?.length ?? 0 }))
}

export interface SectorCount {
  /** Nothing for what is counted together: small sectors, and cards that nobody of a sector signed. */
  readonly sector: string | undefined
  readonly cards: number
}

/**
 * Cards by the sector of who wrote them, in the board's own order. How many cards one or two people wrote is nobody's business:
 * sectors with fewer than three authors are counted together. Where a file tells of people by sector, one id stands for all of a
 * sector who wrote something, and those are as many as took part. Since a board's cards can be counted, what is not listed is known as a
 * sum; it must be of three people or of none, so the smallest of the open sectors is counted in where it is of fewer. Nothing where
 * no sector can be shown.
 */
export function cardsBySector({ file, board, sectorOf }: FileReading): SectorCount[] {
  const { sectors } = board.meta
  const written = groupBy(board.cards.values(), ({ by }) => (by !== undefined && sectors.includes(sectorOf(by)) ? sectorOf(by) : undefined))
  const present = groupBy(file.people, ({ sector }) => (sector !== undefined && sectors.includes(sector) ? sector : undefined))
  const authors = (of: string | undefined): number => {
    const all = new Set((written.get(of) ?? []).flatMap(({ by }) => by ?? [])).size
    return all > 0 && file.withheld !== undefined ? (present.get(of) ?? []).length : all
  }
  const open = new Set(sectors.filter(sector => authors(sector) >= fewest))
  const together = (): number => [undefined, ...sectors].filter(sector => sector === undefined || !open.has(sector)).reduce((sum, sector) => sum + authors(sector), 0)
  if (together() > 0 && together() < fewest) {
    const [least] = [...open].sort((a, b) => authors(a) - authors(b))
    if (least !== undefined) open.delete(least)
  }
  if (open.size === 0) return []
  const listed = sectors.filter(sector => open.has(sector)).map(sector => ({ sector, cards: written.get(sector)?.length ?? 0 }))
  const rest = board.cards.size - listed.reduce((sum, { cards }) => sum + cards, 0)
  return rest ? [...listed, { sector: undefined, cards: rest }] : listed
}
