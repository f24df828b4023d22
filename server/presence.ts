import * as decoding from 'lib0/decoding'
import { presenceFrame } from './frames.ts'
import type { Member } from './room.ts'

/*
 * Who is here: a table of the server's own. y-protocols' Awareness believes whatever a client says of anybody and sends
 * every cursor back to its sender; here a socket speaks for one client id only, and the server says who that is.
 */

interface Entry {
  member: Member
  clock: number
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
  /** Who speaks for a client id; nothing for one nobody here uses. */
  speaker(client: number): Member | undefined
  /** Drops whoever has not been heard of for too long. */
  expire(): void
  /** Ends its timers. */
  close(): void
  readonly size: number
}

/** A client renews itself every 15 s; after three silent turns it is gone. */
const silentMs = 45_000
const maxState = 8 * 1024
/**
 * What changed goes out together, at most 20 times a second, and less often where very many are here: everybody's pointer to
 * everybody grows with the square of their number. Who reads too slowly misses some of it, and hears the rest later.
 */
export const presencePaceFor = (people: number): number => Math.min(250, Math.max(50, people / 2))

export function createPresence(members: Iterable<Member> & { readonly size: number }, now: () => number, maxBacklog = 256 * 1024): Presence {
  const table = new Map<number, Entry>()
  const changed = new Map<number, { clock: number; state: string }>()
  let timer: NodeJS.Timeout | undefined

  const tell = (client: number, clock: number, state: string): void => {
    changed.set(client, { clock, state })
    timer ??= setTimeout(flush, presencePaceFor(members.size))
  }

  const flush = (): void => {
    timer = undefined
    const frame = presenceFrame(changed)
    const [only] = changed.size === 1 ? changed.keys() : []
    for (const member of members) if ((only === undefined || member.presence !== only) && member.unread() <= maxBacklog) member.send(frame)
    changed.clear()
  }

  const drop = (client: number, entry: Entry): void => {
    table.delete(client)
    if (entry.member.presence === client) entry.member.presence = undefined
    // The same clock with no state: clients forget it, and accept it again when it comes back with the next clock.
    tell(client, entry.clock, 'null')
  }

  const take = (member: Member, client: number, clock: number, state: string): void => {
    const known = table.get(client)
    // Half-open sockets: the same person may take their own client id over from a connection that died.
    if (known && known.member !== member && known.member.person.id !== member.person.id) return
    if (known && clock < known.clock) return
    if (state === 'null') {
      if (known) drop(client, { ...known, clock })
      return
    }
    member.presence = client
    const stamped = stamp(state, member)
    if (stamped === undefined) return
    if (known && known.clock === clock && known.state === stamped) {
      known.heard = now()
      return
    }
    table.set(client, { member, clock, state: stamped, heard: now() })
    tell(client, clock, stamped)
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
      if (table.size) member.send(presenceFrame(table))
    },
    leave(member) {
      for (const [client, entry] of table) if (entry.member === member) drop(client, entry)
    },
    speaker: client => table.get(client)?.member,
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

/** A client's state with the server's word for who it is; nothing where the state is no object. */
function stamp(state: string, { person }: Member): string | undefined {
  const value: unknown = JSON.parse(state)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return JSON.stringify({ ...value, person })
}

/** Nobody's presence: keeps a quiet connection from being thought dead, and changes nothing. */
export const heartbeat = presenceFrame(new Map())
