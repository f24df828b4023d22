import type * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import type { ParticipantId } from '../shared/ids.ts'
import { close, type Close, durable, message, type Role, sync } from '../shared/protocol.ts'
import type { Commits } from './commits.ts'
import { kindOf } from './documents.ts'
import { type Decoded, isPoison } from './poison.ts'
import { createPresence, type Presence } from './presence.ts'
import { canWrite, type DocKind } from './rights.ts'
import type { BoardLog, DocId, Seq } from './storage/log.ts'

/** Who somebody is, as the server knows them; what others see beside their cursor. */
export interface PersonHere {
  readonly id: ParticipantId
  readonly name: string
  readonly sector: string
  readonly role: Role
}

/** One connection to a document. */
export interface Member {
  readonly person: PersonHere
  readonly link: string
  send(frame: Uint8Array): void
  end(reason: Close): void
  /** The one client id it speaks for, once it has said so. */
  presence: number | undefined
  /** Whether it sent something that builds on what has not arrived. */
  waiting: boolean
  /** Bytes sent to it that it has not read. */
  unread(): number
  /** What it has, as a state vector, since it stopped keeping up; changes wait for it until `catchUp`. */
  behind: Uint8Array | undefined
}

/** One live document: everything anybody does to it goes through here, and nothing leaves before it is on disk. */
export interface Room {
  readonly doc: DocId
  readonly kind: DocKind
  readonly members: ReadonlySet<Member>
  readonly presence: Presence
  join(member: Member): void
  leave(member: Member): void
  /** A member's change; returns why the connection must end, where it must. */
  receive(member: Member, update: Uint8Array): Close | undefined
  /** Answers a client's state vector with what it lacks, once that is committed; or says why the connection must end. */
  answer(member: Member, stateVector: Uint8Array): Close | undefined
  /** Answers once everything this member sent before is committed. */
  mark(member: Member, nonce: number): void
  /** Sends a member that fell behind all it missed as one change, once that is committed. */
  catchUp(member: Member): void
  /** A change of the server's own; resolves once it is committed, rejects where it could not be, and then nobody saw it. */
  write(work: (doc: Y.Doc) => void): Promise<void>
  /** Resolves to the document once everything in it is committed. */
  settled(): Promise<Y.Doc>
  /** Commits what there is, ends every connection and forgets the document. */
  close(reason: Close): Promise<void>
}

/** What waits for a batch: prepared while the document holds exactly what the batch commits, told once that is on disk. */
type Delivery = () => () => void

export interface RoomOptions {
  readonly log: BoardLog
  readonly commits: Commits
  readonly now: () => number
  /** Called when the document can no longer be trusted to be what is on disk. */
  readonly lost: (error: unknown) => void
  /** Told how many changes became one entry. */
  readonly merged?: (changes: number) => void
  /** Told of a change that builds on what has not arrived. */
  readonly pending?: () => void
  /** How long a failing disk is tried again before everybody is sent away. */
  readonly retryMs?: number
  /** Unread bytes above which a member gets no more changes one by one, but one that holds all it missed. */
  readonly maxBacklog?: number
}

/** Longest time between two batches, in milliseconds: nobody notices it in a cursor, and it stays far from a tenth of a second. */
const slowestPace = 40

/**
 * Milliseconds between two batches. A batch is one frame for everybody, and frames are what a full room costs: the more people,
 * the fewer and larger they are. Small rooms are not kept waiting.
 */
export const paceFor = (people: number): number => (people < 40 ? 0 : Math.min(slowestPace, people / 10))

/** Entries after which the log of one document is folded into a snapshot. */
const foldAfter = 500

