import * as Y from 'yjs'
import type { ParticipantId } from '../shared/ids.ts'
import { close } from '../shared/protocol.ts'
import type { Held } from './held.ts'
import { isTooDeep } from './nesting.ts'
import { isPoison } from './poison.ts'
import type { Presence } from './presence.ts'
import type { Member, Update } from './room.ts'
import { covers } from './updates.ts'

interface Needs {
  readonly held: Held
  readonly members: ReadonlySet<Member>
  readonly presence: Presence
  /** Asks a member for all that the document lacks of what it has. */
  readonly ask: (member: Member) => void
  /** Told of a change that may have done something to the document. */
  readonly changed: (member: Member) => void
  /** Told of a change that builds on what has not arrived. */
  readonly pending: () => void
}

/**
 * What one member may leave waiting for what has not arrived; with more it has to start anew. Each that arrives may free the next
 * one only, so that the time it takes grows with the square of their number.
 */
const mostOwed = { bytes: 2 ** 20, updates: 256 } as const

/**
 * Takes up what people change, in whatever order it comes: what builds on something that has not arrived waits for it, outside
 * the document. Whoever sends what nobody may do, or leaves too much waiting, is ended.
 */
export function createIntake({ held, members, presence, ask, changed, pending }: Needs): (member: Member, update: Update) => void {
  /** Who wrote with a client id first, since the document was opened. */
  const authors = new Map<number, ParticipantId>()
  /** Members that were ended with more waiting than may be; what else they sent meanwhile comes again as well. */
  const startsAnew = new WeakSet<Member>()

  /** Whether a client id belongs to somebody else who is here; nobody may write in its name. Somebody who is away may have left work on a device that another one uses now. */
  const isSpokenFor = (client: number, writer: Member): boolean => {
    const author = authors.get(client)
    if (author === writer.person.id) return false
    const speaker = presence.speaker(client)
    if (speaker && speaker.person.id !== writer.person.id) return true
    return author !== undefined && [...members].some(member => member.person.id === author)
  }

  /** Does a change and answers whether all of it could be done; what waits for something else is kept out of the document. */
  const take = (doc: Y.Doc, { bytes, decoded }: Update): boolean => {
    Y.applyUpdate(doc, bytes)
    if (covers(doc, decoded)) return true
    // Kept in there, it would be handed to every newcomer before it is on disk.
    doc.store.pendingStructs = null
    doc.store.pendingDs = null
    return false
  }

  /** Does what waited for a change that has come, and what waited for that. */
  const takeOwed = (doc: Y.Doc, member: Member): void => {
    for (let before = -1; member.owed.length && member.owed.length !== before; ) {
      before = member.owed.length
      const waiting: Update[] = []
      for (const each of member.owed) {
        // Only now is it seen what it was put into. Who may write it was asked when it came: whoever was away then may be back.
        if (isTooDeep(doc, each.decoded.structs)) return member.refuse(close.poison)
        if (!take(doc, each)) waiting.push(each)
      }
      member.owed.splice(0, before, ...waiting)
    }
  }

  return (member, update) => {
    if (startsAnew.has(member)) return
    const doc = held.wake()
    if (isPoison(doc, update.decoded, client => isSpokenFor(client, member))) return member.refuse(close.poison)
    for (const { id } of update.decoded.structs) if (!authors.has(id.client) && id.clock >= Y.getState(doc.store, id.client)) authors.set(id.client, member.person.id)
    changed(member)
    try {
      if (take(doc, update)) return takeOwed(doc, member)
    } catch {
      return member.refuse(close.protocol) // It could be read, but is not what it says it is.
    }
    pending()
    member.owed.push(update)
    const bytes = member.owed.reduce((sum, each) => sum + each.bytes.length, 0)
    if (bytes <= mostOwed.bytes && member.owed.length <= mostOwed.updates) return ask(member)
    // Its sender has all of it, and comes again with all of it.
    startsAnew.add(member)
    member.end(close.retry)
  }
}
