import { newId } from '../../shared/ids.ts'
import { asTemplate } from '../../shared/template.ts'
import { hashOf, newSecret } from '../../server/tickets.ts'
import type { Command } from './command.ts'
import { Failure } from './failure.ts'
import { recordsIn, tooManyRecords } from '../../server/opening.ts'
import { boardFileIn, readBoardFile } from './input.ts'
import { writing } from './store.ts'

/** A board file as a template of this server, without its people. */
export const templateCommand: Command = {
  takes: 'add <file|->',
  count: [2, 2],
  hint: 'Makes a template of a board file, without its people, while no server runs; prints its id and the key that renames and removes it.',
  options: { json: { type: 'boolean', hint: 'Prints {"id", "key"} rather than a line each.' } },
  async run({ positionals: [what, path = ''], values, config, print, say }) {
    if (what !== 'add') throw new Failure('usage', `template ${what} is nothing; there is: template add <file|->`)
    const whole = await readBoardFile(path, config.maxFile)
    const records = recordsIn(whole)
    if (records > config.maxRecords) throw new Failure('content', tooManyRecords(records, config.maxRecords))
    const template = asTemplate(whole)
    // Pictures are in a template as in the file it was made of.
    const shown = new Set(template.drawings.flatMap(({ props }) => (typeof props?.['src'] === 'string' ? [props['src']] : [])))
    const assets = (whole.assets ?? []).filter(({ id }) => shown.has(`asset:${id}`))
    const file = JSON.stringify(boardFileIn({ ...template, ...(assets.length && { assets }) }))
    const [id, key] = [newId<string>(12), newSecret()]
    const added = await writing(config, store => store.templates.add({ id, created: Date.now(), keyHash: hashOf(key), file }, config.maxTemplates))
    if (!added) throw new Failure('store', `This server keeps at most ${config.maxTemplates} saved templates. Remove one, or raise MAX_TEMPLATES.`)
    say(`“${template.board.title}” is a template now. Its key is printed once and kept nowhere.`)
    print(values['json'] ? `${JSON.stringify({ id, key })}\n` : `id ${id}\nkey ${key}\n`)
  },
}
