import { giveAnswer } from '../answers.ts'
import type { DocId } from '../storage/log.ts'
import { openReader } from '../storage/reading.ts'
import { thinned } from './thin.ts'
import type { Said } from './thinner.ts'

/* Thins what is kept of the one document this process was started for, by the folder of the store, its name and the time, as the store has it. */

const [dataDir = '', name = '', now = '0'] = process.argv.slice(2)
const made = await thinned(openReader(dataDir, { examined: true }).history, name as DocId, Number(now))
const strips = made?.instead.map(({ since, upTo, began, ended, steps, due, base }) => ({ since, upTo, began, ended, steps, due, hasBase: base !== undefined }))
giveAnswer({
  head: (made && strips ? { strips, replaced: made.replaced, damaged: made.damaged } : undefined) satisfies Said,
  parts: made?.instead.flatMap(({ base, data }) => (base ? [base, data] : [data])) ?? [],
})
