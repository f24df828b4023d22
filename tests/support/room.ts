import { EventEmitter } from 'node:events'
import type { WebSocket } from 'ws'
import type { Role } from '../../shared/protocol.ts'
import { createCommits } from '../../server/log/commits.ts'
import type { Member } from '../../server/sync/room.ts'
import type { Line } from '../../server/sync/line.ts'
import { type Account, createLedger } from '../../server/ops/ledger.ts'
import { createRooms, type Rooms } from '../../server/sync/rooms.ts'
import type { BoardLog, DocId, Entry, Stored } from '../../server/storage/log.ts'

/* Rooms without sockets and without a disk: what reaches whom, in which order, is in the test's hands. */

/** Somebody in a room who notes what arrives. */
export interface Listener extends Member {
  readonly frames: Uint8Array[]
  readonly ended: number[]
}

export function listener(id = 'p', role: Role = 'participant'): Listener {
  const frames: Uint8Array[] = []
  const ended: number[] = []
  return {
    person: { id: id as never, name: id, sector: '', role },
    link: 'l',
    presence: undefined,
    address: id,
    wrote: new Set(),
    isOut: false,
    dealtWith: () => undefined,
    unread: () => 0,
    behind: undefined,
    frames,
    ended,
    send(frame, sent) {
      frames.push(frame)
      sent?.()
    },
    end: reason => ended.push(reason.code),
    refuse: reason => ended.push(reason.code),
  }
}

/** A log in memory that keeps its promises. */
export function memoryLog(): BoardLog {
  interface Kept {
    snapshot: Uint8Array | undefined
    vector: Uint8Array | undefined
    records: number | undefined
    base: number
    last: number
    entries: { readonly seq: number; readonly data: Uint8Array }[]
  }
  const docs = new Map<DocId, Kept>()
  const nothing = (): Kept => ({ snapshot: undefined, vector: undefined, records: undefined, base: 0, last: 0, entries: [] })
  return {
    append: async entries => {
      return entries.map(({ doc, data }) => {
        const kept = docs.get(doc) ?? nothing()
        docs.set(doc, kept)
        kept.entries.push({ seq: ++kept.last, data: data.slice() })
        return kept.last
      })
    },
    load: async (doc): Promise<Stored> => {
      const { snapshot, vector, records, entries, last } = docs.get(doc) ?? nothing()
      return { snapshot, vector, records, entries: entries.map(({ data }) => data), upTo: last }
    },
    weigh: async doc => {
      const { snapshot, entries } = docs.get(doc) ?? nothing()
      return [snapshot, ...entries.map(({ data }) => data)].reduce((sum, data) => sum + (data?.length ?? 0), 0)
    },
    head: async doc => {
      const kept = docs.get(doc)
      return kept && `${kept.last}-${kept.base}`
    },
    compact: async (doc, upTo, snapshot, vector, records) => {
      const kept = docs.get(doc)
      if (!kept || upTo <= kept.base) return
      if (upTo > kept.last) throw new Error(`${doc} has ${kept.last} entries; a snapshot cannot hold ${upTo} of them.`)
      Object.assign(kept, { snapshot: snapshot.slice(), vector: vector.slice(), records, base: upTo, entries: kept.entries.filter(each => each.seq > upTo) })
    },
  }
}

/** A log whose commits fail where `fails` says so. */
export function failingLog(inner: BoardLog, fails: (entries: readonly Entry[]) => Error | undefined): BoardLog {
  return {
    ...inner,
    append: async entries => {
      const error = fails(entries)
      if (error) throw error
      return inner.append(entries)
    },
  }
}

/** What disks say: full, broken, in use. */
export const diskErrors = [
  Object.assign(new Error('database or disk is full'), { errcode: 13 }),
  Object.assign(new Error('disk I/O error'), { errcode: 10 }),
  Object.assign(new Error('database is locked'), { errcode: 5 }),
] as const

export const roomsOn = (log: BoardLog, options: Partial<Parameters<typeof createRooms>[0]> = {}): Rooms =>
  createRooms({ log, commits: createCommits(log, 0), now: Date.now, idleMs: 0, lost: () => undefined, retryMs: 300, ...options })

/** A line under a socket that goes nowhere. */
export const lineTo = (socket: IdleSocket, address = '127.0.0.1'): Line => ({ ws: socket.ws, address, onBytes: () => undefined, endSending: () => undefined })

/** Counts what is kept for somebody, without an end. */
export const endlessAccount = (): Account => createLedger({ mostOfAddress: 0, mostOfServer: 0 }).of('somebody')

/** A socket that goes nowhere: what is sent to it is kept, and it says what a test makes it say. */
export class IdleSocket extends EventEmitter {
  readonly OPEN = 1
  readyState = 1
  bufferedAmount = 0
  answers = true
  paused = false
  readonly sent: Uint8Array[] = []
  closed: { code: number; reason: string } | undefined

  /** As ws is typed, for what takes one. */
  get ws(): WebSocket {
    return this as unknown as WebSocket
  }
  send(frame: Uint8Array, sent?: () => void): void {
    if (this.readyState === 1) this.sent.push(frame)
    sent?.()
  }
  pong(): void {
    // Nobody hears it.
  }
  ping(): void {
    if (this.answers) this.emit('pong', Buffer.alloc(0))
  }
  pause(): void {
    this.paused = true
  }
  resume(): void {
    this.paused = false
  }
  close(code: number, reason: string): void {
    if (this.readyState !== 1) return
    this.readyState = 3
    this.closed = { code, reason }
    this.emit('close')
  }
  terminate(): void {
    this.close(1006, '')
  }
}

/** Lets any number of bytes pass. */
export const anyFlow = { take: () => 0 } as const
