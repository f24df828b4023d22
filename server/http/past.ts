import type { FastifyInstance } from 'fastify'
import type { App } from '../app.ts'
import type { Asked } from '../history/pasts.ts'
import { notRemovedAnyMore } from './problems.ts'
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
}
