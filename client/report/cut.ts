import { type Block, type Part, text } from '../../shared/export/report-parts.ts'

/** The most lines and parts a page shows: beyond them it would stand still for half a minute. Exports have them all. */
const mostLines = 6_000
const mostParts = 400

/** What of a report a page shows, each list and table that ends early saying by how much, and how many lines and parts it leaves out. */
export function cut(parts: readonly Part[]): { readonly parts: readonly Part[]; readonly lines: number; readonly left: number } {
  let [room, lines, left] = [mostLines, 0, 0]
  const shorten = (block: Block): Block[] => {
    const rows = block.is === 'list' ? block.items : block.is === 'table' ? block.rows : [block]
    const shown = rows.slice(0, Math.max(0, room))
    const more = rows.length - shown.length
    room -= shown.length
    lines += shown.length
    left += more
    if (more === 0) return [block]
    const rest = text(`And ${more.toLocaleString('en')} more, which this page leaves out.`)
    if (block.is === 'list' && shown.length) return [{ is: 'list', items: block.items.slice(0, shown.length) }, rest]
    if (block.is === 'table' && shown.length) return [{ ...block, rows: block.rows.slice(0, shown.length) }, rest]
    return block.is === 'list' || block.is === 'table' ? [rest] : []
  }
  const kept = parts.slice(0, mostParts).map(part => ({ ...part, blocks: part.blocks.flatMap(shorten) }))
  for (const { blocks } of parts.slice(mostParts)) for (const block of blocks) left += block.is === 'list' ? block.items.length : block.is === 'table' ? block.rows.length : 1
  return { parts: kept, lines, left }
}
