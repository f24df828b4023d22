import { giveAnswer } from '../answers.ts'
import { flatsIn } from '../../shared/board.ts'
import { contentsOfUpdates } from '../documents.ts'
import { asItWas, momentsOf } from './moments.ts'
import { openReader } from '../storage/reading.ts'
import type { Asked, PastAnswer } from './pasts.ts'
import { removedList, removedRecords } from './removed.ts'

/* Looks back at the one board this process was started for, by the folder of the store and what is asked, as the store has it. */

const [dataDir = '', asked = ''] = process.argv.slice(2)
const store = openReader(dataDir, { examined: true })
const want = JSON.parse(asked) as Asked

async function answer(): Promise<unknown> {
  switch (want.is) {
    case 'removed':
      return removedList(store, want.board, want.now)
    case 'records':
      return removedRecords(store, want.board, want.removal, want.now)
    case 'moments':
      return momentsOf(store, want.board)
    case 'moment': {
      const was = await asItWas(store, want.board, { seq: want.seq })
      return typeof was === 'string' ? { unreadable: was } : { at: was.at, records: [...flatsIn(contentsOfUpdates(was.updates))].map(([id, flat]) => [id, [...flat]]) }
    }
  }
}

const found = await answer()
giveAnswer({ head: { isThere: found !== undefined } satisfies PastAnswer, parts: found === undefined ? [] : [Buffer.from(JSON.stringify(found))] })
