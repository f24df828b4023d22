import { createHash } from 'node:crypto'
import * as Y from 'yjs'
import { z } from 'zod'
import { type BoardFile, BoardFileError, parseBoardFile } from '../shared/file.ts'
import { seedDocument } from '../shared/file-in.ts'
import { isId } from '../shared/ids.ts'
import { mostRecords } from '../shared/document/stored.ts'
import { isObject, type Json } from '../shared/json.ts'
import { JsonError, jsonIn } from '../shared/json-bytes.ts'
import { type PictureHash, pictureSource, pictureTypesSaid } from '../shared/pictures.ts'
import { badRequest, Problem } from './http/problems.ts'
import { read } from './http/requests.ts'
import { sniff } from './sniff.ts'

/** What somebody asks for who wants a board. */
export const newBoard = z.strictObject({ title: z.string().trim().max(200).optional(), template: z.string().max(64).optional(), file: z.unknown().optional() })
export type NewBoard = z.output<typeof newBoard>

/** A board about to be made: its first content, who its file knows of, and the pictures it brings. */
export interface Opened {
  /** The whole document, as a Yjs update. */
  readonly content: Uint8Array
  readonly people: readonly { readonly id: string; readonly sector: string }[]
  readonly pictures: readonly Uint8Array[]
  /** Whether others begin with the very same bytes, so that they must be left as they are. */
  readonly isKept?: true
}

/** How a board begins that its file says nothing about. */
export interface Begin {
  readonly title?: string | undefined
  readonly today: string
}

/** Most people in one: more than may join a board, so that boards that leave come back. */
const mostPeople = 5_000

/** The request behind the bytes of a body; throws a sentence for whoever sent them. */
export function readBody(body: unknown): NewBoard {
  if (!(body instanceof Uint8Array) || body.length === 0) throw badRequest('Nothing was sent. Choose a .json file that was exported from a board.')
  try {
    return read(newBoard, jsonIn(body, 'What was sent'))
  } catch (error) {
    if (error instanceof JsonError) throw error.isTooMuch ? new Problem(413, 'Too much', error.message, error) : badRequest(error.message, error)
    throw error
  }
}

/** Lists of a file that have a most of their own. */
const countedApart = new Set(['people', 'assets'])

/** How many records a file says it holds, before anybody looks at them. What a newer version lists is kept, and counts as much. */
export const recordsIn = (file: unknown): number => (isObject(file) ? Object.entries(file).reduce((sum, [name, list]) => sum + (Array.isArray(list) && !countedApart.has(name) ? list.length : 0), 0) : 0)

export const tooManyRecords = (records: number, most: number): string => `This board file holds ${records.toLocaleString('en')} things; a board holds at most ${most.toLocaleString('en')}. Open a part of it.`

/** A stranger's file, checked; throws a sentence for whoever sent it. `most` records are on one board. */
export function readBoardFile(file: unknown, most: number = mostRecords): BoardFile {
  const records = recordsIn(file)
  if (records > most) throw badRequest(tooManyRecords(records, most))
  const { people } = (file ?? {}) as { readonly people?: unknown }
  if (Array.isArray(people) && people.length > mostPeople) throw badRequest(`This board file names ${people.length.toLocaleString('en')} people; a board has at most ${mostPeople.toLocaleString('en')}. Open a part of it.`)
  try {
    return parseBoardFile(file)
  } catch (error) {
    if (error instanceof BoardFileError) throw badRequest(error.message, error)
    throw error
  }
}

/** The first content of a board made from a checked file. Pictures are known by their bytes from here on, whatever the file calls them. */
export function opened(file: BoardFile, { title, today }: Begin): Opened {
  const { assets = [], ...rest } = file
  const names = new Map<string, PictureHash>()
  const pictures = new Map<PictureHash, Uint8Array>()
  for (const [i, { id, data }] of assets.entries()) {
    if (data === undefined) continue
    const bytes = bytesOf(data, i)
    const hash = createHash('sha256').update(bytes).digest('hex') as PictureHash
    names.set(id, hash)
    pictures.set(hash, bytes)
  }
  const doc = new Y.Doc()
  seedDocument(doc, { ...rest, drawings: rest.drawings.map(renamed(names)) }, { today: file.board.today ?? today, ...(title && { title }) })
  const content = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  const people = file.people.filter(({ id }) => isId(id)).map(({ id, sector = '' }) => ({ id, sector }))
  return { content, people, pictures: [...pictures.values()] }
}

/** Other programs may name the pictures of a file as they like; boards name them by their bytes. */
function renamed(names: ReadonlyMap<string, PictureHash>) {
  const sources = new Map<Json, string>([...names].map(([id, hash]) => [pictureSource(id), pictureSource(hash)]))
  return (drawing: BoardFile['drawings'][number]): BoardFile['drawings'][number] => {
    const source = drawing.type === 'asset' ? sources.get(drawing.props?.['src'] ?? null) : undefined
    return source === undefined ? drawing : { ...drawing, props: { ...drawing.props, src: source } }
  }
}

function bytesOf(data: string, nth: number): Uint8Array {
  const comma = data.indexOf(',')
  if (!data.slice(0, comma).endsWith(';base64')) throw badRequest(`The board file does not hold together at assets[${nth}].data: expected a data: address in base64.`)
  const bytes = Buffer.from(data.slice(comma + 1), 'base64')
  if (!sniff(bytes)) throw badRequest(`The board file does not hold together at assets[${nth}].data: this is no picture that a board can show, in one of these formats: ${pictureTypesSaid}.`)
  return bytes
}
