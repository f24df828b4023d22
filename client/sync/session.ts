import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { atom, type Signal } from 'tldraw'
import { IndexeddbPersistence } from 'y-indexeddb'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { metaMapOf } from '../../shared/board.ts'
import { close, durable, message, subprotocol } from '../../shared/protocol.ts'
import { type Admission, api, Refused } from '../api.ts'
import type { Membership } from '../memory.ts'
import { spreadReturns } from './backoff.ts'
import { type Conduct, followConduct } from './conduct.ts'
import type { Standing } from './standing.ts'

/** One person's live copy of a board. */
export interface Session {
  readonly doc: Y.Doc
  readonly provider: WebsocketProvider
  readonly standing: Signal<Standing>
  readonly conduct: Conduct
  /** Resolves when there is something to show: from this device at once, otherwise from the server. Rejects with the sentence why not. */
  readonly ready: Promise<void>
  /** The present ticket, for calls over HTTP. */
  ticket(): string
  close(): Promise<void>
}

/** How long typing may go on before the server is asked whether it has it. */
const askAfterMs = 100
const askAgainMs = 1_000
/** Connections break and come back; nobody needs to know of every one. */
const graceMs = 1_500

/** `roleChanged` is told when the server lets this person in as something else than what the board was opened for. */
export function openSession(membership: Membership, admission: Admission | undefined, roleChanged: (admission: Admission) => void): Session {
  const { board } = membership
  const doc = new Y.Doc()
  const local = keepOnDevice(board, doc)
  const conduct = followConduct(board)
  const standing = atom<Standing>('standing', { is: 'opening' })
  let ticket = admission?.ticket ?? ''
  let opened = false
  let ended: string | undefined
  /** Why the server asked to come back later; nothing once it has everything again. */
  let trouble: string | undefined

  // Counts of edits made here: all of them, and those the server has answered for.
  let made = readUnsent(board)
  let committed = 0
  let nonce = 0
  const asked = new Map<number, number>()
  let asking: ReturnType<typeof setTimeout> | undefined

  const provider = new WebsocketProvider(`${location.origin.replace(/^http/, 'ws')}/sync`, board, doc, {
    connect: false,
    disableBc: true,
    protocols: [subprotocol, ticket],
  })
  spreadReturns(provider)

  const tell = (): void => {
    const unsent = made - committed
    keepUnsent(board, unsent)
    if (ended !== undefined) standing.set({ is: 'ended', sentence: ended, unsent })
    else if (!opened) standing.set({ is: 'opening' })
    else if (trouble !== undefined && (unsent > 0 || (!provider.synced && isAway()))) standing.set({ is: 'stuck', sentence: trouble, unsent, kept: local.keeps() })
    else if (!provider.synced) standing.set(isAway() ? { is: 'offline', unsent, kept: local.keeps() } : { is: 'connecting' })
    else standing.set(unsent ? { is: 'saving' } : { is: 'saved' })
  }

  let lostAt = Date.now()
  let noticing: ReturnType<typeof setTimeout> | undefined
  const isAway = (): boolean => {
    if (Date.now() - lostAt >= graceMs) return true
    noticing ??= setTimeout(() => {
      noticing = undefined
      tell()
    }, graceMs)
    return false
  }

  const askIn = (ms: number): void => {
    asking ??= setTimeout(() => {
      asking = undefined
      ask()
    }, ms)
  }

  const ask = (): void => {
    if (!provider.synced || provider.ws?.readyState !== WebSocket.OPEN) return
    asked.set(++nonce, made)
    provider.ws.send(
      encoding.encode(encoder => {
        encoding.writeVarUint(encoder, message.durability)
        encoding.writeVarUint(encoder, nonce)
      }),
    )
  }

  provider.messageHandlers[message.durability] = (_reply, decoder) => {
    const answered = decoding.readVarUint(decoder)
    const state = decoding.readVarUint(decoder)
    const upTo = asked.get(answered)
    asked.delete(answered)
    if (upTo === undefined) return
    if (state === durable.waiting) askIn(askAgainMs)
    else {
      committed = Math.max(committed, upTo)
      trouble = undefined
    }
    tell()
  }

  doc.on('update', (_update: Uint8Array, origin: unknown) => {
    if (origin === provider || origin === local.origin) return
    made++
    askIn(askAfterMs)
    tell()
  })

  provider.on('sync', synced => {
    asked.clear()
    if (synced) ask()
    tell()
  })
  provider.on('status', ({ status }) => {
    if (status === 'disconnected') lostAt = Date.now()
    tell()
  })
  // Comes for every connection that ends, before the word of whether it will be tried again.
  provider.on('connection-close', event => {
    trouble = event?.code === close.retry.code ? event.reason || close.retry.reason : undefined
    tell()
  })
  provider.on('closed', ({ code, reason }) => {
    if (code === 4401) void renew()
    else end(reason || 'The server ended the connection. Reload the page to try again.')
  })

  let refuse: (reason: Error) => void = () => undefined
  const refused = new Promise<never>((_, no) => (refuse = no))
  const end = (sentence: string): void => {
    ended = sentence
    provider.disconnect()
    tell()
    refuse(new Error(sentence))
  }

  let renewing: ReturnType<typeof setTimeout> | undefined
  /** A ticket opens connections for minutes only; this gets the next one before it is needed. */
  const take = (given: Admission): void => {
    if (given.role !== membership.role) {
      refuse(new Error('The board is opened anew, for another role.'))
      return roleChanged(given)
    }
    const { expires } = given
    ticket = given.ticket
    provider.protocols = [subprotocol, ticket]
    conduct.take(ticket)
    clearTimeout(renewing)
    renewing = setTimeout(() => void renew(), Math.max(5_000, (Date.parse(expires) - Date.now()) * 0.8))
    if (ended === undefined && !provider.shouldConnect) provider.connect()
  }

  const renew = async (): Promise<void> => {
    try {
      take(await api.join(board, { participant: membership.participant, key: membership.key }))
    } catch (error) {
      if (error instanceof Refused && error.status >= 400 && error.status < 500) return end(error.message)
      clearTimeout(renewing)
      renewing = setTimeout(() => void renew(), 3_000)
    }
  }

  refused.catch(() => undefined) // Whoever waits for the board hears of it; after that the standing says it.
  const ready = local.loaded.then(async () => {
    if (admission) take(admission)
    else void renew()
    // A board that was here before is shown at once; one that never was has to come from the server.
    if (metaMapOf(doc).size === 0) await Promise.race([refused, new Promise<void>(done => (provider.synced ? done() : provider.once('sync', () => done())))])
    opened = true
    tell()
  })

  return {
    doc,
    provider,
    standing,
    conduct,
    ready,
    ticket: () => ticket,
    async close() {
      clearTimeout(renewing)
      clearTimeout(asking)
      clearTimeout(noticing)
      conduct.close()
      provider.destroy()
      await local.close()
      doc.destroy()
    },
  }
}

