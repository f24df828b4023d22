import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { message, subprotocol, sync } from '../../../shared/protocol.ts'
import { type Encoding, sparse } from './encodings.ts'
import type { Door, Payload } from './sockets.ts'

/*
 * How a client of each server speaks. Yjs servers are sent the same updates, in our encoding; tldraw's the same cards as JSON.
 * A client moves its own card again and again, and its nth move can be told from what others receive.
 */

/** All a client will say, made before the clock runs. */
export interface Script {
  /** What is said on coming in. */
  readonly hello: readonly Payload[]
  /** Its card. */
  readonly card: Payload
  readonly moves: readonly Payload[]
  /** Where its pointer is, again and again. */
  readonly points: readonly Payload[]
}

export interface Dialect {
  /** Makes rooms where they have to be made before somebody comes. */
  prepare(origin: string, rooms: number): Promise<void>
  door(origin: string, room: number): Promise<Door>
  script(room: number, nth: number, moves: number): Promise<Script>
  /** Which clients' moves a frame shows, and up to which. */
  seen(data: Buffer): Iterable<readonly [nth: number, upTo: number]>
}

const frame = (...parts: ((encoder: encoding.Encoder) => void)[]): Uint8Array => encoding.encode(encoder => parts.forEach(write => write(encoder)))
const uint = (value: number) => (encoder: encoding.Encoder) => encoding.writeVarUint(encoder, value)
const bytes = (value: Uint8Array) => (encoder: encoding.Encoder) => encoding.writeVarUint8Array(encoder, value)
const string = (value: string) => (encoder: encoding.Encoder) => encoding.writeVarString(encoder, value)

/** What differs between Yjs servers: the address, what is said first, and what stands before each frame. */
interface Framing {
  prepare(origin: string, rooms: number): Promise<void>
  door(origin: string, room: number): Promise<Door>
  hello(room: number): Uint8Array[]
  before(room: number): (encoder: encoding.Encoder) => void
  /** Skips what stands before a frame. */
  skip(decoder: decoding.Decoder): void
}

export interface YjsDialect extends Dialect {
  readonly encoding: Encoding
  /** A sync message for a room. */
  say(room: number, kind: number, payload: Uint8Array): Uint8Array
  hello(room: number): Uint8Array[]
  /** The sync message in a frame; nothing where it holds another. */
  hear(data: Uint8Array): { readonly kind: number; readonly payload: Uint8Array } | undefined
}

export const isYjs = (dialect: Dialect): dialect is YjsDialect => 'hear' in dialect

/** Client ids of the people in a script. */
const firstClient = 1_000_000

export function yjs({ prepare, door, hello, before, skip }: Framing, encoding: Encoding = sparse): YjsDialect {
  /** A client's clock once its card is made: each move is one more. */
  let base = 0
  const dialect: YjsDialect = {
    encoding,
    prepare,
    door,
    hello,
    say: (room, kind, payload) => frame(before(room), uint(message.sync), uint(kind), bytes(payload)),
    hear(data) {
      const decoder = decoding.createDecoder(data)
      skip(decoder)
      const type = decoding.readVarUint(decoder)
      // Hocuspocus answers questions with a type of its own.
      return type === message.sync || type === 4 ? { kind: decoding.readVarUint(decoder), payload: decoding.readVarUint8Array(decoder) } : undefined
    },
    async script(room, nth, moves) {
      const doc = new Y.Doc()
      doc.clientID = firstClient + nth
      const id = `c${nth}`
      encoding.add(doc, id, 0, 0)
      base = Y.getState(doc.store, doc.clientID)
      const card = dialect.say(room, sync.update, Y.encodeStateAsUpdate(doc))
      const updates: Uint8Array[] = []
      doc.on('update', (update: Uint8Array) => updates.push(update))
      for (let i = 1; i <= moves; i++) encoding.place(doc, id, i, nth)
      const points = updates.map((_, i) => {
        const state = JSON.stringify({ cursor: { x: i, y: nth }, selected: [id], user: { name: `Person ${nth}`, color: '#445566' } })
        return frame(before(room), uint(message.awareness), bytes(frame(uint(1), uint(doc.clientID), uint(i + 1), string(state))))
      })
      return { hello: [...hello(room), dialect.say(room, sync.step1, Uint8Array.of(0))], card, moves: updates.map(update => dialect.say(room, sync.update, update)), points }
    },
    *seen(data) {
      const heard = dialect.hear(data)
      if (!heard || heard.kind === sync.step1) return
      for (const [client, clock] of Y.parseUpdateMeta(heard.payload).to) if (client >= firstClient && clock > base) yield [client - firstClient, clock - base]
    },
  }
  return dialect
}

const nothing = (): void => undefined
const socketOf = (origin: string, path = ''): string => `${origin.replace(/^http/, 'ws')}${path}`

/** y-websocket's own: the room is in the address and frames have nothing before them. */
export const plain: Framing = {
  prepare: async () => undefined,
  door: async (origin, room) => ({ address: socketOf(origin, `/room${room}`), protocols: [] }),
  hello: () => [],
  before: () => nothing,
  skip: nothing,
}

/** Hocuspocus: the room's name stands before each frame, and a token is sent first. */
export const named: Framing = {
  prepare: async () => undefined,
  door: async origin => ({ address: socketOf(origin, '/'), protocols: [] }),
  hello: room => [frame(string(`room${room}`), uint(2), uint(0), string('token'))],
  before: room => string(`room${room}`),
  skip: decoder => void decoding.readVarString(decoder),
}

/** Ours: boards are made and joined over HTTP, and the ticket is a sub-protocol. */
export function ours(): Framing {
  const boards: { id: string; secret: string }[] = []
  const post = async (address: string, body: unknown): Promise<unknown> => {
    const response = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${address} answered ${response.status}: ${await response.text()}`)
    return response.json()
  }
  return {
    async prepare(origin, rooms) {
      for (let i = boards.length; i < rooms; i++) {
        const { id, links } = (await post(`${origin}/api/boards`, {})) as { id: string; links: { participant: string } }
        boards.push({ id, secret: new URL(links.participant).hash.slice(1) })
      }
    },
    async door(origin, room) {
      const { id, secret } = boards[room]!
      const { ticket } = (await post(`${origin}/api/boards/${id}/join`, { secret, name: 'Bench' })) as { ticket: string }
      return { address: socketOf(origin, `/sync/${id}`), protocols: [subprotocol, ticket] }
    },
    hello: () => [],
    before: () => nothing,
    skip: nothing,
  }
}
