import type { FastifyInstance } from 'fastify'
import type * as Y from 'yjs'
import { z } from 'zod'
import { isId, type RecordId } from '../../shared/ids.ts'
import { fewestRings, mostRings, writeRings } from '../../shared/session.ts'
import type { App } from '../app.ts'
import { docIdOf } from '../documents.ts'
import { notSaved } from './problems.ts'
import { askersOf, read } from './requests.ts'

const command = z.strictObject({
  /** How far a wheel is open; `null` opens all of it. */
  rings: z.strictObject({ wheel: z.custom<RecordId>(isId, 'is no id of a wheel'), open: z.int().min(fewestRings).max(mostRings).nullable() }),
})

const carryOut = ({ rings: { wheel, open } }: z.output<typeof command>) => (doc: Y.Doc): void => writeRings(doc, wheel, open ?? undefined)

/** What facilitators ask of the session; everybody reads the outcome in the session document. */
export function sessionRoutes(http: FastifyInstance, app: App): void {
  const { facilitatorIn } = askersOf(app)

  http.post('/api/boards/:board/session', async (request, reply) => {
    const { board } = await facilitatorIn(request)
    const work = carryOut(read(command, request.body))
    const room = await app.rooms.open(docIdOf(board, 'session'))
    try {
      await room.write(work)
    } catch (error) {
      throw notSaved(error)
    }
    return reply.code(204).send()
  })
}
