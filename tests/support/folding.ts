import * as Y from 'yjs'
import { createCompactor } from '../../server/log/compactor.ts'
import type { DocId } from '../../server/storage/log.ts'
import { openStoreThread } from '../../server/storage/thread.ts'

/* Run as a process: adds a record with each entry and takes an older one away, says the entry's position once it is kept and a word for each fold, and folds all the time, until it is killed. */

const [folder = ''] = process.argv.slice(2)
const doc = 'board' as DocId
const store = await openStoreThread(folder)
const compactor = createCompactor({ log: store.log, past: { history: store.history, most: 2 ** 26 }, failed: error => process.stderr.write(`${String(error)}\n`) })
const board = new Y.Doc()
const stored = await store.log.load(doc)
for (const update of stored.snapshot ? [stored.snapshot, ...stored.entries] : stored.entries) Y.applyUpdate(board, update)
let update: Uint8Array | undefined
board.on('update', (made: Uint8Array) => (update = made))
for (let n = stored.upTo + 1; ; n++) {
  board.transact(() => {
    board.getMap('records').set(`n${n}`, new Y.Map([['type', 'card'], ['n', n]]))
    board.getMap('records').delete(`n${n - 3}`)
  })
  const [upTo = 0] = await store.log.append([{ doc, data: update!, at: Date.now(), by: ['ana'] }])
  process.stdout.write(`${upTo}\n`)
  if (n % 5 === 0) void compactor.compact(doc).then(() => process.stdout.write('folded\n'))
}
