import { createBucket, type Bucket } from '../bucket.ts'

/** How many come, and how many are here: by where they come from, and by who they are. Whoever is turned away counts for nobody. */
export interface Crowd {
  /** Whether somebody who shows nothing we gave out is answered at all: enough for a page that lost its way, too few to be of use. */
  mayAsk(address: string): boolean
  /** Whether one more of them may come in now; counted as here until `leave`, where it may. */
  enter(address: string, person: string): Seat | undefined
  /** How many are here. */
  readonly size: number
}

/** One who is here. */
export interface Seat {
  /** Bytes they send, with whatever else the same person and the same address send: who comes again does not begin anew. */
  readonly flow: Pick<Bucket, 'take'>
  leave(): void
}

interface Limits {
  readonly maxSockets: number
  readonly maxSocketsPerAddress: number
  readonly joinsPerSecond: number
  readonly bytesPerSecond: number
  /** Bytes of the largest catch-up. */
  readonly maxSync: number
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

/** Handshakes without a ticket that are answered with a reason, of one address. */
const asksOfStranger = { perSecond: 10, most: 50 } as const
/** How often one person comes in: a page has two connections, and comes back with both. */
const joinsOfPerson = { perSecond: 5, most: 30 } as const
/** Connections of one person at once: some tabs and devices. */
const mostOfPerson = 40
/** What an address may send, in people who send as fast as they may, and in catch-ups at once: a room full of people who come back. */
const flowOfAddress = { people: 8, catchUps: 4 } as const
/** Addresses and people that are remembered for coming often. */
const mostKnown = 20_000

export function createCrowd({ maxSockets, maxSocketsPerAddress, joinsPerSecond, bytesPerSecond, maxSync, now }: Limits): Crowd {
  const byAddress = createCounts()
  const byPerson = createCounts()
  let size = 0
  const strangers = createBuckets(() => createBucket(asksOfStranger.perSecond, asksOfStranger.most, now))
  const people = createBuckets(() => createBucket(joinsOfPerson.perSecond, joinsOfPerson.most, now))
  const addresses = createBuckets(() => createBucket(joinsPerSecond, joinsPerSecond * 2, now))
  // One whole catch-up at once, and another one, and then a steady flow.
  const flows = createBuckets(() => createBucket(bytesPerSecond, maxSync * 2, now))
  const lines = createBuckets(() => createBucket(bytesPerSecond * flowOfAddress.people, maxSync * flowOfAddress.catchUps, now))
  return {
    mayAsk: address => strangers.of(address).tryTake(1),
    enter(address, person) {
      if (size >= maxSockets || byPerson.of(person) >= mostOfPerson) return undefined
      if (maxSocketsPerAddress > 0 && byAddress.of(address) >= maxSocketsPerAddress) return undefined
      if (!people.of(person).tryTake(1) || !addresses.of(address).tryTake(1)) return undefined
      size++
      byAddress.add(address, 1)
      byPerson.add(person, 1)
      let isHere = true
      const [own, shared] = [flows.of(person), lines.of(address)]
      return {
        flow: { take: bytes => Math.max(own.take(bytes), shared.take(bytes)) },
        leave() {
          if (!isHere) return
          isHere = false
          size--
          byAddress.add(address, -1)
          byPerson.add(person, -1)
        },
      }
    },
    get size() {
      return size
    },
  }
}

function createCounts(): { of(key: string): number; add(key: string, more: number): void } {
  const counts = new Map<string, number>()
  const of = (key: string): number => counts.get(key) ?? 0
  return {
    of,
    add(key, more) {
      const count = of(key) + more
      if (count > 0) counts.set(key, count)
      else counts.delete(key)
    },
  }
}

/** A bucket for each of many; who was not seen for longest is forgotten, and begins anew. */
function createBuckets(create: () => Bucket): { of(key: string): Bucket } {
  const buckets = new Map<string, Bucket>()
  return {
    of(key) {
      const bucket = buckets.get(key) ?? create()
      buckets.delete(key)
      buckets.set(key, bucket)
      const [oldest] = buckets.size > mostKnown ? buckets.keys() : []
      if (oldest !== undefined) buckets.delete(oldest)
      return bucket
    },
  }
}
