import type { FastifyInstance } from 'fastify'

/* Every address of the server, and what asking for it may cost: limits hang on these, never on how an address is written. */

/**
 * What a call counts as. Each has a most in a minute: for whoever holds a ticket, or for one address. `inAll` counts towards the most
 * of the address as a whole as well, whoever asks.
 */
export const counters = {
  calls: { what: 'calls of the API, and addresses there are none of', byHolder: true, inAll: true },
  joining: { what: 'coming in, and coming back', byHolder: true, inAll: true },
  making: { what: 'what makes something lasting out of nothing', byHolder: false, inAll: true },
  working: { what: 'what has to be worked out for whoever asks', byHolder: false, inAll: true },
  files: { what: 'files of the client, and what programs ask to see whether the server is well', byHolder: false, inAll: false },
} as const satisfies Record<string, { readonly what: string; readonly byHolder: boolean; readonly inAll: boolean }>
export type Counter = keyof typeof counters

/** What may come with a request. `most` is in bytes; of what goes to disk, as it comes, the settings say. */
export const bodies = {
  nothing: { kept: 'nowhere', most: 0 },
  small: { kept: 'in memory', most: 16 * 2 ** 10 },
  /** What was chosen of a board, by id. */
  choice: { kept: 'in memory', most: 2 ** 20 },
  file: { kept: 'on disk', most: undefined },
  picture: { kept: 'on disk', most: undefined },
} as const satisfies Record<string, { readonly kept: 'nowhere' | 'in memory' | 'on disk'; readonly most: number | undefined }>

export interface RouteRules {
  readonly counts: readonly Counter[]
  readonly body: keyof typeof bodies
  /** What browsers and proxies may keep of a good answer; nothing of any other, and nothing where this is missing. */
  readonly mayKeep?: string
}

const asked = { counts: ['calls'], body: 'nothing' } as const satisfies RouteRules
const told = { counts: ['calls'], body: 'small' } as const satisfies RouteRules
const seen = { counts: ['files'], body: 'nothing' } as const satisfies RouteRules
const worked = { counts: ['calls', 'working'], body: 'nothing' } as const satisfies RouteRules

export const routes = {
  'POST /api/boards': { counts: ['making'], body: 'file' },
  'DELETE /api/boards/:board': asked,
  'POST /api/boards/:board/return': told,
  'POST /api/boards/:board/look': { ...worked, body: 'small' },
  'POST /api/boards/:board/join': { ...told, counts: ['joining'] },
  'GET /api/boards/:board/people': asked,
  'PATCH /api/boards/:board/people/:person': told,
  'DELETE /api/boards/:board/people/:person': asked,
  'GET /api/boards/:board/links': asked,
  'POST /api/boards/:board/links': told,
  'DELETE /api/boards/:board/links/:link': asked,
  'GET /api/boards/:board/audit': asked,
  'GET /api/boards/:board/export': worked,
  'GET /api/boards/:board/removed': worked,
  'GET /api/boards/:board/removed/:removal': worked,
  'GET /api/boards/:board/moments': worked,
  'GET /api/boards/:board/moments/:moment': worked,
  'GET /api/boards/:board/moments/:moment/export': worked,
  'POST /api/boards/:board/session': told,
  'POST /api/boards/:board/assets': { counts: ['calls'], body: 'picture' },
  // The address is made of the bytes: what is there never changes.
  'GET /api/boards/:board/assets/:hash': { ...asked, mayKeep: 'private, max-age=31536000, immutable' },
  'POST /api/boards/:board/templates': { counts: ['making'], body: 'choice' },
  // Kept to be asked for anew: whether anything was saved or renamed since.
  'GET /api/templates': { ...asked, mayKeep: 'no-cache' },
  'GET /api/templates/:id/file': worked,
  'PATCH /api/templates/:id': { counts: ['making'], body: 'small' },
  'DELETE /api/templates/:id': asked,
  'GET /metrics': seen,
  'GET /healthz': seen,
  'GET /config.json': seen,
  'GET /schema/board-1.json': { ...seen, mayKeep: 'no-cache' },
  // The client’s files say themselves how long they may be kept: those with a hash in their name for ever.
  'GET /*': seen,
} as const satisfies Record<string, RouteRules>

/** Of an address there is none of. */
export const elsewhere: RouteRules = asked

declare module 'fastify' {
  interface FastifyContextConfig {
    rules?: RouteRules
  }
}

/** Gives every route its rules as it is added. One without a line above is a mistake, and no server starts with it. */
export function ruleRoutes(http: FastifyInstance): void {
  http.addHook('onRoute', route => {
    const methods = [route.method].flat().filter(method => method !== 'HEAD')
    for (const method of methods.length ? methods : ['GET']) {
      const rules = (routes as Readonly<Record<string, RouteRules>>)[`${method} ${route.url}`]
      if (!rules) throw new Error(`${method} ${route.url} has no line in server/http/routes.ts.`)
      route.config = { ...route.config, rules }
    }
  })
}
