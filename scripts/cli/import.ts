import { basename } from 'node:path'
import { Problem } from '../../server/http/problems.ts'
import { opened, readBoardFile } from '../../server/opening.ts'
import { createPictures } from '../../server/pictures.ts'
import { makeBoard } from '../../server/making.ts'
import { readCanvas, isCanvas } from '../../shared/import/json-canvas.ts'
import { extensionOf, sourceFormats } from '../../shared/import/accepted.ts'
import { decode } from '../../shared/import/decode.ts'
import { type Imported, ImportError } from '../../shared/import/imported.ts'
import { boardOf } from '../../shared/import/layout.ts'
import { cardsOf, guessMapping, mostRows, readTableText, sayUnread } from '../../shared/import/table-file.ts'
import { isTldraw } from '../../shared/import/tldraw.ts'
import type { BoardFile } from '../../shared/file.ts'
import { addressOf } from './address.ts'
import type { Command, Given } from './command.ts'
import { Failure } from './failure.ts'
import { boardFileIn, jsonAt, nameOf, readBytes } from './input.ts'
import { writing } from './store.ts'

const { extensions }: { readonly extensions: readonly string[] } = sourceFormats.table

/** A board file, a JSON Canvas or a table, as a new board of the store. */
export const importCommand: Command = {
  takes: '<file|->',
  count: [1, 1],
  hint: 'Makes a new board of a board file, a JSON Canvas or a table (CSV, TSV), while no server runs; prints its id and its three links.',
  options: {
    title: { type: 'string', value: 'title', hint: 'What the board is called; as its file says where nothing is said.' },
    table: { type: 'boolean', hint: 'Reads a table, a card a row, whatever it is called; its first row says what its columns hold.' },
    json: { type: 'boolean', hint: 'Prints {"id", "links"} rather than a line each.' },
  },
  async run({ positionals: [path = ''], values, config, print, say }) {
    const isTable = values['table'] === true || extensions.includes(extensionOf(path))
    const file = fileIn(await readBytes(path, config.maxFile), path, isTable, say, config.maxRecords)
    const title = typeof values['title'] === 'string' ? values['title'].trim().slice(0, 200) || undefined : undefined
    const { id, links } = await writing(config, store => {
      const start = opened(file, { title, today: new Date().toISOString().slice(0, 10) })
      const pictures = createPictures({ files: store.pictureFiles, assets: store.assets, config, now: Date.now })
      return makeBoard({ store, pictures, now: Date.now, publicUrl: () => addressOf(config) }, start)
    })
    say(`“${(title ?? file.board.title) || 'Untitled'}” is a board in ${config.dataDir}. Its links are printed once and kept nowhere.`)
    if (values['json']) print(`${JSON.stringify({ id, links })}\n`)
    else for (const [name, value] of Object.entries({ id, ...links })) print(`${name} ${value}\n`)
  },
}

function fileIn(bytes: Uint8Array, path: string, isTable: boolean, say: Given['say'], most: number): BoardFile {
  const title = path === '-' ? '' : basename(path).replace(/\.[^.]+$/, '')
  try {
    const { file, warnings } = isTable ? tableIn(bytes, path, title) : mapIn(jsonAt(bytes, path), path, title)
    for (const warning of warnings) say(warning)
    // As over HTTP, a board that no canvas could show is not made either.
    return readBoardFile(file, most)
  } catch (error) {
    if (error instanceof ImportError || error instanceof Problem) throw new Failure('content', error.message, error)
    throw error
  }
}

function mapIn(value: unknown, path: string, title: string): Imported {
  if (isCanvas(value)) return readCanvas(value, title)
  if (isTldraw(value)) throw new Failure('content', `${nameOf(path)} is a tldraw file. What brings those up to date is tldraw’s own and works in a browser: open it on the first page of the server.`)
  return { file: boardFileIn(value), warnings: [] }
}

function tableIn(bytes: Uint8Array, path: string, title: string): Imported {
  const { text, warning } = decode(bytes, path === '-' ? 'what was sent' : basename(path))
  const table = readTableText(text, path === '-' ? 'what was sent' : basename(path))
  const mapping = guessMapping(table)
  const pasted = cardsOf(table, mapping, mostRows)
  if (!('cards' in pasted)) throw new ImportError(`${nameOf(path)} holds no row that could be a card.`)
  return { file: boardOf(pasted.cards, title), warnings: [...(warning ? [warning] : []), ...table.warnings, ...sayUnread(table, mapping)] }
}