/** Keeps a copy of the board on this device, where the browser lets pages keep anything. */
function keepOnDevice(board: string, doc: Y.Doc): { loaded: Promise<void>; origin: unknown; keeps: () => boolean; close: () => Promise<void> } {
  let keeps = false
  if (typeof indexedDB === 'undefined') return { loaded: Promise.resolve(), origin: undefined, keeps: () => false, close: () => Promise.resolve() }
  const persistence = new IndexeddbPersistence(`manyfutures:${board}`, doc)
  const synced = persistence.whenSynced.then(() => void (keeps = true))
  // Private windows may never answer; then the server's copy is the only one, and the state line says so.
  const patience = new Promise<void>(done => setTimeout(done, 3_000))
  return {
    loaded: Promise.race([synced, patience]),
    origin: persistence,
    keeps: () => keeps,
    close: () => persistence.destroy().catch(() => undefined),
  }
}

const unsentName = (board: string): string => `manyfutures:unsent:${board}`

function readUnsent(board: string): number {
  try {
    return Math.max(0, Number(localStorage.getItem(unsentName(board)) ?? 0)) || 0
  } catch {
    return 0 // Storage is off: nothing was kept either.
  }
}

function keepUnsent(board: string, count: number): void {
  try {
    if (count > 0) localStorage.setItem(unsentName(board), String(count))
    else localStorage.removeItem(unsentName(board))
  } catch {
    // Storage is off; the count is only for the sentence on the screen.
  }
}
