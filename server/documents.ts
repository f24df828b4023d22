import * as Y from 'yjs'
import type { BoardId } from '../shared/ids.ts'
import type { DocKind } from './rights.ts'
import type { BoardLog, DocId } from './storage/log.ts'

/** What follows a board's name in the log and in the address of a document; part of both for ever. */
const suffixes = { canvas: '', session: '/session' } as const satisfies Record<DocKind, string>

/** A board's document, as the log names it. No board's name holds a `/`. */
export const docIdOf = (board: BoardId, kind: DocKind): DocId => `${board}${suffixes[kind]}` as DocId

export const kindOf = (doc: DocId): DocKind => (doc.endsWith(suffixes.session) ? 'session' : 'canvas')

/** Every document of a board. */
export const docIdsOf = (board: BoardId): DocId[] => (Object.keys(suffixes) as DocKind[]).map(kind => docIdOf(board, kind))

/** The board and document an address asks for; nothing where it asks for neither. */
export function readSyncPath(url: string): { readonly board: string; readonly kind: DocKind } | undefined {
  const [, board, session] = /^\/sync\/([^/?]+)(\/session)?\/?(?:\?.*)?$/.exec(url) ?? []
  return board === undefined ? undefined : { board, kind: session ? 'session' : 'canvas' }
}

/** A board's document as it is on disk; nothing where there is no such board. */
export async function documentOf({ log }: { readonly log: Pick<BoardLog, 'load'> }, board: BoardId): Promise<Y.Doc | undefined> {
  const { snapshot, entries } = await log.load(docIdOf(board, 'canvas'))
  if (!snapshot && entries.length === 0) return undefined
  const doc = new Y.Doc()
  doc.transact(() => {
    for (const update of snapshot ? [snapshot, ...entries] : entries) Y.applyUpdate(doc, update)
  })
  return doc
}
