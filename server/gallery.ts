import { type BoardFile, BoardFileError, parseBoardFile } from '../shared/file.ts'
import { isObject } from '../shared/json.ts'
import type { SavedTemplate, Templates } from './storage/register.ts'
import { isDamaged } from './storage/faults.ts'
import { infoOf, type Template, type TemplateInfo } from './templates.ts'

/** Why a saved template cannot be used, as a sentence for whoever chose it. */
export class TemplateError extends Error {}

export interface Listed extends TemplateInfo {
  /** Whether a facilitator saved it, rather than that it ships with the server. */
  readonly saved?: true
  /** Why nobody can start from it: a newer version saved it, or it was damaged. */
  readonly problem?: string
}

/** Every template of this server: those that ship with it, and those that facilitators saved. */
export interface Gallery {
  /** What ships with the server, in its order; then what was saved, newest first. What cannot be used says so. */
  list(): Promise<readonly Listed[]>
  /** A template's file; nothing where there is none. Throws a TemplateError for one that cannot be used. */
  file(id: string): Promise<BoardFile | undefined>
  isBuiltIn(id: string): boolean
  /** Must hear of every saved template that was changed or removed. */
  changed(id: string): void
}

export function createGallery(builtIn: ReadonlyMap<string, Template>, saved: Templates): Gallery {
  /** What saved templates say of themselves, so that a gallery is not worked out anew for every visitor. */
  const known = new Map<string, Promise<Listed | undefined>>()

  const listed = async (id: string): Promise<Listed | undefined> => {
    let template: SavedTemplate | undefined
    try {
      template = await saved.get(id)
      return template && { ...infoOf(id, fileOf(template)), saved: true }
    } catch (error) {
      const problem = error instanceof TemplateError ? error.message : isDamaged(error) ? wasDamaged : undefined
      if (problem === undefined) throw error
      return unusable(id, titleIn(template), problem)
    }
  }

  const info = (id: string): Promise<Listed | undefined> => {
    const promise = known.get(id) ?? listed(id)
    known.set(id, promise)
    promise.catch(() => known.delete(id)) // The store failed, not the template: the next visitor looks again.
    return promise
  }

  const inOrder = [...builtIn.values()]
    .filter(({ place }) => place !== undefined)
    .sort((a, b) => (a.place ?? 0) - (b.place ?? 0))
    .map(({ place: _place, file: _file, ...each }) => each)

  const savedIds = async (): Promise<readonly string[] | undefined> => {
    try {
      return await saved.all()
    } catch (error) {
      // Which there are cannot be told; what ships with the server can still be chosen.
      if (isDamaged(error)) return undefined
      throw error
    }
  }

  return {
    async list() {
      const ids = await savedIds()
      if (!ids) return [...inOrder, unusable('saved', 'Saved templates', wereDamaged)]
      const shown: Listed[] = [...inOrder]
      for (const id of ids) {
        const each = await info(id)
        if (each) shown.push(each)
      }
      return shown
    },
    async file(id) {
      const own = builtIn.get(id)?.file
      if (own) return own
      const template = await saved.get(id)
      return template && fileOf(template)
    },
    isBuiltIn: id => builtIn.has(id),
    changed: id => void known.delete(id),
  }
}

const unusable = (id: string, title: string, problem: string): Listed => ({ id, title, about: '', takes: undefined, people: undefined, gives: undefined, preview: { w: 0, h: 0, marks: [] }, saved: true, problem })

/** What a template calls itself, where that can still be read. */
function titleIn(template: SavedTemplate | undefined): string {
  try {
    const { board } = JSON.parse(template?.file ?? '{}') as { board?: unknown }
    if (isObject(board) && typeof board['title'] === 'string') return board['title'].slice(0, 200)
  } catch {
    // Damaged: it has no name then.
  }
  return 'A saved template'
}

const wasDamaged = 'This template cannot be used: it was damaged where the server keeps it. Choose another one, and tell whoever runs the server.'
const wereDamaged = 'The list of saved templates was damaged where the server keeps it. Choose one of the others, and tell whoever runs the server.'

/** What a newer version saved, or a disk damaged, cannot be used; the rest of the gallery can. */
function fileOf({ file }: SavedTemplate): BoardFile {
  if (file === undefined) throw new TemplateError(wasDamaged)
  try {
    return parseBoardFile(JSON.parse(file))
  } catch (error) {
    if (error instanceof BoardFileError) throw new TemplateError(`This template cannot be used. ${error.message}`, { cause: error })
    if (error instanceof SyntaxError) throw new TemplateError(wasDamaged, { cause: error })
    throw error
  }
}
