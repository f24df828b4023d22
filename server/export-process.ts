import { giveAnswer } from './answers.ts'
import { exportOf, type Leaving } from './exporting.ts'
import type { Said } from './exports.ts'
import { openReader } from './storage/reading.ts'

/* Writes the one board this process was started for, by the folder of the store and what is wanted of it, as the store has it. */

const [dataDir = '', leaving = ''] = process.argv.slice(2)
const written = await exportOf(openReader(dataDir, { examined: true }), JSON.parse(leaving) as Leaving)
giveAnswer({ head: (typeof written === 'object' ? { title: written.title } : written) satisfies Said, parts: typeof written === 'object' ? [written.bytes] : [] })
