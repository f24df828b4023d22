import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as Y from 'yjs'
import { readBoard } from '../shared/board.ts'
import { type BoardFile, BoardFileError, parseBoardFile, seedDocument } from '../shared/file.ts'
import { type Preview, previewOf } from '../shared/preview.ts'

/** A board file meant to be started from. */
export interface Template {
  readonly id: string
  readonly title: string
  readonly about: string
  /** Where it stands in the gallery; templates without a place are offered by name only. */
  readonly place: number | undefined
  /** “5 stages, 3 hours”: how long it takes, where that is known. */
  readonly takes: string | undefined
  readonly preview: Preview
  /** The file as a board that begins on a day: timelines start today and end at the board's horizon. */
  startedOn(today: string): BoardFile
}

/** The templates of a folder by id, which is the file's name. A file that is no board stops the server: it would fail in a workshop otherwise. */
export function loadTemplates(folder: string): ReadonlyMap<string, Template> {
  const templates = new Map<string, Template>()
  for (const name of readdirSync(folder).filter(each => each.endsWith('.json')).sort()) {
    const id = name.slice(0, -'.json'.length)
    try {
      templates.set(id, templateOf(id, parseBoardFile(JSON.parse(readFileSync(join(folder, name), 'utf8')))))
    } catch (error) {
      if (error instanceof BoardFileError || error instanceof SyntaxError) throw new Error(`templates/${name} is no template: ${error.message}`, { cause: error })
      throw error
    }
  }
  return templates
}

function templateOf(id: string, file: BoardFile): Template {
  const doc = new Y.Doc()
  seedDocument(doc, file)
  const preview = previewOf(readBoard(doc))
  doc.destroy()
  const { title, about = '', place, takes } = file.board
  return {
    id,
    title,
    about,
    place: typeof place === 'number' ? place : undefined,
    takes: typeof takes === 'string' ? takes : undefined,
    preview,
    startedOn: today => {
      const from = file.board.today ?? today
      const to = file.board.horizon ?? String(Number(from.slice(0, 4)) + 14)
      const structures = file.structures.map(each => (each.type === 'timeline' ? { from, to, ...each } : each))
      return { ...file, board: { ...file.board, today: from, horizon: to }, structures }
    },
  }
}
