import * as decoding from 'lib0/decoding'
import * as Y from 'yjs'
import { mayMean } from '../../shared/document/meanings.ts'
import { mostClients, mostRecords as usualRecords, roots as rootsOf } from '../../shared/document/stored.ts'
import type { ParticipantId } from '../../shared/ids.ts'
import { close, type Close, durable, type Role, sync } from '../../shared/protocol.ts'
import { type Bucket, createBucket } from '../bucket.ts'
import { kindOf } from '../documents.ts'
import type { Commits } from '../log/commits.ts'
import type { Compacted } from '../log/compact.ts'
import { createUncompacted } from '../log/uncompacted.ts'
import { canWrite, type DocKind } from '../rights.ts'
import type { BoardLog, DocId } from '../storage/log.ts'
import { cacheDocument, type Lengths } from './document-cache.ts'
import { durabilityFrame, syncFrame } from './frames.ts'
import { ingest, smallSteps, type Taken } from './ingest.ts'
import { joined } from './joined-updates.ts'
import { atOnce } from './parsed-update.ts'
import { createOwners, type Owners } from './owners.ts'
import { createPendingUpdates } from './pending-updates.ts'
import { createPresence, type Presence } from './presence.ts'
import { createTurns, inTurns, type Turns } from './turns.ts'

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
  /** Where it comes from: those who share an address share their turns. */
  readonly address: string
  /** `sent` is called once the system has taken the frame. */
  send(frame: Uint8Array, sent?: () => void): void
  /** Takes it out of the room, reads nothing more of it and ends it, in that order, at once. */
  end(reason: Close): void
  /** The same because of what it sent. */
  refuse(reason: Close): void
  /** Whether it was ended: what it sent before and nobody has looked at counts no more. */
  readonly isOut: boolean
  /** Something it sent was dealt with, and its bytes are held no longer. */
  dealtWith(bytes: number): void
  /** The one client id it speaks for, once it has said so. */
  presence: number | undefined
  /** Client ids it has written under. */
  readonly wrote: Set<number>
  /** Bytes sent to it that it has not read. */
  unread(): number
  /** What it has, as a state vector, since it stopped keeping up; changes wait for it until `catchUp`. */
  behind: Lengths | undefined
}

/** One document somebody looks at: everything anybody does to it goes through here, and nothing leaves before it is on disk. */
export interface Room {
  readonly doc: DocId
  readonly kind: DocKind
  readonly members: ReadonlySet<Member>
  readonly presence: Presence
  /** Bytes written to the log that no snapshot holds yet. */
  readonly uncompactedBytes: number
  join(member: Member): void
  leave(member: Member): void
  /** A member's change. It is judged in its turn; whoever sent what may not be is ended then. */
  receive(member: Member, update: Uint8Array): void
  /** Answers a client's state vector with what it lacks, once that is committed; or says why the connection must end. */
  replySync(member: Member, stateVector: Uint8Array): Close | undefined
  /** Answers once everything this member sent before is committed. */
  acknowledge(member: Member, nonce: number): void
  /** Sends a member that fell behind all it missed as one change, once that is committed. */
  catchUp(member: Member): void
  /** A change of the server's own; resolves once it is committed, rejects where it could not be, and then nobody saw it. */
  write(work: (doc: Y.Doc) => void): Promise<void>
  /** Resolves once everything that came before is on disk. */
  flushed(): Promise<void>
  /** Resolves to the document once everything in it is committed. */
  document(): Promise<Y.Doc>
  /** Gives the document up because something went wrong while it was served. */
  fail(error: Error): void
  /** Commits what there is, ends every connection and forgets the document. */
  close(reason: Close): Promise<void>
}

/** Why a document was given up while people were on it. */
export type Loss = 'store' | 'fault'

