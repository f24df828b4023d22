import { type BoardId, isId } from '../../shared/ids.ts'
import { boardOf, docIdOf } from '../../server/documents.ts'
import { releaseIsolation } from '../../server/storage/reading.ts'
import type { Command } from './command.ts'
import { Failure } from './failure.ts'
import { reading } from './store.ts'

/** Boards that something went wrong with are served by themselves, or not at all, for a while: this lets one be as others again. */
export const releaseCommand: Command = {
  takes: '[board]',
  count: [0, 1],
  hint: 'Lets a board be served beside others again that something went wrong with; without one, prints which there are. While a server runs, too.',
  options: {},
  async run({ positionals: [board], config, print, say }) {
    if (board === undefined) {
      const all = await reading(config, store => store.isolations.all())
      for (const { doc, since, until, faults, cause } of all) print(`${boardOf(doc)}\t${new Date(since).toISOString()}\t${new Date(until).toISOString()}\t${faults}\t${cause.replace(/\s+/g, ' ')}\n`)
      if (all.length === 0) say('Every board is served beside others.')
      return
    }
    const isKnown = isId(board) && (await reading(config, async store => store.boards().some(({ id }) => id === (board as string))))
    if (!isKnown) throw new Failure('content', `There is no board “${board}” in ${config.dataDir}. List the boards with: list`)
    const wasThere = await releaseIsolation(config.dataDir, docIdOf(board as string as BoardId, 'canvas'))
    say(wasThere ? `${board} is served beside others again; a server that runs hears of it within seconds.` : `Nothing was wrong with ${board}: it is served beside others.`)
  },
}
