import type { ExportName } from '../shared/export/formats.ts'
import type { BoardFile } from '../shared/file.ts'
import { pictureSource } from '../shared/pictures.ts'
import type { Preview } from '../shared/preview.ts'
import type { Role } from '../shared/protocol.ts'
import type { RemovedList, RemovedRecord } from '../shared/removed.ts'

/** The server said no, in a sentence for the person who asked. */
export class Refused extends Error {
  /** HTTP status; 0 where the server could not be reached. */
  readonly status: number

  constructor(status: number, detail: string) {
    super(detail)
    this.status = status
  }
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

async function ask(path: string, { body, bearer, method }: { body?: unknown; bearer?: string; method?: string } = {}): Promise<Response> {
  const response = await fetch(path, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...(bearer && { authorization: `Bearer ${bearer}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw unreachable()
  })
  if (response.ok) return response
  const problem = (await response.json().catch(() => ({}))) as { detail?: string }
  throw new Refused(response.status, problem.detail ?? `The server answered ${response.status}. Try again.`)
}

const json = async <T>(path: string, options?: Parameters<typeof ask>[1]): Promise<T> => (await ask(path, options)).json() as Promise<T>

interface Sending {
  /** `application/octet-stream` where nothing is said. */
  readonly type?: string
  readonly bearer?: string | undefined
  /** Hears which part has been sent, 0 to 1. */
  readonly progress?: ((part: number) => void) | undefined
  /** Ends it; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Sends bytes, and says how far they are: `fetch` cannot. Resolves to the answer's JSON. */
function send<T>(path: string, bytes: Blob, { type = 'application/octet-stream', bearer, progress, signal }: Sending): Promise<T> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const request = new XMLHttpRequest()
    request.open('POST', path)
    if (bearer) request.setRequestHeader('authorization', `Bearer ${bearer}`)
    request.setRequestHeader('content-type', type)
    request.responseType = 'json'
    if (progress) request.upload.addEventListener('progress', ({ loaded, total }) => progress(total ? loaded / total : 0))
    request.addEventListener('load', () => {
      const answer = request.response as { detail?: string } | null
      if (request.status === 201) resolve(answer as T)
      else reject(new Refused(request.status, answer?.detail ?? `The server answered ${request.status}. Try again.`))
    })
    for (const failed of ['error', 'abort', 'timeout']) request.addEventListener(failed, () => reject(signal?.aborted ? (signal.reason as Error) : unreachable()))
    signal?.addEventListener('abort', () => request.abort(), { once: true })
    request.send(bytes)
  })
}

/** What can be looked back to, oldest first. */
export interface MomentList {
  readonly moments: readonly { readonly seq: number; readonly at: number; readonly removed: number }[]
  readonly damaged: number
}

export const api = {
  config: () => json<ServerConfig>('/config.json'),
  templates: () => json<TemplateInfo[]>('/api/templates'),
  create: (what: { title?: string; template?: string }, key?: string) => json<NewBoard>('/api/boards', { body: what, ...(key && { bearer: key }) }),
  /** Makes a board of a request's body that holds a board file. */
  open: (body: Blob, key: string | undefined, progress?: (part: number) => void, signal?: AbortSignal) => send<NewBoard>('/api/boards', body, { type: 'application/json', bearer: key, progress, signal }),
  look: (board: string, secret: string) => json<Look>(`/api/boards/${board}/look`, { body: { secret } }),
  join: (board: string, who: { secret: string; name: string; sector?: string } | { participant: string; key: string }) =>
    json<Admission>(`/api/boards/${board}/join`, { body: who }),
  people: (board: string, bearer: string) => json<PersonName[]>(`/api/boards/${board}/people`, { bearer }),
  /** Everybody with a way in; for facilitators. */
  peopleIn: async (board: string, bearer: string) => (await json<(PersonName & Partial<PersonInfo>)[]>(`/api/boards/${board}/people`, { bearer })).filter((each): each is PersonInfo => each.role !== undefined),
  changeRole: async (board: string, bearer: string, person: string, role: Role) => void (await ask(`/api/boards/${board}/people/${person}`, { body: { role }, bearer, method: 'PATCH' })),
  endVisit: async (board: string, bearer: string, person: string) => void (await ask(`/api/boards/${board}/people/${person}`, { bearer, method: 'DELETE' })),
  links: (board: string, bearer: string) => json<LinkInfo[]>(`/api/boards/${board}/links`, { bearer }),
  /** A new link; `instead` is closed in the same moment. */
  newLink: (board: string, bearer: string, role: Role, instead?: string) => json<LinkInfo & { url: string }>(`/api/boards/${board}/links`, { body: { role, ...(instead && { instead }) }, bearer }),
  closeLink: async (board: string, bearer: string, link: string) => void (await ask(`/api/boards/${board}/links/${link}`, { bearer, method: 'DELETE' })),
  openRings: async (board: string, bearer: string, wheel: string, open: number | undefined) => void (await ask(`/api/boards/${board}/session`, { body: { rings: { wheel, open: open ?? null } }, bearer })),
  saveTemplate: (board: string, bearer: string, what: TemplateWords & { only?: readonly string[] }) => json<{ id: string; key: string }>(`/api/boards/${board}/templates`, { body: what, bearer }),
  rewordTemplate: async (id: string, key: string, words: Partial<TemplateWords>) => void (await ask(`/api/templates/${id}`, { body: words, bearer: key, method: 'PATCH' })),
  removeTemplate: async (id: string, key: string) => void (await ask(`/api/templates/${id}`, { bearer: key, method: 'DELETE' })),
  /** Removes the board; it comes back for thirty days. */
  removeBoard: async (board: string, bearer: string) => void (await ask(`/api/boards/${board}`, { bearer, method: 'DELETE' })),
  returnBoard: async (board: string, who: { participant: string; key: string }) => void (await ask(`/api/boards/${board}/return`, { body: { participant: who.participant, key: who.key } })),
  /** What was removed in the last thirty days and is not there now; for facilitators. */
  removed: (board: string, bearer: string) => json<RemovedList>(`/api/boards/${board}/removed`, { bearer }),
  /** Everything that was removed at once, as it was. */
  removedRecords: (board: string, bearer: string, removal: number) => json<RemovedRecord[]>(`/api/boards/${board}/removed/${removal}`, { bearer }),
  /** Moments of the board that can be looked back to; for facilitators. */
  moments: (board: string, bearer: string) => json<MomentList>(`/api/boards/${board}/moments`, { bearer }),
  /** Every record as it was then. */
  moment: (board: string, bearer: string, moment: number) => json<{ at: number; records: RemovedRecord[] }>(`/api/boards/${board}/moments/${moment}`, { bearer }),
  exportMoment: async (board: string, bearer: string, moment: number, format: ExportName) => (await ask(`/api/boards/${board}/moments/${moment}/export?format=${format}`, { bearer })).blob(),
  /** Puts a picture on the server's disk; resolves to how the board names it. */
  sendPicture: async (board: string, bearer: string, file: Blob, progress: (part: number) => void, signal?: AbortSignal) => {
    const { url } = await send<{ url: string }>(`/api/boards/${board}/assets`, file, { bearer, progress, signal })
    return pictureSource(url.slice(url.lastIndexOf('/') + 1))
  },
  /** The board as it is on the server's disk, without its pictures. */
  boardFile: (board: string, bearer: string) => json<BoardFile>(`/api/boards/${board}/export?format=json&pictures=none`, { bearer }),
  export: async (board: string, bearer: string, format: ExportName) => (await ask(`/api/boards/${board}/export?format=${format}`, { bearer })).blob(),
}
