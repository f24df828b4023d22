import { Session } from 'node:inspector/promises'
import * as Y from 'yjs'
import { random } from '../support/random.ts'
import { groundOf, hostileUpdate } from './hostile-updates.ts'
import { board, judge } from './judging.ts'

/*
 * A fuzz that sees where an input leads: what reaches a branch of judging that none before it reached is kept and changed further. V8
 * counts the branches itself; nothing is instrumented.
 */

/** Files whose branches count: those that read, judge and take up what people send, and those that read it again from the log. */
const watched = /\/(server\/(sync|log-reader)|shared\/document)\/[^/]+\.ts$/

type Pick = (below: number) => number

interface Branches {
  /** How many branches were reached that no input before reached. */
  fresh(): Promise<number>
  readonly reached: number
  stop(): Promise<void>
}

async function countBranches(): Promise<Branches> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  const reached = new Set<string>()
  return {
    get reached() {
      return reached.size
    },
    async fresh() {
      const before = reached.size
      const { result } = await session.post('Profiler.takePreciseCoverage')
      for (const { url, functions } of result) {
        if (!watched.test(url)) continue
        // How often a branch was taken tells as much as whether it was, by its order of magnitude.
        for (const { ranges } of functions) for (const { startOffset, endOffset, count } of ranges) if (count > 0) reached.add(`${url} ${startOffset} ${endOffset} ${Math.min(6, Math.floor(Math.log2(count)))}`)
      }
      return reached.size - before
    },
    stop: async () => {
      await session.post('Profiler.stopPreciseCoverage')
      session.disconnect()
    },
  }
}

/** Changes some bytes of one input, takes a piece of another, or writes an update anew. */
function mutated(pick: Pick, kept: readonly Uint8Array[], anew: () => Uint8Array): Uint8Array {
  if (kept.length === 0 || pick(8) === 0) return anew()
  const one = () => kept[pick(kept.length)] as Uint8Array
  let bytes = [...one()]
  for (let times = 1 + pick(4); times > 0; times--) {
    const at = pick(bytes.length + 1)
    switch (pick(6)) {
      case 0:
        bytes[Math.min(at, bytes.length - 1)] = pick(256)
        break
      case 1:
        bytes[Math.min(at, bytes.length - 1)]! ^= 1 << pick(8)
        break
      case 2:
        bytes.splice(at, 1 + pick(4))
        break
      case 3:
        bytes.splice(at, 0, ...[[0], [1], [127], [255, 127], [255, 255, 255, 255, 15], [128, 128, 128, 128, 128, 128, 128, 16]][pick(6)]!)
        break
      case 4: {
        const other = one()
        const from = pick(other.length)
        bytes.splice(at, pick(2) ? 0 : pick(20), ...other.subarray(from, from + pick(40)))
        break
      }
      default:
        bytes = [...bytes.slice(0, at), ...bytes.slice(Math.max(0, at - pick(20)))]
    }
    if (bytes.length === 0) bytes.push(0)
  }
  return Uint8Array.from(bytes.slice(0, mostBytes))
}

/** Longer inputs are slower, and reach nothing that short ones do not. */
const mostBytes = 1_024

export interface Searched {
  readonly tried: number
  readonly branches: number
  /** Inputs that reached something no other did, in the order they were found. */
  readonly kept: readonly Uint8Array[]
  /** What did not hold, with the input in hexadecimal digits. */
  readonly found: readonly string[]
}

/** Judges `tries` inputs, beginning with those that were kept before. */
export async function searchBranches(seed: number, tries: number, before: readonly Uint8Array[] = []): Promise<Searched> {
  const pick = random(seed)
  const doc = new Y.Doc()
  Y.applyUpdate(doc, board)
  const ground = groundOf(doc, pick)
  const branches = await countBranches()
  const kept: Uint8Array[] = []
  const found: string[] = []
  for (let tried = 0; tried < tries + before.length; tried++) {
    const bytes = before[tried] ?? mutated(pick, kept, () => hostileUpdate(pick, ground, kept).subarray(0, mostBytes))
    try {
      judge(bytes)
    } catch (error) {
      found.push(`${Buffer.from(bytes).toString('hex')}: ${String(error)}`)
    }
    if ((await branches.fresh()) > 0) kept.push(bytes)
  }
  await branches.stop()
  return { tried: tries + before.length, branches: branches.reached, kept, found }
}
