import { type Contents, contentsIn, contentsOf } from '../shared/board.ts'
import type { BoardId } from '../shared/ids.ts'
import { rootsOf } from './log-reader/roots.ts'
import type { DocKind } from './rights.ts'
import type { BoardLog, DocId } from './storage/log.ts'
import { hydrateAtOnce } from './sync/hydrate.ts'

/** What follows a board's name in the log and in the address of a document; part of both for ever. */
const suffixes = { canvas: '', session: '/session' } as const satisfies Record<DocKind, string>

/** A board's document, as the log names it. No board's name holds a `/`. */
export const docIdOf = (board: BoardId, kind: DocKind): DocId => `${board}${suffixes[kind]}` as DocId

export const kindOf = (doc: DocId): DocKind => (doc.endsWith(suffixes.session) ? 'session' : 'canvas')

/** The board that a document is of. */
export const boardOf = (doc: DocId): BoardId => doc.split('/')[0] as BoardId

/** Every document of a board. */
export const docIdsOf = (board: BoardId): DocId[] => (Object.keys(suffixes) as DocKind[]).map(kind => docIdOf(board, kind))

/** The board and document an address asks for; nothing where it asks for neither. */
export function readSyncPath(url: string): { readonly board: string; readonly kind: DocKind } | undefined {
  const [, board, session] = /^\/sync\/([^/?]+)(\/session)?\/?(?:\?.*)?$/.exec(url) ?? []
  return board === undefined ? undefined : { board, kind: session ? 'session' : 'canvas' }
}

/** What a board holds as it is on disk; nothing where there is no such board. */
export async function storedContents({ log }: { readonly log: Pick<BoardLog, 'load'> }, board: BoardId): Promise<Contents | undefined> {
  const { snapshot, entries } = await log.load(docIdOf(board, 'canvas'))
  const updates = snapshot ? [snapshot, ...entries] : entries
  return updates.length ? contentsOfUpdates(updates) : undefined
}

/** What a board holds that such updates say, one after the other. */
export function contentsOfUpdates(updates: readonly Uint8Array[]): Contents {
  const roots = rootsOf(updates)
  // The document itself takes several times the time and memory of reading what it holds.
  return roots ? contentsIn(root => roots.get(root) ?? new Map()) : contentsOf(hydrateAtOnce('canvas', { updates }).doc)
}
