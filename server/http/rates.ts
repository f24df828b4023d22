import type { Config } from '../config.ts'
import { createWindows, type Windows } from '../ops/windows.ts'
import type { Counter } from './routes.ts'

/** How often one address may ask in a minute, by what it asks for. */
export type Rates = Readonly<Record<Counter, Windows>>

const minute = 60_000

export const createRates = ({ requestsPerMinute, boardsPerMinute, exportsPerMinute, filesPerMinute }: Pick<Config, 'requestsPerMinute' | 'boardsPerMinute' | 'exportsPerMinute' | 'filesPerMinute'>, clock: () => number): Rates => ({
  calls: createWindows({ most: requestsPerMinute, ms: minute, clock }),
  making: createWindows({ most: boardsPerMinute, ms: minute, clock }),
  working: createWindows({ most: exportsPerMinute, ms: minute, clock }),
  files: createWindows({ most: filesPerMinute, ms: minute, clock }),
})
