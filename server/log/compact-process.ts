import { giveAnswer } from '../answers.ts'
import { kindOf } from '../documents.ts'
import type { DocId } from '../storage/log.ts'
import { openReader } from '../storage/reading.ts'
import { compactUpdates, toCompact } from './compact.ts'
import type { Said } from './compactor.ts'

/* Compacts the one large document this process was started for, by the folder of the store and the document's name, as the store has it. */

const [dataDir = '', name = ''] = process.argv.slice(2)
const doc = name as DocId
const stored = await openReader(dataDir).log.load(doc)
const made = compactUpdates(kindOf(doc), toCompact(stored))
giveAnswer({ head: (made ? { upTo: stored.upTo, records: made.records } : undefined) satisfies Said, parts: made ? [made.snapshot, made.vector] : [] })
