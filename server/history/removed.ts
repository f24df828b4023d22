import { key, readEnd, readMetaIn, type Telling } from '../../shared/board.ts'
import type { BoardId } from '../../shared/ids.ts'
import { groupsOf, type RemovedList, removedThings, type Who } from '../../shared/removed.ts'
import { fewest } from '../../shared/spread.ts'
import { storedContents } from '../documents.ts'
import type { StoreReader } from '../storage/reading.ts'
import type { Person } from '../storage/register.ts'
import { comesBackMs } from './ages.ts'
import type { RemovedRecord } from './pack.ts'
import { removalsOf } from './removals.ts'

/** What is read of a store to tell what was removed. */
export type RemovedSource = Pick<StoreReader, 'log' | 'history' | 'people'>

/** What was removed of a board in the last thirty days and is not there now, newest first. */
export async function removedList(store: RemovedSource, board: BoardId, now: number): Promise<RemovedList> {
  const { removals, damaged, present } = await removalsOf(store, board, now - comesBackMs)
  const contents = await storedContents(store, board)
  const { provenance } = readMetaIn(name => contents?.meta.get(name))
  const people = provenance === 'none' ? [] : await store.people.all(board)
  const removed = removedThings(removals, id => present.has(id)).map(({ by, ...each }) => {
    const who = whoOf(by, people, provenance)
    return { ...each, ...(who && { who }) }
  })
  return { removed, damaged }
}

function whoOf(by: readonly string[], people: readonly Person[], telling: Telling): Who | undefined {
  const found = people.filter(({ id }) => by.includes(id))
  const [first, ...others] = found
  if (telling === 'none' || !first) return undefined
  if (telling === 'person') return found.length <= fewest && first.name !== '' ? { name: found.map(({ name }) => name).join(' or ') } : undefined
  const { sector } = first
  // By sector nobody is told of where fewer than three could be meant.
  return sector !== '' && others.every(other => other.sector === sector) && people.filter(person => person.sector === sector).length >= fewest ? { sector } : undefined
}

/** All that was removed at once, by the position of its first change, and every relation that was removed and hangs on it; nothing where there is no such removal any more. */
export async function removedRecords(store: RemovedSource, board: BoardId, id: number, now: number): Promise<readonly RemovedRecord[] | undefined> {
  const { removals, present } = await removalsOf(store, board, now - comesBackMs)
  const isThere = (each: string): boolean => present.has(each)
  const groups = groupsOf(removals, isThere)
  const group = groups.find(each => each.id === id)
  if (!group) return undefined
  const records = new Map(group.records)
  for (const other of groups) {
    if (other === group) continue
    for (const [each, flat] of other.records) {
      if (flat.get(key.type) !== 'arrow') continue
      if ([key.from, key.to].some(end => group.records.has(readEnd(flat.get(end)) ?? ''))) records.set(each, flat)
    }
  }
  return [...records].map(([each, flat]) => [each, [...flat]] as const)
}

