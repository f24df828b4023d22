import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { WebSocket } from 'ws'

export type Payload = Uint8Array | string

/** Where a client of a room comes in. */
export interface Door {
  readonly address: string
  readonly protocols: readonly string[]
}

/** A connection that can say things that were prepared. */
export interface Speaker {
  say(frame: Buffer): void
  readonly open: boolean
  leave(): void
}

/**
 * A payload as a client's WebSocket frame, ready to be written: made once, before the clock runs. The masking key is zero, which the
 * protocol allows; a server takes the mask off all the same.
 */
export function framed(payload: Payload): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload
  const length = body.length
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.alloc(head + 4 + length)
  frame[0] = 0x80 | (typeof payload === 'string' ? 1 : 2)
  frame[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127)
  if (head === 4) frame.writeUInt16BE(length, 2)
  if (head === 10) frame.writeBigUInt64BE(BigInt(length), 2)
  frame.set(body, head + 4)
  return frame
}

/** All who do not read share one buffer. */
const bin = Buffer.allocUnsafe(256 * 1024)

/**
 * Somebody who speaks, and only counts the bytes that come: reading 400 people's frames in one process would measure the reader.
 * Resolves once the server has answered what was said first.
 */
export function deafSpeaker({ address, protocols }: Door, hello: readonly Buffer[], count: (bytes: number) => void): Promise<Speaker> {
  const { hostname, port, pathname, search } = new URL(address)
  return new Promise((done, failed) => {
    let shaken = false
    let heard = ''
    const socket: Socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: {
        buffer: bin,
        callback(bytes) {
          if (shaken) {
            count(bytes)
            return true
          }
          heard += bin.toString('latin1', 0, bytes)
          const end = heard.indexOf('\r\n\r\n')
          if (end < 0) return true
          if (!heard.startsWith('HTTP/1.1 101')) failed(new Error(`The server answered ${heard.slice(0, 80)}`))
          shaken = true
          for (const each of hello) socket.write(each)
          done({ say: frame => void socket.write(frame), get open() { return socket.writable }, leave: () => socket.destroy() })
          return true
        },
      },
    })
    socket.once('error', failed)
    socket.on('error', () => undefined) // A server that ends everybody is seen in what is missing.
    const offered = protocols.length ? `Sec-WebSocket-Protocol: ${protocols.join(', ')}\r\n` : ''
    socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n${offered}\r\n`)
  })
}

/** Somebody who speaks and listens. */
export async function speaker(door: Door, hello: readonly Buffer[], hear: (data: Buffer) => void): Promise<Speaker & { ws: WebSocket }> {
  const ws = await openSocket(door)
  ws.on('message', hear)
  ws.on('error', () => undefined) // As above.
  const say = (frame: Buffer): void => void rawSocket(ws).write(frame)
  for (const each of hello) say(each)
  return { ws, say, get open() { return ws.readyState === ws.OPEN }, leave: () => ws.terminate() }
}

export const openSocket = ({ address, protocols }: Door): Promise<WebSocket> =>
  new Promise((done, failed) => {
    const ws = new WebSocket(address, [...protocols], { perMessageDeflate: false, maxPayload: 0 })
    ws.once('open', () => done(ws))
    ws.once('error', failed)
  })

/** The socket below: prepared frames are written past ws, and broken ones too. */
export const rawSocket = (ws: WebSocket): Socket => (ws as unknown as { _socket: Socket })._socket // oxlint-disable-line no-underscore-dangle -- ws has no public way to it
