import { type Flat, key, readEnd } from '../../shared/board.ts'
import { isMethod, methodOf } from '../../shared/methods/index.ts'

/** Things on a board, counted by what people call them. */
export type Counts = ReadonlyMap<string, number>

/** What some records are, counted: structures by their names, then cards, relations and drawings. */
export function countsOf(records: Iterable<readonly [id: string, flat: Flat]>): Counts {
  const counts = new Map<string, number>()
  const rank = new Map<string, number>()
  for (const [, flat] of records) {
    const type = flat.get(key.type)
    if (type === 'asset') continue
    const [name, order] = isMethod(type) ? [methodOf(type).title.toLowerCase(), 0] : type === 'card' ? ['card', 1] : type === 'arrow' && readEnd(flat.get(key.from)) && readEnd(flat.get(key.to)) ? ['relation', 2] : ['drawing', 3]
    counts.set(name, (counts.get(name) ?? 0) + 1)
    rank.set(name, order)
  }
  return new Map([...counts].sort(([a], [b]) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0)))
}

/** “1 timeline, 13 cards and 12 relations”. */
export const sayCounts = (counts: Counts): string => new Intl.ListFormat('en-GB').format([...counts].filter(([, count]) => count > 0).map(([name, count]) => `${count.toLocaleString('en')} ${count === 1 ? name : `${name}s`}`))
