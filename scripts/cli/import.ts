import { Problem } from '../../server/http/problems.ts'
import { opened, readBoardFile } from '../../server/opening.ts'
import { createPictures } from '../../server/pictures.ts'
import { makeBoard } from '../../server/making.ts'
import { readCanvas, isCanvas } from '../../shared/import/json-canvas.ts'
import { ImportError } from '../../shared/import/imported.ts'
import type { BoardFile } from '../../shared/file.ts'
import type { Command, Given } from './command.ts'
import { Failure } from './failure.ts'
import { boardFileIn, jsonAt, nameOf, readBytes } from './input.ts'
import { writing } from './store.ts'

/** A board file, or a JSON Canvas, as a new board of the store. */
export const importCommand: Command = {
  takes: '<file|->',
  count: [1, 1],
  hint: 'Makes a new board of a board file or a JSON Canvas, while no server runs; prints its id and its three links.',
  options: {
    title: { type: 'string', value: 'title', hint: 'What the board is called; as its file says where nothing is said.' },
    json: { type: 'boolean', hint: 'Prints {"id", "links"} rather than a line each.' },
  },
  async run({ positionals: [path = ''], values, config, print, say }) {
    const file = fileIn(jsonAt(await readBytes(path, config.maxFile), path), path, say)
    const title = typeof values['title'] === 'string' ? values['title'].trim().slice(0, 200) || undefined : undefined
    const { id, links } = await writing(config, store => {
      const start = opened(file, { title, today: new Date().toISOString().slice(0, 10) })
      const pictures = createPictures({ files: store.pictureFiles, assets: store.assets, config, now: Date.now })
      return makeBoard({ store, pictures, now: Date.now, publicUrl: () => addressOf(config) }, start)
    })
    say(`“${title ?? file.board.title}” is a board in ${config.dataDir}. Its links are printed once and kept nowhere.`)
    if (values['json']) print(`${JSON.stringify({ id, links })}\n`)
    else for (const [name, value] of Object.entries({ id, ...links })) print(`${name} ${value}\n`)
  },
}

/** Where people will reach the board: as the server would say. */
const addressOf = ({ publicUrl, host, port }: Given['config']): string => publicUrl || `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`

function fileIn(value: unknown, path: string, say: Given['say']): BoardFile {
  try {
    // As over HTTP, a board that no canvas could show is not made either.
    if (!isCanvas(value)) return readBoardFile(boardFileIn(value))
    const { file, warnings } = readCanvas(value, path === '-' ? '' : nameOf(path).slice(1, -1).replace(/\.[^.]+$/, ''))
    for (const warning of warnings) say(warning)
    return readBoardFile(file)
  } catch (error) {
    if (error instanceof ImportError || error instanceof Problem) throw new Failure('content', error.message, error)
    throw error
  }
}
