import { type BoardFile, BoardFileError, parseBoardFile } from '../shared/file.ts'
import { toFile } from '../shared/file-out.ts'
import type { BoardId } from '../shared/ids.ts'
import { isObject } from '../shared/json.ts'
import { asTemplate } from '../shared/template.ts'
import { storedContents } from './documents.ts'
import type { Source } from './exporting.ts'
import { badRequest, noBoard, Problem, templateTooLarge } from './http/problems.ts'
import { opened, type Opened } from './opening.ts'
import { enclosed } from './pictures.ts'
import { infoOf, startedOn, type TemplateInfo } from './templates.ts'

/* What is done with saved templates, wherever it is done. */

/** Why a saved template cannot be used, as a sentence for whoever chose it. */
export class TemplateError extends Error {}

/** What a saved template says of itself in the gallery. */
export interface Listed extends TemplateInfo {
  /** Whether a facilitator saved it, rather than that it ships with the server. */
  readonly saved?: true
  /** Why nobody can start from it: a newer version saved it, or it was damaged. */
  readonly problem?: string
}

/** What whoever saves a template says of it; an empty text takes an old one away. */
export interface Words {
  readonly title?: string | undefined
  readonly about?: string | undefined
  readonly takes?: string | undefined
  readonly people?: string | undefined
  readonly gives?: string | undefined
}

/** The text of a template as it is stored, and what it says of itself. */
export interface Written {
  readonly text: Uint8Array
  readonly listed: Listed
}

/** For whoever chose one whose row or file is no longer what was kept. */
export const wasDamaged = 'This template cannot be used: it was damaged where the server keeps it. Choose another one, and tell whoever runs the server.'

/** The file behind a stored text. What a newer version saved, or a disk damaged, cannot be used; the rest of the gallery can. */
function fileIn(text: string | undefined): BoardFile {
  if (text === undefined) throw new TemplateError(wasDamaged)
  try {
    return parseBoardFile(JSON.parse(text))
  } catch (error) {
    if (error instanceof BoardFileError) throw new TemplateError(`This template cannot be used. ${error.message}`, { cause: error })
    if (error instanceof SyntaxError) throw new TemplateError(wasDamaged, { cause: error })
    throw error
  }
}

/** What the gallery shows of a stored template; one that cannot be used says why. */
export function describe(id: string, text: string): Listed {
  try {
    return { ...infoOf(id, fileIn(text)), saved: true }
  } catch (error) {
    if (error instanceof TemplateError) return unusable(id, error.message, titleIn(text))
    throw error
  }
}

export const unusable = (id: string, problem: string, title = 'A saved template'): Listed => ({ id, title, about: '', takes: undefined, people: undefined, gives: undefined, preview: { w: 0, h: 0, marks: [] }, saved: true, problem })

/** What a template calls itself, where that can still be read. */
function titleIn(text: string): string | undefined {
  try {
    const { board } = JSON.parse(text) as { board?: unknown }
    return isObject(board) && typeof board['title'] === 'string' ? board['title'].slice(0, 200) : undefined
  } catch {
    return undefined // Damaged: it has no name then.
  }
}

/** How a board begins that is made from a template. */
export interface Begin {
  readonly title?: string | undefined
  readonly today: string
}

/** The first content of a board made from a stored template. Throws a TemplateError for one that cannot be used. */
export const begun = (text: string, begin: Begin): Opened => opened(startedOn(fileIn(text), begin.today), begin)

/** The same template with other words about it. */
export const reworded = (id: string, text: string, said: Words): Written => written(id, saying(fileIn(text), said))

function saying(file: BoardFile, { title = file.board.title, ...others }: Words): BoardFile {
  const { title: _title, ...rest } = { ...file.board, ...Object.fromEntries(Object.entries(others).filter(([, text]) => text !== undefined)) }
  return { ...file, board: { title, ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== '')) } }
}

const written = (id: string, file: BoardFile): Written => ({ text: Buffer.from(JSON.stringify(file)), listed: { ...infoOf(id, file), saved: true } })

/** What is to become of a board. */
export interface Saving {
  readonly id: string
  readonly board: BoardId
  /** Ids of what is chosen; the whole board where nothing is. */
  readonly only?: readonly string[] | undefined
  readonly said: Words
  /** Most bytes of pictures that come along, and of the whole. */
  readonly mostPictures: number
  readonly most: number
}

/** A board of the store, or what is chosen of it, as a template; checked as any file that comes from outside. */
export async function saved(store: Source, { id, board, only, said, mostPictures, most }: Saving): Promise<Written> {
  const contents = await storedContents(store, board)
  if (!contents) throw noBoard()
  // The file knows everybody who joined, so that none of their ids is missed.
  const people = (await store.people.all(board)).map(each => ({ id: each.id }))
  const whole = toFile(contents, { people: () => people, exported: new Date(0) }).file as unknown as BoardFile
  const file = asTemplate(whole, { only: only && new Set(only) })
  if (only && !file.cards.length && !file.structures.length && !file.drawings.length) throw badRequest('only: nothing of what was chosen is on the board. Choose again.')
  const template = written(id, saying(checked(await enclosed({ files: store.pictureFiles, assets: store.assets, most: mostPictures }, board, file)), said))
  if (template.text.length > most) throw templateTooLarge(most)
  return template
}

function checked(file: BoardFile): BoardFile {
  try {
    return parseBoardFile(file)
  } catch (error) {
    if (error instanceof BoardFileError) throw new Problem(409, 'No template', `This board cannot be saved as a template. ${error.message}`, error)
    throw error
  }
}
