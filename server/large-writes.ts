import { serverFull } from './http/problems.ts'
import { type Asker, createTurns } from './turns.ts'

/** Writes that are so large that everybody waits for the disk meanwhile: one after another, in turns by address, with time for all others in between. */
export interface LargeWrites {
  /** Does what writes so many bytes, at once where that is little. */
  write<T>(bytes: number, asker: Asker, work: () => Promise<T>): Promise<T>
}

/** Bytes that nobody notices. */
const little = 2 ** 20
/** Bytes a second that are written over time; a commit of as many takes the disk a few hundredths of a second. */
const perSecond = 2 * 2 ** 20

export function createLargeWrites(): LargeWrites {
  const turns = createTurns({ full: serverFull })
  return { write: (bytes, asker, work) => (bytes <= little ? work() : turns.take(asker, work, (bytes / perSecond) * 1_000)) }
}