export async function openRoom(id: DocId, { log, commits, now, lost, merged, pending, retryMs = 2_000, maxBacklog = 2 ** 20 }: RoomOptions): Promise<Room> {
  const kind = kindOf(id)
  const doc = new Y.Doc()
  const stored = await log.load(id)
  doc.transact(() => {
    if (stored.snapshot) Y.applyUpdate(doc, stored.snapshot)
    for (const entry of stored.entries) Y.applyUpdate(doc, entry)
  })
  let committed: Seq = stored.upTo
  let unfolded = stored.entries.length

  const members = new Set<Member>()
  const presence = createPresence(members, now)
  /** What was applied since the last batch was sealed, and by whom. */
  let applied: { update: Uint8Array; by: unknown }[] = []
  /** How far every client id's changes have been shown to everybody: what a member who falls behind surely has. */
  const shown = Y.decodeStateVector(Y.encodeStateVector(doc))
  let deliveries: Delivery[] = []
  /** Who wrote with a client id first, since the document was opened. */
  const authors = new Map<number, ParticipantId>()
  /** How to tell those who write for the server that it failed. */
  const writing = new Set<(error: unknown) => void>()
  let flushing: Promise<void> | undefined
  let gone = false
  let lastBatch = 0

  doc.on('update', (update: Uint8Array, by: unknown) => {
    applied.push({ update, by })
  })

  /** Seals what there is, commits it, and only then lets anybody know. Repeats while more came in. */
  const flush = async (): Promise<void> => {
    while (!gone && (applied.length || deliveries.length)) {
      await pause()
      const batch = applied
      const answers = deliveries
      applied = []
      deliveries = []
      const update = merge(batch.map(({ update }) => update))
      const tell = answers.map(prepare => prepare())
      if (update) merged?.(batch.length)
      if (update && !(await keep(update))) return
      if (update) broadcast(update, batch)
      for (const each of tell) each()
    }
    if (!gone && unfolded >= foldAfter) await fold()
  }

  const keep = async (update: Uint8Array): Promise<boolean> => {
    const givingUp = now() + retryMs
    for (let pause = 50; ; pause *= 2) {
      try {
        committed = await commits.commit({ doc: id, data: update })
        unfolded++
        return true
      } catch (error) {
        if (now() + pause > givingUp) {
          lose(error)
          return false
        }
        await new Promise(again => setTimeout(again, pause))
      }
    }
  }

  /** What is in memory is more than what is on disk, and nobody may see it: send everybody away; they bring it again. */
  const lose = (error: unknown): void => {
    if (gone) return
    gone = true
    for (const failed of writing) failed(error)
    end(close.retry)
    lost(error)
  }

  const end = (reason: Close): void => {
    for (const member of members) member.end(reason)
    members.clear()
    presence.close()
    doc.destroy()
  }

  const broadcast = (update: Uint8Array, batch: readonly { by: unknown }[]): void => {
    const frame = syncFrame(sync.update, update)
    const author = batch[0]?.by
    const onlyAuthor = batch.every(({ by }) => by === author) ? author : undefined
    for (const member of members) {
      if (member === onlyAuthor || member.behind) continue
      if (member.unread() > maxBacklog) member.behind = Y.encodeStateVector(shown)
      else member.send(frame)
    }
    for (const [client, clock] of Y.parseUpdateMeta(update).to) shown.set(client, Math.max(clock, shown.get(client) ?? 0))
  }

  /** Whether a client id belongs to somebody else who is here; nobody may write in its name. Somebody who is away may have left work on a device that another one uses now. */
  const isSpokenFor = (client: number, writer: Member): boolean => {
    const author = authors.get(client)
    if (author === writer.person.id) return false
    const speaker = presence.speaker(client)
    if (speaker && speaker.person.id !== writer.person.id) return true
    return author !== undefined && [...members].some(member => member.person.id === author)
  }

  /** Swaps the log for one snapshot through a garbage-collected document, after checking that it says the same. */
  const fold = async (): Promise<void> => {
    const upTo = committed
    const snapshot = Y.encodeStateAsUpdate(doc)
    const copy = new Y.Doc()
    Y.applyUpdate(copy, snapshot)
    const same = Y.equalSnapshots(Y.snapshot(copy), Y.snapshot(doc))
    copy.destroy()
    if (!same || applied.length) return
    try {
      await log.compact(id, upTo, snapshot)
      unfolded = 0
    } catch {
      // The log is untouched and complete; the next batch tries again.
    }
  }

  /** Waits until the last batch is long enough ago. */
  const pause = async (): Promise<void> => {
    const wait = lastBatch + paceFor(members.size) - now()
    if (wait > 0) await new Promise(done => setTimeout(done, wait))
    lastBatch = now()
  }

  const schedule = (): void => {
    flushing ??= flush().finally(() => {
      flushing = undefined
      if (!gone && (applied.length || deliveries.length)) schedule()
    })
  }

  const later = (delivery: Delivery): void => {
    deliveries.push(delivery)
    schedule()
  }

  const answerLater = (member: Member, make: () => Uint8Array): void =>
    later(() => {
      const frame = make()
      return () => {
        if (members.has(member)) member.send(frame)
      }
    })

  return {
    doc: id,
    kind,
    members,
    presence,
    join(member) {
      members.add(member)
      // Asking first means that a writer's own unsent work is already under way when it believes itself in step. Whoever
      // may not write is never asked: the stock client then sends nothing.
      if (canWrite(member.person.role, kind)) member.send(syncFrame(sync.step1, Y.encodeStateVector(doc)))
      presence.welcome(member)
    },
    leave(member) {
      members.delete(member)
      presence.leave(member)
    },
    receive(member, update) {
      const decoded = decodeExactly(update)
      if (!decoded) return close.protocol
      if (isPoison(doc, decoded, client => isSpokenFor(client, member))) return close.poison
      for (const { id: struct } of decoded.structs) if (!authors.has(struct.client) && struct.clock >= Y.getState(doc.store, struct.client)) authors.set(struct.client, member.person.id)
      Y.applyUpdate(doc, update, member)
      member.waiting = !covers(doc, decoded)
      if (member.waiting) {
        pending?.()
        // It builds on what we lack. Keeping it would hand it to every newcomer before it is on disk; its sender has it all.
        doc.store.pendingStructs = null
        doc.store.pendingDs = null
        member.send(syncFrame(sync.step1, Y.encodeStateVector(doc)))
      }
      if (applied.length) schedule()
      return undefined
    },
    catchUp(member) {
      const has = member.behind
      if (!has) return
      later(() => {
        const frame = syncFrame(sync.update, Y.encodeStateAsUpdate(doc, has))
        return () => {
          if (!members.has(member)) return
          member.behind = undefined
          member.send(frame)
        }
      })
    },
    answer(member, stateVector) {
      try {
        Y.decodeStateVector(stateVector)
      } catch {
        return close.protocol
      }
      answerLater(member, () => syncFrame(sync.step2, Y.encodeStateAsUpdate(doc, stateVector)))
      return undefined
    },
    mark(member, nonce) {
      const state = !canWrite(member.person.role, kind) ? durable.readOnly : member.waiting ? durable.waiting : durable.committed
      answerLater(member, () => durabilityFrame(nonce, state))
    },
    write: work =>
      new Promise((done, failed) => {
        if (gone) throw new Error('The document was closed before it could be changed.')
        doc.transact(() => work(doc))
        writing.add(failed)
        later(() => () => {
          writing.delete(failed)
          done()
        })
      }),
    async settled() {
      while (flushing) await flushing
      return doc
    },
    async close(reason) {
      while (flushing) await flushing
      if (gone) return
      gone = true
      end(reason)
    },
  }
}

