import { type BoardId, isId } from '../../shared/ids.ts'
import { momentsOf } from '../../server/history/moments.ts'
import type { Command } from './command.ts'
import { Failure } from './failure.ts'
import { reading } from './store.ts'

/** The moments of a board that can be looked back to. */
export const historyCommand: Command = {
  takes: '<board>',
  count: [1, 1],
  hint: 'Prints the moments of a board that can be exported with --at, a line each: number, time, and how many things were removed right after it. While a server runs, too.',
  options: { json: { type: 'boolean', hint: 'Prints [{"number", "time", "removed"}] instead.' } },
  async run({ positionals: [board = ''], values, config, print, say }) {
    const found = await reading(config, async store => (isId(board) && store.boards().some(({ id }) => id === (board as string)) ? momentsOf(store, board as string as BoardId) : undefined))
    if (!found) throw new Failure('content', `There is no board “${board}” in ${config.dataDir}. List the boards with: list`)
    const moments = found.moments.map(({ seq, at, removed }) => ({ number: seq, time: new Date(at).toISOString(), removed }))
    if (values['json']) print(`${JSON.stringify(moments)}\n`)
    else for (const { number, time, removed } of moments) print(`${number}\t${time}\t${removed}\n`)
    if (found.damaged) say(`${found.damaged === 1 ? 'A part' : `${found.damaged} parts`} of what was kept of this board could not be read, because it was damaged on disk; the board itself is as it was.`)
    if (moments.length === 0) say('Nothing is kept of what this board was before.')
  },
}
