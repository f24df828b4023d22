import * as Y from 'yjs'
import { foldUpdates } from '../../server/fold.ts'
import type { DocId } from '../../server/storage/log.ts'
import { openStore } from '../../server/storage/sqlite.ts'

/* Run as a process: writes numbers to a board's log, says each once it is kept, and folds all the time, until it is killed. */

const [folder = '', from = '0'] = process.argv.slice(2)
const doc = 'board' as DocId
const { log } = openStore(folder)
const board = new Y.Doc()
const stored = await log.load(doc)
for (const update of stored.snapshot ? [stored.snapshot, ...stored.entries] : stored.entries) Y.applyUpdate(board, update)
let update: Uint8Array | undefined
board.on('update', (made: Uint8Array) => (update = made))
for (let i = Number(from); ; i++) {
  board.getMap('records').set(`n${i}`, i)
  const upTo = await log.append([{ doc, data: update! }])
  process.stdout.write(`${i}\n`)
  if (i % 3) continue
  const { snapshot, entries } = await log.load(doc)
  const folded = foldUpdates(snapshot ? [snapshot, ...entries] : entries)
  if (!folded) throw new Error('A snapshot differs from what it is made of.')
  await log.compact(doc, upTo, folded.snapshot, folded.vector)
}
