import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { message, subprotocol } from '../../shared/protocol.ts'

/** A stock Yjs client: y-websocket's own provider, unchanged, but for one handler that hears durability answers. */
export interface StockClient {
  readonly doc: Y.Doc
  readonly provider: WebsocketProvider
  synced(): Promise<void>
  /** Resolves to the state once the server answers for everything sent so far; never while it is away. */
  saved(): Promise<number>
  closed(): Promise<{ code: number; reason: string }>
  leave(): void
}

export function stockClient(url: string, board: string, ticket: string, doc = new Y.Doc()): StockClient {
  const provider = new WebsocketProvider(`${url.replace(/^http/, 'ws')}/sync`, board, doc, {
    protocols: [subprotocol, ticket],
    WebSocketPolyfill: WebSocket as never,
    disableBc: true,
  })
  const waiting = new Map<number, (state: number) => void>()
  let nonce = 0
  provider.messageHandlers[message.durability] = (_encoder, decoder) => {
    const asked = decoding.readVarUint(decoder)
    waiting.get(asked)?.(decoding.readVarUint(decoder))
    waiting.delete(asked)
  }
  const synced = () => new Promise<void>(done => (provider.synced ? done() : provider.once('sync', () => done())))
  return {
    doc,
    provider,
    synced,
    saved: async () => {
      await synced()
      return new Promise(done => {
        const encoder = encoding.createEncoder()
        encoding.writeVarUint(encoder, message.durability)
        encoding.writeVarUint(encoder, ++nonce)
        waiting.set(nonce, done)
        provider.ws?.send(encoding.toUint8Array(encoder))
      })
    },
    closed: () => new Promise(done => provider.once('connection-close', event => done({ code: event?.code ?? 0, reason: event?.reason ?? '' }))),
    leave: () => {
      provider.destroy()
      doc.destroy()
    },
  }
}

/** A bare socket, for frames no honest client sends. */
export interface BareSocket {
  readonly ws: WebSocket
  send(...frames: (Uint8Array | string)[]): void
  closed: Promise<{ code: number; reason: string }>
}

export async function bareSocket(url: string, board: string, protocols: string[]): Promise<BareSocket> {
  const ws = new WebSocket(`${url.replace(/^http/, 'ws')}/sync/${board}`, protocols)
  const closed = new Promise<{ code: number; reason: string }>(done => ws.once('close', (code, reason) => done({ code, reason: reason.toString() })))
  ws.on('error', () => undefined) // Refusals arrive as close codes; that is what tests look at.
  await new Promise<void>(open => {
    ws.once('open', () => open())
    ws.once('close', () => open())
  })
  return { ws, closed, send: (...frames) => frames.forEach(frame => ws.send(frame)) }
}

/** Resolves once a document says so; looks again at every change. */
export function until(doc: Y.Doc, holds: () => boolean): Promise<void> {
  return new Promise(done => {
    const look = () => {
      if (!holds()) return
      doc.off('update', look)
      done()
    }
    doc.on('update', look)
    look()
  })
}
