import { z } from 'zod'
import { tellings } from './board.ts'
import type { CardKind } from './cards/card.ts'
import { kinds } from './cards/index.ts'
import { isDate } from './dates.ts'
import { isKnownSchema, isSchema } from './document/drawing-versions.ts'
import { broughtUpToDate, fileFormat, fileVersion, longestText } from './file-versions.ts'
import { isObject } from './json.ts'
import { methods } from './methods/index.ts'
import type { Method } from './methods/method.ts'
import { type RelationKind, relations } from './relations.ts'
import { longestReason, type View, views } from './views.ts'

/*
 * The board file: what leaves a board and what one starts from. Domain first, so that a reader needs no tldraw:
 * cards, relations and structures by their own names, drawings kept whole. Written in one order, so that two
 * exports of one board are the same bytes but for the date they were made.
 */

const text = (max: number) => z.string().max(max)
const id = z.string().regex(/^[\w-]{1,64}$/, 'expected an id of letters, digits, - and _')
const recordId = z.string().regex(/^([\w-]{1,64}|[a-z]+:[\w-]{1,64})$/, 'expected an id')
const date = z.string().refine(isDate, 'expected a date such as 2033, 2033-04 or 2033-04-09').meta({ pattern: '^\\d{4}(-\\d\\d(-\\d\\d)?)?$', description: 'A year, a month or a day: 2033, 2033-04 or 2033-04-09.' })
const moment = z.iso.datetime({ offset: true })
const coordinate = z.number().min(-1e7).max(1e7)
const size = z.number().min(1).max(1e5)
const width = size.optional().describe('Width, where it is not the usual one.')
const height = size.optional().describe('Height, where it is not the usual one.')

const placed = {
  id: recordId.describe('No other record of the file has it.'),
  in: id.optional().describe('The structure or drawing it is inside; x and y count from that one’s top left corner.'),
  x: coordinate.describe('Left edge, in board units (one CSS pixel at 100 %).'),
  y: coordinate.describe('Top edge, in board units.'),
  z: text(256).regex(/^\w+$/).optional().describe('Drawing order among its siblings, as a fractional index; later is above.'),
  rotation: z.number().optional().describe('Radians.'),
}
const provenance = {
  by: id.optional().describe('Who made it: an id in `people`.'),
  at: moment.optional().describe('When it was made.'),
  edited: z.object({ by: id, at: moment }).optional().describe('Who changed it last, and when.'),
}
const props = z.record(z.string(), z.json()).optional().describe('tldraw’s own properties that differ from their defaults.')
const meta = z.record(z.string(), z.json()).optional().describe('What programs keep with a drawing beside its properties.')
const unread = z.record(z.string(), z.json()).optional().describe('What somebody stored under names that mean something else here; kept, and never read.')
const viewsSchema = z
  .looseObject(Object.fromEntries(Object.entries<View>(views).map(([name, { min, max }]) => [name, z.record(id, min === undefined || max === undefined ? text(longestReason) : z.int().min(min).max(max)).optional()])))
  .optional()
  .describe('What participants think of it, by kind of view and then by participant: `valence` (−3 to 3), `likelihood` (1 to 5), `marker` (−100, the left pole, to 100, the right one), `reason` (words). Others are kept as they are.')
const meant = z.array(text(64)).optional().describe('Checks whose finding here was looked at and is meant the way it is.')
const computed = z.record(z.string(), z.json()).optional().describe('Worked out from the rest on export; ignored on import.')

const fieldsByKind = Object.entries<CardKind>(kinds).map(([name, { fields }]) => `${name} (${Object.keys(fields).join(', ') || 'no fields'})`)
const cardKind = text(64).meta({ description: `Kinds this version knows, with their fields: ${fieldsByKind.join('; ')}. Others are kept as they are.`, examples: Object.keys(kinds) })
const relationKind = text(64).meta({
  description: `Kinds this version knows: ${Object.entries<RelationKind>(relations).map(([name, { label }]) => `${name} (${label})`).join(', ')}. Others are kept as they are.`,
  examples: Object.keys(relations),
})
const fieldsByType = Object.entries<Method>(methods).map(([name, { fields }]) => `${name} (${Object.keys(fields).join(', ')})`)
const structureType = text(64).meta({ description: `Structures this version knows, with their fields: ${fieldsByType.join('; ')}. Others are kept as they are.`, examples: Object.keys(methods) })

