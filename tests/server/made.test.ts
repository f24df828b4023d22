import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, type Joined, joinAs, type MadeBoard, makeBoard, removeFolder, type RunningServer, secretOf, startServer } from '../support/server.ts'

/* Whatever can be made again and again has a most. */

let server: RunningServer
beforeAll(async () => void (server = await startServer({ PROXIES: '1', MAX_JOINED: '6', JOINS_PER_DAY: '4', MAX_LINKS: '5', MAX_DEEDS: '10', TEMPLATES_PER_DAY: '3' })))
afterAll(async () => {
  await server.stop()
  removeFolder(server.folder)
})

const from = (address: string, path: string, body: unknown, ticket?: string) =>
  fetch(`${server.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-forwarded-for': address, ...(ticket && { authorization: `Bearer ${ticket}` }) }, body: JSON.stringify(body) }).then(async response => ({ status: response.status, body: (await response.json()) as { detail?: string; participant: string; key: string; id: string; ticket: string } }))
const join = (board: MadeBoard, address: string, name = 'Somebody') => from(address, `/api/boards/${board.id}/join`, { secret: secretOf(board.links.participant), name })
const countOf = (answers: readonly { status: number }[], status: number): number => answers.filter(answer => answer.status === status).length

test('[H29] one address brings so many people to one board in a day; others join, whoever was there comes back, and other boards are none the worse', async () => {
  const board = await makeBoard(server.url)
  const answers = await Promise.all(Array.from({ length: 9 }, () => join(board, '203.0.113.1')))
  expect([countOf(answers, 200), countOf(answers, 429)]).toEqual([4, 5])
  expect(answers.find(({ status }) => status === 429)?.body.detail).toMatch(/At most 4 people a day join one board from one network.*JOINS_PER_DAY/)
  expect((await join(board, '203.0.113.2')).status).toBe(200)
  const { participant, key } = answers.find(({ status }) => status === 200)!.body
  expect((await from('203.0.113.1', `/api/boards/${board.id}/join`, { participant, key })).status).toBe(200)
  expect((await join(await makeBoard(server.url), '203.0.113.1')).status).toBe(200)
})

test('[H29] a board has so many people and no more, however many come at once; those who are there come back', async () => {
  const board = await makeBoard(server.url)
  const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => join(board, `203.0.113.${10 + i}`)))
  expect([countOf(answers, 200), countOf(answers, 409)]).toEqual([6, 6])
  expect(answers.find(({ status }) => status === 409)?.body.detail).toMatch(/has had 6 people, the most it may have/)
  const { participant, key } = answers.find(({ status }) => status === 200)!.body
  expect((await from('203.0.113.10', `/api/boards/${board.id}/join`, { participant, key })).status).toBe(200)
})

test('[H29] a board has so many links and no more; they can still be closed', async () => {
  const board = await makeBoard(server.url)
  const fay = await joinAs(server.url, board, 'facilitator', 'Fay')
  const path = `/api/boards/${board.id}/links`
  const answers = await Promise.all(Array.from({ length: 6 }, () => call(server.url, path, { role: 'observer' }, fay.ticket)))
  expect([countOf(answers, 201), countOf(answers, 409)]).toEqual([2, 4])
  expect(answers.find(({ status }) => status === 409)?.body.detail).toMatch(/has had 5 links, the most it may have/)
  const made = answers.find(({ status }) => status === 201)!.body as { id: string }
  for (let i = 0; i < 3; i++) expect((await call(server.url, `${path}/${made.id}`, undefined, fay.ticket, 'DELETE')).status).toBe(204)
  // Closing it again is nothing new, and is not written down again.
  expect((await call(server.url, `/api/boards/${board.id}/audit`, undefined, fay.ticket)).body.map(({ did }: { did: string }) => did)).toEqual(['opened a link', 'opened a link', 'closed a link'])
})

test('[H29] rights are given so often on a board and no more; taking them away always works, and is written down', async () => {
  const board = await makeBoard(server.url)
  const fay = await joinAs(server.url, board, 'facilitator', 'Fay')
  const ben: Joined = await joinAs(server.url, board, 'participant', 'Ben')
  const path = `/api/boards/${board.id}`
  const change = (role: string) => call(server.url, `${path}/people/${ben.participant}`, { role }, fay.ticket, 'PATCH')
  for (let i = 0; i < 5; i++) for (const role of ['facilitator', 'observer']) expect((await change(role)).status).toBe(204)
  const refused = await change('participant')
  expect([refused.status, refused.body.detail]).toEqual([409, expect.stringMatching(/changed 10 times on this board.*Links can still be closed, visits ended/)])
  expect((await call(server.url, `${path}/links`, { role: 'observer' }, fay.ticket)).status).toBe(409)
  const [link] = (await call(server.url, `${path}/links`, undefined, fay.ticket)).body as { id: string; role: string }[]
  expect(link).toBeDefined()
  const closing = ((await call(server.url, `${path}/links`, undefined, fay.ticket)).body as { id: string; role: string }[]).find(({ role }) => role === 'observer')!
  expect((await call(server.url, `${path}/links/${closing.id}`, undefined, fay.ticket, 'DELETE')).status).toBe(204)
  for (let i = 0; i < 3; i++) expect((await call(server.url, `${path}/people/${ben.participant}`, undefined, fay.ticket, 'DELETE')).status).toBe(204)
  const deeds = (await call(server.url, `${path}/audit`, undefined, fay.ticket)).body as { did: string }[]
  expect(deeds.map(({ did }) => did).slice(10)).toEqual(['closed a link', 'removed a person'])
})

test('[H29] one address saves so many templates in a day; those that were refused do not count', async () => {
  const board = await makeBoard(server.url)
  const fay = await joinAs(server.url, board, 'facilitator', 'Fay')
  const save = (address: string, body: object) => from(address, `/api/boards/${board.id}/templates`, body, fay.ticket)
  for (let i = 0; i < 4; i++) expect((await save('203.0.113.60', { title: 'T', only: ['gone'] })).status).toBe(400)
  const answers = await Promise.all(Array.from({ length: 5 }, () => save('203.0.113.60', { title: 'T' })))
  expect([countOf(answers, 201), countOf(answers, 429)]).toEqual([3, 2])
  expect(answers.find(({ status }) => status === 429)?.body.detail).toMatch(/At most 3 templates a day are saved from one network.*TEMPLATES_PER_DAY/)
  expect((await save('203.0.113.61', { title: 'T' })).status).toBe(201)
})

test('[H29] who came with a file takes nobody’s place; a file that names more people than a board has is refused', async () => {
  const people = Array.from({ length: 5_001 }, (_, i) => ({ id: `p${i}` }))
  const file = { format: 'manyfutures/board', version: 1, board: { title: 'Crowd' }, cards: [], relations: [], structures: [], drawings: [], people }
  expect(await call(server.url, '/api/boards', { file })).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/names 5,001 people; a board has at most 5,000/) } })
  const board = await makeBoard(server.url, { file: { ...file, people: people.slice(0, 50) } })
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => join(board, `203.0.113.${100 + i}`)))
  expect([countOf(answers, 200), countOf(answers, 409)]).toEqual([6, 2])
})

test('[H29] a board with thousands of people tells of all of them, a page at a time', async () => {
  const many = await startServer()
  const people = Array.from({ length: 4_321 }, (_, i) => ({ id: `p${String(i).padStart(5, '0')}`, sector: `Sector ${i % 7}` }))
  const board = await makeBoard(many.url, { file: { format: 'manyfutures/board', version: 1, board: { title: 'Crowd' }, cards: [], relations: [], structures: [], drawings: [], people } })
  const fay = await joinAs(many.url, board, 'facilitator', 'Fay “\\” 名')
  const eve = await joinAs(many.url, board, 'observer', 'Eve')
  const all = (await call(many.url, `/api/boards/${board.id}/people`, undefined, fay.ticket)).body as { id: string; name: string; role?: string; here?: boolean }[]
  expect(all).toHaveLength(4_323)
  expect(all.filter(({ name }) => name !== '').sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([{ id: eve.participant, name: 'Eve', sector: 'Academia', role: 'observer', here: false }, { id: fay.participant, name: 'Fay “\\” 名', sector: 'Academia', role: 'facilitator', here: false }])
  expect(new Set(all.map(({ id }) => id))).toEqual(new Set([...people.map(({ id }) => id), fay.participant, eve.participant]))
  expect(((await call(many.url, `/api/boards/${board.id}/people`, undefined, eve.ticket)).body as object[]).some(each => 'role' in each)).toBe(false)
  await many.stop()
  removeFolder(many.folder)
})
