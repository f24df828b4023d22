import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isExportName, noSuchFormat } from '../../shared/export/formats.ts'
import { type BoardId, newId, type ParticipantId } from '../../shared/ids.ts'
import { isObject } from '../../shared/json.ts'
import type { App } from '../app.ts'
import { docIdOf } from '../documents.ts'
import { makeBoard } from '../making.ts'
import { opened, type Opened, readBoardFile, readBody } from '../opening.ts'
import { smallBody } from '../openings.ts'
import { createTurnsByKey } from '../ops/by-key.ts'
import { createCache } from '../ops/cache.ts'
import { createWindows } from '../ops/windows.ts'
import { canLead } from '../rights.ts'
import { TooManyBytes } from '../storage/picture-files.ts'
import { type Link, type Person, roleOf } from '../storage/register.ts'
import { hashOf, isSecretOf, newSecret } from '../tickets.ts'
import { sendExport } from './attachments.ts'
import { arriving, hasBody, isJson, wholeBody } from './bodies.ts'
import type { Flight } from './in-flight.ts'
import { passesOf } from './passes.ts'
import { badRequest, fileTooLarge, joinedFull, joinedOften, linkClosed, linkUnknown, notSaidJson, Problem } from './problems.ts'
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
  const { store, rooms, tickets, config, exports, gallery, openings, looks, largeWrites } = app
  const { boardIn, ticketIn, flightOf, committed } = askersOf(app)
  const { cookieFor } = passesOf(app)
  const today = (): string => new Date(app.now()).toISOString().slice(0, 10)

  const linkFor = async (board: BoardId, text: string): Promise<Link> => {
    const link = await store.links.find(board, hashOf(text))
    if (!link) throw linkUnknown()
    if (link.closed !== undefined) throw linkClosed()
    return link
  }

  /** What a new board begins with: a file that was sent, or a template. */
  const openedFrom = async (body: unknown, flight: Flight): Promise<Opened> => {
    const { title, template = 'empty', file } = readBody(body)
    if (file !== undefined) return opened(readBoardFile(file, config.maxRecords), { title, today: today() })
    const start = await gallery.begin(template, { title, today: today() }, flight)
    if (!start) throw badRequest(`There is no template “${template}” on this server.`)
    return start
  }

  /** The same for a large body, which comes to disk first: however many arrive and however slowly, they take no memory. */
  const openedLater = async (bytes: AsyncIterable<Uint8Array>, flight: Flight): Promise<Opened> => {
    const received = await store.pictureFiles.receive(bytes, config.maxFile).catch((error: unknown) => {
      throw error instanceof TooManyBytes ? fileTooLarge(error) : error
    })
    try {
      return await openings.open(received.path, today(), flight)
    } finally {
      await received.drop()
    }
  }

  /** Whoever may not make boards, or sends too much, is not listened to. */
  const enter = async ({ headers }: FastifyRequest): Promise<void> => {
    if (config.createKey && headers.authorization !== `Bearer ${config.createKey}`) {
      throw new Problem(401, 'Key needed', 'This server asks for a key to make boards. Ask whoever runs it.')
    }
    if (Number(headers['content-length']) > config.maxFile) throw fileTooLarge()
    if (hasBody(headers) && !isJson(headers)) throw notSaidJson()
  }

  http.post('/api/boards', { onRequest: enter }, async (request, reply) => {
    const flight = flightOf(request, reply)
    const isSmall = Number(request.headers['content-length'] ?? (hasBody(request.headers) ? Infinity : 0)) <= smallBody
    const start = isSmall ? await openedFrom(await wholeBody(request.raw, smallBody, flight), flight) : await openedLater(arriving(request.raw, flight), flight)
    // Whoever has gone would never learn the links of a board made now.
    const made = await largeWrites.write(start.content.length, flight, () => makeBoard(app, start, () => flight.gone.throwIfAborted()))
    return reply.code(201).send(made)
  })

  http.post('/api/boards/:board/look', async (request, reply) => {
    const board = await boardIn(request)
    const { role } = await linkFor(board, read(looking, request.body).secret)
    await committed(board)
    const look = await looks.of(board, flightOf(request, reply))
    const here = rooms.find(docIdOf(board, 'canvas'))?.members.size ?? 0
    return reply.type('application/json; charset=utf-8').send(`${look.slice(0, -1)},"role":${JSON.stringify(role)},"here":${here}}`)
  })

  /** Newcomers of one board are counted and kept one after another, so that two cannot take the last place. */
  const newcomers = createTurnsByKey()
  const joinsFrom = createWindows({ most: config.joinsPerDay, ms: day, clock: app.clock })
  /** How many joined each board that somebody joined lately: nobody else adds any, and none is ever taken away. */
  const joined = createCache<number>(mostCounted)
  const take = (person: Person, address: string): Promise<void> =>
    newcomers.after(person.board, async () => {
      const { board } = person
      const count = joined.get(board) ?? (await store.people.count(board)).joined
      joined.set(board, count, 1)
      if (count >= config.maxJoined) throw joinedFull(config.maxJoined)
      if (joinsFrom.count(`${address} ${board}`) > 0) throw joinedOften(config.joinsPerDay)
      await store.people.save(person)
      joined.set(board, count + 1, 1)
    })

  http.post('/api/boards/:board/join', async (request, reply) => {
    const board = await boardIn(request)
    if (isObject(request.body) && 'secret' in request.body) {
      const body = read(joining, request.body)
      const link = await linkFor(board, body.secret)
      const key = newSecret()
      const person = { id: newId<ParticipantId>(8), board, name: body.name, sector: body.sector ?? '', link: link.id, keyHash: hashOf(key), role: undefined }
      await take(person, flightOf(request, reply).address)
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
    return { participant: id, name: called, sector: from, role, ticket, expires: new Date(expires).toISOString(), seconds: config.ticketSeconds }
  }

  http.get('/api/boards/:board/people', async (request, reply) => {
    const { board, role } = await ticketIn(request)
    const links = canLead(role) ? new Map((await store.links.all(board)).map(link => [link.id, link])) : undefined
    const here = new Set([...(rooms.find(docIdOf(board, 'canvas'))?.members ?? [])].map(({ person }) => person.id))
    return listed(reply, peopleOf(board), person => {
      const { id, name: called, sector: from } = person
      const link = links?.get(person.link ?? '')
      // Who came with a file, or by a link that was closed, has no way in and so no role.
      return { id, name: called, sector: from, ...(link && link.closed === undefined && { role: roleOf(person, link), here: here.has(id) }) }
    })
  })

  /** Everybody on a board, a page at a time: there can be thousands. */
  async function* peopleOf(board: BoardId): AsyncGenerator<readonly Person[]> {
    for (let after = '', page: readonly Person[] = []; ; after = page.at(-1)?.id ?? '') {
      page = await store.people.page(board, after, pageLength)
      yield page
      if (page.length < pageLength) return
    }
  }

  http.get('/api/boards/:board/export', async (request, reply) => {
    const { board } = await ticketIn(request)
    const { format = 'json', pictures: wanted } = request.query as { format?: unknown; pictures?: unknown }
    if (!isExportName(format)) throw badRequest(noSuchFormat(String(format).slice(0, 80)))
    // What somebody did a moment ago is on it too.
    await committed(board)
    const { title, bytes } = await exports.write({ board, name: format, exported: app.now(), most: wanted === 'none' ? undefined : config.maxExportAssets }, flightOf(request, reply))
    return sendExport(reply, format, title, bytes)
  })
}

const day = 86_400_000
/** Boards whose people are counted once. */
const mostCounted = 10_000
/** People in a page: as many as are read and written down before anybody notices. */
const pageLength = 500

/** A list as it is read, in JSON: nobody waits until the last page of it has been read, and there is never more than one in memory. */
async function listed<T>(reply: FastifyReply, pages: AsyncGenerator<readonly T[]>, say: (each: T) => object): Promise<FastifyReply> {
  const { value: first = [] } = (await pages.next()) as IteratorResult<readonly T[], undefined>
  const { value: second, done } = await pages.next()
  reply.type('application/json; charset=utf-8')
  if (done || !second) return reply.send(JSON.stringify(first.map(say)))
  const text = async function* () {
    yield `[${first.map(each => JSON.stringify(say(each))).join(',')}`
    for (let page: readonly T[] | undefined = second; page; page = (await pages.next()).value as readonly T[] | undefined) {
      if (page.length) yield `,${page.map(each => JSON.stringify(say(each))).join(',')}`
    }
    yield ']'
  }
  return reply.send(Readable.from(text(), { objectMode: false }))
}
