import * as Y from 'yjs'
import { printBoardFile, toBoardFile } from '../shared/file-out.ts'
import type { BoardFile, Person } from '../shared/file.ts'
import type { ExportName } from '../shared/export/formats.ts'
import { readFile } from '../shared/export/reading.ts'
import { writers } from '../shared/export/writers.ts'
import type { Json } from '../shared/json.ts'
import { peopleIn } from '../shared/people.ts'
import { told } from '../shared/told.ts'

/** A board about to leave. All of it can be handed to another thread. */
export interface Leaving {
  readonly name: ExportName
  /** The whole document, as a Yjs update. */
  readonly content: Uint8Array
  readonly people: readonly Person[]
  /** Ids of those who may only watch. */
  readonly watching: ReadonlySet<string>
  /** Milliseconds since 1970. */
  readonly exported: number
  /** The pictures that are drawn on it, as the file holds them. */
  readonly assets: readonly Json[]
}

/** The board in its format. */
export function exportText({ name, content, people, watching, exported, assets }: Leaving): string {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, content)
  const whole = { ...toBoardFile(doc, people, new Date(exported)), ...(assets.length && { assets }) } as unknown as BoardFile
  doc.destroy()
  const file = told(watching.size ? withoutReaders(whole, watching) : whole)
  // What a board exports is in order already.
  return name === 'json' ? printBoardFile(file as unknown as Record<string, Json>) : writers[name](readFile(file))
}

/** Whoever only came to look took no part. Somebody who did, and may only watch by now, stays. */
function withoutReaders(file: BoardFile, watching: ReadonlySet<string>): BoardFile {
  const left = peopleIn({ ...file, people: [] })
  return { ...file, people: file.people.filter(({ id }) => !watching.has(id) || left.has(id)) }
}
