import { type BoardId, isId } from '../../shared/ids.ts'
import { giveBoardBack, removeBoard } from '../../server/storage/reading.ts'
import type { Command } from './command.ts'
import { Failure } from './failure.ts'
import { reading } from './store.ts'

/** A board is removed, or brought back. */
export const removeCommand: Command = {
  takes: '<board>',
  count: [1, 1],
  hint: 'Removes a board: it closes at once, comes back with --back for thirty days, and is gone for good after that. While a server runs, too.',
  options: { back: { type: 'boolean', hint: 'Brings a removed board back, as it was.' } },
  async run({ positionals: [board = ''], values, config, say }) {
    const id = board as string as BoardId
    const { isThere, isRemoved } = await reading(config, async store => ({ isThere: isId(board) && store.boards().some(each => each.id === id), isRemoved: (await store.removed.all()).some(each => each.board === id) }))
    if (!isThere) throw new Failure('content', `There is no board “${board}” in ${config.dataDir}. List the boards with: list, or list --removed`)
    if (values['back']) {
      if (!(await giveBoardBack(config.dataDir, id))) throw new Failure('content', `${board} was not removed.`)
      return say(`${board} is back, as it was.`)
    }
    if (!isRemoved) await removeBoard(config.dataDir, id, Date.now())
    say(isRemoved ? `${board} was removed before; its thirty days go on.` : `${board} is removed. A server that runs ends its visits within seconds. It comes back for thirty days with: remove ${board} --back`)
  },
}
