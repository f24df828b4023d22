import { close, type Close } from '../../shared/protocol.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { kindOf } from '../documents.ts'
import type { DocId } from '../storage/log.ts'
import { StoreError } from '../storage/sqlite.ts'
import { createOwners, type Owners } from './owners.ts'
import { type Loss, openRoom, type Room, type RoomOptions } from './room.ts'
import type { Troubles } from './troubles.ts'
import { createTurns } from './turns.ts'

/** A document is not opened for some minutes: it could not be opened before. */
export class Closed extends Error {}

/**
 * Every document in memory. A document is loading, live or draining; whoever comes while it loads or drains waits, so that
 * there are never two copies and never an empty one.
 */
export interface Rooms {
  /** Rejects with `Closed` where it could not be opened before and nobody tries again yet. */
  open(doc: DocId): Promise<Room>
  /** The document, if it is in memory. */
  find(doc: DocId): Room | undefined
  /** Lets documents nobody looks at go, and forgets people who have fallen silent. */
  sweep(): Promise<void>
  live(): Iterable<Room>
  /** Resolves to the documents whose log is not in one piece. */
  closeAll(reason: Close): Promise<readonly DocId[]>
}

interface Slot {
  readonly opening: Promise<Room>
  room: Room | undefined
  /** Resolves when it has gone; whoever wants it back waits. */
  draining: Promise<void> | undefined
  idleSince: number | undefined
}

export interface RoomsOptions extends Omit<RoomOptions, 'lost' | 'owners'> {
  readonly idleMs: number
  readonly lost: (doc: DocId, error: unknown, loss: Loss) => void
  /** Whom the client ids of a document belong to, as far as that was kept. */
  readonly ownersOf?: (doc: DocId) => Promise<Owners>
  /** Documents that something went wrong with; where nobody keeps account of them, each is opened as if nothing had happened. */
  readonly troubles?: Troubles
  /** Opens a document in a process of its own. */
  readonly openByItself?: typeof openRoom
}

export function createRooms({ lost, ownersOf = async () => createOwners(), troubles, openByItself, turns = createTurns(), ...options }: RoomsOptions): Rooms {
  const slots = new Map<DocId, Slot>()

  const openAnyway = async (doc: DocId): Promise<Room> => {
    // Nothing that people send reaches the session: it is the server's own.
    const own = kindOf(doc) === 'canvas' ? troubles : undefined
    const way = own?.way(doc) ?? 'beside others'
    if (way === 'not at all') throw new Closed()
    const open = way === 'by itself' && openByItself ? openByItself : openRoom
    try {
      const room = await open(doc, {
        ...options,
        turns,
        owners: await ownersOf(doc),
        lost(error, loss) {
          slots.delete(doc)
          if (loss === 'fault') own?.failed(doc, sentenceOf(error))
          lost(doc, error, loss)
        },
      })
      own?.opened(doc)
      return room
    } catch (error) {
      // A store that cannot be read just now is not the document's fault.
      if (way === 'by itself' || error instanceof StoreError) own?.failed(doc, sentenceOf(error))
      throw error
    }
  }

  const load = (doc: DocId): Slot => {
    const opening = openAnyway(doc)
    const slot: Slot = { opening, room: undefined, draining: undefined, idleSince: undefined }
    slots.set(doc, slot)
    opening.then(
      room => (slot.room = room),
      () => slots.delete(doc), // It could not be read. Nothing was opened, so nothing can be written over it; the next visitor tries again.
    )
    return slot
  }

  const drain = (doc: DocId, slot: Slot, room: Room): Promise<void> => {
    slot.draining = room.close(close.restarting).finally(() => slots.delete(doc))
    // Whoever opens it next is answered from one piece. Not waited for: compacting leaves alone what is written meanwhile.
    if (room.uncompactedBytes) void slot.draining.then(() => options.compact?.(doc))
    return slot.draining
  }

  return {
    async open(doc) {
      for (;;) {
        const slot = slots.get(doc) ?? load(doc)
        if (!slot.draining) {
          const room = await slot.opening
          slot.idleSince = undefined
          // It may have begun to drain while this waited; then the next one is the right one.
          if (!slot.draining) return room
        }
        await slot.draining
      }
    },
    find: doc => slots.get(doc)?.room,
    async sweep() {
      const now = options.now()
      const drained: Promise<void>[] = []
      for (const [doc, slot] of slots) {
        const { room } = slot
        if (!room || slot.draining) continue
        room.presence.expire()
        if (room.members.size) slot.idleSince = undefined
        else if (slot.idleSince === undefined) slot.idleSince = now
        else if (now - slot.idleSince >= options.idleMs) drained.push(drain(doc, slot, room))
      }
      await Promise.all(drained)
    },
    *live() {
      for (const { room } of slots.values()) if (room) yield room
    },
    async closeAll(reason) {
      await Promise.all([...slots.values()].map(async slot => (await slot.opening.catch(() => undefined))?.close(reason)))
      const uncompacted = [...slots].filter(([, { room }]) => room?.uncompactedBytes).map(([doc]) => doc)
      slots.clear()
      return uncompacted
    },
  }
}
