import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { DocKind } from './rights.ts'
import type { BoardLog } from './storage/log.ts'

/** Why the server turned away a frame or a connection. Dashboards know these names: add them, never rename them. */
export const dropCauses = {
  protocol: 'a frame nobody can read',
  poison: 'a change made to break a board',
  unfit: 'a change that holds what boards do not store, or that only a newer version knows',
  full: 'a change to a board that is full',
  ticket: 'a ticket that is missing, forged or too old',
  revoked: 'a link or a person that was shut out',
  missing: 'no such board',
  tooLarge: 'one change too large',
  observer: 'a change by somebody who may only watch',
  pending: 'a change that builds on what has not arrived',
  presence: 'presence that was too large, or that a slow reader could not take',
  rate: 'more than one may send',
  crowded: 'more connections or requests than one board or one address may have',
  origin: 'a page of another host',
  slow: 'a reader who left too much unread',
  silent: 'a connection that no longer answers',
  store: 'a board that could not be saved or opened',
  fault: 'a board that something went wrong with on the server',
  late: 'a request that came too slowly, or never to an end',
  held: 'more bytes than are kept for one address, or for all',
  malformed: 'what is not HTTP',
  gone: 'a request that was broken off before it was answered',
} as const
export type DropCause = keyof typeof dropCauses

/** Large work that is done by processes of its own. */
export const besideWork = ['exports', 'files', 'looks', 'pasts', 'templates'] as const
export type BesideWork = (typeof besideWork)[number]

/** What the server counts, and what each figure means. */
export const figures = {
  manyfutures_sockets: 'Connections open, by document: canvas or session.',
  manyfutures_boards: 'Boards in memory.',
  manyfutures_unread_bytes: 'Bytes sent to people who have not read them yet; the server holds them.',
  manyfutures_commit_entries: 'Entries that went to disk in one commit.',
  manyfutures_commit_seconds: 'How long one commit took, the disk included.',
  manyfutures_commits_failed_total: 'Commits the store refused.',
  manyfutures_batch_changes: 'Changes merged into one entry, and so into one frame for everybody else.',
  manyfutures_dropped_total: 'Frames and connections turned away, by cause.',
  manyfutures_requests_refused_total: 'HTTP requests answered with 4xx or 5xx, by status.',
  manyfutures_processes_total: 'Processes begun for large work, by what: exports, files that are opened, looks at boards, looks back at them, templates.',
  manyfutures_requests_in_flight: 'HTTP requests being read, dealt with or answered.',
  manyfutures_http_connections: 'Connections that speak HTTP, WebSockets not counted.',
  manyfutures_held_bytes: 'Bytes kept for somebody, by what for: bodies, answers, frames in memory, uploads on disk.',
  manyfutures_held_addresses: 'Addresses that bytes are kept for in memory.',
  manyfutures_event_loop_lag_seconds: 'How late the server got round to its work since the last look: p50, p99, max.',
  process_resident_memory_bytes: 'Memory of the whole process.',
  process_heap_used_bytes: 'Memory of JavaScript objects.',
  process_cpu_seconds_total: 'Processor time since the start.',
  process_start_time_seconds: 'When the server started, in seconds since 1970.',
} as const

/** Where the parts of the server say what happened. Takes numbers and names of causes, so that nothing of anybody can leak. */
export interface Metrics {
  /** A commit reached the disk. */
  committed(entries: number, seconds: number): void
  commitFailed(): void
  /** Changes of one document were merged into one entry. */
  merged(changes: number): void
  dropped(cause: DropCause): void
  /** A request was answered with a 4xx or 5xx. */
  refused(status: number): void
  /** A process was begun for a large piece of work. */
  beside(work: BesideWork): void
}

/** Counts nothing. */
export const noMetrics: Metrics = { committed: ignore, commitFailed: ignore, merged: ignore, dropped: ignore, refused: ignore, beside: ignore }

function ignore(): void {
  // Nobody looks.
}

export interface Exposed extends Metrics {
  readonly contentType: string
  /** All figures, in the text format of Prometheus. */
  text(): Promise<string>
  /** What was turned away since the last call, by cause or status; nothing where nothing was. */
  takeRefusals(): Readonly<Record<string, number>> | undefined
  /** Ends its timers. */
  close(): void
}

/** What is counted of requests. */
export interface RequestFigures {
  readonly inFlight: number
  readonly connections: number
  /** Bytes by what they are kept for. */
  readonly held: Readonly<Record<string, number>>
  /** Addresses that bytes are kept for. */
  readonly addresses: number
}

const noRequests: RequestFigures = { inFlight: 0, connections: 0, held: {}, addresses: 0 }

/** One document in memory, as far as it is counted. */
export interface Countable {
  readonly kind: DocKind
  readonly members: Iterable<{ unread(): number }> & { readonly size: number }
}

