import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type BoardFile, BoardFileError, parseBoardFile } from '../../shared/file.ts'
import { toBoardFile } from '../../shared/file-out.ts'
import { type BoardId, newId } from '../../shared/ids.ts'
import type { Json } from '../../shared/json.ts'
import { asTemplate } from '../../shared/template.ts'
import type { App } from '../app.ts'
import { docIdOf } from '../documents.ts'
import type { SavedTemplate } from '../storage/register.ts'
import { hashOf, isSecretOf, newSecret } from '../tickets.ts'
import { sendBoardFile } from './attachments.ts'
import { badRequest, noTemplate, notOwner, Problem, shipsWithServer, templatesFull } from './problems.ts'
import { seldom } from './rates.ts'
import { askersOf, bearerOf, read } from './requests.ts'

/** What whoever saves a template says of it. */
const words = {
  title: z.string().trim().min(1, 'write a title').max(200),
  about: z.string().trim().max(2_000).optional(),
  takes: z.string().trim().max(80).optional(),
  people: z.string().trim().max(80).optional(),
  gives: z.string().trim().max(200).optional(),
}
const saving = z.strictObject({ ...words, only: z.array(z.string().max(80)).min(1, 'choose something, or leave it out for the whole board').max(20_000).optional() })
const renaming = z.strictObject({ ...words, title: words.title.optional() })

type Words = z.output<typeof renaming>

/** The file with other words about it; an empty one takes the old one away. */
function saying(file: BoardFile, { title = file.board.title, ...others }: Words): BoardFile {
  const { title: _title, ...rest } = { ...file.board, ...Object.fromEntries(Object.entries(others).filter(([, text]) => text !== undefined)) }
  return { ...file, board: { title, ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== '')) } }
}

/** Templates: those that ship with the server, and boards that facilitators save for others to start from. */
export function templateRoutes(http: FastifyInstance, app: App): void {
  const { store, rooms, config, gallery, pictures } = app
  const { facilitatorIn } = askersOf(app)

  const idIn = (request: FastifyRequest): string => (request.params as { id: string }).id

  /** A saved template, for whoever brings its key. */
  const ownIn = async (request: FastifyRequest): Promise<SavedTemplate> => {
    const id = idIn(request)
    if (gallery.isBuiltIn(id)) throw shipsWithServer()
    const template = await store.templates.get(id)
    if (!template) throw noTemplate()
    if (!isSecretOf(template.keyHash, bearerOf(request))) throw notOwner()
    return template
  }

  const fileIn = async (request: FastifyRequest): Promise<BoardFile> => {
    const file = await gallery.file(idIn(request))
    if (!file) throw noTemplate()
    return file
  }

  /** A board, or what is chosen of it, as a template; checked as any file that comes from outside. */
  const templateFrom = async (board: BoardId, only: readonly string[] | undefined): Promise<BoardFile> => {
    const doc = await (await rooms.open(docIdOf(board, 'canvas'))).document()
    // The file knows everybody who joined, so that none of their ids is missed.
    const people = (await store.people.all(board)).map(({ id }) => ({ id }))
    const whole = toBoardFile(doc, people, new Date(app.now())) as unknown as BoardFile
    const file = asTemplate(whole, { only: only && new Set(only) })
    if (only && !file.cards.length && !file.structures.length && !file.drawings.length) throw badRequest('only: nothing of what was chosen is on the board. Choose again.')
    try {
      return parseBoardFile(await pictures.enclose(board, file))
    } catch (error) {
      if (error instanceof BoardFileError) throw new Problem(409, 'No template', `This board cannot be saved as a template. ${error.message}`, error)
      throw error
    }
  }

  http.get('/api/templates', () => gallery.list())

  http.get('/api/templates/:id/file', async (request, reply) => sendBoardFile(reply, (await fileIn(request)) as unknown as Record<string, Json>))

  http.post('/api/boards/:board/templates', seldom(config), async (request, reply) => {
    const { board } = await facilitatorIn(request)
    const { only, ...said } = read(saving, request.body)
    const file = JSON.stringify(saying(await templateFrom(board, only), said))
    if (Buffer.byteLength(file) > config.maxFile) throw new Problem(413, 'Too large', 'This board is larger than a board file may be here. Choose a part of it, or ask whoever runs the server to raise MAX_FILE_BYTES.')
    const id = newId<string>(12)
    const key = newSecret()
    if (!(await store.templates.add({ id, created: app.now(), keyHash: hashOf(key), file }, config.maxTemplates))) throw templatesFull(config.maxTemplates)
    return reply.code(201).send({ id, key })
  })

  http.patch('/api/templates/:id', async (request, reply) => {
    const { id } = await ownIn(request)
    const said = read(renaming, request.body)
    await store.templates.replace(id, JSON.stringify(saying(await fileIn(request), said)))
    gallery.changed(id)
    return reply.code(204).send()
  })

  http.delete('/api/templates/:id', async (request, reply) => {
    const { id } = await ownIn(request)
    await store.templates.remove(id)
    gallery.changed(id)
    return reply.code(204).send()
  })
}
