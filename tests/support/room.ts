import { EventEmitter } from 'node:events'
import type { WebSocket } from 'ws'
import type { Role } from '../../shared/protocol.ts'
import { createCommits } from '../../server/commits.ts'
import type { Member } from '../../server/room.ts'
import { createRooms, type Rooms } from '../../server/rooms.ts'
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
    owed: [],
    unread: () => 0,
    behind: undefined,
    frames,
    ended,
    send: frame => frames.push(frame),
    end: reason => ended.push(reason.code),
    refuse: reason => ended.push(reason.code),
  }
}

/** A log in memory that keeps its promises. */
export function memoryLog(): BoardLog {
  let seq = 0
  const docs = new Map<DocId, { snapshot: Uint8Array | undefined; vector: Uint8Array | undefined; upTo: number; entries: { seq: number; data: Uint8Array }[] }>()
  const of = (doc: DocId) => {
    if (!docs.has(doc)) docs.set(doc, { snapshot: undefined, vector: undefined, upTo: 0, entries: [] })
    return docs.get(doc)!
  }
  return {
    append: async entries => {
      for (const { doc, data } of entries) of(doc).entries.push({ seq: ++seq, data: data.slice() })
      return seq
    },
    load: async (doc): Promise<Stored> => {
      const { snapshot, vector, upTo, entries } = of(doc)
      return { snapshot, vector, entries: entries.map(({ data }) => data), upTo: entries.at(-1)?.seq ?? upTo }
    },
    weigh: async doc => [of(doc).snapshot, ...of(doc).entries.map(({ data }) => data)].reduce((sum, data) => sum + (data?.length ?? 0), 0),
    compact: async (doc, upTo, snapshot, vector) => {
      const kept = of(doc)
      if (kept.snapshot && upTo <= kept.upTo) return
      Object.assign(kept, { snapshot, vector, upTo, entries: kept.entries.filter(each => each.seq > upTo) })
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
  send(frame: Uint8Array): void {
    if (this.readyState === 1) this.sent.push(frame)
  }
  ping(): void {
    if (this.answers) this.emit('pong')
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