/** What an update holds, when it is one and nothing else follows it. Applied unchecked, half of a broken one would stay. */
function decodeExactly(update: Uint8Array): Decoded | undefined {
  const inputs: decoding.Decoder[] = []
  class Remembering extends Y.UpdateDecoderV1 {
    constructor(input: decoding.Decoder) {
      super(input)
      inputs.push(input)
    }
  }
  try {
    const decoded = Y.decodeUpdateV2(update, Remembering)
    return inputs[0]?.pos === update.length ? decoded : undefined
  } catch {
    return undefined // Not a Yjs update: its sender is told, nobody else notices.
  }
}

/** Whether a document took everything an update holds, and kept nothing back to wait for more. */
function covers(doc: Y.Doc, { structs, ds }: Decoded): boolean {
  const has = (client: number, clock: number) => clock <= Y.getState(doc.store, client)
  return (
    structs.every(struct => has(struct.id.client, struct.id.clock + struct.length)) &&
    [...ds.clients].every(([client, ranges]) => ranges.every(range => has(client, range.clock + range.len)))
  )
}

/** One update that says what several say. */
const merge = (updates: Uint8Array[]): Uint8Array | undefined => (updates.length > 1 ? Y.mergeUpdates(updates) : updates[0])

function syncFrame(type: number, payload: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, message.sync)
  encoding.writeVarUint(encoder, type)
  encoding.writeVarUint8Array(encoder, payload)
  return encoding.toUint8Array(encoder)
}

function durabilityFrame(nonce: number, state: number): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, message.durability)
  encoding.writeVarUint(encoder, nonce)
  encoding.writeVarUint(encoder, state)
  return encoding.toUint8Array(encoder)
}
