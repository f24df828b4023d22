import { checkBoard, checkOf } from '../checks/index.ts'
import type { Finding } from '../checks/check.ts'
import type { Structure, Telling } from '../board.ts'
import type { PartialDate } from '../dates.ts'
import { groupBy } from '../group.ts'
import type { ParticipantId, RecordId } from '../ids.ts'
import { methodOf, type MethodName } from '../methods/index.ts'
import { published } from '../spread.ts'
import type { FileReading } from './reading.ts'
import { gridSection } from './report-grid.ts'
import { type Block, bullet, heading, type Line, list, type Part, said, table, text } from './report-parts.ts'
import { tensionSection } from './report-tension.ts'
import { timelineSection } from './report-timeline.ts'
import { traceSection } from './report-trace.ts'
import { wheelSection } from './report-wheel.ts'

/* The board in words: what each method found, what does not hold together, and who took part. */

export interface Report {
  readonly title: string
  /** The question the group worked on; empty for none. */
  readonly focus: string
  readonly today: PartialDate | undefined
  readonly horizon: PartialDate | undefined
  /** How many of what are on the board, in words. */
  readonly counts: string
  /** When the board was read, as ISO 8601. */
  readonly read: string | undefined
  /** Structures by their place on the board, then what is told of all of it. */
  readonly parts: readonly Part[]
}

type Section = (reading: FileReading, structure: Structure) => Part

/** What each method has to say. A method without words of its own is a list of its cards. */
const sections: Readonly<Partial<Record<MethodName, Section>>> = { wheel: wheelSection, timeline: timelineSection, tension: tensionSection, grid: gridSection }

const listSection: Section = (reading, { id, type, fields }) => ({ key: id, about: id, heading: [methodOf(type).title, ': ', said(String(fields['title'] ?? ''))], blocks: listed(reading, id) })

const listed = (reading: FileReading, within: RecordId | ''): Block[] => {
  const cards = reading.cardsIn(within)
  return cards.length ? [list(cards.map(card => bullet(reading, card)))] : []
}

/** A board as its report shows it: nothing in how people stand tells how many a small sector has. */
export const readForReport = (reading: FileReading): FileReading => ({ ...reading, spread: (values, scale) => published(reading.spread(values, scale)) })

export function reportOf(read: FileReading): Report {
  const reading = readForReport(read)
  const { board, file } = reading
  const byPlace = [...board.structures.values()].sort((a, b) => a.place.y - b.place.y || a.place.x - b.place.x || (a.id < b.id ? -1 : 1))
  return {
    title: board.meta.title || 'Untitled board',
    focus: board.meta.focus,
    today: file.board.today,
    horizon: file.board.horizon,
    counts: countsOf(reading),
    read: file.exported,
    parts: [
      ...byPlace.map(structure => (sections[structure.type] ?? listSection)(reading, structure)),
      ...traceSection(reading),
      ...checksSection(reading),
      ...loose(reading),
      ...scribbled(reading),
      ...whoTookPart(reading),
    ],
  }
}

function countsOf({ board }: FileReading): string {
  const types = [...groupBy(board.structures.values(), ({ type }) => type)]
  return [count(board.cards.size, 'card'), count(board.relations.size, 'relation'), ...types.map(([type, all]) => count(all.length, methodOf(type).title.toLowerCase()))].join(', ')
}

const count = (n: number, noun: string): string => `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`

/** A finding's sentence stands for the first card it is about. */
const sentenceOf = ({ sentence, cards }: Finding): Line => [{ is: 'said', text: sentence, ...(cards[0] !== undefined && { at: cards[0] }) }]

function checksSection(reading: FileReading): Part[] {
  const results = checkBoard(reading)
  if (results.length === 0) return []
  const open = results.filter(({ findings }) => findings.length)
  const meant = results.flatMap(each => each.meant)
  const blocks: Block[] = [
    ...(open.length ? [] : [text('Nothing is open: every check of this board holds.')]),
    ...open.flatMap(({ check, findings }) => [heading(checkOf(check).title), list(findings.map(sentenceOf))]),
    ...(meant.length ? [heading('Looked at, and meant that way'), list(meant.map(sentenceOf))] : []),
  ]
  return [{ key: 'checks', heading: ['Open checks'], blocks }]
}

function loose(reading: FileReading): Part[] {
  const blocks = listed(reading, '')
  return blocks.length ? [{ key: 'loose', heading: ['Other cards'], blocks }] : []
}

/** What people wrote on the map beside the cards. */
function scribbled({ scribbles }: FileReading): Part[] {
  const written = scribbles.filter(({ words }) => words.trim() !== '')
  return written.length ? [{ key: 'scribbled', heading: ['Also on the map'], blocks: [list(written.map(({ words, id }) => [{ is: 'said', text: words, at: id as RecordId }]))] }] : []
}

/** What a group agreed that is to be told of it, for whoever reads on and wonders. */
const agreed = {
  person: undefined,
  sector: 'The group agreed that people are told of by sector. Sectors with fewer than 3 people, or with fewer than 3 who said something of a card, are told together with other small ones, and left out where these are fewer than 3 too.',
  none: 'The group agreed that nothing is told of people: who took part, who wrote what, and what anybody thinks of it, is left out.',
} as const satisfies Record<Telling, string | undefined>

function whoTookPart({ board, file, spread }: FileReading): Part[] {
  const telling = agreed[board.meta.provenance]
  const note = telling === undefined ? [] : [text(telling)]
  const part = { key: 'people', heading: ['Who took part'] }
  if (file.people.length === 0) return note.length ? [{ ...part, blocks: note }] : []
  // Which number each stands at says nothing here: they are only counted.
  const { rows, shown } = spread(new Map(file.people.map(({ id }) => [id as ParticipantId, 1])), 'likelihood')
  const words = { pooled: 'fewer than 3, counted with other sectors', closed: 'fewer than 3', empty: 'fewer than 3' } as const
  const counted = rows.map(({ sector, is, values }): Line[] => [sector === undefined ? ['Others together'] : [said(sector)], [is === 'open' ? String(values.length) : words[is]]])
  return [{ ...part, blocks: [shown.length ? table([['Sector'], ['People']], counted) : text('Fewer than 3 people took part.'), ...note] }]
}
