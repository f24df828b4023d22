import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AddressInfo } from 'node:net'
import fastifyStatic from '@fastify/static'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import { boardFileSchema } from '../shared/file.ts'
import type { Config } from './config.ts'
import { createExports, type Exports } from './exports.ts'
import { createGallery, type Gallery, TemplateError } from './gallery.ts'
import type { Gateway } from './sync/gateway.ts'
import { assetRoutes } from './http/assets.ts'
import { boardRoutes } from './http/boards.ts'
import { limitRates } from './http/rates.ts'
import { rightsRoutes } from './http/rights.ts'
import { metricsRoute } from './http/metrics.ts'
import { diskFull, fileTooLarge, Problem } from './http/problems.ts'
import { securityHeaders } from './http/security.ts'
import { sessionRoutes } from './http/session.ts'
import { templateRoutes } from './http/templates.ts'
import { createMetrics, type Exposed } from './metrics.ts'
import { createOpenings, type Openings } from './openings.ts'
import { createPictures, type Pictures } from './pictures.ts'
import type { Rooms } from './sync/rooms.ts'
import { createSync } from './sync/sync.ts'
import { monotonic } from './ops/clock.ts'
import { createLedger } from './ops/ledger.ts'
import { isFull, type Store } from './storage/sqlite.ts'
import { openStoreThread } from './storage/thread.ts'
import { loadTemplates } from './templates.ts'
import { createTickets, type Tickets } from './tickets.ts'

/** A whole server, put together but for the port. */
export interface App {
  readonly config: Config
  readonly http: FastifyInstance
  readonly store: Store
  readonly rooms: Rooms
  readonly tickets: Tickets
  readonly gallery: Gallery
  readonly exports: Exports
  readonly openings: Openings
  readonly pictures: Pictures
  readonly gateway: () => Gateway
  readonly metrics: Exposed
  readonly now: () => number
  /** Resolves, with the reason, should the store be lost while the server runs; nothing can be saved from then on. */
  readonly lost: Promise<Error>
  /** Where people reach this server. */
  publicUrl(): string
  /** Something threw that nobody caught: it is written down, and costs the document that was being served. */
  survived(error: unknown): void
  listen(): Promise<string>
  /** Takes nobody new in, commits what there is, tells everybody to come back, and gives the store free. */
  stop(): Promise<void>
}

/** How long people's clients have to answer the goodbye, and requests to end, before they are cut. */
const goodbyeMs = 2_000
/** How often idle boards are let go, and what was turned away is written down: one line, however often it happened. */
const sweepMs = 15_000

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

export interface AppOptions {
  readonly config: Config
  readonly store?: Store
  readonly now?: () => number
  readonly clock?: () => number
  /** Whether a watchdog ends this process where it hangs; not where others work in it. */
  readonly watched?: boolean
}

