import * as Y from 'yjs'
import type { ParticipantId } from '../shared/ids.ts'
import { close, type Close, durable, type Role, sync } from '../shared/protocol.ts'
import type { Commits } from './commits.ts'
import { kindOf } from './documents.ts'
import { durabilityFrame, syncFrame } from './frames.ts'
import { hold } from './held.ts'
import { createIntake } from './intake.ts'
import { createPresence, type Presence } from './presence.ts'
import { canWrite, type DocKind } from './rights.ts'
import type { BoardLog, DocId } from './storage/log.ts'
import { createUnfolded } from './unfolded.ts'
import { type Decoded, decodeExactly, isEmptyUpdate } from './updates.ts'

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
  /** Ends it because of what it sent. */
  refuse(reason: Close): void
  /** The one client id it speaks for, once it has said so. */
  presence: number | undefined
  /** What it sent that builds on what has not arrived; tried again with everything it sends. */
  readonly owed: Update[]
  /** Bytes sent to it that it has not read. */
  unread(): number
  /** What it has, as a state vector, since it stopped keeping up; changes wait for it until `catchUp`. */
  behind: Uint8Array | undefined
}

/** A change as it came, and what it holds. */
export interface Update {
  readonly bytes: Uint8Array
  readonly decoded: Decoded
}

