import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { newId } from '../../shared/ids.ts'
import type { App } from '../app.ts'
import { createTurnsByKey } from '../ops/by-key.ts'
import { createWindows } from '../ops/windows.ts'
import type { AboutTemplate } from '../storage/register.ts'
import { giveAway } from '../storage/thread.ts'
import { hashOf, isSecretOf, newSecret } from '../tickets.ts'
import { sendExport } from './attachments.ts'
import { noTemplate, notOwner, shipsWithServer, templatesFull, templatesOften } from './problems.ts'
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

const day = 86_400_000

/** Templates: those that ship with the server, and boards that facilitators save for others to start from. */
export function templateRoutes(http: FastifyInstance, app: App): void {
  const { store, config, gallery, templates, largeWrites } = app
  const { facilitatorIn, flightOf, committed } = askersOf(app)
  const most = Math.min(config.maxTemplate, config.maxFile)
  const savedIn = createWindows({ most: config.templatesPerDay, ms: day, clock: app.clock })
  /** Whose words are being changed: two at once would each take back what the other said. */
  const changing = createTurnsByKey()

  const idIn = (request: FastifyRequest): string => (request.params as { id: string }).id

  /** A saved template, for whoever brings its key. */
  const ownIn = async (request: FastifyRequest): Promise<AboutTemplate> => {
    const id = idIn(request)
    if (gallery.isBuiltIn(id)) throw shipsWithServer()
    const template = await store.templates.about(id)
    if (!template) throw noTemplate()
    if (!isSecretOf(template.keyHash, bearerOf(request))) throw notOwner()
    return template
  }

  const reword = async (id: string, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const flight = flightOf(request, reply)
    const { text, listed } = await templates.reword(id, read(renaming, request.body), flight)
    await largeWrites.write(text.length, flight, () => store.templates.replace(id, giveAway(text)))
    gallery.changed(id, listed)
  }

  http.get('/api/templates', async (request, reply) => {
    const { json, tag } = await gallery.list()
    reply.header('etag', tag)
    if (request.headers['if-none-match'] === tag) return reply.code(304).send()
    return reply.type('application/json; charset=utf-8').send(json)
  })

  http.get('/api/templates/:id/file', async (request, reply) => {
    const { title, text } = await gallery.file(idIn(request), flightOf(request, reply))
    return sendExport(reply, 'json', title, text)
  })

  http.post('/api/boards/:board/templates', async (request, reply) => {
    const { board } = await facilitatorIn(request)
    const { only, ...said } = read(saving, request.body)
    const flight = flightOf(request, reply)
    if (savedIn.count(flight.address) > 0) throw templatesOften(config.templatesPerDay)
    try {
      await committed(board)
      const [id, key] = [newId<string>(12), newSecret()]
      const { text, listed } = await templates.save({ id, board, only, said, mostPictures: Math.min(config.maxExportAssets, Math.floor(most / 2)), most }, flight)
      const isAdded = await largeWrites.write(text.length, flight, () => store.templates.add({ id, created: app.now(), keyHash: hashOf(key), file: giveAway(text) }, config.maxTemplates))
      if (!isAdded) throw templatesFull(config.maxTemplates)
      gallery.changed(id, listed)
      return await reply.code(201).send({ id, key })
    } catch (error) {
      // Nothing was saved, and nothing counts.
      savedIn.undo(flight.address)
      throw error
    }
  })

  http.patch('/api/templates/:id', async (request, reply) => {
    const { id } = await ownIn(request)
    await changing.after(id, () => reword(id, request, reply))
    return reply.code(204).send()
  })

  http.delete('/api/templates/:id', async (request, reply) => {
    const { id } = await ownIn(request)
    await store.templates.remove(id)
    gallery.changed(id)
    return reply.code(204).send()
  })
}
