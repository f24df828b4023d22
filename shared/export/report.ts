import { checkBoard, checkOf } from '../checks/index.ts'
import type { Structure } from '../board.ts'
import { groupBy } from '../group.ts'
import type { ParticipantId, RecordId } from '../ids.ts'
import { methodOf, type MethodName } from '../methods/index.ts'
import { spreadOf, type Spread } from '../spread.ts'
import { scaleOf } from '../views.ts'
import { inline, tableOf } from './markdown.ts'
import type { FileReading } from './reading.ts'
import { gridSection } from './report-grid.ts'
import { bullet } from './report-parts.ts'
import { tensionSection } from './report-tension.ts'
import { timelineSection } from './report-timeline.ts'
import { traceSection } from './report-trace.ts'
import { wheelSection } from './report-wheel.ts'

/* The board in words: what each method found, what does not hold together, and who took part. */

type Section = (reading: FileReading, structure: Structure) => string[]

/** What each method has to say. A method without words of its own is a list of its cards. */
const sections: Readonly<Partial<Record<MethodName, Section>>> = { wheel: wheelSection, timeline: timelineSection, tension: tensionSection, grid: gridSection }

const listSection: Section = (reading, structure) => [`## ${inline(methodOf(structure.type).title)}: ${inline(String(structure.fields['title'] ?? ''))}`, ...listed(reading, structure.id)]

const listed = (reading: FileReading, within: RecordId | ''): string[] => {
  const cards = reading.cardsIn(within)
  return cards.length ? [cards.map(card => bullet(reading, card)).join('\n')] : []
}

/** Blocks of Markdown with an empty line between them. */
export function report(reading: FileReading): string {
  const { board } = reading
  const byPlace = [...board.structures.values()].sort((a, b) => a.place.y - b.place.y || a.place.x - b.place.x || (a.id < b.id ? -1 : 1))
  const blocks = [
    ...opening(reading),
    ...byPlace.flatMap(structure => (sections[structure.type] ?? listSection)(reading, structure)),
    ...traceSection(reading),
    ...checksSection(reading),
    ...loose(reading),
    ...scribbled(reading),
    ...whoTookPart(reading),
  ]
  return `${blocks.join('\n\n')}\n`
}

function opening({ board, file }: FileReading): string[] {
  const { title, focus } = board.meta
  const { today, horizon } = file.board
  const span = [today && `today ${today}`, horizon && `horizon ${horizon}`].filter(Boolean).join(', ')
  const counts = [count(board.cards.size, 'card'), count(board.relations.size, 'relation'), ...[...groupBy(board.structures.values(), ({ type }) => type)].map(([type, all]) => count(all.length, methodOf(type).title.toLowerCase()))]
  const facts = [span && `From ${span}.`.replace('From today', 'Today').replace('From horizon', 'Horizon'), `On the board: ${counts.join(', ')}.`, file.exported && `Exported ${file.exported.slice(0, 10)}.`]
  return [`# ${inline(title) || 'Untitled board'}`, ...(focus ? [`> ${inline(focus)}`] : []), facts.filter(Boolean).join(' ')]
}

const count = (n: number, noun: string): string => `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`

function checksSection(reading: FileReading): string[] {
  const results = checkBoard(reading)
  const open = results.filter(({ findings }) => findings.length)
  const meant = results.flatMap(({ meant }) => meant)
  const none = results.length ? ['Nothing is open: every check of this board holds.'] : []
  return [
    ...(results.length ? ['## Open checks'] : []),
    ...(open.length ? [] : none),
    ...open.flatMap(({ check, findings }) => [`### ${inline(checkOf(check).title)}`, findings.map(({ sentence }) => `- ${inline(sentence)}`).join('\n')]),
    ...(meant.length ? ['### Looked at, and meant that way', meant.map(({ sentence }) => `- ${inline(sentence)}`).join('\n')] : []),
  ]
}

function loose(reading: FileReading): string[] {
  const list = listed(reading, '')
  return list.length ? ['## Other cards', ...list] : []
}

/** What people wrote on the map beside the cards. */
function scribbled({ scribbles }: FileReading): string[] {
  const words = scribbles.filter(({ words }) => words.trim() !== '')
  return words.length ? ['## Also on the map', words.map(({ words }) => `- ${inline(words)}`).join('\n')] : []
}

function whoTookPart({ file, sectorOf, board }: FileReading): string[] {
  if (file.people.length === 0) return []
  const spread: Spread = spreadOf(new Map(file.people.map(({ id }) => [id as ParticipantId, 1])), sectorOf, board.meta.sectors, scaleOf('likelihood'))
  const said = { open: '', pooled: 'fewer than 3, counted with other sectors', closed: 'fewer than 3', empty: 'nobody' } as const
  const rows = spread.rows.map(({ sector, is, values }) => [sector === undefined ? 'Others together' : inline(sector), is === 'open' ? String(values.length) : said[is]])
  return ['## Who took part', tableOf(['Sector', 'People'], rows)]
}
