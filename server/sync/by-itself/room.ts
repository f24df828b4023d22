import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { close, type Close } from '../../../shared/protocol.ts'
import { kindOf } from '../../documents.ts'
import type { Member, openRoom, Room } from '../room.ts'
import { type FromProcess, type MemberId, nameOf, type ToProcess } from './messages.ts'

/** MiB of objects: enough for the largest board, and no more than a small machine can spare. */
const heap = 768
/** How long opening may take, and how long the process may say nothing. */
const longestOpeningMs = 60_000
const pingMs = 2_000
const longestSilenceMs = 10_000
/** Documents that are served by themselves at once: each takes a process. */
const most = 8

let processes = 0

/** Opens a document in a process of its own, for one that ended or hung the server: whatever it does there ends that process, and nobody else. */
export const openByItself: typeof openRoom = async (doc, { log, commits, lost, owners, merged, pending, mended, maxRecords, maxBytes, maxBacklog = 2 ** 20 }) => {
  const stored = await log.load(doc)
  if (processes >= most) throw new Error('Too many boards are served by themselves already.')
  processes++
  const child = fork(fileURLToPath(new URL('./process.ts', import.meta.url)), [], {
    execArgv: [`--max-old-space-size=${heap}`, '--import', new URL('../../../scripts/compile-cache.mjs', import.meta.url).href],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const members = new Map<MemberId, Member>()
  const ids = new Map<Member, MemberId>()
  const flushing = new Map<number, () => void>()
  let numbers = 0
  let gone = false
  let isAlive = true
  let heard = performance.now()
  let opened: () => void
  let notOpened: (error: Error) => void
  let closed: (() => void) | undefined

  const tell = (message: ToProcess): void => {
    // What a process does not take any more it is not told; its end is heard of by itself.
    if (isAlive && child.connected) child.send(message, error => void (error && fail(error)))
  }

  const forget = (): void => {
    gone = true
    clearInterval(beat)
    for (const done of flushing.values()) done()
    flushing.clear()
    child.kill('SIGKILL')
  }
  const fail = (error: Error, loss: 'fault' | 'store' = 'fault'): void => {
    notOpened(error)
    if (gone) return
    forget()
    for (const member of [...members.values()]) member.end(loss === 'store' ? close.retry : close.fault)
    lost(error, loss)
  }

  const hear = (message: FromProcess): void => {
    heard = performance.now()
    const member = 'member' in message ? members.get(message.member) : undefined
    switch (message.is) {
      case 'opened':
        return opened()
      case 'send': {
        if (!member) return
        if (member.unread() > maxBacklog) return member.end(close.retry)
        const { nth } = message
        return member.send(message.frame, nth === undefined ? undefined : () => tell({ is: 'sent', nth }))
      }
      case 'end':
        return message.isRefused ? member?.refuse(close[message.reason]) : member?.end(close[message.reason])
      case 'dealtWith':
        return member?.dealtWith(message.bytes)
      case 'commit': {
        const { nth, update, by } = message
        return void commits.commit({ doc, data: update, by }).then(
          position => tell({ is: 'committed', nth, position }),
          (error: unknown) => tell({ is: 'notCommitted', nth, cause: String(error) }),
        )
      }
      case 'flushed':
        flushing.get(message.nth)?.()
        return void flushing.delete(message.nth)
      case 'claimed':
        return owners?.claim(message.client, message.person)
      case 'merged':
        return merged?.(message.changes)
      case 'pending':
        return pending?.()
      case 'mended':
        return mended?.(doc, message)
      case 'lost':
        return fail(new Error(message.cause), message.loss)
      case 'closed':
        return closed?.()
      case 'pong':
        return
    }
  }
  child.on('message', message => hear(message as FromProcess))
  child.on('error', error => fail(error))
  child.once('exit', (code, signal) => {
    processes--
    isAlive = false
    closed?.()
    fail(new Error(`The process that served ${doc} by itself ended with ${signal ?? code}.`))
  })
  const beat = setInterval(() => {
    if (performance.now() - heard > longestSilenceMs) fail(new Error(`The process that served ${doc} by itself said nothing for ${longestSilenceMs / 1_000} s.`))
    else tell({ is: 'ping' })
  }, pingMs)

  const tooLong = setTimeout(() => fail(new Error(`${doc} could not be opened within ${longestOpeningMs / 1_000} s.`)), longestOpeningMs)
  try {
    await new Promise<void>((done, failed) => {
      opened = done
      notOpened = failed
      tell({ is: 'open', doc, stored, owners: owners?.all() ?? [], maxRecords, maxBytes })
    })
  } finally {
    clearTimeout(tooLong)
  }
  notOpened = () => undefined

  const flushed = (): Promise<void> =>
    gone
      ? Promise.resolve()
      : new Promise(done => {
          flushing.set(++numbers, done)
          tell({ is: 'flush', nth: numbers })
        })
  const toMember = (member: Member, message: (id: MemberId) => ToProcess): void => {
    const id = ids.get(member)
    if (id !== undefined) tell(message(id))
  }
  const unavailable = (): never => {
    throw new Error('A document that is served by itself is not in this process.')
  }

  const room: Room = {
    doc,
    kind: kindOf(doc),
    get members() {
      return new Set(members.values())
    },
    presence: {
      receive(member, bytes) {
        toMember(member, id => ({ is: 'presence', member: id, bytes }))
        return true
      },
      welcome: member => toMember(member, id => ({ is: 'welcome', member: id })),
      leave: () => undefined,
      expire: () => tell({ is: 'expire' }),
      close: () => undefined,
      size: 0,
    },
    // It is compacted once it is served beside others again.
    uncompactedBytes: 0,
    join(member) {
      const id = ++numbers
      members.set(id, member)
      ids.set(member, id)
      tell({ is: 'join', member: id, person: member.person, link: member.link, address: member.address })
    },
    leave(member) {
      toMember(member, id => ({ is: 'leave', member: id }))
      members.delete(ids.get(member) ?? -1)
      ids.delete(member)
    },
    receive: (member, bytes) => toMember(member, id => ({ is: 'receive', member: id, bytes })),
    replySync(member, bytes) {
      toMember(member, id => ({ is: 'replySync', member: id, bytes }))
      return undefined
    },
    acknowledge: (member, nonce) => toMember(member, id => ({ is: 'acknowledge', member: id, nonce })),
    catchUp: () => undefined,
    write: unavailable,
    document: unavailable,
    flushed,
    fail,
    async close(reason: Close) {
      if (gone) return
      await new Promise<void>(done => {
        closed = done
        tell({ is: 'close', reason: nameOf(reason) })
      })
      if (gone) return
      for (const member of [...members.values()]) member.end(reason)
      forget()
    },
  }
  return room
}

