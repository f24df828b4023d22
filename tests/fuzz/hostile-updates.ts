import * as Y from 'yjs'
import { type Content, crafted, type CraftedDeletes, type CraftedId, type CraftedRow, type CraftedStruct } from '../support/crafted.ts'

/*
 * Updates by somebody who knows how Yjs writes them and means no good: every kind of struct and content, beside and inside anything that is
 * there, that is not, and itself; lengths and counts that lie; many changes in one place; honest updates with bytes changed.
 */

type Pick = (below: number) => number

const one = <T>(pick: Pick, all: readonly T[]): T => all[pick(all.length)] as T

/** A number that is mostly small, and at times as large as numbers get. */
function size(pick: Pick): number {
  const most = one(pick, [1, 1, 2, 4, 16, 64, 1_024, 65_536, 2 ** 24, 2 ** 31, 2 ** 40, 2 ** 52])
  return most === 1 ? 1 : 1 + Math.floor((pick(2 ** 30) / 2 ** 30) * most)
}

/** What there is on a board to build on. */
export interface Ground {
  /** Any change that somebody made. */
  known(): CraftedId
  /** How many changes a client has made. */
  lengthOf(client: number): number
}

export function groundOf(doc: Y.Doc, pick: Pick): Ground {
  return {
    known() {
      const clients = [...doc.store.clients.keys()]
      const client = clients.length ? one(pick, clients) : 1
      return [client, pick(Math.max(1, Y.getState(doc.store, client)))]
    },
    lengthOf: client => Y.getState(doc.store, client),
  }
}

/** How deep things are nested, at times so deep that a program that walks them by calling itself ends. */
const depth = (pick: Pick): number => one(pick, [1, 2, 3, 10, 34, 100, 1_000, 6_000])

function value(pick: Pick): unknown {
  const simple = () => one(pick, [null, true, 0, -1, 1.5, 'text', '', 'é😀', Number.NaN, 10n, undefined, 2 ** 53, 'x'.repeat(pick(2_000))])
  if (pick(3)) return simple()
  let inner: unknown = simple()
  const isList = pick(2) === 0
  for (let level = depth(pick); level > 0; level--) inner = isList ? [inner] : { a: inner }
  return pick(20) === 0 ? Array.from({ length: pick(2_000) }, () => inner) : inner
}

const names = ['records', 'meta', 'rings', 'text', 'place', 'format', 'schema', 'kind', '', '__proto__', 'x'.repeat(3_000)] as const

function content(pick: Pick): Content {
  switch (pick(14)) {
    case 0:
      return { is: 'garbage', length: size(pick) }
    case 1:
      return { is: 'deleted', length: size(pick) }
    case 2:
      return { is: 'json', texts: Array.from({ length: 1 + pick(3) }, () => one(pick, ['{}', '[', 'null', '1', 'undefined'])) }
    case 3:
      return { is: 'binary', bytes: Uint8Array.from({ length: pick(40) }, () => pick(256)) }
    case 4:
      return { is: 'embed', json: one(pick, ['{}', '{"a":1}', 'nonsense', `${'['.repeat(3_000)}${']'.repeat(3_000)}`]) }
    case 5:
      return { is: 'format', key: one(pick, ['bold', 'a']), json: one(pick, ['true', 'null', '{}', 'nonsense']) }
    case 6:
      return { is: 'type', number: one(pick, [0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 99]), ...(pick(4) === 0 && { key: 'p' }) }
    case 7:
      return { is: 'doc', guid: 'guid', options: pick(2) ? {} : { meta: value(pick), autoLoad: true } }
    case 8:
      return { is: 'skip', length: size(pick) }
    case 9:
      return { is: 'bytes', number: pick(32), bytes: Uint8Array.from({ length: pick(20) }, () => pick(256)) }
    case 10:
    case 11:
      return { is: 'letters', text: one(pick, ['a', 'word', 'é😀', '', 'x'.repeat(pick(4_000))]) }
    default:
      return { is: 'values', values: Array.from({ length: pick(12) ? 1 : pick(6) }, () => value(pick)) }
  }
}

/** A client id: one of a few, a known one, or any. */
const clientId = (pick: Pick, ground: Ground): number => one(pick, [() => 5_000 + pick(8), () => ground.known()[0], () => pick(2 ** 31) * 2, () => size(pick)])()

