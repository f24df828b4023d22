import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import { networkIn } from '../address.ts'
import type { Config } from '../config.ts'
import type { DropCause } from '../metrics.ts'
import type { InFlight } from './in-flight.ts'
import { malformed, type Problem, serverFull, tooManyAtOnce } from './problems.ts'

/** How long the head of a request may take, from the first moment of a connection on. */
const headMs = 20_000
/** How long a connection may lie idle between two requests; longer than proxies keep theirs. */
const idleMs = 72_000
/** Bytes of the longest head. */
const longestHead = 16 * 2 ** 10
/** Requests under way on one connection: browsers and proxies send the next one once the last is answered. */
const mostOnOne = 16
/** How long a connection that was refused stays for its answer to be read, and how many such there are. */
const refusedMs = 1_000
const mostRefused = 256

interface Needs {
  readonly config: Pick<Config, 'maxRequests' | 'maxRequestsPerAddress' | 'proxies'>
  readonly flights: InFlight
  readonly dropped: (cause: DropCause) => void
  /** A request was answered here, before anything else heard of it. */
  readonly answered: (status: number) => void
}

/** Servers for HTTP whose connections are bounded, and that answer what is no HTTP. */
export interface Connections {
  /** A server that hands requests on. */
  serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Server
  /** Connections that speak HTTP just now, those of WebSockets not counted. */
  readonly size: number
}

export function boundConnections({ config, flights, dropped, answered }: Needs): Connections {
  /** By address, in the order they came in. Behind proxies a connection is the proxy’s, and stands for anybody. */
  const open = new Map<string, Set<Duplex>>()
  const addressOf = new WeakMap<Duplex, string>()
  const refused = new Set<Duplex>()
  let count = 0

  const enter = (socket: Duplex, address: string): void => {
    open.set(address, (open.get(address) ?? new Set()).add(socket))
    addressOf.set(socket, address)
    count++
  }
  /** It has ended, or speaks something else from now on. */
  const leave = (socket: Duplex): void => {
    const address = addressOf.get(socket) ?? ''
    const theirs = open.get(address)
    if (!theirs?.delete(socket)) return
    count--
    if (theirs.size === 0) open.delete(address)
  }

  const refuse = (socket: Duplex, problem: Problem): void => {
    answered(problem.status)
    socket.on('error', () => socket.destroy()) // It went away without its answer.
    socket.end(textOf(problem))
    if (refused.size >= mostRefused) return void socket.destroy()
    refused.add(socket)
    // Closed at once, what is yet to come from there would take the answer back.
    const timer = setTimeout(() => socket.destroy(), refusedMs)
    socket.once('close', () => {
      clearTimeout(timer)
      refused.delete(socket)
    })
  }

  /** Where all places are taken, whoever has most of them gives one to somebody who has fewer. */
  const makeRoom = (server: Server, address: string): boolean => {
    if (config.maxRequests <= 0 || count < config.maxRequests) return true
    // Whoever only might ask something makes room for who does.
    server.closeIdleConnections()
    const [, crowd] = [...open].reduce((a, b) => (b[1].size > a[1].size ? b : a))
    const [oldest] = crowd
    if (!oldest || crowd.size < (open.get(address)?.size ?? 0) + 2) return false
    dropped('crowded')
    leave(oldest)
    oldest.destroy()
    return true
  }

  const onConnection = (server: Server) => (socket: Socket): void => {
    const address = config.proxies > 0 ? 'a proxy' : (networkIn(socket.remoteAddress ?? '') ?? 'unknown')
    const { maxRequestsPerAddress: most, proxies } = config
    const isCrowd = proxies === 0 && most > 0 && (open.get(address)?.size ?? 0) >= most
    if (isCrowd || !makeRoom(server, address)) {
      dropped('crowded')
      return refuse(socket, isCrowd ? tooManyAtOnce() : serverFull())
    }
    enter(socket, address)
    socket.once('close', () => leave(socket))
  }

  const onMalformed = (error: Error & { readonly code?: string }, socket: Duplex): void => {
    if (refused.has(socket)) return
    const isGone = error.code === 'ECONNRESET'
    const status = statuses[error.code ?? ''] ?? 400
    if (!isGone) dropped(status === 408 ? 'late' : 'malformed')
    // In the middle of an answer another one would be taken for a part of it.
    if (isGone || !socket.writable || flights.isAnswering(socket)) return void socket.destroy()
    refuse(socket, malformed(status))
  }

  return {
    serve(handle) {
      const server = createServer(
        // Bodies have a time of their own, by how fast they come.
        { headersTimeout: headMs, requestTimeout: 0, keepAliveTimeout: idleMs, connectionsCheckingInterval: 2_000, maxHeaderSize: longestHead },
        (request, response) => {
          const { socket } = request
          if (refused.has(socket)) return
          if (flights.on(socket) >= mostOnOne) {
            dropped('crowded')
            return void socket.destroy()
          }
          flights.of(request, response)
          handle(request, response)
        },
      )
      server.on('connection', onConnection(server))
      server.on('upgrade', (_request, socket) => leave(socket))
      server.on('clientError', onMalformed)
      return server
    },
    get size() {
      return count
    },
  }
}

const statuses: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, HPE_CHUNK_EXTENSIONS_OVERFLOW: 413, ERR_HTTP_REQUEST_TIMEOUT: 408 }

/** A whole answer, for where there is nobody to write one. */
function textOf(problem: Problem): string {
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'content-type: application/problem+json',
    'cache-control: no-store',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...(problem.retryAfter === undefined ? [] : [`retry-after: ${problem.retryAfter}`]),
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
