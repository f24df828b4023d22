import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { askerOf } from '../address.ts'
import type { Config } from '../config.ts'
import type { DropCause } from '../metrics.ts'
import type { Account, HeldKind, Ledger } from '../ops/ledger.ts'
import { graceMs, isBehind } from '../ops/pace.ts'
import { serverFull, tooMuchHeld, tooSlow } from './problems.ts'

/** What is kept in memory to be read must be read in this time, however large it is. */
const longestReadingMs = 600_000
/** How long a connection stays after an answer, while more of its request comes: cut at once, whoever sends might not see the answer. */
const lingerMs = 3_000
/** Bytes of what still comes that are read and thrown away, so that the connection can go on being used. */
const soonOver = 64 * 2 ** 10
const sweepMs = 1_000
/** Requests in flight that every address has, however many others there are. */
const leastShare = 8

/** One request, from its first line until nothing of it and of its answer is left. */
export interface Flight {
  readonly address: string
  /** Whose most it is beyond, so that it must not be dealt with. */
  readonly beyond: 'address' | 'server' | undefined
  /** Aborted, with a Problem, once its body comes too slowly. */
  readonly late: AbortSignal
  /** Bytes that came for it, and may hold the next one’s too. */
  readonly came: number
  /** Aborted once whoever asked has gone, and nobody will read an answer. */
  readonly gone: AbortSignal
  readonly isGone: boolean
  /** Counts bytes of its body that are kept in memory until it ends; or throws the sentence for whoever asked. */
  holdBody(bytes: number): void
  /** The same of its answer: so many in all, however often they are said. */
  holdAnswer(bytes: number): void
  /** Whether more of its body is to come than anybody wants to read once it is answered. */
  readonly isEndless: boolean
  /** Reads no more of it: its answer is the last thing said on its connection, which ends a little later. */
  stopReading(): void
  /** Calls back when it has ended. */
  atEnd(work: () => void): void
}

export interface InFlight {
  /** Takes a request in, or finds the one that is in. */
  of(request: IncomingMessage, response: ServerResponse): Flight
  /** Requests in flight. */
  readonly size: number
  /** Requests in flight on one connection. */
  on(socket: object): number
  /** Whether something has been said on a connection that is not whole yet. */
  isAnswering(socket: object): boolean
  /** Ends what has been too slow; does so by itself every second. */
  sweep(): void
  close(): void
}

interface Needs {
  readonly config: Pick<Config, 'maxRequests' | 'maxRequestsPerAddress' | 'proxies'>
  readonly ledger: Ledger
  readonly clock: () => number
  readonly dropped: (cause: DropCause) => void
}

/** What flights know of one another. */
interface Air extends Needs {
  readonly all: Set<OneFlight>
  readonly from: Map<string, number>
  readonly bySocket: Map<object, Set<OneFlight>>
}

const carried = Symbol('flight')
type Carrying = IncomingMessage & { [carried]?: OneFlight }

/** There is one for every request, most of which are over before anything is asked of it: what is rarely needed is made when it is. */
class OneFlight implements Flight {
  readonly address: string
  readonly beyond: Flight['beyond']
  readonly socket: Socket
  readonly response: ServerResponse
  answerBytes = 0
  isGone = false
  readonly #air: Air
  readonly #request: IncomingMessage
  readonly #began: number
  readonly #readBefore: number
  readonly #onSocket: Set<OneFlight>
  #answeredAt: number | undefined
  #isLate = false
  #isStopped = false
  #late: AbortController | undefined
  #gone: AbortController | undefined
  #accounts: Partial<Record<HeldKind, Account>> | undefined
  #ends: (() => void)[] | undefined
  /** Since when something lies there that nobody has read, and how much had been read then. */
  #unread: { readonly since: number; readonly flushed: number } | undefined

