import { type Contents, readMetaIn } from '../shared/board.ts'
import { exportFormatOf, type ExportName } from '../shared/export/formats.ts'
import { readFile } from '../shared/export/reading.ts'
import { writers } from '../shared/export/writers.ts'
import { boardFileLater, picturesShown, printBoardFile } from '../shared/file-out.ts'
import type { BoardFile } from '../shared/file.ts'
import type { BoardId } from '../shared/ids.ts'
import type { Json } from '../shared/json.ts'
import { peopleIn } from '../shared/people.ts'
import { told } from '../shared/told.ts'
import { storedContents } from './documents.ts'
import { collectGarbage } from './garbage.ts'
import { enclosed } from './pictures.ts'
import type { StoreReader } from './storage/reading.ts'
import { type Link, type Person, roleOf } from './storage/register.ts'

/** What of a store is read for a board to leave. */
export type Source = Pick<StoreReader, 'log' | 'people' | 'links' | 'assets' | 'pictureFiles'>

/** A board about to leave. */
export interface Leaving {
  readonly board: BoardId
  readonly name: ExportName
  /** Milliseconds since 1970. */
  readonly exported: number
  /** Most bytes of pictures that are enclosed; nothing where none are wanted. */
  readonly most: number | undefined
}

export interface Exported {
  readonly title: string
  /** UTF-8. */
  readonly bytes: Uint8Array
}

/** A board of the store in its format; nothing where there is no such board. `between` is called once the document is not needed any more. */
export async function exportOf(store: Source, leaving: Leaving, between: (name: ExportName) => void = () => undefined): Promise<Exported | undefined> {
  const { name } = leaving
  const read = await readIn(store, leaving)
  between(name)
  return read && { title: read.title, bytes: Buffer.from(textOf(name, read.file())) }
}

async function readIn(store: Source, { board, name, exported, most }: Leaving): Promise<{ readonly title: string; readonly file: () => BoardFile } | undefined> {
  const contents = await storedContents(store, board)
  if (!contents) return undefined
  const everybody = await store.people.all(board)
  const people = everybody.map(({ id, sector }) => ({ id, sector }))
  const { assets = [] } = exportFormatOf(name).pictures && most !== undefined ? await enclosed<{ drawings: Json[]; assets?: Json[] }>({ files: store.pictureFiles, assets: store.assets, most }, board, { drawings: picturesShown(contents) }) : {}
  return { title: readMetaIn(name => contents.meta.get(name)).title, file: leavingFile(contents, people, watchingOf(everybody, await store.links.all(board)), exported, assets) }
}

/** A board as the file its group agreed to, made once it is asked for: what it was read from is not needed any more by then. */
function leavingFile(contents: Contents, people: Parameters<typeof boardFileLater>[1], watching: ReadonlySet<string>, exported: number, assets: readonly Json[]): () => BoardFile {
  const file = boardFileLater(contents, people, new Date(exported))
  return () => {
    const whole = { ...file(), ...(assets.length && { assets }) } as unknown as BoardFile
    return told(watching.size ? withoutReaders(whole, watching) : whole)
  }
}

/** Ids of those who may only watch. */
function watchingOf(everybody: readonly Person[], links: readonly Link[]): ReadonlySet<string> {
  const byId = new Map(links.map(link => [link.id, link]))
  return new Set(everybody.flatMap(person => {
    const link = byId.get(person.link ?? '')
    return link && roleOf(person, link) === 'observer' ? [person.id] : []
  }))
}

/** Whoever only came to look took no part. Somebody who did, and may only watch by now, stays. */
function withoutReaders(file: BoardFile, watching: ReadonlySet<string>): BoardFile {
  const left = peopleIn({ ...file, people: [] })
  return { ...file, people: file.people.filter(({ id }) => !watching.has(id) || left.has(id)) }
}

/** What a board exports is in order already. */
const textOf = (name: ExportName, file: BoardFile): string => (name === 'json' ? printBoardFile(file as unknown as Record<string, Json>) : writers[name](readFile(file)))

/** For a process of its own: the board file alone follows so closely on the document that clearing that away would only take time. */
export const clearAway = (name: ExportName): void => {
  if (name !== 'json') collectGarbage()
}