export interface RoomOptions {
  readonly log: BoardLog
  readonly commits: Commits
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  /** Called when the document can no longer be trusted to be what is on disk: the store failed, or something here threw. */
  readonly lost: (error: unknown, loss: Loss) => void
  readonly turns?: Turns
  /** Whom the client ids of this document belong to. */
  readonly owners?: Owners
  /** Told before and after this document keeps the processor, so that whoever looks from outside knows which one it was. */
  readonly serving?: (doc: DocId | undefined) => void
  /** Told how many changes became one entry. */
  readonly merged?: (changes: number) => void
  /** Told of a change that builds on what has not arrived. */
  readonly pending?: () => void
  /** Told where something that was stored could not be taken up as it is. */
  readonly mended?: (doc: DocId, what: { readonly leftOut: number; readonly madeHarmless: number }) => void
  /** Compacts the log; resolves to the snapshot there is then and how far it goes, or to nothing where it was left as it is. */
  readonly compact?: (doc: DocId) => Promise<Compacted | undefined>
  /** How long a failing disk is tried again before everybody is sent away. */
  readonly retryMs?: number
  /** Unread bytes above which a member gets no more changes one by one, but one that holds all it missed. */
  readonly maxBacklog?: number
  readonly maxRecords?: number
  /** Most bytes the log of one document may take. */
  readonly maxBytes?: number
}

/** Longest time between two batches, in milliseconds: nobody notices it in a cursor, and it stays far from a tenth of a second. */
const slowestPace = 40

/**
 * Milliseconds between two batches. A batch is one frame for everybody, and frames are what a full room costs: the more people,
 * the fewer and larger they are. Small rooms are not kept waiting.
 */
export const paceFor = (people: number): number => (people < 40 ? 0 : Math.min(slowestPace, people / 10))

/** Bytes a millisecond that one room may hand out to all of its people together: beyond it, the next batch waits for its turn. */
const handedOutPerMs = 500_000

/** Client ids that a board did not know which one person may bring, and how fast more: of their own visits, of devices that several used, or of what a restored server lacks. */
const idsOfPerson = { perSecond: 1 / 60, most: 100, inOneChange: 500 } as const
/** What one member may leave waiting for what has not arrived, and what may wait in a room; with more it has to start anew. */
const mostPending = { bytes: 2 ** 20, count: 256, needs: 1_024, needsOfRoom: 2 ** 16 } as const

/** Bytes of an update that is judged and taken up together with others of its batch; a larger one has turns of its own. */
const smallUpdate = 16 * 1024

/** Turns of one batch: then it goes out, and the rest of what came with the next one. */
const turnsOfBatch = 8

/** Bytes of changes that go out as one; more go one after the other. */
const mostTogether = 256 * 1024

type UpdateTask = Extract<Task, { is: 'update' }>
type Task =
  | { readonly is: 'update'; readonly member: Member; readonly bytes: Uint8Array; readonly wasPending: boolean }
  | { readonly is: 'work'; readonly work: () => void }