const card = z.looseObject({ ...placed, kind: cardKind, text: text(longestText).describe('What is written on it; plain, with line breaks.'), w: width, h: height, views: viewsSchema, meant, unread, ...provenance, computed })
const unplaced = { ...placed, x: placed.x.optional().describe('Left edge, where it stands by itself.'), y: placed.y.optional().describe('Top edge, where it stands by itself.') }
const relation = z.looseObject({
  ...unplaced,
  kind: relationKind,
  sign: z.enum(['+', '-']).optional().describe('For “leads to”: more of the one makes more (`+`, where nothing is said) or less (`-`) of the other.'),
  delay: z.literal(true).optional().describe('The effect shows only after a while.'),
  from: id.describe('The card it goes from.'),
  to: id.describe('The card it goes to.'),
  meant,
  ...provenance,
  props,
  meta,
  unread,
})
const structure = z.looseObject({ ...placed, type: structureType, w: width, h: height, views: viewsSchema, meant, unread, ...provenance })
const picture = z.looseObject({
  id: id.describe('Drawings of type `asset` show it by their `props.src`: `asset:` and this id. What boards export is named by the SHA-256 of its bytes.'),
  type: text(64).optional().describe('Such as `image/png`.'),
  data: z.string().regex(/^data:image\//, 'expected a data: address of a picture').optional().describe('The picture itself, in base64.'),
  missing: text(500).optional().describe('Why it is not in this file.'),
})
const drawing = z.looseObject({ ...unplaced, type: text(64).describe('tldraw’s own type, such as `note`, `text`, `geo`, `draw`, `frame`, `image`.'), props, meta, unread, ...provenance })

export const boardFile = z
  .looseObject({
    format: z.literal(fileFormat).describe('What kind of file it is.'),
    version: z.literal(fileVersion).describe('Which version of it.'),
    exported: moment.optional().describe('When it was written; the only part that differs between two exports of one board.'),
    withheld: text(2_000).optional().describe('What this file does not tell of people, as the group agreed; said on export, ignored on import.'),
    board: z.looseObject({
      title: text(200).describe('What the board is called.'),
      focus: text(500).optional().describe('The question the group works on.'),
      today: date.optional().describe('The day the group looks ahead from, as a year, a month or a day.'),
      horizon: date.optional().describe('The day it looks ahead to.'),
      sectors: z.array(text(80)).max(16).optional().describe('The parts of society that people speak from.'),
      provenance: z.enum(tellings).optional().describe('How the group agreed to be told of: by `person` (where nothing is said), by `sector`, or not at all (`none`). With `sector`, ids stand for sectors: the same id on two cards, or in two kinds of view, is not the same person.'),
      about: text(2_000).optional().describe('For templates: what it is for, in a sentence or two.'),
      takes: text(200).optional().describe('For templates: how long it takes.'),
      people: text(200).optional().describe('For templates: for how many.'),
      gives: text(500).optional().describe('For templates: what comes out.'),
      place: z.number().optional().describe('For templates: where it stands in the gallery.'),
    }),
    cards: z.array(card).describe('Statements, each of a kind.'),
    relations: z.array(relation).describe('Arrows between two cards.'),
    structures: z.array(structure).describe('What cards stand in: wheels, timelines, tensions, grids.'),
    drawings: z.array(drawing).describe('Everything else that was drawn, as tldraw keeps it.'),
    people: z.array(z.looseObject({ id: id.describe('Stands for somebody in `by`, `edited` and `views`. Random; no file holds a name.'), sector: text(80).optional().describe('The sector they speak from.') })).describe('Who took part, without names.'),
    tldraw: z.json().optional().describe('The schema tldraw wrote the drawings with.'),
    assets: z.array(picture).max(10_000).optional().describe('Pictures that the drawings show, as far as there was room.'),
  })
  .describe('A Manyfutures board: cards, the relations between them, the structures they stand in, and drawings.')

export type BoardFile = z.infer<typeof boardFile>
export interface Person {
  readonly id: string
  readonly sector?: string
}

/** Why a text is no board file, as a sentence for whoever chose it. */
export class BoardFileError extends Error {}

/** JSON Schema (2020-12) of the board file, served at `/schema/board-1.json`. */
export const boardFileSchema = (): object => ({
  $id: 'urn:manyfutures:schema:board-1',
  title: 'Manyfutures board, version 1',
  ...z.toJSONSchema(boardFile, { unrepresentable: 'any', reused: 'ref' }),
})

/** Checks what a stranger's file holds; throws a BoardFileError that says where and what was expected. */
export function parseBoardFile(value: unknown): BoardFile {
  const { file, problems } = checkBoardFile(value)
  if (!file) throw new BoardFileError(problems[0] ?? 'This board file cannot be read.')
  return file
}

/** Most problems that are named: after them nobody reads on. */
const mostProblems = 20

/** The same with every problem there is, as far as a list of them helps; the file where there is none. */
export function checkBoardFile(value: unknown): { readonly file: BoardFile | undefined; readonly problems: readonly string[] } {
  const refused = (...problems: string[]) => ({ file: undefined, problems })
  if (!isObject(value) || value['format'] !== fileFormat) return refused('This is not a Manyfutures board file. Choose a .json file that was exported from a board.')
  const { version } = value
  if (typeof version === 'number' && version > fileVersion) return refused(`This board file has version ${version}; this server reads version ${fileVersion}. Ask whoever runs the server to update it.`)
  const deep = tooDeep(value)
  if (deep) return refused(`The board file does not hold together at ${pathOf(deep.slice(0, 3))}: it is nested too deeply, and a board at most ${maxDepth} levels.`)
  const result = boardFile.safeParse(broughtUpToDate(value))
  if (!result.success) return refused(...result.error.issues.slice(0, mostProblems).map(({ path, message }) => `The board file does not hold together at ${pathOf(path)}: ${message}.`))
  const { tldraw } = result.data
  if (isSchema(tldraw) && !isKnownSchema(tldraw)) return refused('The drawings of this board file were made by a newer version of tldraw than this server knows. Ask whoever runs the server to update it.')
  const seen = new Set<string>()
  const twice: string[] = []
  for (const list of recordLists) {
    for (const [i, { id }] of result.data[list].entries()) {
      if (seen.has(id) && twice.length < mostProblems) twice.push(`The board file does not hold together at ${list}[${i}].id: “${id}” is used twice.`)
      seen.add(id)
    }
  }
  return twice.length ? refused(...twice) : { file: result.data, problems: [] }
}

/** Those lists of a file whose members are records of the board. */
const recordLists = ['cards', 'relations', 'structures', 'drawings'] as const

const maxDepth = 40

/** The way to the first value that is nested too deeply; nothing where there is none. */
function tooDeep(value: unknown, levels = maxDepth): PropertyKey[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (levels <= 1) return []
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner !== 'object' || inner === null) continue
    const way = tooDeep(inner, levels - 1)
    if (way) return [Array.isArray(value) ? Number(name) : name, ...way]
  }
  return undefined
}

const pathOf = (path: readonly PropertyKey[]): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? String(part) : `.${String(part)}`)).join('') || 'its top level'
