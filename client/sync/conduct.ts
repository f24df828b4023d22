import { atom, type Signal } from 'tldraw'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { subprotocol } from '../../shared/protocol.ts'
import { tellApart } from './apart.ts'
import { spreadReturns } from './backoff.ts'
import { goBySpans } from './heard-last.ts'
import { readSession, type Session as Decisions } from '../../shared/session.ts'

/** How the session is conducted: what facilitators decided and only the server writes. */
export interface Conduct {
  readonly state: Signal<Decisions>
  /** The ticket to come in with, now and from now on. */
  take(ticket: string): void
  close(): void
}

/** Follows the board's second document. It is small and never kept here: without the server everything counts as open. */
export function followConduct(board: string): Conduct {
  const doc = tellApart(new Y.Doc())
  const state = atom<Decisions>('how the session is conducted', readSession(doc))
  const provider = tellApart(new WebsocketProvider(`${location.origin.replace(/^http/, 'ws')}/sync`, `${board}/session`, doc, { connect: false, disableBc: true }))
  goBySpans(provider)
  spreadReturns(provider)
  doc.on('update', () => state.set(readSession(doc)))
  return {
    state,
    take(ticket) {
      provider.protocols = [subprotocol, ticket]
      if (!provider.shouldConnect) provider.connect()
    },
    close() {
      provider.destroy()
      doc.destroy()
    },
  }
}
