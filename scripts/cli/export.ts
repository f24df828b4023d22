import { existsSync } from 'node:fs'
import { exportFileName, exportNames, isExportName, noSuchFormat } from '../../shared/export/formats.ts'
import { readFile } from '../../shared/export/reading.ts'
import { writers } from '../../shared/export/writers.ts'
import { type BoardId, isId } from '../../shared/ids.ts'
import { told } from '../../shared/told.ts'
import { exportOf } from '../../server/exporting.ts'
import { unreadable } from '../../server/history/unreadable.ts'
import { at, momentIn } from './moment.ts'
import type { Command } from './command.ts'
import { Failure } from './failure.ts'
import { pathOf } from './paths.ts'
import { reading } from './store.ts'

/** A board of the store, or a board file, in any format; from the store as over HTTP, whether a server runs or not. */
export const exportCommand: Command = {
  takes: '<board|file|->',
  count: [1, 1],
  hint: 'Writes a board of this server, or a board file, in another format to stdout.',
  options: { format: { type: 'string', short: 'f', value: 'format', hint: `One of ${exportNames.join(', ')}; json where nothing is said.` }, at },
  async run({ positionals: [source = ''], values, config, print, say }) {
    const name = values['format'] ?? 'json'
    if (!isExportName(name)) throw new Failure('usage', noSuchFormat(String(name)))
    const wanted = values['at'] === undefined ? undefined : momentIn(String(values['at']))
    if (source === '-' || existsSync(pathOf(source))) {
      if (wanted) throw new Failure('usage', 'A file is what it is: --at is for boards of this server.')
      // A board of the store needs no schema of files, which takes long to load.
      const { readBoardFile } = await import('./input.ts')
      return print(writers[name](readFile(told(await readBoardFile(source, config.maxFile)))))
    }
    if (!isId(source)) throw new Failure('files', `There is no file “${source}”.`)
    const written = await reading(config, store => exportOf(store, { board: source as string as BoardId, name, exported: Date.now(), most: config.maxExportAssets, ...(wanted && { at: wanted }) }))
    if (!written) throw new Failure('content', `There is neither a file nor a board “${source}” in ${config.dataDir}. List the boards with: list`)
    if (typeof written === 'string') throw new Failure('content', `${unreadable[written]} List the moments with: history ${source}`)
    say(exportFileName(written.title, name))
    print(written.bytes)
  },
}
