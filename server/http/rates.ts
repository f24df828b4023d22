import type { Config } from '../config.ts'
import { createWindows, type Windows } from '../ops/windows.ts'
import { type Counter, counters } from './routes.ts'

/** How often somebody may ask in a minute, by what they ask for. */
export interface Rates {
  /** Counts a request that counts as these; what was one too many for whom, or nothing. `holder` is who asks, where that is known. */
  count(counts: readonly Counter[], address: string, holder: string | undefined): { readonly waitMs: number; readonly refused: number } | undefined
}

const minute = 60_000

type Settings = Pick<Config, 'requestsPerMinute' | 'requestsPerAddress' | 'boardsPerMinute' | 'exportsPerMinute' | 'filesPerMinute'>

/** The most of a whole address: never less than one person has, and none where persons have none. */
const mostInAll = ({ requestsPerMinute, requestsPerAddress }: Settings): number => (requestsPerMinute === 0 || requestsPerAddress === 0 ? 0 : Math.max(requestsPerAddress, requestsPerMinute))

export function createRates(config: Settings, clock: () => number): Rates {
  const windows = (most: number): Windows => createWindows({ most, ms: minute, clock })
  const by: Readonly<Record<Counter, Windows>> = {
    calls: windows(config.requestsPerMinute),
    joining: windows(config.requestsPerMinute),
    making: windows(config.boardsPerMinute),
    working: windows(config.exportsPerMinute),
    files: windows(config.filesPerMinute),
  }
  const inAll = windows(mostInAll(config))
  const refusedBy = (counted: Windows, key: string) => {
    const waitMs = counted.count(key)
    return waitMs === 0 ? undefined : { waitMs, refused: counted.refused(key) }
  }
  return {
    count(counts, address, holder) {
      // A room behind one address shares its most; within that nobody uses up what is another one's.
      if (counts.some(each => counters[each].inAll)) {
        const refused = refusedBy(inAll, address)
        if (refused) return refused
      }
      for (const each of counts) {
        const refused = refusedBy(by[each], counters[each].byHolder && holder !== undefined ? `of ${holder}` : address)
        if (refused) return refused
      }
      return undefined
    },
  }
}
