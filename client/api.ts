import type { ExportName } from '../shared/export/formats.ts'
import type { BoardFile } from '../shared/file.ts'
import { pictureSource } from '../shared/pictures.ts'
import type { Preview } from '../shared/preview.ts'
import { isFinalRefusal, type Role, roles } from '../shared/protocol.ts'
import type { RemovedList, RemovedRecord } from '../shared/removed.ts'

/** The server said no, in a sentence for the person who asked; or something between here and the server did. */
export class Refused extends Error {
  /** HTTP status; 0 where the server could not be reached, or something else answered in its place. */
  readonly status: number
  /** Whether asking again as who one is will never help: the server's own last word. */
  readonly isFinal: boolean
  /** Milliseconds after which it may be asked again, where that was said. */
  readonly retryAfter: number | undefined

  constructor(status: number, detail: string, { isFinal = false, retryAfter }: { isFinal?: boolean; retryAfter?: number | undefined } = {}) {
    super(detail)
    this.status = status
    this.isFinal = isFinal
    this.retryAfter = retryAfter
  }
}

/** What calls of somebody on a board come with: their ticket, and how to get the next one where this one is over. */
export interface Bearer {
  readonly ticket: string
  renew(): Promise<string>
}

/** What a template says of itself. */
export interface TemplateWords {
  readonly title: string
  readonly about?: string
  /** How long it takes. */
  readonly takes?: string
  /** For how many. */
  readonly people?: string
  /** What comes out. */
  readonly gives?: string
}

export interface TemplateInfo extends TemplateWords {
  readonly id: string
  readonly about: string
  /** Made from a board on this server, rather than shipped with it. */
  readonly saved?: true
  /** Why nobody can start from it. */
  readonly problem?: string
  readonly preview: Preview
}

export interface NewBoard {
  readonly id: string
  readonly links: Readonly<Record<Role, string>>
}

/** What a link says of its board before anybody joins. */
export interface Look {
  readonly title: string
  readonly focus: string
  readonly sectors: readonly string[]
  /** The board in small, without its words. */
  readonly preview: Preview
  readonly role: Role
  readonly here: number
}

export interface Admission {
  readonly participant: string
  readonly name: string
  readonly sector: string
  readonly role: Role
  readonly ticket: string
  readonly expires: string
  /** How long the ticket lasts from now on, whatever the clock of this device says. */
  readonly seconds?: number
  /** Brings this person back as themselves. */
  readonly key: string
}

export interface PersonName {
  readonly id: string
  readonly name: string
  readonly sector: string
}

/** Somebody with a way in, as facilitators see them. */
export interface PersonInfo extends PersonName {
  readonly role: Role
  /** Whether they are on the board now. */
  readonly here: boolean
}

export interface LinkInfo {
  readonly id: string
  readonly role: Role
  readonly created: string
  readonly closed?: string
}

export interface ServerConfig {
  readonly licenseKey: string | null
  /** Whether making boards asks for a key. */
  readonly createKey: boolean
  /** Bytes of the largest board file that can be opened. */
  readonly maxFile: number
  /** Most records of a board; nothing where the server does not say. */
  readonly maxRecords?: number
}

/** What a server takes that does not say. */
export const usualMaxFile = 64 * 2 ** 20

const unreachable = () => new Refused(0, 'The server cannot be reached. Check your connection and try again.')
/** A proxy, the portal of a hotel, a page of maintenance: whatever it says, the server has not said it. */
const notTheServer = () => new Refused(0, 'Something between this device and the server answered instead of it. If your network wants you to log in, do that first; then try again.')

/** An answer as far as it says whose it is and what it means, however it was asked for. */
interface Answer {
  readonly status: number
  readonly header: (name: string) => string | null
  readonly json: () => Promise<unknown>
}

async function refusalIn({ status, header, json }: Answer): Promise<Refused> {
  const retryAfter = waitSaid(header('retry-after'), header('date'))
  const problem = readProblem(header('content-type') ?? '', await json().catch(() => undefined))
  // What is said of 5xx and 429 by others is no news; what they forbid, they forbid for a network or a moment.
  if (!problem) return new Refused(status, status === 429 || status >= 500 ? `The server answered ${status}. Try again in a moment.` : notTheServer().message, { retryAfter })
  return new Refused(status, problem.detail, { isFinal: problem.status === status && isFinalRefusal(problem), retryAfter })
}

interface Problem {
  readonly title: string
  readonly status: number
  readonly detail: string
}

/** A problem of this server's own; nothing for those of others. */
function readProblem(type: string, body: unknown): Problem | undefined {
  const { type: kind, title, status, detail } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const isOurs = type.startsWith('application/problem+json') && kind === 'about:blank' && typeof title === 'string' && typeof status === 'number' && typeof detail === 'string'
  return isOurs ? { title, status, detail } : undefined
}

