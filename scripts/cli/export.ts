import { existsSync } from 'node:fs'
import * as Y from 'yjs'
import { readMeta } from '../../shared/board.ts'
import { exportFileName, exportFormatOf, exportNames, isExportName, noSuchFormat, type ExportName } from '../../shared/export/formats.ts'
import { readFile } from '../../shared/export/reading.ts'
import { writers } from '../../shared/export/writers.ts'
import { picturesShown } from '../../shared/file-out.ts'
import { type BoardId, isId } from '../../shared/ids.ts'
import type { Json } from '../../shared/json.ts'
import { told } from '../../shared/told.ts'
import { exportText } from '../../server/exporting.ts'
import { enclosed } from '../../server/pictures.ts'
import type { Command, Given } from './command.ts'
import { Failure } from './failure.ts'
import { readBoardFile } from './input.ts'
import { documentOf, reading } from './store.ts'

/** A board of the store, or a board file, in any format; from the store as over HTTP, whether a server runs or not. */
export const exportCommand: Command = {
  takes: '<board|file|->',
  count: [1, 1],
  hint: 'Writes a board of this server, or a board file, in another format to stdout.',
  options: { format: { type: 'string', short: 'f', value: 'format', hint: `One of ${exportNames.join(', ')}; json where nothing is said.` } },
  async run({ positionals: [source = ''], values, config, print, say }) {
    const format = values['format'] ?? 'json'
    if (!isExportName(format)) throw new Failure('usage', noSuchFormat(String(format)))
    if (source === '-' || existsSync(source)) {
      print(writers[format](readFile(told(await readBoardFile(source, config.maxFile)))))
      return
    }
    if (!isId(source)) throw new Failure('files', `There is no file “${source}”.`)
    print(await boardIn(source as string as BoardId, format, config, say))
  },
}

const boardIn = (board: BoardId, format: ExportName, config: Given['config'], say: Given['say']): Promise<string> =>
  reading(config, async store => {
    const doc = await documentOf(store, board)
    if (!doc) throw new Failure('content', `There is neither a file nor a board “${board}” in ${config.dataDir}. List the boards with: list`)
    const people = (await store.people.all(board)).map(({ id, sector }) => ({ id, sector }))
    const { assets = [] } = exportFormatOf(format).pictures ? await enclosed<{ drawings: Json[]; assets?: Json[] }>({ files: store.pictureFiles, assets: store.assets, most: config.maxExportAssets }, board, { drawings: picturesShown(doc) }) : {}
    say(exportFileName(readMeta(doc).title, format))
    return exportText({ name: format, content: Y.encodeStateAsUpdate(doc), people, exported: Date.now(), assets })
  })
