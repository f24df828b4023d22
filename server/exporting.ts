import { type Board, type Flat, readMetaIn } from '../shared/board.ts'
import { exportFormatOf, type ExportName } from '../shared/export/formats.ts'
import { readFile } from '../shared/export/reading.ts'
import { writers } from '../shared/export/writers.ts'
import { printBoardFile, toFile } from '../shared/file-out.ts'
import type { BoardFile } from '../shared/file.ts'
import type { BoardId } from '../shared/ids.ts'
import type { Json } from '../shared/json.ts'
import { peopleAtWork } from '../shared/people.ts'
import { told } from '../shared/told.ts'
import { contentsOfUpdates, storedContents } from './documents.ts'
import { asItWas, type Wanted } from './history/moments.ts'
import type { Unreadable } from './history/unreadable.ts'
import { enclosed } from './pictures.ts'
import type { StoreReader } from './storage/reading.ts'
import { type Link, type Person, roleOf } from './storage/register.ts'

/** What of a store is read for a board to leave. */
export type Source = Pick<StoreReader, 'log' | 'history' | 'people' | 'links' | 'assets' | 'pictureFiles'>

/** A board about to leave. */
export interface Leaving {
  readonly board: BoardId
  readonly name: ExportName
  /** Milliseconds since 1970. */
  readonly exported: number
  /** Most bytes of pictures that are enclosed; nothing where none are wanted. */
  readonly most: number | undefined
  /** As it was at a moment; as it is where nothing is said. */
  readonly at?: Wanted
}

export interface Exported {
  readonly title: string
  /** UTF-8. */
  readonly bytes: Uint8Array
}

/** A board of the store in its format; nothing where there is no such board, and why where that moment of it cannot be read. */
export async function exportOf(store: Source, leaving: Leaving): Promise<Exported | Unreadable | undefined> {
  const { board: id, name, exported, most, at } = leaving
  const today = await storedContents(store, id)
  if (!today) return undefined
  const then = at && (await asItWas(store, id, at))
  if (typeof then === 'string') return then
  const contents = then ? contentsOfUpdates(then.updates) : today
  const everybody = await store.people.all(id)
  const watching = watchingOf(everybody, await store.links.all(id))
  // Whoever only came to look took no part. Somebody who did, and may only watch by now, stays.
  const people = (records: readonly Flat[]) => {
    const atWork = watching.size ? peopleAtWork(records) : undefined
    return everybody.filter(person => !watching.has(person.id) || atWork?.has(person.id)).map(({ id: person, sector }) => ({ id: person, sector }))
  }
  const { file, board } = toFile(contents, { people, exported: new Date(exported) })
  if (exportFormatOf(name).pictures && most !== undefined) {
    const { assets } = await enclosed<{ drawings: Json; assets?: Json }>({ files: store.pictureFiles, assets: store.assets, most }, id, { drawings: file['drawings'] ?? [] })
    if (assets) file['assets'] = assets
  }
  // People are told of as the group agrees today, whatever it said then.
  const { provenance } = readMetaIn(root => today.meta.get(root))
  const asked = then ? { ...(file as unknown as BoardFile), board: { ...(file as unknown as BoardFile).board, provenance } } : (file as unknown as BoardFile)
  const leaves = told(asked)
  return { title: board.meta.title, bytes: Buffer.from(textOf(name, leaves, provenance === 'person' && board.meta.provenance === 'person' ? board : undefined)) }
}

/** Ids of those who may only watch. */
function watchingOf(everybody: readonly Person[], links: readonly Link[]): ReadonlySet<string> {
  const byId = new Map(links.map(link => [link.id, link]))
  return new Set(everybody.flatMap(person => {
    const link = byId.get(person.link ?? '')
    return link && roleOf(person, link) === 'observer' ? [person.id] : []
  }))
}

/** What a board exports is in order already. `board` is what its file tells of, where that is all of it. */
const textOf = (name: ExportName, file: BoardFile, board: Board | undefined): string => (name === 'json' ? printBoardFile(file as unknown as Record<string, Json>) : writers[name](readFile(file, { board })))