function row(pick: Pick, ground: Ground, clients: readonly number[]): CraftedRow {
  const client = one(pick, clients)
  const there = ground.lengthOf(client)
  const clock = one(pick, [there, there, there, there, there + 1 + pick(3), Math.max(0, there - 1 - pick(3)), pick(20), size(pick)])
  const structs: CraftedStruct[] = []
  for (let count = pick(5) ? 1 + pick(4) : pick(60), at = clock; count > 0; count--) {
    // Beside what is there, beside itself, beside what comes after it, and beside what another one of them makes.
    const id = (): CraftedId => one<() => CraftedId>(pick, [() => ground.known(), () => ground.known(), () => [client, at], () => [client, at + pick(4)], () => [client, Math.max(0, at - 1)], () => [one(pick, clients), pick(4) + ground.lengthOf(one(pick, clients))], () => [clientId(pick, ground), size(pick)]])()
    const home = pick(3) ? one(pick, names) : id()
    const made = content(pick)
    structs.push({ ...(pick(3) === 0 && { after: id() }), ...(pick(5) === 0 && { before: id() }), in: home, ...(pick(4) && { name: one(pick, [...names, `r${pick(9)}`]) }), content: made })
    at++
  }
  return { client, clock, structs, ...(pick(30) === 0 && { count: size(pick) }) }
}

const deletes = (pick: Pick, ground: Ground): CraftedDeletes =>
  pick(3)
    ? []
    : Array.from({ length: 1 + pick(3) }, () => [pick(4) ? ground.known()[0] : clientId(pick, ground), Array.from({ length: 1 + pick(4) }, () => [one(pick, [pick(10), pick(1_000), size(pick)]), one(pick, [1, 1, 5, 0, size(pick)])] as const)] as const)

/** Thousands of changes in one place, or a chain of them, or cuts all over: what takes long beside what it weighs. */
function heavy(pick: Pick, ground: Ground): Uint8Array {
  const count = one(pick, [200, 1_000, 5_000])
  const at = ground.known()
  switch (pick(4)) {
    case 0:
      return crafted(Array.from({ length: count }, (_, i) => ({ client: 10_000 + i, clock: 0, structs: [{ after: at, content: { is: 'letters', text: 'x' } }] })))
    case 1:
      return crafted([{ client: 6_000 + pick(4), clock: 0, structs: Array.from({ length: count }, (_, i) => ({ in: 'records', name: `n${i % 50}`, content: { is: 'values', values: [i] } })) }])
    case 2:
      return crafted([], [[at[0], Array.from({ length: count }, (_, i) => [i * 2, 1] as const)]])
    default:
      return crafted([{ client: 6_100 + pick(4), clock: 0, structs: Array.from({ length: count }, () => ({ after: ground.known(), content: { is: 'letters', text: 'y' } })) }])
  }
}

/** An honest update with bytes changed, cut off, doubled, or put together with another one. */
function mutated(pick: Pick, honest: readonly Uint8Array[]): Uint8Array {
  const bytes = Uint8Array.from(one(pick, honest))
  switch (pick(4)) {
    case 0:
      return bytes.subarray(0, pick(bytes.length + 1))
    case 1:
      return Uint8Array.from([...bytes, ...one(pick, honest)])
    default:
      for (let flips = 1 + pick(4); flips > 0 && bytes.length; flips--) bytes[pick(bytes.length)] = pick(3) ? pick(16) : pick(256)
      return bytes
  }
}

export function hostileUpdate(pick: Pick, ground: Ground, honest: readonly Uint8Array[]): Uint8Array {
  if (honest.length && pick(4) === 0) return mutated(pick, honest)
  if (pick(25) === 0) return heavy(pick, ground)
  const clients = Array.from({ length: 1 + pick(3) }, () => clientId(pick, ground))
  return crafted(Array.from({ length: pick(8) ? 1 + pick(2) : pick(5) }, () => row(pick, ground, clients)), deletes(pick, ground))
}

/** Changes that wait for one that never comes, of so many bytes together; each could have been made by somebody honest. */
export function waitingForNothing(pick: Pick, bytes: number): Uint8Array {
  const text = 'x'.repeat(40)
  const count = Math.max(1, Math.floor(bytes / 60))
  const client = 7_000 + pick(1_000)
  // The first of them was left out.
  return crafted([{ client, clock: 1, structs: Array.from({ length: count }, (_, i) => ({ in: 'records', name: `w${i}`, content: { is: 'values' as const, values: [text] } })) }])
}