export async function createApp({ config, store: given, now = Date.now, clock = monotonic, watched = false }: AppOptions): Promise<App> {
  const store: Store & { readonly lost?: Promise<Error> } = given ?? (await openStoreThread(config.dataDir, config.maxStore))
  const http = Fastify({
    logger: { level: config.logLevel },
    // Requests are not logged one by one: an address or a body could carry what must not be kept.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 2 ** 20,
  })
  const tickets = createTickets(store.signingKey, now)
  const metrics = createMetrics(() => rooms.live())
  const ledger = createLedger({ mostOfAddress: 64 * 2 ** 20, mostOfServer: 256 * 2 ** 20 })
  const documents = await createSync({ config, store, dataDir: given ? undefined : config.dataDir, tickets, metrics, ledger, log: http.log, publicUrl: () => app.publicUrl(), date: now, clock, watched })
  const { rooms } = documents
  let sweeping: NodeJS.Timeout | undefined

  const writeRefusals = (): void => {
    const refused = metrics.takeRefusals()
    if (refused) http.log.info({ refused }, 'Turned away since the last line')
  }

  const app: App = {
    config,
    http,
    store,
    rooms,
    tickets,
    gallery: createGallery(loadTemplates(join(root, 'templates')), store.templates),
    exports: createExports(store, config.dataDir),
    openings: createOpenings(config.maxFile),
    pictures: createPictures({ files: store.pictureFiles, assets: store.assets, config, now }),
    now,
    metrics,
    lost: store.lost ?? new Promise(() => undefined),
    gateway: () => documents.gateway(http.server),
    survived: error => documents.survived(error),
    publicUrl: () => config.publicUrl || addressOf(http.server.address() as AddressInfo | null, config),
    async listen() {
      app.gateway()
      try {
        await http.listen({ port: config.port, host: config.host, listenTextResolver: address => `Started at ${address}` })
      } catch (error) {
        // What runs in threads would keep a server alive that nobody can reach, and its folder from the next one.
        await app.stop()
        throw error
      }
      sweeping = setInterval(() => {
        writeRefusals()
        void documents.sweep()
      }, sweepMs)
      return addressOf(http.server.address() as AddressInfo | null, config)
    },
    async stop() {
      clearInterval(sweeping)
      // Resolves when the last connection has ended. Nobody new comes in from here on.
      const closed = http.close()
      await documents.stop(goodbyeMs, closed)
      http.server.closeAllConnections()
      await documents.closeGateway()
      await closed
      writeRefusals()
      metrics.close()
      await store.close()
      http.log.info('Stopped')
    },
  }

  http.setErrorHandler((error: Error & { statusCode?: number; code?: string }, _request, reply) => {
    const problem = problemOf(error)
    metrics.refused(problem.status)
    if (problem.status >= 500) http.log.error({ cause: error.stack }, 'A request failed')
    return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem))
  })
  securityHeaders(http)
  await limitRates(http, config)
  metricsRoute(http, metrics, config.metricsToken)
  boardRoutes(http, app)
  rightsRoutes(http, app)
  assetRoutes(http, app)
  sessionRoutes(http, app)
  templateRoutes(http, app)
  http.get('/healthz', async () => ({ ok: true, boards: [...rooms.live()].filter(({ kind }) => kind === 'canvas').length }))
  http.get('/config.json', async (_request, reply) => reply.header('cache-control', 'no-store').send({ licenseKey: config.licenseKey || null, createKey: config.createKey !== '', maxFile: config.maxFile }))
  const schema = boardFileSchema()
  http.get('/schema/board-1.json', async (_request, reply) => reply.type('application/schema+json').send(JSON.stringify(schema, null, 2)))
  await serveClient(http)
  return app
}

/** The client's files: names with a hash are kept for ever, the page itself is asked for anew. */
async function serveClient(http: FastifyInstance): Promise<void> {
  await http.register(fastifyStatic, {
    root: join(root, 'dist'),
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => void reply.header('cache-control', path.includes(join('dist', 'assets')) ? 'public, max-age=31536000, immutable' : 'no-cache'),
  })
  http.setNotFoundHandler((request, reply) => {
    // Pages have addresses of their own (/boards/…); the one page finds out which.
    if (request.method === 'GET' && /^\/boards\/[\w-]+(\/report)?\/?$/.test(request.url.split('?')[0] ?? '')) return reply.sendFile('index.html')
    // A person sees the page that says so; a program gets the same sentence.
    if (request.method === 'GET' && request.headers.accept?.includes('text/html')) return reply.code(404).sendFile('index.html')
    const problem = new Problem(404, 'Nothing here', 'There is nothing at this address. Check the link, or start from the first page.')
    return reply.code(404).type('application/problem+json').send(JSON.stringify(problem))
  })
}

function problemOf(error: Error & { statusCode?: number; code?: string }): Problem {
  if (error instanceof Problem) return error
  if (isFull(error)) return diskFull(error)
  if (error instanceof TemplateError) return new Problem(409, 'Template cannot be used', error.message, error)
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return fileTooLarge(error)
  if (error.code?.startsWith('FST_ERR_CTP')) return new Problem(400, 'Cannot be read', 'What was sent is not JSON. Choose a .json file that was exported from a board.')
  if (error.statusCode !== undefined && error.statusCode < 500) return new Problem(error.statusCode, 'Cannot be answered', error.message)
  return new Problem(500, 'Something broke', 'The server made a mistake and has written it down. Try again; if it stays, tell whoever runs the server.', error)
}

function addressOf(address: AddressInfo | null, { host, port }: Config): string {
  const open = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `http://${open.includes(':') ? `[${open}]` : open}:${address?.port ?? port}`
}
