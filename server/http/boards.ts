import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type * as Y from 'yjs'
import { z } from 'zod'
import { isExportName, noSuchFormat } from '../../shared/export/formats.ts'
import { type BoardId, newId, type ParticipantId } from '../../shared/ids.ts'
import { readBoard, readMeta } from '../../shared/board.ts'
import { isObject } from '../../shared/json.ts'
import { previewOf } from '../../shared/preview.ts'
import type { App } from '../app.ts'
import { docIdOf } from '../documents.ts'
import { makeBoard } from '../making.ts'
import { opened, type Opened, readBoardFile, readBody } from '../opening.ts'
import { smallBody } from '../openings.ts'
import { canLead } from '../rights.ts'
import { TooManyBytes } from '../storage/picture-files.ts'
import { type Link, type Person, roleOf } from '../storage/register.ts'
import { startedOn } from '../templates.ts'
import { hashOf, isSecretOf, newSecret } from '../tickets.ts'
import { sendExport } from './attachments.ts'
import { passesOf } from './passes.ts'
import { badRequest, fileTooLarge, linkClosed, linkUnknown, Problem } from './problems.ts'
import { seldom } from './rates.ts'
import { askersOf, read } from './requests.ts'

const name = z.string().trim().min(1, 'write a name').max(60)
const sector = z.string().trim().max(80)
// One that was cut short on its way is a wrong link like any other, and says so.
const secret = z.string().max(1_000)

const joining = z.strictObject({ secret, name, sector: sector.optional() })
const comingBack = z.strictObject({ participant: z.string().max(64), key: secret, name: name.optional(), sector: sector.optional() })
const looking = z.strictObject({ secret })

