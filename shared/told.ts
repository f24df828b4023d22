import type { BoardFile } from './file.ts'
import { rewritten } from './file-out.ts'
import { knownNames, unknownOf } from './file-versions.ts'
import type { Telling } from './board.ts'
import { groupBy } from './group.ts'
import { isObject, type Json } from './json.ts'
import { type Item, peopleIn, sweepOf } from './people.ts'
import { fewest } from './spread.ts'
import { type ViewName, views } from './views.ts'

/*
 * A board's file as the group agreed to be told of: by person, by sector, or not at all. By sector, ids stand for sectors:
 * `sector-2-1` is the first of the second sector, `others-1` the first of those whose sectors are too small to be told apart.
 * They are numbered anew for every card and every kind of view, lowest value first, so that no id is one person: how a sector
 * stands can be read as ever, and what one of it said on two cards cannot. Told once more, a told file is the same.
 */

/** What each way leaves out, said in the file itself. One sentence for every board, so that a file that comes back is the same. */
const withheld = {
  sector:
    'The group agreed that people are told of by sector. An id stands for a sector and not for a person: on two cards, and in two kinds of view, the same id is not the same person. Sectors with fewer than 3 people, or fewer than 3 who said something of a card, are told together with other small ones, and left out where these are fewer than 3 too. Reasons are left out with their marks.',
  none: 'The group agreed that nothing is told of people: who made and changed what and when, and what anybody thinks of it, is left out.',
} as const satisfies Record<Exclude<Telling, 'person'>, string>

export function told(file: BoardFile): BoardFile {
  const telling = file.board.provenance ?? 'person'
  if (telling === 'person') return file
  return rewritten(telling === 'none' ? nobodyIn(file) : sectorsIn(file)) as unknown as BoardFile
}

/** A file without what only a newer version knows of people, and without their ids under names it does not know. */
function swept(file: BoardFile, telling: keyof typeof withheld, record: (item: Item) => Item, people: BoardFile['people']): BoardFile {
  const { value } = sweepOf(peopleIn(file))
  const clean = (said: Readonly<Record<string, unknown>>, known: readonly string[]) => value(unknownOf(said, known)) as Record<string, Json>
  const { title, focus, today, horizon, sectors } = file.board
  return {
    format: file.format,
    version: file.version,
    ...(file.exported !== undefined && { exported: file.exported }),
    withheld: withheld[telling],
    board: { title, focus, today, horizon, sectors, provenance: telling, ...clean(file.board, knownNames.board) },
    cards: file.cards.map(record) as BoardFile['cards'],
    relations: file.relations.map(record) as BoardFile['relations'],
    structures: file.structures.map(record) as BoardFile['structures'],
    drawings: file.drawings.map(record) as BoardFile['drawings'],
    people,
    ...(file.tldraw !== undefined && { tldraw: file.tldraw }),
    ...(file.assets && { assets: file.assets }),
    ...clean(file, knownNames.file),
  }
}

function nobodyIn(file: BoardFile): BoardFile {
  const { record } = sweepOf(peopleIn(file))
  return swept(file, 'none', item => record(item, { meant: item['meant'] as Json }), [])
}

/** A person as the file is to have them: somebody of a sector, or one of the others. */
interface Cell {
  readonly id: (nth: number) => string
  readonly sector: string | undefined
}

const others: Cell = { id: nth => `others-${nth}`, sector: undefined }

function sectorsIn(file: BoardFile): BoardFile {
  const sectors = file.board.sectors ?? []
  const cellOfSector = new Map<string, Cell>(sectors.map((sector, place) => [sector, { id: nth => `sector-${place + 1}-${nth}`, sector }]))
  const sectorOf = new Map(file.people.map(({ id, sector = '' }) => [id, sector]))
  const cellOf = (person: string): Cell => cellOfSector.get(sectorOf.get(person) ?? '') ?? others

  /** Groups large enough to be told: those of small sectors together, or not at all. */
  const largeEnough = <T>(items: readonly T[], personOf: (item: T) => string): Map<Cell, T[]> => {
    const cells = groupBy(items, item => cellOf(personOf(item)))
    const small = [...cells].filter(([cell, all]) => cell !== others && all.length < fewest)
    const pool = [...(cells.get(others) ?? []), ...small.flatMap(([, all]) => all)]
    for (const [cell] of small) cells.delete(cell)
    cells.delete(others)
    if (pool.length >= fewest) cells.set(others, pool)
    return cells
  }

  const present = largeEnough(file.people, ({ id }) => id)
  const people = [...present].flatMap(([{ id, sector }, all]) => all.map((_, i) => ({ id: id(i + 1), ...(sector !== undefined && { sector }) })))
  /** Who stands for somebody who made something. */
  const standIn = (person: unknown): string | undefined => {
    if (typeof person !== 'string' || !sectorOf.has(person)) return undefined
    const cell = present.has(cellOf(person)) ? cellOf(person) : others
    return present.has(cell) ? cell.id(1) : undefined
  }

  const tellViews = (said: Json | undefined): Json | undefined => {
    if (!isObject(said)) return undefined
    const out: Record<string, Record<string, Json>> = {}
    const reasons = isObject(said['reason']) ? said['reason'] : {}
    for (const view of Object.keys(views) as ViewName[]) {
      const values = view === 'reason' ? undefined : said[view]
      if (!isObject(values)) continue
      // A reason explains a mark: the two of one person stay together.
      const all = Object.entries(values).map(([who, value]) => ({ who, value: Number(value), reason: view === 'marker' ? String(reasons[who] ?? '') : '' }))
      for (const [cell, group] of largeEnough(all, ({ who }) => who)) {
        group.sort((a, b) => a.value - b.value || (a.reason < b.reason ? -1 : a.reason > b.reason ? 1 : 0))
        for (const [i, { value, reason }] of group.entries()) {
          out[view] = { ...out[view], [cell.id(i + 1)]: value }
          if (reason) out['reason'] = { ...out['reason'], [cell.id(i + 1)]: reason }
        }
      }
    }
    return Object.keys(out).length ? out : undefined
  }

  const { record } = sweepOf(peopleIn(file))
  const tell = (item: Item): Item => {
    const { by, at, edited, views: said, meant } = item
    const editor = isObject(edited) ? standIn(edited['by']) : undefined
    return record(item, { by: standIn(by), at: at as Json, edited: editor && isObject(edited) ? { by: editor, at: edited['at'] as Json } : undefined, views: tellViews(said as Json), meant: meant as Json })
  }
  return swept(file, 'sector', tell, people)
}
