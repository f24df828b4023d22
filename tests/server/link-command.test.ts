import { afterAll, beforeAll, expect, test } from 'vitest'
import { stockClient } from '../support/client.ts'
import { manyfutures } from '../support/command.ts'
import { call, joinAs, makeBoard, type MadeBoard, removeFolder, type RunningServer, startServer } from '../support/server.ts'

/* Links by command, beside a server at work and without one. */

let server: RunningServer
let env: Record<string, string>
beforeAll(async () => {
  server = await startServer({ LOG_LEVEL: 'info' })
  env = { DATA_DIR: server.folder, PUBLIC_URL: server.url }
})
afterAll(async () => {
  await server.stop()
  removeFolder(server.folder)
})

const link = (...args: string[]) => manyfutures(['link', ...args], { env })
const secretOf = (url: string) => url.trim().split('#')[1]!
const comes = (board: MadeBoard, secret: string) => call(server.url, `/api/boards/${board.id}/join`, { secret, name: 'Somebody' })
interface Listed {
  id: string
  role: string
  created: string
  closed?: string
}
const all = async (board: MadeBoard) => JSON.parse((await link(board.id, '--json')).out) as Listed[]

test('[F80] a link made while the server runs opens the board at once, one that is closed nothing more, and ends visits within seconds', async () => {
  const board = await makeBoard(server.url)
  const first = await all(board)
  expect(first.map(({ role }) => role).sort()).toEqual(['facilitator', 'observer', 'participant'])
  for (const role of ['facilitator', 'participant', 'observer']) {
    const made = await link(board.id, '--role', role)
    expect(made).toMatchObject({ code: 0, out: expect.stringMatching(new RegExp(`^${server.url}/boards/${board.id}#[\\w-]{32}\n$`)) })
    expect((await comes(board, secretOf(made.out))).body).toMatchObject({ role })
  }

  const made = JSON.parse((await link(board.id, '--role', 'participant', '--json')).out) as { id: string; role: string; url: string }
  const visit = (await comes(board, secretOf(made.url))).body as { participant: string; key: string; ticket: string }
  const ana = stockClient(server.url, board.id, visit.ticket)
  await ana.synced()
  const other = stockClient(server.url, board.id, (await joinAs(server.url, board, 'participant', 'Other')).ticket)
  await other.synced()
  const closed = ana.closed()
  const swapped = await link(board.id, '--role', 'observer', '--close', made.id)
  expect(swapped).toMatchObject({ code: 0, err: expect.stringContaining(`${made.id} is closed.`) })
  expect((await closed).code).toBe(4403)
  expect((await comes(board, secretOf(made.url))).status).toBe(403)
  expect((await call(server.url, `/api/boards/${board.id}/join`, { participant: visit.participant, key: visit.key })).status).toBe(403)
  expect((await comes(board, secretOf(swapped.out))).body).toMatchObject({ role: 'observer' })
  // Whoever came by another link stays.
  expect(other.provider.wsconnected).toBe(true)
  ana.leave()
  other.leave()

  const known = await all(board)
  expect(known.find(({ id }) => id === made.id)?.closed).toBeDefined()
  expect(known.filter(({ closed }) => closed !== undefined)).toHaveLength(1)
  expect((await link(board.id, '--close', made.id)).err).toContain('was closed before')
  const { ticket } = await joinAs(server.url, board, 'facilitator', 'Reader')
  const deeds = (await call(server.url, `/api/boards/${board.id}/audit`, undefined, ticket)).body as { who: string; did: string; about: string }[]
  expect(deeds.filter(({ who }) => who === 'host').map(({ did }) => did)).toEqual([...Array.from({ length: 5 }, () => 'opened a link'), 'closed a link'])
  expect(server.output()).not.toContain(secretOf(swapped.out))
})

test('[F80] what is not right ends with a sentence and changes nothing', async () => {
  const board = await makeBoard(server.url)
  const before = await all(board)
  for (const [args, code, sentence] of [
    [['nosuchboard'], 1, 'There is no board “nosuchboard”'],
    [['../../etc'], 1, 'There is no board'],
    [['', '--role', 'facilitator'], 1, 'There is no board'],
    [[board.id, '--role', 'owner'], 2, 'There is no role “owner”. There are: facilitator, participant, observer.'],
    [[board.id, '--close', 'nosuchlink'], 1, 'has no link “nosuchlink”'],
    [[board.id, '--role', 'observer', '--close', 'nosuchlink'], 1, 'has no link “nosuchlink”'],
    [[], 2, 'manyfutures link <board>'],
    [[board.id, board.id], 2, 'manyfutures link <board>'],
  ] as const) {
    const ended = await link(...args)
    expect([args, ended.code, ended.out]).toEqual([args, code, ''])
    expect(ended.err).toContain(sentence)
  }
  const full = await manyfutures(['link', board.id, '--role', 'observer'], { env: { ...env, MAX_LINKS: '3' } })
  expect(full).toMatchObject({ code: 3, out: '', err: expect.stringContaining('MAX_LINKS') })
  expect(await all(board)).toEqual(before)
})

test('[F80] without a server it works too, and a server that starts then takes the store as it is', async () => {
  const board = await makeBoard(server.url)
  const { folder } = server
  await server.stop()
  const made = await link(board.id, '--role', 'facilitator')
  expect(made.code).toBe(0)
  expect((await link(board.id, '--close', (await all(board)).find(({ role }) => role === 'participant')!.id)).code).toBe(0)
  server = await startServer({ LOG_LEVEL: 'info' }, folder)
  expect((await comes(board, secretOf(made.out))).body).toMatchObject({ role: 'facilitator' })
  expect((await comes(board, secretOf(board.links.participant))).status).toBe(403)
})