const seconds = [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1, 2.5]
const sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]

/** Pause between two looks at the event loop. */
const lookMs = 10

/** Figures of one server, in a registry of its own: two servers in one process do not count for one another. */
export function createMetrics(rooms: () => Iterable<Countable>, requests: () => RequestFigures = () => noRequests): Exposed {
  const registry = new Registry()
  const lag = monitorEventLoopDelay({ resolution: lookMs })
  lag.enable()
  const base = <N extends keyof typeof figures>(name: N) => ({ name, help: figures[name], registers: [registry] })
  const gauge = (name: keyof typeof figures, value: () => number) => new Gauge({ ...base(name), collect() { this.set(value()) } })
  const gauges = (name: keyof typeof figures, label: string, values: () => Record<string, number>) =>
    new Gauge({
      ...base(name),
      labelNames: [label],
      collect() {
        for (const [key, value] of Object.entries(values())) this.set({ [label]: key }, value)
      },
    })
  const total = (name: keyof typeof figures, value: () => number) =>
    new Counter({
      ...base(name),
      collect() {
        this.reset()
        this.inc(value())
      },
    })

  gauges('manyfutures_sockets', 'document', () => {
    const open: Record<DocKind, number> = { canvas: 0, session: 0 }
    for (const { kind, members } of rooms()) open[kind] += members.size
    return open
  })
  gauge('manyfutures_boards', () => [...rooms()].filter(({ kind }) => kind === 'canvas').length)
  gauge('manyfutures_unread_bytes', () => {
    let bytes = 0
    for (const { members } of rooms()) for (const member of members) bytes += member.unread()
    return bytes
  })
  gauge('manyfutures_requests_in_flight', () => requests().inFlight)
  gauge('manyfutures_http_connections', () => requests().connections)
  gauges('manyfutures_held_bytes', 'kind', () => requests().held)
  gauge('manyfutures_held_addresses', () => requests().addresses)
  const commitEntries = new Histogram({ ...base('manyfutures_commit_entries'), buckets: sizes })
  const commitSeconds = new Histogram({ ...base('manyfutures_commit_seconds'), buckets: seconds })
  const commitsFailed = new Counter(base('manyfutures_commits_failed_total'))
  const batchChanges = new Histogram({ ...base('manyfutures_batch_changes'), buckets: sizes })
  const dropped = new Counter({ ...base('manyfutures_dropped_total'), labelNames: ['cause'] })
  const refused = new Counter({ ...base('manyfutures_requests_refused_total'), labelNames: ['status'] })
  const processes = new Counter({ ...base('manyfutures_processes_total'), labelNames: ['work'] })
  for (const work of besideWork) processes.inc({ work }, 0)
  gauges('manyfutures_event_loop_lag_seconds', 'quantile', () => {
    // Node measures from one look to the next: what is above the pause between them is lag.
    const above = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - lookMs / 1e3)
    const measuredLag = { p50: above(lag.percentile(50)), p99: above(lag.percentile(99)), max: above(lag.max) }
    lag.reset()
    return measuredLag
  })
  gauge('process_resident_memory_bytes', () => process.memoryUsage.rss())
  gauge('process_heap_used_bytes', () => process.memoryUsage().heapUsed)
  total('process_cpu_seconds_total', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  gauge('process_start_time_seconds', () => Math.round(Date.now() / 1_000 - process.uptime()))
  // From the first look on every cause is there with 0: a graph of what never happened is a line, not a gap.
  for (const cause of Object.keys(dropCauses)) dropped.inc({ cause }, 0)

  let refusals = new Map<string, number>()
  const note = (what: string): void => void refusals.set(what, (refusals.get(what) ?? 0) + 1)

  return {
    contentType: registry.contentType,
    committed(entries, took) {
      commitEntries.observe(entries)
      commitSeconds.observe(took)
    },
    commitFailed: () => commitsFailed.inc(),
    merged: changes => batchChanges.observe(changes),
    dropped(cause) {
      dropped.inc({ cause })
      note(cause)
    },
    refused(status) {
      refused.inc({ status })
      note(`http ${status}`)
    },
    beside: work => processes.inc({ work }),
    text: () => registry.metrics(),
    takeRefusals() {
      if (!refusals.size) return undefined
      const taken = Object.fromEntries(refusals)
      refusals = new Map()
      return taken
    },
    close: () => lag.disable(),
  }
}

/** A log whose commits are counted and timed. */
export function measured(log: BoardLog, metrics: Metrics): BoardLog {
  return {
    ...log,
    async append(entries) {
      const began = performance.now()
      try {
        const last = await log.append(entries)
        metrics.committed(entries.length, (performance.now() - began) / 1_000)
        return last
      } catch (error) {
        metrics.commitFailed()
        throw error
      }
    },
  }
}
