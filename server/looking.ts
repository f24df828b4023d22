import { readBoardIn, flatsIn, readMetaIn } from '../shared/board.ts'
import type { BoardId } from '../shared/ids.ts'
import { previewOf } from '../shared/preview.ts'
import { storedContents } from './documents.ts'
import type { BoardLog } from './storage/log.ts'

/** What a link shows of its board before anybody joins, as JSON; nothing where there is no such board. Read off the log, without building the document. */
export async function lookOf(store: { readonly log: Pick<BoardLog, 'load'> }, board: BoardId): Promise<string | undefined> {
  const contents = await storedContents(store, board)
  if (!contents) return undefined
  const meta = readMetaIn(name => contents.meta.get(name))
  const { title, focus, sectors } = meta
  return JSON.stringify({ title, focus, sectors, preview: previewOf(readBoardIn(meta, flatsIn(contents))) })
}