  constructor(air: Air, request: IncomingMessage, response: ServerResponse) {
    this.#air = air
    this.#request = request
    this.response = response
    this.socket = request.socket
    this.address = askerOf(request, air.config.proxies)
    this.#began = air.clock()
    this.#readBefore = this.socket.bytesRead
    this.#onSocket = flightsOn(air, this.socket).add(this)
    air.all.add(this)
    air.from.set(this.address, (air.from.get(this.address) ?? 0) + 1)
    this.beyond = crowdOf(air, this.address)
    response.once('close', () => this.#onAnswered())
  }

  get late(): AbortSignal {
    this.#late ??= new AbortController()
    if (this.#isLate && !this.#late.signal.aborted) this.#late.abort(tooSlow())
    return this.#late.signal
  }

  get came(): number {
    return this.socket.bytesRead - this.#readBefore
  }

  get gone(): AbortSignal {
    this.#gone ??= new AbortController()
    if (this.isGone && !this.#gone.signal.aborted) this.#gone.abort()
    return this.#gone.signal
  }

  holdBody(bytes: number): void {
    this.#hold('bodies', bytes)
  }

  holdAnswer(bytes: number): void {
    if (bytes <= this.answerBytes) return
    this.#hold('answers', bytes - this.answerBytes)
    this.answerBytes = bytes
  }

  #hold(kind: HeldKind, bytes: number): void {
    const { ledger, dropped } = this.#air
    makeRoom(this.#air, this.address, bytes)
    this.#accounts ??= {}
    if ((this.#accounts[kind] ??= ledger.of(this.address, kind)).take(bytes)) return
    dropped('held')
    throw ledger.lacking(this.address, bytes) === 'server' ? serverFull() : tooMuchHeld()
  }

  get isEndless(): boolean {
    if (this.#request.complete) return false
    return Number(this.#request.headers['content-length'] ?? Infinity) - this.came > soonOver
  }

  stopReading(): void {
    this.#isStopped = true
    this.socket.pause()
    // Closing while something lies there unread takes back what was said last.
    this.socket.destroySoon = () => void this.socket.end()
  }

  atEnd(work: () => void): void {
    ;(this.#ends ??= []).push(work)
  }

  #onAnswered(): void {
    this.#answeredAt = this.#air.clock()
    if (this.#request.complete || this.#request.destroyed || this.socket.destroyed) return this.end()
    // What still comes of it is read and thrown away, or left lying; it counts until then.
    this.#request.once('close', () => this.end())
    if (this.#isStopped) setImmediate(() => this.socket.pause())
  }

  /** Why it has to be cut, if it has to. */
  fault(now: number): DropCause | 'lingers' | undefined {
    return this.#request.complete ? this.#answerFault(now) : this.#bodyFault(now)
  }

  #bodyFault(now: number): ReturnType<OneFlight['fault']> {
    if (this.#answeredAt !== undefined) return now - this.#answeredAt > lingerMs ? 'lingers' : undefined
    if (!isBehind(this.came, now - this.#began)) return undefined
    if (!this.#isLate) {
      this.#isLate = true
      this.#air.dropped('late')
      this.#late?.abort(tooSlow())
    }
    // Whoever reads the body answers; where nobody does, it is cut a little later.
    return isBehind(this.came, now - this.#began - 2 * graceMs) ? 'lingers' : undefined
  }

  #answerFault(now: number): ReturnType<OneFlight['fault']> {
    if (this.response.socket !== this.socket || this.socket.writableLength === 0) {
      this.#unread = undefined
      return undefined
    }
    const flushed = this.socket.bytesWritten - this.socket.writableLength
    const { since, flushed: before } = (this.#unread ??= { since: now, flushed })
    return isBehind(flushed - before, now - since, (this.answerBytes / longestReadingMs) * 1_000) ? 'slow' : undefined
  }

  end(): void {
    const { all, from } = this.#air
    if (!all.delete(this)) return
    this.#onSocket.delete(this)
    const others = (from.get(this.address) ?? 1) - 1
    if (others) from.set(this.address, others)
    else from.delete(this.address)
    this.isGone = !this.response.writableFinished
    if (this.isGone) this.#gone?.abort()
    for (const account of Object.values(this.#accounts ?? {})) account.giveAll()
    for (const work of this.#ends ?? []) work()
  }
}

/** Everything in flight on a connection ends with it; answers that wait behind others hear of it from nobody else. */
function flightsOn({ bySocket }: Air, socket: Socket): Set<OneFlight> {
  const there = bySocket.get(socket)
  if (there) return there
  const flights = new Set<OneFlight>()
  bySocket.set(socket, flights)
  socket.once('close', () => {
    bySocket.delete(socket)
    for (const flight of flights) flight.end()
  })
  return flights
}

function crowdOf({ all, from, config: { maxRequestsPerAddress: most, maxRequests } }: Air, address: string): Flight['beyond'] {
  const its = from.get(address) ?? 0
  if (most > 0 && its > most) return 'address'
  if (maxRequests <= 0 || all.size <= maxRequests) return undefined
  // Where all have too many, whoever has few still gets in: others fill the server, not they.
  return its > Math.max(leastShare, maxRequests / from.size) || all.size > 2 * maxRequests ? 'server' : undefined
}

/** Where the server keeps as much as it may, whoever holds most of it for answers they have not read loses the oldest to somebody who holds less. */
function makeRoom({ all, ledger, dropped }: Air, address: string, bytes: number): void {
  while (ledger.lacking(address, bytes) === 'server') {
    const heaviest = ledger.heaviest()
    if (!heaviest || heaviest.held <= ledger.of(address).held + bytes) return
    const oldest = [...all].find(flight => flight.address === heaviest.address && flight.answerBytes > 0)
    if (!oldest) return
    dropped('slow')
    oldest.end()
    oldest.socket.destroy()
  }
}

/**
 * Requests that are being read, dealt with or answered: how many, how long, and how much is kept for them. Every wait for somebody at
 * the other end has an end here. It is counted in bytes that moved, so that whoever has a slow line and uses it is never cut.
 */
export function trackRequests(needs: Needs): InFlight {
  const air: Air = { ...needs, all: new Set(), from: new Map(), bySocket: new Map() }
  const { all, bySocket, clock, dropped } = air
  const sweep = (): void => {
    const now = clock()
    for (const flight of all) {
      const fault = flight.fault(now)
      if (!fault) continue
      if (fault !== 'lingers') dropped(fault)
      // What was asked inside the process has no line that could be cut.
      if (flight.socket instanceof Socket) flight.socket.destroy()
    }
  }
  const sweeping = setInterval(sweep, sweepMs)
  sweeping.unref()

  return {
    of: (request: Carrying, response) => (request[carried] ??= new OneFlight(air, request, response)),
    get size() {
      return all.size
    },
    on: socket => bySocket.get(socket)?.size ?? 0,
    isAnswering: socket => [...(bySocket.get(socket) ?? [])].some(({ response }) => response.headersSent && !response.writableFinished),
    sweep,
    close: () => clearInterval(sweeping),
  }
}
