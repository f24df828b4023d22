import type { ParticipantId } from '../../shared/ids.ts'
import { type Bucket, createBucket } from '../bucket.ts'

/**
 * Whom the client ids of a document belong to: whoever showed themselves or wrote under one first. A participant's program may say
 * anything of itself; this is what is known.
 */
export interface Owners {
  of(client: number): ParticipantId | undefined
  /** Whoever is first has it; later ones change nothing. */
  claim(client: number, person: ParticipantId): void
  all(): readonly (readonly [client: number, person: ParticipantId])[]
}

/** `known` is what was kept of earlier visits; `keep` is told of every new one. */
export function createOwners(known: ReadonlyMap<number, ParticipantId> = new Map(), keep: (client: number, person: ParticipantId) => void = () => undefined, now: () => number = () => performance.now()): Owners {
  const owners = new Map<number, ParticipantId>()
  /** Of each person, oldest first. */
  const byPerson = new Map<ParticipantId, number[]>()
  const add = (client: number, person: ParticipantId): void => {
    const own = byPerson.get(person) ?? []
    byPerson.set(person, own)
    own.push(client)
    owners.set(client, person)
    const oldest = own.length > mostOfPerson ? own.shift() : undefined
    if (oldest !== undefined) owners.delete(oldest)
  }
  for (const [client, person] of known) add(client, person)
  const paces = new Map<ParticipantId, Bucket>()
  const paceOf = (person: ParticipantId): Bucket => {
    const pace = paces.get(person) ?? createBucket(claimsOfPerson.perSecond, claimsOfPerson.most, now)
    paces.set(person, pace)
    return pace
  }
  return {
    of: client => owners.get(client),
    all: () => [...owners],
    claim(client, person) {
      if (owners.has(client) || !paceOf(person).tryTake(1)) return
      add(client, person)
      keep(client, person)
    },
  }
}

/** How often somebody may take one: a visit takes one, and a device brings those of a few before it. Whoever takes more keeps them for nobody. */
const claimsOfPerson = { perSecond: 0.5, most: 60 } as const
/** Client ids of one person that are remembered: a visit takes one, and whoever takes more forgets their own. */
const mostOfPerson = 500
