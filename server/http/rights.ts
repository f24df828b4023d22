import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { BoardId, ParticipantId } from '../../shared/ids.ts'
import { type Role, roles } from '../../shared/protocol.ts'
import type { App } from '../app.ts'
import { createTurnsByKey } from '../ops/by-key.ts'
import { freshLink } from '../links.ts'
import { type Deed, roleOf } from '../storage/register.ts'
import { badRequest, deedsFull, linksFull, Problem } from './problems.ts'
import { askersOf, read } from './requests.ts'

const changing = z.strictObject({ role: z.enum(roles) })
const inviting = z.strictObject({ role: z.enum(roles), instead: z.string().max(64).optional().describe('A link to close in the same moment.') })

const madeOf = { facilitator: 'made a facilitator', participant: 'made a participant', observer: 'made an observer' } as const satisfies Record<Role, Deed['did']>

/** Who may do what on a board, and who changed it: for its facilitators. */
export function rightsRoutes(http: FastifyInstance, app: App): void {
  const { store, config } = app
  /** What gives a right is counted and done one after another on a board, so that two cannot take the last place. */
  const giving = createTurnsByKey()
  const { facilitatorIn } = askersOf(app)
  const note = (board: BoardId, who: ParticipantId, did: Deed['did'], about: string) => store.audit.note({ board, at: app.now(), who, did, about })

  /** What takes a right away is always possible, and always written down: there is no more of it than was given. */
  const mayGive = async (board: BoardId): Promise<void> => {
    if ((await store.audit.count(board)) >= config.maxDeeds) throw deedsFull(config.maxDeeds)
  }

  const closeLink = async (board: BoardId, who: ParticipantId, link: string): Promise<void> => {
    const known = await store.links.get(board, link)
    if (known?.closed !== undefined) return
    if (!known) throw new Problem(404, 'No such link', 'This board has no such link.')
    await store.links.close(board, link, app.now())
    await note(board, who, 'closed a link', link)
    app.gateway().closeLink(board, link)
  }

  http.get('/api/boards/:board/links', async request => {
    const { board } = await facilitatorIn(request)
    return (await store.links.all(board)).map(({ id, role, created, closed }) => ({
      id,
      role,
      created: new Date(created).toISOString(),
      ...(closed !== undefined && { closed: new Date(closed).toISOString() }),
    }))
  })

  http.post('/api/boards/:board/links', async (request, reply) => {
    const { board, participant } = await facilitatorIn(request)
    const { role, instead } = read(inviting, request.body)
    const { link, url } = freshLink(board, role, app.now(), app.publicUrl())
    await giving.after(board, async () => {
      await mayGive(board)
      if ((await store.links.all(board)).length >= config.maxLinks) throw linksFull(config.maxLinks)
      await store.links.add(link)
      await note(board, participant, 'opened a link', link.id)
    })
    if (instead !== undefined) await closeLink(board, participant, instead)
    return reply.code(201).send({ id: link.id, role: link.role, url })
  })

  http.delete('/api/boards/:board/links/:link', async (request, reply) => {
    const { board, participant } = await facilitatorIn(request)
    await closeLink(board, participant, (request.params as { link: string }).link)
    return reply.code(204).send()
  })

  http.delete('/api/boards/:board/people/:person', async (request, reply) => {
    const { board, participant } = await facilitatorIn(request)
    const { person } = request.params as { person: ParticipantId }
    if (person === participant) throw badRequest('You cannot end your own visit here. Close the page instead.')
    const known = await store.people.get(board, person)
    // Whose visit has ended already: nothing changes, and nothing is written down again.
    if (known && !known.link) return reply.code(204).send()
    if (!known) throw new Problem(404, 'No such person', 'Nobody on this board has this name.')
    await store.people.remove(board, person)
    await note(board, participant, 'removed a person', person)
    app.gateway().closePerson(board, person)
    return reply.code(204).send()
  })

  http.patch('/api/boards/:board/people/:person', async (request, reply) => {
    const { board, participant } = await facilitatorIn(request)
    const { person: id } = request.params as { person: ParticipantId }
    const { role } = read(changing, request.body)
    if (id === participant) throw badRequest('You cannot change your own role. Ask another facilitator.')
    const person = await store.people.get(board, id)
    if (!person?.link) throw new Problem(404, 'No such person', 'Nobody on this board has this name.')
    const link = await store.links.get(board, person.link)
    if (link && roleOf(person, link) === role) return reply.code(204).send()
    const gains = roles.indexOf(role) < roles.indexOf(link ? roleOf(person, link) : 'observer')
    await giving.after(board, async () => {
      if (gains) await mayGive(board)
      await store.people.save({ ...person, role })
      await note(board, participant, madeOf[role], id)
    })
    app.gateway().changeRole(board, id, role)
    return reply.code(204).send()
  })

  http.get('/api/boards/:board/audit', async request => {
    const { board } = await facilitatorIn(request)
    return (await store.audit.all(board)).map(({ at, who, did, about }) => ({ at: new Date(at).toISOString(), who, did, about }))
  })
}
