import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { atom, type Signal } from 'tldraw'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { metaMapOf } from '../../shared/board.ts'
import { close, message, subprotocol } from '../../shared/protocol.ts'
import { type Admission, api, type Bearer } from '../api.ts'
import { readKept } from '../kept.ts'
import type { Membership } from '../memory.ts'
import { loaded } from '../ui/load.ts'
import { tellApart } from './apart.ts'
import { spreadReturns } from './backoff.ts'
import { type Conduct, followConduct } from './conduct.ts'
import type { DeviceCopy } from './device-copy.ts'
import { goBySpans } from './heard-last.ts'
import { createRenewing } from './renewing.ts'
import { type Line, type Standing, standingOf } from './standing.ts'
import { createTimers } from './timers.ts'
import { waitsName } from './waits-name.ts'
import { after, atFirst, type Happened, onlyHereOf, unsentOf } from './whereabouts.ts'

/** One person's live copy of a board. */
export interface Session {
  readonly doc: Y.Doc
  readonly provider: WebsocketProvider
  readonly standing: Signal<Standing>
  readonly conduct: Conduct
  /** Resolves when there is something to show: from this device at once, otherwise from the server. Rejects with the sentence why not. */
  readonly ready: Promise<void>
  /** What calls over HTTP come with. */
  ticket(): Bearer
  /** Whether something was done on the map that the document does not hold yet. */
  hold(held: boolean): void
  /** Changes that are gone when the page is closed now. */
  onlyHere(): number
  close(): Promise<void>
}

/** How long typing may go on before the server is asked whether it has it. */
const askAfterMs = 100
const askAgainMs = 1_000
/** Connections break and come back; nobody needs to know of every one. */
const graceMs = 1_500
/** How long a page waits for the copy on this device before it asks the server alone, and until it tries again where it could not load what keeps one. */
const patienceMs = 3_000
const loadAgainMs = 30_000

export interface Opening {
  /** The server lets this person in as something else than what the board was opened for. */
  readonly roleChanged: (admission: Admission) => void
  /** There is nothing to show yet, and the server cannot be reached or asks to wait: why. */
  readonly delayed: (sentence: string) => void
}

