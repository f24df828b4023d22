import { type Contents, flatsIn, readCard, readMetaIn } from '../../shared/board.ts'
import { isId } from '../../shared/ids.ts'
import { storedContents } from '../../server/documents.ts'
import { collectGarbage } from '../../server/garbage.ts'
import { isDamaged, type StoreError } from '../../server/storage/faults.ts'
import type { Command } from './command.ts'
import { Failure } from './failure.ts'
import { reading } from './store.ts'

/** The boards of the store, oldest first. */
export const listCommand: Command = {
  takes: '',
  count: [0, 0],
  hint: 'Prints the boards of this server, a line each: id, day it was made, cards, title; with tabs between. Removed ones only with --removed.',
  options: {
    json: { type: 'boolean', hint: 'Prints [{"id", "created", "used", "cards", "title"}] instead.' },
    unused: { type: 'string', value: 'days', hint: 'Only boards that nobody changed for so many days; the day they were last changed in place of the one they were made.' },
    removed: { type: 'boolean', hint: 'Boards that were removed and can still be brought back.' },
  },
  async run({ values, config, print, say }) {
    const damaged: StoreError[] = []
    const unused = daysIn(values['unused'])
    const boards = await reading(config, async store => {
      const found: { id: string; created: string; used: string; cards: number; title: string }[] = []
      const removed = new Set((await store.removed.all()).map(({ board }) => board))
      for (const board of store.boards()) {
        const { id, created } = board
        const used = store.lastUsed(board)
        if (removed.has(id) !== (values['removed'] === true) || (unused !== undefined && Date.now() - used < unused * day)) continue
        // One that is damaged hides no other.
        const contents = await storedContents(store, id).catch((error: unknown) => {
          if (!isDamaged(error)) throw error
          damaged.push(error)
          return undefined
        })
        if (!contents) continue
        const cards = cardsOn(contents)
        found.push({ id, created: new Date(created).toISOString(), used: new Date(used).toISOString(), cards, title: readMetaIn(name => contents.meta.get(name)).title })
        // Left to itself V8 keeps several large boards before it looks which are needed.
        if (cards > 1_000) collectGarbage()
      }
      return found
    })
    if (values['json']) print(`${JSON.stringify(boards)}\n`)
    else for (const { id, created, used, cards, title } of boards) print(`${id}\t${(unused === undefined ? created : used).slice(0, 10)}\t${cards}\t${title.replace(/\s+/g, ' ')}\n`)
    if (damaged.length) throw new Failure('store', damaged.map(({ message }) => message).join('\n'), damaged[0])
    if (boards.length === 0) say(values['removed'] || unused !== undefined ? 'There are no such boards.' : `There are no boards in ${config.dataDir}.`)
  },
}

/** How many cards are on a board, without keeping any of it. */
function cardsOn(contents: Contents): number {
  let cards = 0
  for (const [id, flat] of flatsIn(contents)) if (isId(id) && readCard(id, flat)) cards++
  return cards
}

const day = 86_400_000

function daysIn(text: string | boolean | undefined): number | undefined {
  if (typeof text !== 'string') return undefined
  if (!/^\d{1,5}$/.test(text)) throw new Failure('usage', `--unused ${text} is no number of days.`)
  return Number(text)
}
