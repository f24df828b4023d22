import * as Y from 'yjs'
import { compactUpdates, toCompact } from '../../server/log/compact.ts'
import type { DocId } from '../../server/storage/log.ts'
import { openStore } from '../../server/storage/sqlite.ts'

/* Run as a process: writes numbers to a board's log, says each once it is kept, and compacts it all the time, until it is killed. */

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
  const [upTo = 0] = await log.append([{ doc, data: update! }])
  process.stdout.write(`${i}\n`)
  if (i % 3) continue
  const made = compactUpdates('canvas', toCompact(await log.load(doc)))
  if (!made) throw new Error('A snapshot differs from what it is made of.')
  await log.compact(doc, upTo, made.snapshot, made.vector, made.records)
}
