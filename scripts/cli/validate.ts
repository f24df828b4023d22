import type { BoardFile } from '../../shared/file.ts'
import { isKind } from '../../shared/cards/index.ts'
import { isMethod } from '../../shared/methods/index.ts'
import { isRelationName } from '../../shared/relations.ts'
import { recordsIn, tooManyRecords } from '../../server/opening.ts'
import { counted } from '../command.ts'
import type { Command } from './command.ts'
import { nameOf, readBoardFile } from './input.ts'

/** Whether a file is a board file, and where it is not; what a reader would pass over is said and no fault. */
export const validateCommand: Command = {
  takes: '<file|->',
  count: [1, 1],
  hint: 'Says whether a file is a board file, and where it is not.',
  options: {},
  async run({ positionals: [path = ''], config, print, say }) {
    const file = await readBoardFile(path, config.maxFile)
    for (const sentence of oddities(file)) say(sentence)
    const records = recordsIn(file)
    if (records > config.maxRecords) say(tooManyRecords(records, config.maxRecords))
    const { cards, relations, structures, drawings, people } = file
    print(`${nameOf(path)} is a board file, version ${file.version}: ${[counted(cards.length, 'card'), counted(relations.length, 'relation'), counted(structures.length, 'structure'), counted(drawings.length, 'drawing')].join(', ')}, ${people.length === 1 ? '1 person' : `${people.length} people`}.\n`)
  },
}

/** Most sentences of one sort. */
const most = 5

/** What is allowed, and will not be read as it may have been meant. */
function oddities({ cards, relations, structures, drawings }: BoardFile): string[] {
  const ids = new Set(cards.map(({ id }) => id))
  const containers = new Set([...structures, ...drawings].map(({ id }) => id))
  const loose = relations.flatMap(({ id, from, to }, i) => [from, to].filter(end => !ids.has(end)).map(end => `relations[${i}] (“${id}”) is to a card that is not in the file: “${end}”. It will be read as absent.`))
  const lost = cards.flatMap(({ id, in: parent }, i) => (parent === undefined || containers.has(parent) ? [] : [`cards[${i}] (“${id}”) is inside of something that is not in the file: “${parent}”.`]))
  const later = [
    ...cards.flatMap(({ kind }, i) => (isKind(kind) ? [] : [`cards[${i}].kind: “${kind}” is a kind this version does not know. It is kept as it is.`])),
    ...relations.flatMap(({ kind }, i) => (isRelationName(kind) ? [] : [`relations[${i}].kind: “${kind}” is a kind this version does not know. It is kept as it is.`])),
    ...structures.flatMap(({ type }, i) => (isMethod(type) ? [] : [`structures[${i}].type: “${type}” is a structure this version does not know. It is kept as it is.`])),
  ]
  return [loose, lost, later].flatMap(sentences => (sentences.length > most ? [...sentences.slice(0, most), `And ${sentences.length - most} more of this sort.`] : sentences))
}