export async function openRoom(id: DocId, options: RoomOptions): Promise<Room> {
  const { log, commits, now, lost, turns: allTurns = createTurns(), owners = createOwners(), serving, merged, pending: toldPending, mended, compact, retryMs = 2_000, maxBacklog = 2 ** 20, maxRecords = usualRecords, maxBytes = Infinity } = options
  const kind = kindOf(id)
  /** Each piece of work is noted by whom it is done for: whoever looks from outside finds the document that hangs. */
  const turns: Turns = {
    next: async who => {
      serving?.(undefined)
      await allTurns.next(who)
      serving?.(id)
    },
  }
  const stored = await log.load(id)
  const cache = await cacheDocument({ kind, stored, turns, changed: update => applied.push(update), mended: what => mended?.(id, what) }, id)
  serving?.(undefined)
  const uncompacted = createUncompacted({
    snapshot: stored.snapshot?.length ?? 0,
    written: stored.entries.reduce((sum, entry) => sum + entry.length, 0),
    now,
    compact: compact && (async () => {
      const done = await compact(id)
      if (done && !gone) cache.compacted(done.snapshot, done.upTo)
      return done?.snapshot.length
    }),
  })

  const members = new Set<Member>()
  const presence = createPresence({ members, now, owners, canWrite: member => canWrite(member.person.role, kind), isWriter: client => cache.lengthOf(client) > 0 })
  /** What came in and was not looked at, in order. */
  const tasks: Task[] = []
  /** Who changed something in the batch at hand, and how often; the server itself counts as nobody. */
  let writers: (Member | undefined)[] = []
  /** What the document says it took up since the last batch. */
  let applied: Uint8Array[] = []
  /** What is told once the batch at hand is on disk. */
  let deliveries: (() => void | Promise<void>)[] = []
  /** Changes that wait for others, outside the document: in there they would be handed to every newcomer before they are on disk. */
  const waiting = createPendingUpdates<Member>()
  const bringing = new Map<string, Bucket>()
  /** How far every client id's changes have been shown to everybody: what a member who falls behind surely has. */
  const shown = new Map(cache.lengths())
  let fresh = new Map<number, number>()
  /** Records on the board; counted once there is a live document. */
  let records = 0
  /** How to tell those who write for the server that it failed. */
  const writing = new Set<(error: unknown) => void>()
  /** Who asked for what they lack, and with which vector; a later question stands in place of an earlier one. */
  const asked = new Map<Member, Lengths>()
  const answering = new Set<Member>()
  let flushing: Promise<void> | undefined
  let gone = false
  let lastBatch = -Infinity
  let handedOutMs = 0

  const isBusy = (): boolean => tasks.length + applied.length + deliveries.length > 0

  /** Seals what there is, commits it, and only then lets anybody know. Repeats while more came in. */
  const flush = async (): Promise<void> => {
    while (!gone && isBusy()) {
      await pause()
      serving?.(id)
      await takeUp()
      const by = writers
      const updates = together(applied)
      const answers = deliveries
      const lengths = fresh
      writers = []
      applied = []
      deliveries = []
      fresh = new Map()
      serving?.(undefined)
      if (updates.length) merged?.(by.length)
      const people = peopleIn(by)
      for (const update of updates) if (!(await keep(update, people))) return
      for (const update of updates) broadcast(update, by)
      for (const [client, length] of lengths) shown.set(client, Math.max(length, shown.get(client) ?? 0))
      if (answers.length) {
        serving?.(id)
        for (const tell of answers) await tell()
        serving?.(undefined)
      }
    }
    if (!gone) uncompacted.compactWhereDue()
  }

  /** The live document, its records counted from then on. */
  const hydrated = async (who: string): Promise<Y.Doc> => {
    if (cache.live) return cache.live
    const doc = await cache.hydrate(who)
    const map = doc.getMap<unknown>('records')
    records = kind === 'canvas' ? map.size : 0
    if (kind === 'canvas') {
      map.observe(event => {
        for (const { action } of event.changes.keys.values()) records += action === 'add' ? 1 : action === 'delete' ? -1 : 0
      })
    }
    return doc
  }

  /** Looks at what came, a turn at a time, and no longer than others of this room can wait; what is small becomes one change of the document. */
  const takeUp = async (): Promise<void> => {
    for (let turn = 0; turn < turnsOfBatch && tasks.length && !gone; turn++) {
      if (turn > 0) await turns.next(whoIsNext())
      const doc = tasks.some(({ is }) => is === 'update') ? await hydrated(whoIsNext()) : cache.live
      const large = doc ? doc.transact(() => takeSmall(doc)) : takeSmall(undefined)
      if (large) await takeLarge(large.task, large.taken)
    }
  }

  const whoIsNext = (): string => {
    const [task] = tasks
    return task?.is === 'update' ? task.member.address : id
  }

  /** Deals with tasks until one is large, or enough is done for a turn. Returns the large one, and what is known of it: nothing else happens before it is taken up. */
  const takeSmall = (doc: Y.Doc | undefined): { readonly task: UpdateTask; readonly taken?: Taken } | undefined => {
    for (let steps = 0; steps < smallSteps; steps += stepsOfTask) {
      const task = tasks.shift()
      if (!task) return undefined
      if (task.is === 'work') {
        task.work()
        continue
      }
      if (!doc || task.bytes.length > smallUpdate) return { task }
      const taken = task.member.isOut ? undefined : judged(doc, task, atOnce(ingest(against(doc), task.bytes, growthFor(task))))
      if (taken && taken.steps > smallSteps) return { task, taken }
      for (const { update } of taken?.slices ?? []) Y.applyUpdate(doc, update)
      finish(task, taken)
      // To read it takes its time too, whatever comes of it.
      steps += (taken?.steps ?? 0) + (task.bytes.length >> 3)
    }
    return undefined
  }

  const takeLarge = async (task: UpdateTask, known: Taken | undefined): Promise<void> => {
    const who = task.member.address
    const doc = await hydrated(who)
    const taken = known ?? (task.member.isOut ? undefined : judged(doc, task, await inTurns(ingest(against(doc), task.bytes, growthFor(task)), turns, who)))
    for (const { update } of taken?.slices ?? []) {
      await turns.next(who)
      Y.applyUpdate(doc, update)
    }
    finish(task, taken)
  }

  const against = (doc: Y.Doc) => ({ doc, roots: rootsOf[kind] })

  const growthFor = ({ member }: UpdateTask) => ({
    records: maxRecords - records,
    clients: idsOfPerson.inOneChange,
    bytes: maxBytes - cache.bytes,
    mayMean,
    isForeign: (client: number) => isSpokenFor(client, member),
  })

  /** Whether a client id belongs to somebody else who is here with it; nobody may write in its name. Somebody who is away may have left work on a device that another one uses now. */
  const isSpokenFor = (client: number, writer: Member): boolean => {
    const owner = owners.of(client)
    if (owner === undefined || owner === writer.person.id) return false
    for (const member of members) if (member.person.id === owner && (member.presence === client || member.wrote.has(client))) return true
    return false
  }

  /** Whether somebody may bring so many client ids that the board does not know yet: they stay for good, and there is room for so many. */
  const mayBring = ({ person }: Member, count: number): boolean => {
    const pace = bringing.get(person.id) ?? createBucket(idsOfPerson.perSecond, idsOfPerson.most, now)
    bringing.set(person.id, pace)
    if (pace.take(0) > 0) return false
    pace.take(count)
    return true
  }

  /** What comes of a verdict: who may not do this is ended, and who may is its author. */
  const judged = (doc: Y.Doc, { member, wasPending }: UpdateTask, verdict: Taken | Close): Taken | undefined => {
    if ('code' in verdict) {
      // Whose it was came back meanwhile, and brings it: nobody did anything wrong, and nothing is taken in their place.
      if (!wasPending || verdict !== close.poison) member.refuse(verdict)
      return undefined
    }
    let unknown = 0
    for (const client of verdict.lengths.keys()) if (cache.lengthOf(client) === 0) unknown++
    if (unknown > 0 && !mayBring(member, unknown)) {
      member.refuse(close.busy)
      return undefined
    }
    writers.push(member)
    for (const [client, length] of verdict.lengths) {
      owners.claim(client, member.person.id)
      member.wrote.add(client)
      fresh.set(client, Math.max(length, fresh.get(client) ?? 0))
    }
    return verdict
  }

  /** What waits is kept aside, and what waited for this goes next. */
  const finish = ({ member, bytes, wasPending }: UpdateTask, taken: Taken | undefined): void => {
    if (!wasPending) member.dealtWith(bytes.length)
    if (!taken) return
    if (taken.waiting) leaveWaiting(member, taken.waiting)
    const freed: Task[] = []
    for (const [client, length] of taken.lengths) for (const { owner, bytes: kept } of waiting.came(client, length)) freed.push({ is: 'update', member: owner, bytes: kept, wasPending: true })
    tasks.unshift(...freed)
  }

  const leaveWaiting = (member: Member, { bytes, needs }: NonNullable<Taken['waiting']>): void => {
    toldPending?.()
    if (!members.has(member)) return
    // What waits for more than anybody's work does is not kept at all.
    if (needs.size > mostPending.needs || waiting.needs + needs.size > mostPending.needsOfRoom) return member.end(close.retry)
    waiting.add({ owner: member, bytes, needs })
    const left = waiting.of(member)
    if (left.bytes <= mostPending.bytes && left.count <= mostPending.count && left.needs <= mostPending.needs) ask(member)
    // Its sender has all of it, and comes again with all of it.
    else member.end(close.retry)
  }

  const keep = async (update: Uint8Array, by: readonly string[]): Promise<boolean> => {
    const givingUp = now() + retryMs
    for (let wait = 50; ; wait *= 2) {
      try {
        const position = await commits.commit({ doc: id, data: update, by })
        cache.committed(update, position)
        uncompacted.wrote(update.length)
        return true
      } catch (error) {
        if (now() + wait > givingUp) {
          lose(error, 'store')
          return false
        }
        await new Promise(again => setTimeout(again, wait))
      }
    }
  }

  /** What is in memory is more than what is on disk, and nobody may see it: send everybody away; they bring it again. */
  const lose = (error: unknown, loss: Loss): void => {
    if (gone) return
    gone = true
    for (const failed of writing) failed(error)
    end(loss === 'store' ? close.retry : close.fault)
    lost(error, loss)
  }

  const end = (reason: Close): void => {
    for (const member of [...members]) member.end(reason)
    members.clear()
    presence.close()
    cache.destroy()
  }

  const broadcast = (update: Uint8Array, by: readonly (Member | undefined)[]): void => {
    const frame = syncFrame(sync.update, update)
    const author = by[0]
    const onlyAuthor = by.every(each => each === author) ? author : undefined
    for (const member of members) {
      if (member === onlyAuthor || member.behind) continue
      if (member.unread() > maxBacklog) member.behind = new Map(shown)
      else member.send(frame)
    }
    handedOutMs += (frame.length * members.size) / handedOutPerMs
  }

  /** Waits until the last batch is long enough ago. */
  const pause = async (): Promise<void> => {
    const wait = lastBatch + Math.max(paceFor(members.size), handedOutMs) - now()
    handedOutMs = 0
    if (wait > 0) await new Promise(done => setTimeout(done, wait))
    lastBatch = now()
  }

  const schedule = (): void => {
    flushing ??= flush()
      // Whatever throws here is a mistake of ours, or content that is cleverer than we are: it costs this document and no other.
      .catch((error: unknown) => lose(error, 'fault'))
      .finally(() => {
        serving?.(undefined)
        flushing = undefined
        if (!gone && isBusy()) schedule()
      })
  }

  const flushed = async (): Promise<void> => {
    while (flushing) await flushing
  }

  const inTurn = (work: () => void): void => {
    tasks.push({ is: 'work', work })
    schedule()
  }

  const ask = (member: Member): void => member.send(syncFrame(sync.step1, cache.vector()))

  /** Answers the newest question of a member; the one after it waits until the system has taken this answer. */
  const reply = async (member: Member): Promise<void> => {
    const has = asked.get(member)
    asked.delete(member)
    if (!has || !members.has(member)) return void answering.delete(member)
    const frame = syncFrame(sync.step2, await cache.missing(has, member.address))
    if (!members.has(member)) return void answering.delete(member)
    member.send(frame, () => {
      answering.delete(member)
      if (asked.has(member)) answerSoon(member)
    })
  }

  const answerSoon = (member: Member): void => {
    if (gone || answering.has(member)) return
    answering.add(member)
    deliveries.push(() => reply(member))
    schedule()
  }

  return {
    doc: id,
    kind,
    members,
    presence,
    get uncompactedBytes() {
      return uncompacted.bytes
    },
    join(member) {
      members.add(member)
      // Asking first means that a writer's own unsent work is already under way when it believes itself in step. Whoever
      // may not write is never asked: the stock client then sends nothing.
      if (canWrite(member.person.role, kind)) ask(member)
      presence.welcome(member)
    },
    leave(member) {
      if (!members.delete(member)) return
      waiting.drop(member)
      asked.delete(member)
      answering.delete(member)
      presence.leave(member)
    },
    receive(member, bytes) {
      tasks.push({ is: 'update', member, bytes, wasPending: false })
      schedule()
    },
    catchUp(member) {
      const has = member.behind
      if (!has) return
      deliveries.push(async () => {
        const update = await cache.missing(has, member.address)
        if (!members.has(member)) return
        member.behind = undefined
        member.send(syncFrame(sync.update, update))
      })
      schedule()
    },
    replySync(member, stateVector) {
      const has = readVector(stateVector)
      if (!has) return close.protocol
      // Client ids that the board does not have are no part of any answer, and may be any number.
      asked.set(member, new Map([...has].filter(([client]) => cache.lengthOf(client) > 0)))
      answerSoon(member)
      return undefined
    },
    acknowledge(member, nonce) {
      // In its turn: what this member sent before has been looked at then, and nothing it sends afterwards.
      inTurn(() => {
        const state = !canWrite(member.person.role, kind) ? durable.readOnly : waiting.of(member).count ? durable.waiting : durable.committed
        deliveries.push(() => {
          if (members.has(member)) member.send(durabilityFrame(nonce, state))
        })
      })
    },
    write: work =>
      new Promise((done, failed) => {
        if (gone) throw new Error('The document was closed before it could be changed.')
        writing.add(failed)
        const change = async (): Promise<void> => {
          const doc = await hydrated(id)
          inTurn(() => {
            doc.transact(() => work(doc))
            writers.push(undefined)
            for (const [client, length] of Y.decodeStateVector(Y.encodeStateVector(doc))) fresh.set(client, length)
            deliveries.push(() => {
              writing.delete(failed)
              done()
            })
          })
        }
        change().catch(failed)
      }),
    flushed,
    async document() {
      await flushed()
      return hydrated(id)
    },
    fail: error => lose(error, 'fault'),
    async close(reason) {
      await flushed()
      if (gone) return
      gone = true
      end(reason)
    },
  }
}

/** Steps of dealing with anything at all. */
const stepsOfTask = 100

/** Through whom a batch came, each once; nobody where the server wrote it. */
const peopleIn = (writers: readonly (Member | undefined)[]): string[] => [...new Set(writers.flatMap(member => (member ? [member.person.id as string] : [])))]

/** What somebody says they have; nothing where that cannot be read. */
function readVector(bytes: Uint8Array): Lengths | undefined {
  try {
    // More than a board has is nobody's; it would only take its time to read.
    if (decoding.readVarUint(decoding.createDecoder(bytes)) > mostClients) return undefined
    return Y.decodeStateVector(bytes)
  } catch {
    return undefined // It is no state vector: its sender is told so.
  }
}

/** What was taken up since the last batch, as few updates as go out well. */
function together(updates: readonly Uint8Array[]): readonly Uint8Array[] {
  const groups: Uint8Array[][] = []
  let bytes = Infinity
  for (const update of updates) {
    bytes += update.length
    if (bytes > mostTogether) {
      groups.push([])
      bytes = update.length
    }
    groups.at(-1)?.push(update)
  }
  return groups.map(joined)
}
