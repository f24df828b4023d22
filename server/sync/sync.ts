import type { Server } from 'node:http'
import { close, type Close } from '../../shared/protocol.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import type { Config } from '../config.ts'
import { boardOf, kindOf } from '../documents.ts'
import { createCommits } from '../log/commits.ts'
import { createThinner } from '../history/thinner.ts'
import { createCompactor } from '../log/compactor.ts'
import { measured, type Metrics } from '../metrics.ts'
import type { Ledger } from '../ops/ledger.ts'
import { type Log, quiet } from '../ops/quiet-log.ts'
import { lastServed, noteServing } from '../ops/serving.ts'
import { watch } from '../ops/watchdog.ts'
import { within } from '../ops/within.ts'
import type { DocId } from '../storage/log.ts'
import type { Store } from '../storage/sqlite.ts'
import type { Tickets } from '../tickets.ts'
import { openByItself } from './by-itself/room.ts'
import { createClaimQueue } from './claim-queue.ts'
import { createGateway, type Gateway } from './gateway.ts'
import { createOwners } from './owners.ts'
import { createRooms, type Rooms } from './rooms.ts'
import { createTroubles } from './troubles.ts'

/** Everything that serves documents, put together: those in memory, the way to them, and what ends where something goes wrong. */
export interface Sync {
  readonly rooms: Rooms
  /** The way in, once there is a server to come to. */
  gateway(http: Server): Gateway
  /** Something threw that nobody caught: it is written down, and costs the document that was being served. */
  survived(error: unknown): void
  /** Lets documents nobody looks at go, and hears of what a host released. */
  sweep(): Promise<void>
  /** Hears of links that were closed by a command. */
  hear(): Promise<void>
  /** Commits what there is, tells everybody to come back, and compacts what it can while they go, within a time. */
  stop(ms: number, gone: Promise<unknown>): Promise<void>
  /** Cuts whoever is still there. */
  closeGateway(): Promise<void>
}

interface Needs {
  readonly config: Config
  readonly store: Store
  /** Where the store is; nothing where it is no folder of ours. */
  readonly dataDir: string | undefined
  readonly tickets: Tickets
  readonly metrics: Metrics
  readonly ledger: Ledger
  readonly log: Log
  readonly publicUrl: () => string
  /** Milliseconds since 1970, and of a clock that never goes back. */
  readonly date: () => number
  readonly clock: () => number
  /** Whether a watchdog ends this process where it hangs, and the one after it is told by a note what it was at. */
  readonly watched: boolean
}

export async function createSync({ config, store, dataDir, tickets, metrics, ledger, log, publicUrl, date, clock, watched }: Needs): Promise<Sync> {
  const failed = (what: string) => (error: unknown) => quiet(log, 'error', what, { cause: sentenceOf(error) })
  const troubles = await createTroubles({ isolations: store.isolations, date, now: clock, failed: failed('What is known of boards that went wrong could not be kept') })
  const served = watched && dataDir !== undefined ? lastServed(dataDir) : undefined
  // Only a parent that started this server again knows that the one before it ended by a fault, and not with the machine.
  if (served !== undefined && process.env['MANYFUTURES_AGAIN'] === '1') {
    log.error({ doc: served }, 'The server ended while this board was served; it is served by itself for an hour')
    troubles.failed(served as DocId, 'The server ended while this board was served.')
  }
  const serving = watched && dataDir !== undefined ? noteServing(dataDir) : undefined
  const watchdog = serving && watch(serving.shared)
  let current: DocId | undefined

  const boardLog = measured(store.log, metrics)
  const compactor = createCompactor({ log: store.log, past: { history: store.history, most: config.maxHistory }, ...(dataDir !== undefined && { dataDir }), failed: failed('What was written to a board could not be compacted; it is kept as it was written') })
  const thinner =
    dataDir === undefined
      ? undefined
      : createThinner({
          history: store.history,
          dataDir,
          date,
          damaged: (doc, strips) => log.warn({ doc, strips }, 'A part of what was kept of a board was damaged on disk and is left out; the board itself is as it was'),
          failed: failed('What is kept of a board could not be thinned; it is as it was'),
        })
  const claims = createClaimQueue(store.claims, failed('Whom a client id belongs to could not be kept'))
  const rooms = createRooms({
    log: boardLog,
    compact: doc => compactor.compact(doc),
    commits: createCommits(boardLog, config.commitMs, date),
    now: clock,
    idleMs: config.idleSeconds * 1_000,
    maxBacklog: config.backlog,
    maxRecords: config.maxRecords,
    maxBytes: config.maxBoard,
    troubles,
    openByItself,
    ownersOf: async doc => {
      if (kindOf(doc) !== 'canvas') return createOwners()
      const board = boardOf(doc)
      return createOwners(await store.claims.all(board), (client, person) => claims.keep(board, client, person))
    },
    serving(doc) {
      current = doc
      serving?.note(doc)
    },
    merged: changes => metrics.merged(changes),
    pending: () => metrics.dropped('pending'),
    mended: (doc, what) => quiet(log, 'warn', 'Something stored of a board is nothing that boards hold; it was left out or made harmless', { doc, ...what }),
    lost(doc, error, loss) {
      metrics.dropped(loss)
      if (loss === 'store') quiet(log, 'error', 'A board could not be saved; everybody on it was asked to come back', { doc, cause: sentenceOf(error) })
      else quiet(log, 'error', 'Something went wrong with a board; everybody on it was asked to come back', { doc, cause: error instanceof Error ? error.stack : String(error) })
    },
  })

  let gateway: Gateway | undefined
  return {
    rooms,
    gateway: http =>
      (gateway ??= createGateway(http, { config, rooms, tickets, ...store, ledger, now: clock, publicUrl, dropped: cause => metrics.dropped(cause), failed: (what, error) => quiet(log, 'error', what, { cause: sentenceOf(error) }) })),
    survived(error) {
      const doc = current
      quiet(log, 'error', 'Something went wrong that nobody had thought of; the server goes on', { ...(doc && { doc }), cause: error instanceof Error ? error.stack : String(error) })
      metrics.dropped('fault')
      if (doc) rooms.find(doc)?.fail(error instanceof Error ? error : new Error(String(error)))
    },
    async sweep() {
      // Not waited for: it may take seconds, and one is under way at most.
      void thinner?.sweep()
      await Promise.all([rooms.sweep(), troubles.refresh().catch(failed('What is known of boards that went wrong could not be read'))])
    },
    async hear() {
      try {
        if (await store.elsewhere.changed()) await gateway?.recheckLinks()
      } catch (error) {
        failed('What a command changed could not be read')(error)
      }
    },
    async stop(ms, gone) {
      const uncompacted = await rooms.closeAll(close.restarting satisfies Close)
      // Who comes back first after the restart is answered from what lies ready, as far as there is time to put it together.
      await within(ms, Promise.all([gone, ...uncompacted.map(doc => compactor.compact(doc))]))
      await compactor.close()
    },
    async closeGateway() {
      await gateway?.close()
      await watchdog?.stop()
      serving?.close()
    },
  }
}
