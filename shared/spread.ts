import type { ParticipantId } from './ids.ts'
import type { Numbers } from './views.ts'

/*
 * How a group stands, without ever saying its mean: +3 and −3 are two people who disagree, not two who do not care. Sectors
 * with fewer than three people are pooled with one another; a pool of fewer than three stays closed and is in no count, so
 * that nobody's own mark can be worked out.
 */

/** Fewest people whose marks are shown together. */
export const fewest = 3

export interface SpreadRow {
  /** A sector's name; nothing for the small ones together. */
  readonly sector: string | undefined
  /** `open` shows its values; `pooled` shows them with other small sectors; `closed` shows nothing; `empty` has none. */
  readonly is: 'open' | 'pooled' | 'closed' | 'empty'
  /** Lowest first; none unless the row is open. */
  readonly values: readonly number[]
}

export interface Spread {
  readonly rows: readonly SpreadRow[]
  /** All values that are shown. */
  readonly shown: readonly number[]
  /** How many people gave one, shown or not. */
  readonly people: number
  /** Where two groups stand apart; nothing where they do not. */
  readonly camps: Camps | undefined
}

export interface Camps {
  readonly low: number
  readonly between: number
  readonly high: number
}

/** How people stand, by sector in the board's own order. `least` is `fewest` but for tests. */
export function spreadOf(values: Numbers, sectorOf: (who: ParticipantId) => string, sectors: readonly string[], scale: { readonly min: number; readonly max: number }, least = fewest): Spread {
  const bySector = new Map<string, number[]>(sectors.map(sector => [sector, []]))
  const pool: number[] = []
  for (const [who, value] of values) (bySector.get(sectorOf(who)) ?? pool).push(value)
  const strangers = pool.length > 0
  for (const marks of bySector.values()) if (marks.length < least) pool.push(...marks)
  const poolIs = pool.length >= least ? 'open' : 'closed'
  const rows = [...bySector].map(([sector, marks]): SpreadRow => {
    if (marks.length === 0) return { sector, is: 'empty', values: [] }
    return marks.length >= least ? { sector, is: 'open', values: marks.sort(byValue) } : { sector, is: poolIs === 'open' ? 'pooled' : 'closed', values: [] }
  })
  if (strangers || poolIs === 'open') rows.push({ sector: undefined, is: poolIs, values: poolIs === 'open' ? pool.sort(byValue) : [] })
  const shown = rows.flatMap(row => row.values).sort(byValue)
  return { rows, shown, people: values.size, camps: campsOf(shown, scale) }
}

/**
 * A spread as it may be printed beside others: nothing in it tells how many a small sector has. Nobody and one or two read
 * alike, and only what is shown is counted: where two closed sectors are told from empty ones, each would have one; and a total
 * beside one closed sector is its number.
 */
export function published({ rows, shown, camps }: Spread): Spread {
  const others = rows.find(({ sector, is }) => sector === undefined && is === 'open')
  const small = others ? 'pooled' : 'closed'
  const sectors = rows.filter(({ sector }) => sector !== undefined).map((row): SpreadRow => (row.is === 'open' ? row : { sector: row.sector, is: small, values: [] }))
  return { rows: others ? [...sectors, others] : sectors, shown, people: shown.length, camps }
}

const byValue = (a: number, b: number): number => a - b

/** How many stand in each third of a scale. */
export function thirds(values: readonly number[], { min, max }: { readonly min: number; readonly max: number }): Camps {
  const part = (max - min) / 3
  const low = values.filter(value => value < min + part).length
  const high = values.filter(value => value > max - part).length
  return { low, between: values.length - low - high, high }
}

/** Two camps: at least three people and a third of all at each end, and at most a fifth between them. */
export function campsOf(values: readonly number[], scale: { readonly min: number; readonly max: number }): Camps | undefined {
  const { low, between, high } = thirds(values, scale)
  const side = Math.max(fewest, values.length / 3)
  return low >= side && high >= side && between <= values.length / 5 ? { low, between, high } : undefined
}

/** How often each whole step of a scale was chosen, lowest first. */
export function histogram(values: readonly number[], { min, max }: { readonly min: number; readonly max: number }): number[] {
  const counts = Array.from({ length: max - min + 1 }, () => 0)
  for (const value of values) counts[value - min] = (counts[value - min] ?? 0) + 1
  return counts
}
