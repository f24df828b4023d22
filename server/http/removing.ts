import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type BoardId, isId, type ParticipantId } from '../../shared/ids.ts'
import type { App } from '../app.ts'
import { canLead } from '../rights.ts'
import { roleOf } from '../storage/register.ts'
import { isSecretOf } from '../tickets.ts'
import { linkUnknown, noBoard } from './problems.ts'
import { askersOf, read } from './requests.ts'

const asThemselves = z.strictObject({ participant: z.string().max(64), key: z.string().max(1_000) })

/** Boards are removed, and come back, at the word of their facilitators. */
export function removingRoutes(http: FastifyInstance, app: App): void {
  const { store, removing } = app
  const { facilitatorIn } = askersOf(app)

  http.delete('/api/boards/:board', async (request, reply) => {
    const { board, participant } = await facilitatorIn(request)
    await removing.remove(board, participant)
    return reply.code(204).send()
  })

  // A removed board gives nobody a ticket: who was its facilitator proves it by their key.
  http.post('/api/boards/:board/return', async (request, reply) => {
    const { board } = request.params as { board: BoardId }
    const { participant, key } = read(asThemselves, request.body)
    const person = isId(board) ? await store.people.get(board, participant as ParticipantId) : undefined
    const link = person?.link === undefined ? undefined : await store.links.get(board, person.link)
    if (!person || !link || link.closed !== undefined || !isSecretOf(person.keyHash, key) || !canLead(roleOf(person, link))) throw linkUnknown()
    if (!(await removing.giveBack(board)) && !(await store.boards.has(board))) throw noBoard()
    return reply.code(204).send()
  })
}
