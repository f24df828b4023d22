/** Something that builds on what has not come. */
export interface Pending<Owner> {
  readonly owner: Owner
  readonly bytes: Uint8Array
  /** So many changes of each of these clients must come before it; each is looked at once. */
  readonly needs: ReadonlyMap<number, number>
}

/** What waits, found by what it waits for: a change that comes costs those it frees, and nobody else. */
export interface PendingUpdates<Owner> {
  add(pending: Pending<Owner>): void
  /** What a member left waiting: how much, how many, and for how many client ids in all. */
  of(owner: Owner): { readonly bytes: number; readonly count: number; readonly needs: number }
  /** The document has so many changes of a client now; returns what waits for nothing more. */
  came(client: number, length: number): readonly Pending<Owner>[]
  /** Forgets what somebody left. */
  drop(owner: Owner): void
  readonly bytes: number
  /** Client ids that anything waits for, once for each that does. */
  readonly needs: number
}

interface Waiting<Owner> {
  readonly pending: Pending<Owner>
  /** Clients it still waits for. */
  left: number
  isDropped: boolean
}

export function createPendingUpdates<Owner>(): PendingUpdates<Owner> {
  const byOwner = new Map<Owner, Set<Waiting<Owner>>>()
  /** Of each client, what waits for changes of it: those that need the fewest last. */
  const byClient = new Map<number, { readonly upTo: number; readonly waiting: Waiting<Owner> }[]>()
  let bytes = 0
  let needs = 0

  const take = (waiting: Waiting<Owner>): void => {
    const { owner, bytes: own } = waiting.pending
    const all = byOwner.get(owner)
    if (all?.delete(waiting)) {
      bytes -= own.length
      needs -= waiting.pending.needs.size
    }
    if (all?.size === 0) byOwner.delete(owner)
  }

  return {
    add(pending) {
      const waiting = { pending, left: pending.needs.size, isDropped: false }
      byOwner.set(pending.owner, (byOwner.get(pending.owner) ?? new Set()).add(waiting))
      bytes += pending.bytes.length
      needs += pending.needs.size
      for (const [client, upTo] of pending.needs) {
        const row = byClient.get(client) ?? []
        byClient.set(client, row)
        row.splice(firstBelow(row, upTo), 0, { upTo, waiting })
      }
    },
    of(owner) {
      const all = byOwner.get(owner)
      const sum = { bytes: 0, count: all?.size ?? 0, needs: 0 }
      for (const { pending } of all ?? []) {
        sum.bytes += pending.bytes.length
        sum.needs += pending.needs.size
      }
      return sum
    },
    came(client, length) {
      const row = byClient.get(client)
      if (!row) return []
      const free: Pending<Owner>[] = []
      for (let last = row.at(-1); last && last.upTo <= length; last = row.at(-1)) {
        row.pop()
        const { waiting } = last
        if (waiting.isDropped || --waiting.left > 0) continue
        take(waiting)
        free.push(waiting.pending)
      }
      if (row.length === 0) byClient.delete(client)
      return free
    },
    drop(owner) {
      // Each row is gone through once, however much of it goes.
      const touched = new Set<number>()
      for (const waiting of byOwner.get(owner) ?? []) {
        waiting.isDropped = true
        take(waiting)
        for (const client of waiting.pending.needs.keys()) touched.add(client)
      }
      for (const client of touched) {
        const row = byClient.get(client)?.filter(each => !each.waiting.isDropped) ?? []
        if (row.length) byClient.set(client, row)
        else byClient.delete(client)
      }
    },
    get bytes() {
      return bytes
    },
    get needs() {
      return needs
    },
  }
}

/** Where something that needs so many changes stands in a row whose last need the fewest: after those that need as many, so that nothing is moved for it. */
function firstBelow(row: readonly { readonly upTo: number }[], upTo: number): number {
  let [low, high] = [0, row.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((row[middle]?.upTo ?? 0) >= upTo) low = middle + 1
    else high = middle
  }
  return low
}