/** One document somebody looks at: everything anybody does to it goes through here, and nothing leaves before it is on disk. */
export interface Room {
  readonly doc: DocId
  readonly kind: DocKind
  readonly members: ReadonlySet<Member>
  readonly presence: Presence
  /** Bytes written to the log that no snapshot holds yet. */
  readonly unfolded: number
  join(member: Member): void
  leave(member: Member): void
  /** A member's change; returns why the connection must end, where that is seen at once. */
  receive(member: Member, update: Uint8Array): Close | undefined
  /** Answers a client's state vector with what it lacks, once that is committed; or says why the connection must end. */
  answer(member: Member, stateVector: Uint8Array): Close | undefined
  /** Answers once everything this member sent before is committed. */
  mark(member: Member, nonce: number): void
  /** Sends a member that fell behind all it missed as one change, once that is committed. */
  catchUp(member: Member): void
  /** A change of the server's own; resolves once it is committed, rejects where it could not be, and then nobody saw it. */
  write(work: (doc: Y.Doc) => void): Promise<void>
  /** Resolves once everything that came before is on disk. */
  committed(): Promise<void>
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
  /** Folds the log into a snapshot; resolves to the snapshot's bytes, or to nothing where it was left as it is. */
  readonly fold?: (doc: DocId) => Promise<number | undefined>
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

export async function openRoom(id: DocId, { log, commits, now, lost, merged, pending, fold, retryMs = 2_000, maxBacklog = 2 ** 20 }: RoomOptions): Promise<Room> {
  const kind = kindOf(id)
  const stored = await log.load(id)
  const unfolded = createUnfolded({
    snapshot: stored.snapshot?.length ?? 0,
    written: stored.entries.reduce((sum, entry) => sum + entry.length, 0),
    now,
    fold: fold && (() => fold(id)),
  })

  const members = new Set<Member>()
  const presence = createPresence(members, now)
  /** What came in since the last batch was sealed, in order; done to the document in one transaction. */
  let arrived: (() => void)[] = []
  /** Who changed something in the batch at hand, and how often; the server itself counts as nobody. */
  let writers: (Member | undefined)[] = []
  /** What the document says it took up since the last batch. */
  let applied: Uint8Array[] = []
  const held = hold(stored, update => applied.push(update))
  let deliveries: Delivery[] = []
  /** How far every client id's changes have been shown to everybody: what a member who falls behind surely has. */
  const shown = Y.decodeStateVector(held.vector())
  /** How to tell those who write for the server that it failed. */
  const writing = new Set<(error: unknown) => void>()
  let flushing: Promise<void> | undefined
  let gone = false
  let lastBatch = 0

  /** Seals what there is, commits it, and only then lets anybody know. Repeats while more came in. */
  const flush = async (): Promise<void> => {
    while (!gone && (arrived.length || applied.length || deliveries.length)) {
      await pause()
      takeUp()
      const by = writers
      const update = merge(applied)
      const answers = deliveries
      writers = []
      applied = []
      deliveries = []
      const tell = answers.map(prepare => prepare())
      if (update) merged?.(by.length)
      if (update && !(await keep(update))) return
      if (update) broadcast(update, by)
      for (const each of tell) each()
    }
    if (!gone) unfolded.foldWhereDue()
  }

  /** Everything that arrived becomes one change of the document: one frame for everybody, without what was overwritten on the way. */
  const takeUp = (): void => {
    const now = arrived
    arrived = []
    if (!now.length) return
    // Questions alone leave the document asleep.
    if (held.live) held.live.transact(() => now.forEach(each => each()))
    else now.forEach(each => each())
  }

  const keep = async (update: Uint8Array): Promise<boolean> => {
    const givingUp = now() + retryMs
    for (let pause = 50; ; pause *= 2) {
      try {
        await commits.commit({ doc: id, data: update })
        unfolded.wrote(update.length)
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
    held.destroy()
  }

  const broadcast = (update: Uint8Array, by: readonly (Member | undefined)[]): void => {
    const frame = syncFrame(sync.update, update)
    const author = by[0]
    const onlyAuthor = by.every(each => each === author) ? author : undefined
    for (const member of members) {
      if (member === onlyAuthor || member.behind) continue
      if (member.unread() > maxBacklog) member.behind = Y.encodeStateVector(shown)
      else member.send(frame)
    }
    for (const [client, clock] of Y.parseUpdateMeta(update).to) shown.set(client, Math.max(clock, shown.get(client) ?? 0))
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
      if (!gone && (arrived.length || applied.length || deliveries.length)) schedule()
    })
  }

  const committed = async (): Promise<void> => {
    while (flushing) await flushing
  }

  const inTurn = (work: () => void): void => {
    arrived.push(work)
    schedule()
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

  const ask = (member: Member): void => member.send(syncFrame(sync.step1, held.vector()))

  const intake = createIntake({ held, members, presence, ask, changed: member => writers.push(member), pending: () => pending?.() })

  return {
    doc: id,
    kind,
    members,
    presence,
    get unfolded() {
      return unfolded.bytes
    },
    join(member) {
      members.add(member)
      // Asking first means that a writer's own unsent work is already under way when it believes itself in step. Whoever
      // may not write is never asked: the stock client then sends nothing.
      if (canWrite(member.person.role, kind)) ask(member)
      presence.welcome(member)
    },
    leave(member) {
      members.delete(member)
      presence.leave(member)
    },
    receive(member, bytes) {
      // A newcomer's answer to what we asked: it has nothing that is not here, and nobody need wake up for it.
      if (isEmptyUpdate(bytes)) return undefined
      const decoded = decodeExactly(bytes)
      if (!decoded) return close.protocol
      held.wake()
      inTurn(() => intake(member, { bytes, decoded }))
      return undefined
    },
    catchUp(member) {
      const has = member.behind
      if (!has) return
      later(() => {
        const frame = syncFrame(sync.update, held.since(has))
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
      answerLater(member, () => syncFrame(sync.step2, held.since(stateVector)))
      return undefined
    },
    mark(member, nonce) {
      // In its turn: what this member sent before has been looked at then, and nothing it sends afterwards.
      inTurn(() => {
        const state = !canWrite(member.person.role, kind) ? durable.readOnly : member.owed.length ? durable.waiting : durable.committed
        answerLater(member, () => durabilityFrame(nonce, state))
      })
    },
    write: work =>
      new Promise((done, failed) => {
        if (gone) throw new Error('The document was closed before it could be changed.')
        const doc = held.wake()
        doc.transact(() => work(doc))
        writers.push(undefined)
        writing.add(failed)
        later(() => () => {
          writing.delete(failed)
          done()
        })
      }),
    committed,
    async settled() {
      await committed()
      return held.wake()
    },
    async close(reason) {
      await committed()
      if (gone) return
      gone = true
      end(reason)
    },
  }
}

/** One update that says what several say. */
const merge = (updates: Uint8Array[]): Uint8Array | undefined => (updates.length > 1 ? Y.mergeUpdates(updates) : updates[0])
