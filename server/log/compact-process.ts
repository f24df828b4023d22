import { giveAnswer } from '../answers.ts'
import { kindOf } from '../documents.ts'
import type { DocId } from '../storage/log.ts'
import { openReader } from '../storage/reading.ts'
import { toKeepOf } from '../history/keep.ts'
import { compactUpdates, toCompact } from './compact.ts'
import type { Said } from './compactor.ts'

/* Compacts the one large document this process was started for, by the folder of the store and the document's name, as the store has it. */

const [dataDir = '', name = '', most = '0'] = process.argv.slice(2)
const doc = name as DocId
const { log, history } = openReader(dataDir)
const stored = await log.load(doc)
const made = compactUpdates(kindOf(doc), toCompact(stored), await toKeepOf(history, doc, stored, Number(most)))
const { base, data, gone, ...about } = made?.packed ?? {}
const packed = made?.packed && { ...about, hasBase: base !== undefined, hasGone: gone !== undefined }
giveAnswer({
  head: (made ? { upTo: stored.upTo, records: made.records, packed } : undefined) as Said,
  parts: made ? [made.snapshot, made.vector, ...[data, base, gone].filter(part => part !== undefined)] : [],
})
