import { afterEach, expect, test, vi } from 'vitest'
import { api, type Bearer, Refused } from '../client/api.ts'
import { finalRefusals } from '../shared/protocol.ts'

/* Every call the page makes, and everything that may answer it: the server, or whatever stands between. */

afterEach(() => vi.unstubAllGlobals())

const problem = (status: number, title: string, more: object = {}) => ({ status, type: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title, status, detail: 'A sentence of the server’s own.', ...more }) })
const html = (status: number) => ({ status, type: 'text/html', body: '<!doctype html><title>Log in to the network</title>' })
type Answer = { status: number; type: string; body: string; headers?: Record<string, string> }

/** Answers one after another; the last one goes on. Resolves to what was asked, with which tickets. */
function answers(...given: Answer[]) {
  const asked: { path: string; ticket: string | null }[] = []
  vi.stubGlobal('fetch', async (path: string, { headers }: { headers: Record<string, string> }) => {
    const { status, type, body, headers: more } = given[Math.min(asked.length, given.length - 1)]!
    asked.push({ path, ticket: headers['authorization'] ?? null })
    return new Response(status === 204 ? null : body, { status, headers: { ...(type && { 'content-type': type }), ...more } })
  })
  return asked
}

function holder(): Bearer & { renewed: number } {
  const bearer = {
    ticket: 'old',
    renewed: 0,
    async renew() {
      bearer.renewed++
      return (bearer.ticket = 'new')
    },
  }
  return bearer
}

/** Calls that come with a ticket. */
const withTicket: Readonly<Record<string, (bearer: Bearer) => Promise<unknown>>> = {
  people: bearer => api.people('b', bearer),
  peopleIn: bearer => api.peopleIn('b', bearer),
  changeRole: bearer => api.changeRole('b', bearer, 'p', 'observer'),
  endVisit: bearer => api.endVisit('b', bearer, 'p'),
  links: bearer => api.links('b', bearer),
  newLink: bearer => api.newLink('b', bearer, 'participant'),
  closeLink: bearer => api.closeLink('b', bearer, 'l'),
  openRings: bearer => api.openRings('b', bearer, 'w', 2),
  saveTemplate: bearer => api.saveTemplate('b', bearer, { title: 'T' }),
  boardFile: bearer => api.boardFile('b', bearer),
  export: bearer => api.export('b', bearer, 'csv'),
  removeBoard: bearer => api.removeBoard('b', bearer),
  removed: bearer => api.removed('b', bearer),
  removedRecords: bearer => api.removedRecords('b', bearer, 1),
  moments: bearer => api.moments('b', bearer),
  moment: bearer => api.moment('b', bearer, 1),
  exportMoment: bearer => api.exportMoment('b', bearer, 1, 'csv'),
}
/** Calls of whoever has none. */
const without: Readonly<Record<string, () => Promise<unknown>>> = {
  config: () => api.config(),
  templates: () => api.templates(),
  create: () => api.create({}, 'key'),
  look: () => api.look('b', 's'),
  join: () => api.join('b', { secret: 's', name: 'Ana' }),
  comeBack: () => api.comeBack({ board: 'b', participant: 'p', key: 'k' }, 'last'),
  rewordTemplate: () => api.rewordTemplate('t', 'key', {}),
  removeTemplate: () => api.removeTemplate('t', 'key'),
  returnBoard: () => api.returnBoard('b', { participant: 'p', key: 'k' }),
}
const every = Object.entries({ ...withTicket, ...without }) as [string, (bearer: Bearer) => Promise<unknown>][]

test('[S62] no call with a ticket is missing here', () => {
  const takesTicket = Object.entries(api).filter(([, call]) => /\bbearer\b/.test(call.toString()) && !['create', 'open', 'join', 'comeBack', 'rewordTemplate', 'removeTemplate', 'sendPicture'].includes(call.name))
  expect(takesTicket.map(([name]) => name).sort()).toEqual(Object.keys(withTicket).sort())
})

test.each(Object.entries(withTicket))('[S62] %s with a ticket that is over gets the next one and is made again, once', async (_, call) => {
  const bearer = holder()
  const asked = answers(problem(401, 'Ticket needed'))
  await expect(call(bearer)).rejects.toMatchObject({ status: 401 })
  expect([bearer.renewed, asked.map(({ ticket }) => ticket)]).toEqual([1, ['Bearer old', 'Bearer new']])
})

test('[S62] calls that come back with a ticket that somebody has renewed meanwhile do not renew it again', async () => {
  const bearer = holder()
  const asked = answers(problem(401, 'Ticket needed'), problem(401, 'Ticket needed'), { status: 200, type: 'application/json', body: '[]' })
  await Promise.all([api.links('b', bearer), api.links('b', bearer).catch(() => undefined)])
  expect([bearer.renewed <= 2, asked.length]).toEqual([true, 4])
  expect(asked.filter(({ ticket }) => ticket === 'Bearer new').length).toBe(2)
})

test.each(every)('[S61] %s: a page that answers in the server’s place is no answer, good or bad, and no last word', async (_, call) => {
  for (const answer of [html(200), html(201), html(403), html(404), html(407), html(511), { status: 200, type: '', body: '' }, { status: 200, type: 'text/plain', body: 'ok' }, ...['{}', 'null', '"ok"', '7', '{"ok":true}', '{"error":"login"}'].map(body => ({ status: 200, type: 'application/json', body })), { status: 403, type: 'application/json', body: '{"detail":"Blocked by your administrator"}' }, { status: 404, type: 'application/json', body: '{"status":404,"title":"No such board"}' }, { status: 403, type: 'application/problem+json', body: JSON.stringify({ type: 'https://proxy.example/errors/1010', title: 'Link closed', status: 403, detail: 'Access denied' }) }]) {
    answers(answer)
    const error: unknown = await call(holder()).catch((each: unknown) => each)
    expect([answer, error]).toEqual([answer, expect.any(Refused)])
    expect([answer, (error as Refused).isFinal, (error as Refused).message]).toEqual([answer, false, expect.stringMatching(/Something between this device and the server answered instead of it|The server answered \d+/)])
  }
})

test.each(every)('[S61] %s: what is asked to wait says how long, whoever asks', async (_, call) => {
  for (const status of [408, 429, 500, 502, 503]) {
    answers({ ...html(status), headers: { 'retry-after': '17' } })
    await expect(call(holder())).rejects.toMatchObject({ isFinal: false, retryAfter: 17_000 })
    answers({ ...problem(status, 'Busy'), headers: { 'retry-after': '5' } })
    await expect(call(holder())).rejects.toMatchObject({ status, isFinal: false, retryAfter: 5_000, message: 'A sentence of the server’s own.' })
  }
})

test('[S61] only what this server says of links, visits and boards that are gone is its last word', async () => {
  const back = () => api.comeBack({ board: 'b', participant: 'p', key: 'k' })
  for (const { status, title } of Object.values(finalRefusals)) {
    answers(problem(status, title))
    await expect(back()).rejects.toMatchObject({ status, isFinal: true })
    // The same words under another status, or said by somebody else.
    for (const other of [problem(status, title, { status: 200 }), { ...problem(status, title), type: 'application/json' }, problem(429, title)]) {
      answers(other)
      await expect(back()).rejects.toMatchObject({ isFinal: false })
    }
  }
  for (const [status, title] of [[401, 'Ticket needed'], [404, 'Nothing here'], [400, 'Cannot be read'], [403, 'Not allowed'], [429, 'Too many requests']] as const) {
    answers(problem(status, title))
    await expect(back()).rejects.toMatchObject({ isFinal: false })
  }
})
