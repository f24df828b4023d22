import { close, type Close } from '../shared/protocol.ts'
import { openRoom, type Room, type RoomOptions } from './room.ts'
import type { DocId } from './storage/log.ts'

/**
 * Every document in memory. A document is loading, live or draining; whoever comes while it loads or drains waits, so that
 * there are never two copies and never an empty one.
 */
export interface Rooms {
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

export function createRooms(options: Omit<RoomOptions, 'lost'> & { idleMs: number; lost: (doc: DocId, error: unknown) => void }): Rooms {
  const slots = new Map<DocId, Slot>()

  const load = (doc: DocId): Slot => {
    const opening = openRoom(doc, {
      ...options,
      lost: error => {
        slots.delete(doc)
        options.lost(doc, error)
      },
    })
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
    // Whoever opens it next is answered from one piece. Not waited for: folding leaves alone what is written meanwhile.
    if (room.unfolded) void slot.draining.then(() => options.fold?.(doc))
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
      const unfolded = [...slots].filter(([, { room }]) => room?.unfolded).map(([doc]) => doc)
      slots.clear()
      return unfolded
    },
  }
}