export function openSession(membership: Membership, admission: Admission | undefined, { roleChanged, delayed }: Opening): Session {
  const { board } = membership
  const doc = tellApart(new Y.Doc())
  const conduct = followConduct(board)
  const standing = atom<Standing>('standing', { is: 'opening' }, { isEqual: sameStanding })
  const timers = createTimers<'ask' | 'notice' | 'renew' | 'patience' | 'copy'>()
  const fromDevice = {}
  let where = readKept('device', waitsName(board)) ? after(atFirst, { what: 'unread' }) : atFirst
  let opened = false
  let held = false
  let ended: string | undefined
  /** Why the server asked to come back later; nothing once it has everything again. */
  let trouble: string | undefined
  let lostAt = performance.now()
  let nonce = 0

  const tell = (): void => {
    const line: Line = { opened, ended, trouble, synced: provider.synced, away: !provider.synced && isAway(), held }
    standing.set(standingOf(where, line))
  }

  /** The one way in which anything is learnt of where changes are. */
  const happened = (event: Happened): void => {
    const before = where
    where = after(where, event)
    if (where === before) return
    if (where.onServer !== before.onServer) local?.counted()
    if (event.what === 'found') askIn(askAfterMs)
    tell()
  }

  // Counted before anybody else hears of them.
  doc.on('update', (_update: Uint8Array, origin: unknown) => {
    if (origin === provider || origin === fromDevice) return
    happened({ what: 'made' })
    askIn(askAfterMs)
  })

  const provider = tellApart(
    new WebsocketProvider(`${location.origin.replace(/^http/, 'ws')}/sync`, board, doc, { connect: false, disableBc: true, protocols: [subprotocol] }),
  )
  tellApart(provider.awareness)
  goBySpans(provider)
  spreadReturns(provider)

  let local: DeviceCopy | undefined
  let closed = false
  /** Loaded beside the board: it opens without a copy, too. */
  const keepCopy = (): Promise<void> =>
    loaded(() => import('./device-copy.ts')).then(
      ({ keepOnDevice }) => {
        if (closed) return undefined
        local = keepOnDevice(board, {
          doc,
          origin: fromDevice,
          counts: () => where,
          heard: happened,
        })
        return local.loaded
      },
      () => timers.set('copy', loadAgainMs, () => void keepCopy()),
    )

  const isAway = (): boolean => {
    const rest = lostAt + graceMs - performance.now()
    if (rest <= 0) return true
    timers.keep('notice', rest, tell)
    return false
  }

  const askIn = (ms: number): void => timers.keep('ask', ms, ask)

  const ask = (): void => {
    if (!provider.synced || provider.ws?.readyState !== WebSocket.OPEN) return
    happened({ what: 'asked', question: ++nonce })
    provider.ws.send(
      encoding.encode(encoder => {
        encoding.writeVarUint(encoder, message.durability)
        encoding.writeVarUint(encoder, nonce)
      }),
    )
  }

  provider.messageHandlers[message.durability] = (_reply, decoder) => {
    const question = decoding.readVarUint(decoder)
    const before = where.onServer
    happened({ what: 'answered', question, state: decoding.readVarUint(decoder) })
    // It takes what comes, though more has been done since.
    if (where.onServer > before || unsentOf(where) === 0) trouble = undefined
    if (unsentOf(where) > 0 && !where.refused) askIn(where.onServer > before ? askAfterMs : askAgainMs)
    tell()
  }

  provider.on('sync', synced => {
    happened({ what: 'cut' })
    if (synced) {
      renewing.letIn()
      local?.takeUp()
      ask()
    }
    tell()
  })
  provider.on('status', ({ status }) => {
    if (status === 'disconnected') lostAt = performance.now()
    tell()
  })
  // Comes for every connection that ends, before the word of whether it will be tried again.
  provider.on('connection-close', event => {
    happened({ what: 'cut' })
    trouble = event?.code === close.retry.code ? event.reason || close.retry.reason : undefined
    tell()
  })
  provider.on('closed', ({ code, reason }) => {
    if (code === close.ticket.code) renewing.turnedAway()
    else end(reason || 'The server ended the connection. Reload the page to try again.')
  })

  let refuse: (reason: Error) => void = () => undefined
  const refused = new Promise<never>((_, no) => (refuse = no))
  const end = (sentence: string): void => {
    ended = sentence
    renewing.stop()
    timers.clear('renew')
    provider.disconnect()
    tell()
    refuse(new Error(sentence))
  }

  /** A ticket opens connections for minutes only; this gets the next one before it is needed. The connection that is open stays. */
  const renewing = createRenewing({
    ask: last => api.comeBack(membership, last),
    took(given) {
      if (given.role !== membership.role) {
        refuse(new Error('The board is opened anew, for another role.'))
        return roleChanged(given)
      }
      provider.protocols = [subprotocol, given.ticket]
      conduct.take(given.ticket)
      if (ended === undefined && !provider.shouldConnect) provider.connect()
    },
    over: end,
    delayed({ status, message: sentence }) {
      // While the connection is open nobody needs to know.
      if (!provider.synced && status !== 0) trouble = sentence
      if (!opened) delayed(sentence)
      tell()
    },
    later: (run, ms) => timers.set('renew', ms, run),
    now: () => performance.now(),
  })

  refused.catch(() => undefined) // Whoever waits for the board hears of it; after that the standing says it.
  const patience = new Promise<void>(done => timers.set('patience', patienceMs, done))
  const ready = Promise.race([keepCopy(), patience]).then(async () => {
    if (admission) renewing.take(admission)
    else renewing.renew().catch(() => undefined) // It is tried again; what ends it is told by the standing.
    // A board that was here before is shown at once; one that never was has to come from the server.
    if (metaMapOf(doc).size === 0) await Promise.race([refused, new Promise<void>(done => (provider.synced ? done() : provider.once('sync', () => done())))])
    opened = true
    tell()
  })

  const seenAgain = (): void => {
    if (document.visibilityState !== 'visible') return
    local?.takeUp()
    renewing.hurry()
  }
  document.addEventListener('visibilitychange', seenAgain)
  addEventListener('online', seenAgain)

  const bearer: Bearer = {
    get ticket() {
      return renewing.ticket
    },
    renew: () => renewing.renew(),
  }

  return {
    doc,
    provider,
    standing,
    conduct,
    ready,
    ticket: () => bearer,
    hold(next) {
      if (held === next) return
      held = next
      tell()
    },
    onlyHere: () => onlyHereOf(where),
    async close() {
      document.removeEventListener('visibilitychange', seenAgain)
      removeEventListener('online', seenAgain)
      renewing.stop()
      timers.clearAll()
      conduct.close()
      provider.destroy()
      closed = true
      local?.close()
      doc.destroy()
    },
  }
}

const sameStanding = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
