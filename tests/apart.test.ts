import { afterEach, expect, test, vi } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { tellApart } from '../client/sync/apart.ts'

/* A part that throws costs itself. */

afterEach(() => vi.unstubAllGlobals())

const breaks = (): never => {
  throw new Error('A part that failed')
}
/** What was reported; reporting is what browsers do with what nobody caught. */
function reports(): unknown[] {
  const reported: unknown[] = []
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error))
  return reported
}

test.each(['before', 'after', 'around'] as const)('[Y62] listeners of a document that throw, registered %s the others, keep nobody from hearing of any change', where => {
  const reported = reports()
  const doc = tellApart(new Y.Doc())
  const heard = { updates: 0, transactions: 0, observed: 0 }
  if (where !== 'after') for (const name of ['update', 'afterTransaction', 'beforeTransaction', 'afterAllTransactions'] as const) doc.on(name, breaks)
  doc.on('update', () => heard.updates++)
  doc.on('afterTransaction', () => heard.transactions++)
  doc.getMap('m').observe(() => heard.observed++)
  if (where !== 'before') for (const name of ['update', 'afterTransaction', 'beforeTransaction', 'afterAllTransactions'] as const) doc.on(name, breaks)
  const other = new Y.Doc()
  for (let i = 0; i < 5; i++) {
    doc.getMap('m').set('mine', i)
    other.getMap('m').set('theirs', i)
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other))
  }
  expect(heard).toEqual({ updates: 10, transactions: expect.any(Number), observed: 10 })
  expect(heard.transactions).toBeGreaterThanOrEqual(10)
  expect(reported.length).toBeGreaterThanOrEqual(40)
  expect(doc.getMap('m').toJSON()).toEqual({ mine: 4, theirs: 4 })
})

test('[Y62] a part that throws when a connection ends keeps it from nothing: it comes back', () => {
  const reported = reports()
  const sockets: { onclose: ((event: unknown) => void) | undefined; close(): void; send(): void; readyState: number }[] = []
  class Socket {
    readyState = 1
    onopen: (() => void) | undefined
    onclose: ((event: unknown) => void) | undefined
    constructor() {
      sockets.push(this as never)
    }
    close(): void {}
    send(): void {}
  }
  const provider = tellApart(new WebsocketProvider('ws://nowhere.example', 'board', tellApart(new Y.Doc()), { connect: false, disableBc: true, WebSocketPolyfill: Socket as never }))
  tellApart(provider.awareness)
  for (const name of ['connection-close', 'status', 'sync', 'connection-error'] as const) provider.on(name, breaks)
  provider.awareness.on('change', breaks)
  provider.connect()
  ;(sockets[0] as unknown as Socket).onopen?.()
  provider.awareness.setLocalStateField('here', true)
  sockets[0]!.onclose?.({ code: 1006, reason: '' })
  expect([provider.ws, provider.wsconnected]).toEqual([null, false])
  expect(reported.length).toBeGreaterThan(2)
  provider.connect()
  expect(sockets.length).toBe(2)
  provider.destroy()
})

test('[Y62] the order in which listeners hear, and what they are told, is that of the observable itself', () => {
  const told: unknown[] = []
  const awareness = tellApart(new Awareness(new Y.Doc()))
  awareness.on('change', (...args: unknown[]) => told.push(['first', ...args]))
  awareness.on('change', (...args: unknown[]) => told.push(['second', ...args]))
  awareness.once('change', () => told.push('once'))
  awareness.setLocalState({ a: 1 })
  awareness.setLocalState({ a: 2 })
  awareness.destroy()
  const heard = told.length
  awareness.emit('change', [])
  expect(told.length).toBe(heard)
  expect(told.filter(each => each === 'once').length).toBe(1)
  expect(told.slice(0, 2)).toEqual([['first', expect.anything(), 'local'], ['second', expect.anything(), 'local']])
})