/** Milliseconds that an answer asks to wait: said in seconds, or as a time by the clock of whoever answered. */
export function waitSaid(text: string | null, date: string | null): number | undefined {
  if (text === null || text.trim() === '') return undefined
  const ms = /^\s*\d+\s*$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.parse(date ?? '')
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}

/** What an answer has to be to be the server's own. */
const isAsExpected = {
  json: ({ headers }: Response) => /^application\/(schema\+)?json\b/.test(headers.get('content-type') ?? ''),
  file: ({ headers }: Response) => (headers.get('content-disposition') ?? '').startsWith('attachment'),
  nothing: ({ status }: Response) => status === 204,
} as const

interface Asking {
  readonly body?: unknown
  readonly bearer?: string | Bearer | undefined
  readonly method?: string
}

async function ask(path: string, expected: keyof typeof isAsExpected, { body, bearer, method }: Asking = {}): Promise<Response> {
  return withTicket(bearer, async ticket => {
    const response = await fetch(path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...(ticket && { authorization: `Bearer ${ticket}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch(() => {
      throw unreachable()
    })
    if (!response.ok) throw await refusalIn({ status: response.status, header: name => response.headers.get(name), json: () => response.json() })
    if (!isAsExpected[expected](response)) throw notTheServer()
    return response
  })
}

/** A call with a ticket that may be over by now: then it is renewed once, and the call made again. */
async function withTicket<T>(bearer: string | Bearer | undefined, call: (ticket: string | undefined) => Promise<T>): Promise<T> {
  if (typeof bearer !== 'object') return call(bearer)
  const { ticket } = bearer
  try {
    return await call(ticket)
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 401) throw error
    // Somebody else may have got the next one meanwhile.
    return call(bearer.ticket === ticket ? await bearer.renew() : bearer.ticket)
  }
}

/** Whether something is what was asked for, as far as one look tells: proxies answer in JSON, too. */
const isList = Array.isArray
const has = (...names: readonly string[]) => (answer: unknown): boolean => typeof answer === 'object' && answer !== null && names.every(name => Object.hasOwn(answer, name))

async function json<T>(path: string, isIt: (answer: unknown) => boolean, options?: Asking): Promise<T> {
  const answer: unknown = await (await ask(path, 'json', options)).json().catch(() => {
    throw unreachable() // It broke off on the way.
  })
  if (!isIt(answer)) throw notTheServer()
  return answer as T
}

interface Sending {
  /** `application/octet-stream` where nothing is said. */
  readonly type?: string
  readonly bearer?: string | Bearer | undefined
  /** Hears which part has been sent, 0 to 1. */
  readonly progress?: ((part: number) => void) | undefined
  /** Ends it; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Sends bytes, and says how far they are: `fetch` cannot. Resolves to the answer's JSON. */
const send = <T>(path: string, isIt: (answer: unknown) => boolean, bytes: Blob, { type = 'application/octet-stream', bearer, progress, signal }: Sending): Promise<T> =>
  withTicket(bearer, ticket => new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const request = new XMLHttpRequest()
    request.open('POST', path)
    if (ticket) request.setRequestHeader('authorization', `Bearer ${ticket}`)
    request.setRequestHeader('content-type', type)
    request.responseType = 'json'
    if (progress) request.upload.addEventListener('progress', ({ loaded, total }) => progress(total ? loaded / total : 0))
    request.addEventListener('load', () => {
      const answer: unknown = request.response
      if (request.status === 201 && isIt(answer)) resolve(answer as T)
      else if (request.status >= 200 && request.status < 300) reject(notTheServer())
      else void refusalIn({ status: request.status, header: name => request.getResponseHeader(name), json: async () => answer }).then(reject)
    })
    for (const failed of ['error', 'abort', 'timeout']) request.addEventListener(failed, () => reject(signal?.aborted ? (signal.reason as Error) : unreachable()))
    signal?.addEventListener('abort', () => request.abort(), { once: true })
    request.send(bytes)
  }))

const isAdmission = (answer: unknown): boolean => has('ticket', 'participant', 'key')(answer) && roles.includes((answer as Admission).role)

/** What can be looked back to, oldest first. */
export interface MomentList {
  readonly moments: readonly { readonly seq: number; readonly at: number; readonly removed: number }[]
  readonly damaged: number
}

export const api = {
  config: () => json<ServerConfig>('/config.json', has('maxFile')),
  templates: () => json<TemplateInfo[]>('/api/templates', isList),
  create: (what: { title?: string; template?: string }, key?: string) => json<NewBoard>('/api/boards', has('id', 'links'), { body: what, bearer: key }),
  /** Makes a board of a request's body that holds a board file. */
  open: (body: Blob, key: string | undefined, progress?: (part: number) => void, signal?: AbortSignal) => send<NewBoard>('/api/boards', has('id', 'links'), body, { type: 'application/json', bearer: key, progress, signal }),
  look: (board: string, secret: string) => json<Look>(`/api/boards/${board}/look`, has('title', 'role', 'preview'), { body: { secret } }),
  join: (board: string, who: { secret: string; name: string; sector?: string }) =>
    json<Admission>(`/api/boards/${board}/join`, isAdmission, { body: who }),
  /** Comes back as who one was. The last ticket, though it may be over, tells the server for whom this counts. */
  comeBack: ({ board, participant, key }: { board: string; participant: string; key: string }, last?: string) =>
    json<Admission>(`/api/boards/${board}/join`, isAdmission, { body: { participant, key }, bearer: last }),
  people: (board: string, bearer: Bearer) => json<PersonName[]>(`/api/boards/${board}/people`, isList, { bearer }),
  /** Everybody with a way in; for facilitators. */
  peopleIn: async (board: string, bearer: Bearer) => (await json<(PersonName & Partial<PersonInfo>)[]>(`/api/boards/${board}/people`, isList, { bearer })).filter((each): each is PersonInfo => each.role !== undefined),
  changeRole: async (board: string, bearer: Bearer, person: string, role: Role) => void (await ask(`/api/boards/${board}/people/${person}`, 'nothing', { body: { role }, bearer, method: 'PATCH' })),
  endVisit: async (board: string, bearer: Bearer, person: string) => void (await ask(`/api/boards/${board}/people/${person}`, 'nothing', { bearer, method: 'DELETE' })),
  links: (board: string, bearer: Bearer) => json<LinkInfo[]>(`/api/boards/${board}/links`, isList, { bearer }),
  /** A new link; `instead` is closed in the same moment. */
  newLink: (board: string, bearer: Bearer, role: Role, instead?: string) => json<LinkInfo & { url: string }>(`/api/boards/${board}/links`, has('id', 'url'), { body: { role, ...(instead && { instead }) }, bearer }),
  closeLink: async (board: string, bearer: Bearer, link: string) => void (await ask(`/api/boards/${board}/links/${link}`, 'nothing', { bearer, method: 'DELETE' })),
  openRings: async (board: string, bearer: Bearer, wheel: string, open: number | undefined) => void (await ask(`/api/boards/${board}/session`, 'nothing', { body: { rings: { wheel, open: open ?? null } }, bearer })),
  saveTemplate: (board: string, bearer: Bearer, what: TemplateWords & { only?: readonly string[] }) => json<{ id: string; key: string }>(`/api/boards/${board}/templates`, has('id', 'key'), { body: what, bearer }),
  rewordTemplate: async (id: string, key: string, words: Partial<TemplateWords>) => void (await ask(`/api/templates/${id}`, 'nothing', { body: words, bearer: key, method: 'PATCH' })),
  removeTemplate: async (id: string, key: string) => void (await ask(`/api/templates/${id}`, 'nothing', { bearer: key, method: 'DELETE' })),
  /** Removes the board; it comes back for thirty days. */
  removeBoard: async (board: string, bearer: Bearer) => void (await ask(`/api/boards/${board}`, 'nothing', { bearer, method: 'DELETE' })),
  returnBoard: async (board: string, who: { participant: string; key: string }) => void (await ask(`/api/boards/${board}/return`, 'nothing', { body: { participant: who.participant, key: who.key } })),
  /** What was removed in the last thirty days and is not there now; for facilitators. */
  removed: (board: string, bearer: Bearer) => json<RemovedList>(`/api/boards/${board}/removed`, has('removed', 'damaged'), { bearer }),
  /** Everything that was removed at once, as it was. */
  removedRecords: (board: string, bearer: Bearer, removal: number) => json<RemovedRecord[]>(`/api/boards/${board}/removed/${removal}`, isList, { bearer }),
  /** Moments of the board that can be looked back to; for facilitators. */
  moments: (board: string, bearer: Bearer) => json<MomentList>(`/api/boards/${board}/moments`, has('moments', 'damaged'), { bearer }),
  /** Every record as it was then. */
  moment: (board: string, bearer: Bearer, moment: number) => json<{ at: number; records: RemovedRecord[] }>(`/api/boards/${board}/moments/${moment}`, has('at', 'records'), { bearer }),
  exportMoment: async (board: string, bearer: Bearer, moment: number, format: ExportName) => (await ask(`/api/boards/${board}/moments/${moment}/export?format=${format}`, 'file', { bearer })).blob(),
  /** Puts a picture on the server's disk; resolves to how the board names it. */
  sendPicture: async (board: string, bearer: Bearer, file: Blob, progress: (part: number) => void, signal?: AbortSignal) => {
    const { url } = await send<{ url: string }>(`/api/boards/${board}/assets`, has('url'), file, { bearer, progress, signal })
    return pictureSource(url.slice(url.lastIndexOf('/') + 1))
  },
  /** The board as it is on the server's disk, without its pictures. */
  boardFile: (board: string, bearer: Bearer) => json<BoardFile>(`/api/boards/${board}/export?format=json&pictures=none`, has('format', 'version'), { bearer }),
  export: async (board: string, bearer: Bearer, format: ExportName) => (await ask(`/api/boards/${board}/export?format=${format}`, 'file', { bearer })).blob(),
}
