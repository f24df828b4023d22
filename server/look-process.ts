import type { BoardId } from '../shared/ids.ts'
import { giveAnswer } from './answers.ts'
import { lookOf } from './looking.ts'
import { openReader } from './storage/reading.ts'

/* Looks at the one board this process was started for, by the folder of the store and its id, as the store has it. */

const [dataDir = '', board = ''] = process.argv.slice(2)
const look = await lookOf(openReader(dataDir), board as BoardId)
giveAnswer({ head: look !== undefined, parts: look === undefined ? [] : [Buffer.from(look)] })
