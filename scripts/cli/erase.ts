import { type BoardId, isId } from '../../shared/ids.ts'
import { erase } from '../../server/history/erase.ts'
import type { Person } from '../../server/storage/register.ts'
import type { Command } from './command.ts'
import { Failure } from './failure.ts'
import { writing } from './store.ts'

/** A person, or words, are taken out of a board and out of everything that is kept of what it was. */
export const eraseCommand: Command = {
  takes: '<board>',
  count: [1, 1],
  hint: 'Takes a person or words out of a board and of all that is kept of what it was, while no server runs; backups and people’s devices keep theirs.',
  options: {
    person: { type: 'string', value: 'id or name', hint: 'Somebody’s name, what they made and changed as theirs, and what they think of anything.' },
    texts: { type: 'boolean', hint: 'With --person: the texts of the cards they made as well.' },
    text: { type: 'string', value: 'words', hint: 'These very words, wherever they are written on the board.' },
  },
  async run({ positionals: [board = ''], values, config, say }) {
    const [who, words] = [values['person'], values['text']]
    if ((who === undefined) === (words === undefined) || who === '' || words === '') throw new Failure('usage', 'Say what is to go: --person <id or name>, or --text <words>.')
    if (values['texts'] && who === undefined) throw new Failure('usage', '--texts goes with --person.')
    const { looked, found, name } = await writing(config, async store => {
      if (!isId(board) || !(await store.boards.has(board as string as BoardId))) throw new Failure('content', `There is no board “${board}” in ${config.dataDir}. List the boards with: list`)
      const id = board as string as BoardId
      const person = who === undefined ? undefined : personIn(await store.people.all(id), String(who))
      const erased = await erase(store, id, { ...(person && { person: person.id, texts: values['texts'] === true }), ...(typeof words === 'string' && { words }) }, Date.now())
      if (!erased) throw new Failure('content', 'What was written to this board cannot be put together in one piece, so nothing was erased of it. Export it, make a new board of the file, and remove this one.')
      return { ...erased, name: person ? person.name || person.id : String(words) }
    })
    if (found) throw new Failure('content', `“${name}” was erased, and is still found in ${found} of ${looked} pieces that are kept of the board. Remove the board, or tell whoever keeps Manyfutures.`)
    say(`“${name}” is gone from the board and from what is kept of it: ${looked} pieces were unpacked and looked through. Backups, exported files, saved templates and people’s devices keep theirs; a device that was offline may bring its own letters again.`)
  },
}

function personIn(people: readonly Person[], said: string): Person {
  const [found, ...others] = [...people.filter(({ id }) => (id as string) === said), ...people.filter(({ id, name }) => name === said && (id as string) !== said)]
  if (!found) throw new Failure('content', `Nobody called “${said}” took part in this board.`)
  if (others.length && (found.id as string) !== said) throw new Failure('content', `${others.length + 1} people are called “${said}”. Say which by id: ${[found, ...others].map(({ id, sector }) => `${id}${sector ? ` (${sector})` : ''}`).join(', ')}.`)
  return found
}
