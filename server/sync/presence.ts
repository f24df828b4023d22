import * as decoding from 'lib0/decoding'
import { presenceFrame } from './frames.ts'
import { isObject } from '../../shared/json.ts'
import type { Owners } from './owners.ts'
import type { Member } from './room.ts'

/*
 * Who is here: a table of the server's own. y-protocols' Awareness believes whatever a client says of anybody and sends
 * every cursor back to its sender; here a socket speaks for one client id only, and the server says who that is.
 */

interface Entry {
  member: Member
  clock: number
  /** How far that is ahead of what its client says. */
  readonly ahead: number
  /** As it travels: JSON with the identity stamped in. */
  state: string
  heard: number
}

export interface Presence {
  /** Takes an awareness payload from a member; returns false where it cannot be read. */
  receive(member: Member, payload: Uint8Array): boolean
  /** Shows a newcomer everybody who is here. */
  welcome(member: Member): void
  leave(member: Member): void
  /** Drops whoever has not been heard of for too long. */
  expire(): void
  /** Ends its timers. */
  close(): void
  readonly size: number
}

/** A client renews itself every 15 s; after three silent turns it is gone. */
const silentMs = 45_000
const maxState = 4 * 1024
/** Clients count the times they said something. */
const highestClock = 2 ** 31
/** How often somebody is shown everybody anew who asks for it. */
const welcomeMs = 1_000
/**
 * What changed goes out together, at most 20 times a second, and less often where very many are here: everybody's pointer to
 * everybody grows with the square of their number. Who reads too slowly misses some of it, and hears the rest later.
 */
export const presencePaceFor = (people: number): number => Math.min(250, Math.max(50, people / 2))

/** Bytes a millisecond that the presence of one room may take for all of its people together: above it, it is shown less often. */
const handedOutPerMs = 100_000

interface Needs {
  readonly members: Iterable<Member> & { readonly size: number }
  readonly now: () => number
  readonly owners: Owners
  readonly canWrite: (member: Member) => boolean
  /** Whether anything on the board was written under a client id. */
  readonly isWriter: (client: number) => boolean
  readonly maxBacklog?: number
}

export function createPresence({ members, now, owners, canWrite, isWriter, maxBacklog = 256 * 1024 }: Needs): Presence {
  const table = new Map<number, Entry>()
  const changed = new Map<number, { clock: number; state: string }>()
  /** When each asked last to be shown everybody. */
  const welcomed = new WeakMap<Member, number>()
  let timer: NodeJS.Timeout | undefined
  let handedOutMs = 0

  const tell = (client: number, clock: number, state: string): void => {
    changed.set(client, { clock, state })
    timer ??= setTimeout(flush, Math.max(presencePaceFor(members.size), handedOutMs))
  }

  const flush = (): void => {
    timer = undefined
    const frame = presenceFrame(changed)
    const [only] = changed.size === 1 ? changed.keys() : []
    for (const member of members) if ((only === undefined || member.presence !== only) && member.unread() <= maxBacklog) member.send(frame)
    handedOutMs = (frame.length * members.size) / handedOutPerMs
    changed.clear()
  }

  const drop = (client: number, entry: Entry): void => {
    table.delete(client)
    if (entry.member.presence === client) entry.member.presence = undefined
    // The same clock with no state: clients forget it, and accept it again when it comes back with the next clock.
    tell(client, entry.clock, 'null')
  }

  /**
   * Whether a member may be shown under a client id. One that somebody writes under is theirs, and one that somebody showed first is, too:
   * whoever only watches cannot take it from anybody, and nobody's work is refused for what another one said of themselves.
   */
  const maySpeakAs = ({ person }: Member, mayWrite: boolean, client: number, known: Entry | undefined): boolean => {
    const owner = owners.of(client)
    const isOwn = !known || known.member.person.id === person.id
    if (!mayWrite) return owner === undefined && !isWriter(client) && isOwn
    return owner === undefined ? isOwn || !canWrite(known.member) : owner === person.id
  }

  const take = (member: Member, client: number, clock: number, state: string): void => {
    const before = table.get(client)
    const mayWrite = canWrite(member)
    if (clock > highestClock || !maySpeakAs(member, mayWrite, client, before)) return
    const isSamePerson = before?.member.person.id === member.person.id
    // Half-open sockets: the same person may take their own client id over from a connection that died.
    const known = isSamePerson ? before : undefined
    if (known && clock < known.clock - known.ahead) return
    if (state === 'null') {
      if (known) drop(client, known)
      return
    }
    const stamped = stamp(state, member)
    if (stamped === undefined) return
    if (mayWrite && !isWriter(client)) owners.claim(client, member.person.id)
    if (before && !isSamePerson) drop(client, before)
    member.presence = client
    if (known && known.clock === clock + known.ahead && known.state === stamped) {
      known.heard = now()
      return
    }
    // Clients believe the highest number they have heard: whoever takes over from somebody else counts on from theirs.
    const ahead = known ? known.ahead : before ? before.clock + 1 : 0
    table.set(client, { member, clock: clock + ahead, ahead, state: stamped, heard: now() })
    tell(client, clock + ahead, stamped)
  }

  return {
    receive(member, payload) {
      try {
        const decoder = decoding.createDecoder(payload)
        const count = decoding.readVarUint(decoder)
        for (let i = 0; i < count; i++) {
          const client = decoding.readVarUint(decoder)
          const clock = decoding.readVarUint(decoder)
          const state = decoding.readVarString(decoder)
          // Stock clients send everybody's state back; only their own is believed, and the rest is not even parsed.
          if (member.presence === undefined || member.presence === client) if (state.length <= maxState) take(member, client, clock, state)
        }
        return decoding.hasContent(decoder) === false
      } catch {
        return false // Not an awareness payload: the gateway ends the connection and says so.
      }
    },
    welcome(member) {
      const before = welcomed.get(member)
      if (!table.size || (before !== undefined && now() - before < welcomeMs)) return
      welcomed.set(member, now())
      member.send(presenceFrame(table))
    },
    leave(member) {
      for (const [client, entry] of table) if (entry.member === member) drop(client, entry)
    },
    expire() {
      for (const [client, entry] of table) if (now() - entry.heard > silentMs) drop(client, entry)
    },
    close() {
      clearTimeout(timer)
    },
    get size() {
      return table.size
    },
  }
}

/** A client's state with the server's word for who it is; nothing where the state is no object, or is what the server told of somebody else. */
function stamp(state: string, { person }: Member): string | undefined {
  const value: unknown = JSON.parse(state)
  if (!isObject(value)) return undefined
  const { person: told } = value
  if (isObject(told) && typeof told['id'] === 'string' && told['id'] !== person.id) return undefined
  return JSON.stringify({ ...value, person })
}

/** Nobody's presence: keeps a quiet connection from being thought dead, and changes nothing. */
export const heartbeat = presenceFrame(new Map())