/** Boards: making them, joining them, and taking them away as files. */
export function boardRoutes(http: FastifyInstance, app: App): void {
  const { store, rooms, tickets, config, exports, gallery, openings } = app
  const { boardIn, ticketIn } = askersOf(app)
  const { cookieFor } = passesOf(app)
  const today = (): string => new Date(app.now()).toISOString().slice(0, 10)

  const linkFor = async (board: BoardId, text: string): Promise<Link> => {
    const link = await store.links.find(board, hashOf(text))
    if (!link) throw linkUnknown()
    if (link.closed !== undefined) throw linkClosed()
    return link
  }

  const docOf = async (board: BoardId): Promise<Y.Doc> => (await rooms.open(docIdOf(board, 'canvas'))).document()

  /** What a new board begins with: a file that was sent, or a template. */
  const openedFrom = async (body: unknown): Promise<Opened> => {
    const { title, template = 'empty', file } = readBody(body)
    if (file !== undefined) return opened(readBoardFile(file), { title, today: today() })
    const start = await gallery.file(template)
    if (!start) throw badRequest(`There is no template “${template}” on this server.`)
    return opened(startedOn(start, today()), { title, today: today() })
  }

  /** The same for a large body, which comes to disk first: however many arrive and however slowly, they take no memory. */
  const openedLater = async (bytes: AsyncIterable<Uint8Array>): Promise<Opened> => {
    const received = await store.pictureFiles.receive(bytes, config.maxFile).catch((error: unknown) => {
      throw error instanceof TooManyBytes ? fileTooLarge(error) : error
    })
    try {
      return await openings.open(received.path, today())
    } finally {
      await received.drop()
    }
  }

  void http.register(async scope => {
    // A body stays bytes until it is known where it is to be read.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/json', (_request, payload, done) => done(null, payload))
    /** Whoever may not make boards, or sends too much, is not listened to. */
    const enter = async ({ headers }: FastifyRequest): Promise<void> => {
      if (config.createKey && headers.authorization !== `Bearer ${config.createKey}`) {
        throw new Problem(401, 'Key needed', 'This server asks for a key to make boards. Ask whoever runs it.')
      }
      if (Number(headers['content-length']) > config.maxFile) throw fileTooLarge()
    }

    scope.post('/api/boards', { ...seldom(config), onRequest: enter }, async (request, reply) => {
      const body = request.body instanceof Object ? (request.body as IncomingMessage) : undefined
      try {
        const bytes = body?.iterator({ destroyOnReturn: false }) ?? nothing()
        const isSmall = Number(request.headers['content-length'] ?? Infinity) <= smallBody
        const start = isSmall ? await openedFrom(await wholeOf(bytes)) : await openedLater(bytes)
        return reply.code(201).send(await makeBoard(app, start, mustBeThere(request)))
      } finally {
        body?.resume()
      }
    })
  })

  // Whoever has gone would never learn the links of a board made now.
  const mustBeThere = (request: FastifyRequest) => () => {
    if (request.raw.socket.destroyed) throw new Problem(400, 'Gone', 'Whoever asked for this board went away, so none was made.')
  }

  http.post('/api/boards/:board/look', async request => {
    const board = await boardIn(request)
    const link = await linkFor(board, read(looking, request.body).secret)
    const doc = await docOf(board)
    const { title, focus, sectors } = readMeta(doc)
    return { title, focus, sectors, preview: previewOf(readBoard(doc)), role: link.role, here: rooms.find(docIdOf(board, 'canvas'))?.members.size ?? 0 }
  })

  http.post('/api/boards/:board/join', async (request, reply) => {
    const board = await boardIn(request)
    if (isObject(request.body) && 'secret' in request.body) {
      const body = read(joining, request.body)
      const link = await linkFor(board, body.secret)
      const key = newSecret()
      const person = { id: newId<ParticipantId>(8), board, name: body.name, sector: body.sector ?? '', link: link.id, keyHash: hashOf(key), role: undefined }
      await store.people.save(person)
      reply.header('set-cookie', cookieFor(board, person.id))
      return { ...admission(person, link), key }
    }
    const body = read(comingBack, request.body)
    const person = await store.people.get(board, body.participant as ParticipantId)
    if (!person?.link || !isSecretOf(person.keyHash, body.key)) throw linkUnknown()
    const link = await store.links.get(board, person.link)
    if (!link || link.closed !== undefined) throw linkClosed()
    const renamed = { ...person, name: body.name ?? person.name, sector: body.sector ?? person.sector }
    if (renamed.name !== person.name || renamed.sector !== person.sector) await store.people.save(renamed)
    reply.header('set-cookie', cookieFor(board, person.id))
    return { ...admission(renamed, link), key: body.key }
  })

  const admission = (person: Person, link: Link) => {
    const { id, board, name: called, sector: from } = person
    const role = roleOf(person, link)
    const expires = app.now() + config.ticketSeconds * 1_000
    const ticket = tickets.issue({ board, participant: id, role, link: link.id, expires })
    return { participant: id, name: called, sector: from, role, ticket, expires: new Date(expires).toISOString() }
  }

  http.get('/api/boards/:board/people', async request => {
    const { board, role } = await ticketIn(request)
    const everybody = await store.people.all(board)
    if (!canLead(role)) return everybody.map(({ id, name: called, sector: from }) => ({ id, name: called, sector: from }))
    const links = new Map((await store.links.all(board)).map(link => [link.id, link]))
    const here = new Set([...(rooms.find(docIdOf(board, 'canvas'))?.members ?? [])].map(({ person }) => person.id))
    return everybody.map(person => {
      const { id, name: called, sector: from } = person
      const link = links.get(person.link ?? '')
      // Who came with a file, or by a link that was closed, has no way in and so no role.
      return { id, name: called, sector: from, ...(link && link.closed === undefined && { role: roleOf(person, link), here: here.has(id) }) }
    })
  })

  http.get('/api/boards/:board/export', async (request, reply) => {
    const { board } = await ticketIn(request)
    const { format = 'json', pictures: wanted } = request.query as { format?: unknown; pictures?: unknown }
    if (!isExportName(format)) throw badRequest(noSuchFormat(String(format)))
    // What somebody did a moment ago is on it too.
    await rooms.find(docIdOf(board, 'canvas'))?.flushed()
    const { title, bytes } = await exports.write({ board, name: format, exported: app.now(), most: wanted === 'none' ? undefined : config.maxExportAssets })
    return sendExport(reply, format, title, bytes)
  })
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function wholeOf(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}
