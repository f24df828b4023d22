import type { FastifyInstance, FastifyReply, FastifyRequest, preValidationHookHandler } from 'fastify'
import { Readable } from 'node:stream'
import type { Config } from '../config.ts'
import type { DropCause } from '../metrics.ts'
import type { Ledger } from '../ops/ledger.ts'
import { hasBody, isJson, jsonOf, wholeBody } from './bodies.ts'
import type { Holders } from './holders.ts'
import type { Flight, InFlight } from './in-flight.ts'
import { bodyTooLarge, notSaidJson, type Problem, serverFull, tooManyAtOnce, tooManyUploads, tooOften } from './problems.ts'
import type { ProxyCheck } from './proxies.ts'
import type { Rates } from './rates.ts'
import { bodies, elsewhere, type RouteRules } from './routes.ts'

interface Needs {
  readonly config: Config
  readonly flights: InFlight
  readonly rates: Rates
  /** Who asks, where a request says. */
  readonly holderOf: Holders
  /** Looks whether what comes fits the proxies that are said to be there. */
  readonly proxies: ProxyCheck
  /** Files on their way to disk, counted one by one, and by the bytes they may take there. */
  readonly uploads: { readonly places: Ledger; readonly bytes: Ledger }
  readonly dropped: (cause: DropCause) => void
}

/** What one request may do, by the rules of its route: asked before anything of it is read, whatever its address looks like. */
export interface Limits {
  /** The request in flight behind what Fastify hands on. */
  flightOf(request: FastifyRequest, reply: FastifyReply): Flight
  /** Rejects with a Problem where it must not be dealt with. */
  enter(request: FastifyRequest, reply: FastifyReply): Promise<void>
}

/** Bytes of a body on its way to disk that are in memory meanwhile, and of an answer that comes from there. */
const passingThrough = 128 * 2 ** 10
/** Requests beyond its most that an address is told of at once; for each after them it waits. */
const toldAtOnce = 30
const waitMs = 1_000
/** Bytes of an answer that go out at once; larger ones go piece by piece, so that it shows whether somebody reads them. */
const piece = 64 * 2 ** 10

export function limitRequests(http: FastifyInstance, { config, flights, rates, holderOf, proxies, uploads, dropped }: Needs): Limits {
  const refusal = (cause: DropCause, problem: Problem): Problem => {
    dropped(cause)
    return problem
  }
  const full = (whose: 'address' | 'server', yours: () => Problem, cause: DropCause): Problem => refusal(cause, whose === 'address' ? yours() : serverFull())

  /** Room for what comes with it: in memory as much as may be kept, on disk as much as it may take there. */
  const makeRoom = (flight: Flight, { headers }: FastifyRequest, rules: RouteRules): void => {
    const { kept, most } = bodies[rules.body]
    const promised = Number(headers['content-length'] ?? Number.NaN)
    if (kept === 'nowhere' || !hasBody(headers)) return
    if (kept === 'in memory' && promised > most) throw bodyTooLarge()
    flight.holdBody(kept === 'on disk' ? passingThrough : Math.min(most, promised || most))
    if (kept !== 'on disk') return
    const largest = rules.body === 'picture' ? config.maxAsset : config.maxFile
    for (const [ledger, amount] of [[uploads.places, 1], [uploads.bytes, Math.min(largest, promised || largest)]] as const) {
      const account = ledger.of(flight.address, 'uploads')
      const whose = account.take(amount) ? undefined : (ledger.lacking(flight.address, amount) ?? 'server')
      if (whose) throw full(whose, tooManyUploads, 'crowded')
      flight.atEnd(account.giveAll)
    }
  }

  const limits: Limits = {
    flightOf: (request, reply) => flights.of(request.raw, reply.raw),
    async enter(request, reply) {
      const flight = limits.flightOf(request, reply)
      const rules = request.routeOptions.config.rules ?? elsewhere
      if (flight.beyond) throw full(flight.beyond, tooManyAtOnce, 'crowded')
      proxies(request.headers, rules)
      const tooMuch = rates.count(rules.counts, flight.address, holderOf(request))
      if (tooMuch) {
        // Whoever asks on and on is told so late, and so asks less: to say no costs as much as to say yes.
        if (tooMuch.refused > toldAtOnce) await later(flight.gone)
        throw refusal('rate', tooOften(tooMuch.waitMs))
      }
      makeRoom(flight, request, rules)
    },
  }

  // Bytes are bytes, whatever they are said to be, until their route reads them.
  http.removeAllContentTypeParsers()
  http.addContentTypeParser('*', (_request, payload, done) => done(null, payload))

  http.addHook('onRequest', (request, reply, done) => {
    limits.enter(request, reply).then(() => done(), done)
  })

  http.addHook('onRoute', route => {
    const { kept, most } = bodies[route.config?.rules?.body ?? 'nothing']
    if (kept !== 'in memory') return
    const readBody: preValidationHookHandler = async (request, reply) => {
      if (!hasBody(request.headers)) return void (request.body = undefined)
      if (!isJson(request.headers)) throw notSaidJson()
      request.body = jsonOf(await wholeBody(request.raw, most, limits.flightOf(request, reply)))
    }
    route.preValidation = [readBody, ...[route.preValidation ?? []].flat()]
  })

  http.addHook('onSend', (request, reply, payload, done) => {
    const flight = limits.flightOf(request, reply)
    if (flight.isEndless) {
      reply.header('connection', 'close')
      flight.stopReading()
    }
    const bytes = typeof payload === 'string' ? Buffer.byteLength(payload) : ArrayBuffer.isView(payload) ? payload.byteLength : 0
    if (bytes <= piece) return done(null, payload)
    try {
      flight.holdAnswer(bytes)
    } catch (error) {
      return done(error as Error)
    }
    reply.header('content-length', bytes)
    done(null, Readable.from(pieces(typeof payload === 'string' ? Buffer.from(payload) : (payload as Uint8Array)), { objectMode: false, highWaterMark: piece }))
  })
  return limits
}

/** A moment later, or once nobody waits any more. */
const later = (gone: AbortSignal): Promise<void> =>
  new Promise(done => {
    const timer = setTimeout(done, waitMs)
    gone.addEventListener('abort', () => {
      clearTimeout(timer)
      done()
    }, { once: true })
  })

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece)
}
