import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readBoardIn, readMetaIn } from '../shared/board.ts'
import { type BoardFile, BoardFileError, parseBoardFile } from '../shared/file.ts'
import { flatRecords } from '../shared/file-in.ts'
import { type Preview, previewOf } from '../shared/preview.ts'

/** What a template says of itself in a gallery. */
export interface TemplateInfo {
  readonly id: string
  readonly title: string
  readonly about: string
  /** How long it takes: “75 minutes”. */
  readonly takes: string | undefined
  /** For how many it is: “3 to 20 people”. */
  readonly people: string | undefined
  /** What comes out of it. */
  readonly gives: string | undefined
  readonly preview: Preview
}

/** A board file meant to be started from, which ships with the server. */
export interface Template extends TemplateInfo {
  /** Where it stands in the gallery; templates without a place are offered by name only. */
  readonly place: number | undefined
  readonly file: BoardFile
}

/** The templates of a folder by id, which is the file's name. A file that is no board stops the server: it would fail in a workshop otherwise. */
export function loadTemplates(folder: string): ReadonlyMap<string, Template> {
  const templates = new Map<string, Template>()
  for (const name of readdirSync(folder).filter(each => each.endsWith('.json')).sort()) {
    const id = name.slice(0, -'.json'.length)
    try {
      const file = parseBoardFile(JSON.parse(readFileSync(join(folder, name), 'utf8')))
      const { place } = file.board
      templates.set(id, { ...infoOf(id, file), place: typeof place === 'number' ? place : undefined, file })
    } catch (error) {
      if (error instanceof BoardFileError || error instanceof SyntaxError) throw new Error(`templates/${name} is no template: ${error.message}`, { cause: error })
      throw error
    }
  }
  return templates
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

export function infoOf(id: string, file: BoardFile): TemplateInfo {
  const preview = previewOf(readBoardIn(readMetaIn(name => file.board[name]), flatRecords(file)))
  const { title, about = '', takes, people, gives } = file.board
  return { id, title, about, takes: textOf(takes), people: textOf(people), gives: textOf(gives), preview }
}

/** A template as a board that begins on a day: timelines start today and end at the board's horizon. */
export function startedOn(file: BoardFile, today: string): BoardFile {
  const from = file.board.today ?? today
  const to = file.board.horizon ?? String(Number(from.slice(0, 4)) + 14)
  const structures = file.structures.map(each => (each.type === 'timeline' ? { from, to, ...each } : each))
  return { ...file, board: { ...file.board, today: from, horizon: to }, structures }
}
