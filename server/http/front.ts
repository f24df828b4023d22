import Fastify, { type FastifyInstance, LogController } from 'fastify'
import type { Config } from '../config.ts'
import type { Metrics, RequestFigures } from '../metrics.ts'
import { createLedger, type Ledger } from '../ops/ledger.ts'
import { boundConnections } from './connections.ts'
import { answerErrors, answerUnreadable } from './errors.ts'
import { type InFlight, trackRequests } from './in-flight.ts'
import { type Limits, limitRequests } from './limits.ts'
import type { Holders } from './holders.ts'
import { createProxyCheck } from './proxies.ts'
import { createRates } from './rates.ts'
import { ruleRoutes } from './routes.ts'
import { securityHeaders } from './security.ts'

/** Everything a request passes before its route: how many there may be, how fast, how large, and what is said where something is wrong. */
export interface Front {
  readonly http: FastifyInstance
  readonly limits: Limits
  readonly flights: InFlight
  /** What the server keeps in memory for each address; frames of connections are counted here too. */
  readonly ledger: Ledger
  readonly figures: RequestFigures
  /** Ends its timers. */
  close(): void
}

/** Frames that wait may take as much as so many of the largest catch-ups. */
const catchUpsAtOnce = 2
/** Files on their way to disk may take as much there as so many of the largest. */
const uploadsAtOnce = { ofAddress: 8, inAll: 32 }

interface FrontParts {
  readonly config: Config
  readonly metrics: Metrics
  readonly clock: () => number
  readonly holderOf: Holders
}

export function createFront({ config, metrics, clock, holderOf }: FrontParts): Front {
  const ledger = createLedger({ mostOfAddress: config.maxHeldPerAddress, mostOfServer: config.maxHeld, mostOfKind: { frames: catchUpsAtOnce * config.maxSync } })
  const largest = Math.max(config.maxFile, config.maxAsset)
  const uploads = {
    places: createLedger({ mostOfAddress: config.maxUploadsPerAddress, mostOfServer: config.maxUploads }),
    bytes: createLedger({ mostOfAddress: uploadsAtOnce.ofAddress * largest, mostOfServer: uploadsAtOnce.inAll * largest }),
  }
  const { dropped } = metrics
  const flights = trackRequests({ config, ledger, clock, dropped })
  const connections = boundConnections({ config, flights, dropped, answered: metrics.refused })
  const http: FastifyInstance = Fastify({
    logger: { level: config.logLevel },
    // Requests are not logged one by one: an address or a body could carry what must not be kept.
    logController: new LogController({ disableRequestLogging: true }),
    serverFactory: handle => connections.serve(handle),
    // Each of our servers answers them itself.
    clientErrorHandler: () => undefined,
    frameworkErrors: (_error, request, reply) => void answerUnreadable(request as never, reply as never, limits, metrics),
  })
  ruleRoutes(http)
  securityHeaders(http)
  const limits: Limits = limitRequests(http, { config, flights, rates: createRates(config, clock), holderOf, proxies: createProxyCheck(config, sentence => http.log.warn(sentence)), uploads, dropped })
  answerErrors(http, { log: http.log, metrics, limits })
  return {
    http,
    limits,
    flights,
    ledger,
    get figures() {
      return { inFlight: flights.size, connections: connections.size, held: { ...ledger.byKind(), uploads: uploads.bytes.held }, addresses: ledger.addresses }
    },
    close: flights.close,
  }
}
