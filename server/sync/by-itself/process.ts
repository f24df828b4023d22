import { close as closeReasons } from '../../../shared/protocol.ts'
import type { Entry, Seq } from '../../storage/log.ts'
import { createOwners } from '../owners.ts'
import { type Loss, type Member, openRoom, type Room } from '../room.ts'
import { type FromProcess, type MemberId, nameOf, type ToProcess } from './messages.ts'

/* Serves one document: a room as any other, whose people and whose store are at the other end of a channel. Ends when that is gone. */

const say = (message: FromProcess): void => void process.send?.(message)

/** What is answered by a number. */
const waiting = new Map<number, { readonly done: (position: Seq) => void; readonly failed: (error: Error) => void }>()
const sent = new Map<number, () => void>()
let numbers = 0

const members = new Map<MemberId, Member>()
let room: Room | undefined

function memberOf({ member: id, person, link, address }: Extract<ToProcess, { is: 'join' }>): Member {
  let isOut = false
  const end = (reason: Parameters<Member['end']>[0], isRefused: boolean): void => {
    if (isOut) return
    isOut = true
    room?.leave(member)
    say({ is: 'end', member: id, reason: nameOf(reason), isRefused })
  }
  const member: Member = {
    person,
    link,
    address,
    presence: undefined,
    wrote: new Set(),
    get isOut() {
      return isOut
    },
    // Who falls behind is ended by the server, and comes again.
    unread: () => 0,
    behind: undefined,
    send(frame, told) {
      if (told) sent.set(++numbers, told)
      say({ is: 'send', member: id, frame, ...(told && { nth: numbers }) })
    },
    end: reason => end(reason, false),
    refuse: reason => end(reason, true),
    dealtWith: bytes => say({ is: 'dealtWith', member: id, bytes }),
  }
  return member
}

const lose = (error: unknown, loss: Loss = 'fault'): void => say({ is: 'lost', cause: error instanceof Error ? (error.stack ?? error.message) : String(error), loss })

async function open({ doc, stored, owners, maxRecords, maxBytes }: Extract<ToProcess, { is: 'open' }>): Promise<void> {
  const commit = ({ data, by = [] }: Entry): Promise<Seq> =>
    new Promise((done, failed) => {
      waiting.set(++numbers, { done, failed })
      say({ is: 'commit', nth: numbers, update: data, by })
    })
  const nothing = () => Promise.reject(new Error('A document that is served by itself has no log of its own.'))
  room = await openRoom(doc, {
    log: { load: async () => stored, append: nothing, weigh: nothing, head: nothing, compact: nothing },
    commits: { commit },
    now: () => performance.now(),
    owners: createOwners(new Map(owners), (client, person) => say({ is: 'claimed', client, person })),
    // The server tries again; what it gives up, it gives up for good.
    retryMs: 0,
    merged: changes => say({ is: 'merged', changes }),
    pending: () => say({ is: 'pending' }),
    mended: (_, what) => say({ is: 'mended', ...what }),
    lost: lose,
    ...(maxRecords !== undefined && { maxRecords }),
    ...(maxBytes !== undefined && { maxBytes }),
  })
  // What cannot be built is found out before anybody is let in.
  await room.document()
  say({ is: 'opened' })
}

function hear(message: ToProcess): void {
  if (message.is === 'open') return void open(message).catch(lose)
  if (message.is === 'ping') return say({ is: 'pong' })
  if (message.is === 'sent') {
    sent.get(message.nth)?.()
    return void sent.delete(message.nth)
  }
  if (message.is === 'committed' || message.is === 'notCommitted') {
    const answered = waiting.get(message.nth)
    waiting.delete(message.nth)
    return message.is === 'committed' ? answered?.done(message.position) : answered?.failed(new Error(message.cause))
  }
  if (!room) return
  switch (message.is) {
    case 'join': {
      const member = memberOf(message)
      members.set(message.member, member)
      return room.join(member)
    }
    case 'flush':
      return void room.flushed().then(() => say({ is: 'flushed', nth: message.nth }))
    case 'expire':
      return room.presence.expire()
    case 'close':
      return void room.flushed().then(() => say({ is: 'closed' }))
    default:
      return hearMember(room, message)
  }
}

function hearMember(of: Room, message: Extract<ToProcess, { member: MemberId }>): void {
  const member = members.get(message.member)
  if (!member || member.isOut) return
  switch (message.is) {
    case 'leave':
      members.delete(message.member)
      return of.leave(member)
    case 'receive':
      return of.receive(member, message.bytes)
    case 'replySync': {
      const problem = of.replySync(member, message.bytes)
      return problem && member.refuse(problem)
    }
    case 'presence':
      return of.presence.receive(member, message.bytes) ? undefined : member.refuse(closeReasons.protocol)
    case 'welcome':
      return of.presence.welcome(member)
    case 'acknowledge':
      return of.acknowledge(member, message.nonce)
    case 'join':
      return
  }
}

process.on('message', hear)
process.on('disconnect', () => process.exit())
