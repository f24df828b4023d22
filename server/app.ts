import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AddressInfo } from 'node:net'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { boardFileSchema } from '../shared/file.ts'
import { sentenceOf } from '../shared/sentence.ts'
import type { Config } from './config.ts'
import { createExports, type Exports } from './exports.ts'
import { createGallery, type Gallery } from './gallery.ts'
import { createPasts, type Pasts } from './history/pasts.ts'
import type { Gateway } from './sync/gateway.ts'
import { assetRoutes } from './http/assets.ts'
import { boardRoutes } from './http/boards.ts'
import { sendProblem } from './http/errors.ts'
import { createFront } from './http/front.ts'
import { createHolders } from './http/holders.ts'
import { pastRoutes } from './http/past.ts'
import type { InFlight } from './http/in-flight.ts'
import type { Limits } from './http/limits.ts'
import { removingRoutes } from './http/removing.ts'
import { rightsRoutes } from './http/rights.ts'
import { metricsRoute } from './http/metrics.ts'
import { nothingHere } from './http/problems.ts'
import { proxiesProblem } from './http/proxies.ts'
import { sessionRoutes } from './http/session.ts'
import { templateRoutes } from './http/templates.ts'
import { createMetrics, type Exposed, type RequestFigures } from './metrics.ts'
import { monotonic } from './ops/clock.ts'
import type { Ledger } from './ops/ledger.ts'
import { quiet } from './ops/quiet-log.ts'
import { createOpenings, type Openings } from './openings.ts'
import { createLargeWrites, type LargeWrites } from './large-writes.ts'
import { createLooks, type Looks } from './looks.ts'
import { createPictures, type Pictures } from './pictures.ts'
import { createRemoving, type Removing } from './removing.ts'
import type { Rooms } from './sync/rooms.ts'
import { createSync } from './sync/sync.ts'
import type { Store } from './storage/sqlite.ts'
import { openStoreThread } from './storage/thread.ts'
import { createTemplateJobs, type TemplateJobs } from './template-jobs.ts'
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
  readonly templates: TemplateJobs
  readonly looks: Looks
  readonly removing: Removing
  readonly pasts: Pasts
  readonly largeWrites: LargeWrites
  readonly exports: Exports
  readonly openings: Openings
  readonly pictures: Pictures
  readonly gateway: () => Gateway
  readonly metrics: Exposed
  /** What is kept in memory for each address. */
  readonly ledger: Ledger
  /** What one request may do, and whether whoever asked is still there. */
  readonly limits: Limits
  /** Requests in flight. */
  readonly flights: InFlight
  readonly figures: RequestFigures
  readonly now: () => number
  /** Milliseconds by a clock that nobody sets: for whatever paces or measures. */
  readonly clock: () => number
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
/** How often the server asks whether a command changed something meanwhile. */
const hearMs = 2_000

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
  const tickets = createTickets(store.signingKey, now)
  const metrics: Exposed = createMetrics(() => rooms.live(), () => front.figures)
  const front = createFront({ config, metrics, clock, holderOf: createHolders(tickets, store.signingKey) })
  const { http, ledger, limits, flights } = front
  const documents = await createSync({ config, store, dataDir: given ? undefined : config.dataDir, tickets, metrics, ledger, log: http.log, publicUrl: () => app.publicUrl(), date: now, clock, watched })
  const { rooms } = documents
  const templates = createTemplateJobs({ store, dataDir: config.dataDir, most: config.maxFile, started: () => metrics.beside('templates') })
  let sweeping: NodeJS.Timeout | undefined
  let hearing: NodeJS.Timeout | undefined

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
    gallery: createGallery({ builtIn: loadTemplates(join(root, 'templates')), saved: store.templates, jobs: templates, clock }),
    templates,
    largeWrites: createLargeWrites(),
    looks: createLooks({ store, dataDir: config.dataDir, started: () => metrics.beside('looks') }),
    removing: createRemoving({
      store,
      now,
      close: async board => app.gateway().closeBoard(board),
      purged: board => http.log.info({ board }, 'A board that was removed thirty days ago is gone for good'),
    }),
    pasts: createPasts(config.dataDir, () => metrics.beside('pasts')),
    exports: createExports(store, config.dataDir, () => metrics.beside('exports')),
    openings: createOpenings({ most: config.maxFile, mostRecords: config.maxRecords, started: () => metrics.beside('files') }),
    pictures: createPictures({ files: store.pictureFiles, assets: store.assets, config, now }),
    now,
    clock,
    ledger,
    limits,
    flights,
    get figures() {
      return front.figures
    },
    metrics,
    lost: store.lost ?? new Promise(() => undefined),
    gateway: () => documents.gateway(http.server),
    survived: error => documents.survived(error),
    publicUrl: () => config.publicUrl || addressOf(http.server.address() as AddressInfo | null, config),
    async listen() {
      const problem = proxiesProblem(config)
      if (problem) http.log.warn(problem)
      app.gateway()
      try {
        await http.listen({ port: config.port, host: config.host, listenTextResolver: address => `Started at ${address}` })
      } catch (error) {
        // What runs in threads would keep a server alive that nobody can reach, and its folder from the next one.
        await app.stop()
        throw error
      }
      void app.gallery.lookAtAll()
      sweeping = setInterval(() => {
        writeRefusals()
        void documents.sweep()
        void app.removing.sweep().catch((error: unknown) => quiet(http.log, 'error', 'Boards that were removed could not be dealt with; it is tried again', { cause: sentenceOf(error) }))
      }, sweepMs)
      hearing = setInterval(() => void documents.hear(), hearMs)
      return addressOf(http.server.address() as AddressInfo | null, config)
    },
    async stop() {
      clearInterval(sweeping)
      clearInterval(hearing)
      // Resolves when the last connection has ended. Nobody new comes in from here on.
      const closed = http.close()
      await documents.stop(goodbyeMs, closed)
      http.server.closeAllConnections()
      await documents.closeGateway()
      await closed
      writeRefusals()
      quiet.flush(http.log)
      front.close()
      metrics.close()
      await store.close()
      http.log.info('Stopped')
    },
  }

  metricsRoute(http, metrics, config.metricsToken)
  boardRoutes(http, app)
  rightsRoutes(http, app)
  pastRoutes(http, app)
  removingRoutes(http, app)
  assetRoutes(http, app)
  sessionRoutes(http, app)
  templateRoutes(http, app)
  http.get('/healthz', async () => ({ ok: true, boards: [...rooms.live()].filter(({ kind }) => kind === 'canvas').length }))
  http.get('/config.json', async (_request, reply) => reply.send({ licenseKey: config.licenseKey || null, createKey: config.createKey !== '', maxFile: config.maxFile, maxRecords: config.maxRecords }))
  const schema = JSON.stringify(boardFileSchema(), null, 2)
  http.get('/schema/board-1.json', async (_request, reply) => reply.type('application/schema+json').send(schema))
  await serveClient(http, metrics)
  return app
}

/** The client's files: names with a hash are kept for ever, the page itself is asked for anew. */
async function serveClient(http: FastifyInstance, metrics: Exposed): Promise<void> {
  await http.register(fastifyStatic, {
    root: join(root, 'dist'),
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => void reply.header('cache-control', path.includes(join('dist', 'assets')) ? 'public, max-age=31536000, immutable' : 'no-cache'),
  })
  http.setNotFoundHandler((request, reply) => {
    // Pages have addresses of their own (/boards/…); the one page finds out which.
    if (request.method === 'GET' && /^\/boards\/[\w-]+(\/report)?\/?$/.test(request.url.split('?')[0] ?? '')) return reply.sendFile('index.html')
    metrics.refused(404)
    // A person sees the page that says so; a program gets the same sentence.
    if (request.method === 'GET' && request.headers.accept?.includes('text/html')) return reply.code(404).sendFile('index.html')
    return sendProblem(reply, nothingHere())
  })
}

function addressOf(address: AddressInfo | null, { host, port }: Config): string {
  const open = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `http://${open.includes(':') ? `[${open}]` : open}:${address?.port ?? port}`
}
