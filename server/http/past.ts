import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isExportName, noSuchFormat } from '../../shared/export/formats.ts'
import type { App } from '../app.ts'
import type { Asked } from '../history/pasts.ts'
import type { Unreadable } from '../history/unreadable.ts'
import { sendExport } from './attachments.ts'
import { badRequest, noMoment, notRemovedAnyMore } from './problems.ts'
import { askersOf } from './requests.ts'

/** What was on a board before: for its facilitators. */
export function pastRoutes(http: FastifyInstance, app: App): void {
  const { facilitatorIn, flightOf, committed } = askersOf(app)

  http.get('/api/boards/:board/removed', async (request, reply) => {
    const { board } = await facilitatorIn(request)
    await committed(board)
    const found = await app.pasts.ask({ is: 'removed', board, now: app.now() } satisfies Asked, flightOf(request, reply))
    return reply.type('application/json; charset=utf-8').send(Buffer.from(found ?? '{}'))
  })

  http.get('/api/boards/:board/removed/:removal', async (request, reply) => {
    const { board } = await facilitatorIn(request)
    const { removal } = request.params as { removal: string }
    await committed(board)
    const found = /^\d{1,15}$/.test(removal) ? await app.pasts.ask({ is: 'records', board, now: app.now(), removal: Number(removal) }, flightOf(request, reply)) : undefined
    if (!found) throw notRemovedAnyMore()
    return reply.type('application/json; charset=utf-8').send(Buffer.from(found))
  })

  http.get('/api/boards/:board/moments', async (request, reply) => {
    const { board } = await facilitatorIn(request)
    await committed(board)
    const found = await app.pasts.ask({ is: 'moments', board }, flightOf(request, reply))
    return reply.type('application/json; charset=utf-8').send(Buffer.from(found ?? '{}'))
  })

  http.get('/api/boards/:board/moments/:moment', async (request, reply) => {
    const { board } = await facilitatorIn(request)
    const found = await app.pasts.ask({ is: 'moment', board, seq: momentIn(request) }, flightOf(request, reply))
    const said = Buffer.from(found ?? '{"unreadable":"nothing"}')
    // A board's records never begin like this.
    if (said.subarray(0, 16).toString().startsWith('{"unreadable":')) throw noMoment((JSON.parse(said.toString()) as { unreadable: Unreadable }).unreadable)
    return reply.type('application/json; charset=utf-8').send(said)
  })

  http.get('/api/boards/:board/moments/:moment/export', async (request, reply) => {
    const { board } = await facilitatorIn(request)
    const { format = 'json', pictures: wanted } = request.query as { format?: unknown; pictures?: unknown }
    if (!isExportName(format)) throw badRequest(noSuchFormat(String(format).slice(0, 80)))
    const { title, bytes } = await app.exports.write({ board, name: format, exported: app.now(), most: wanted === 'none' ? undefined : app.config.maxExportAssets, at: { seq: momentIn(request) } }, flightOf(request, reply))
    return sendExport(reply, format, title, bytes)
  })
}

/** The number of the moment in an address; one that is none is of no moment there was. */
function momentIn(request: FastifyRequest): number {
  const { moment } = request.params as { moment: string }
  if (!/^\d{1,15}$/.test(moment)) throw noMoment('before')
  return Number(moment)
}
