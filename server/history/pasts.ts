import type { BoardId } from '../../shared/ids.ts'
import { boardTooLarge, tooManyPasts } from '../http/problems.ts'
import { createProcesses } from '../processes.ts'
import type { Asker } from '../turns.ts'

/** What somebody wants to know of what a board was. */
export type Asked =
  | { readonly is: 'removed'; readonly board: BoardId; readonly now: number }
  | { readonly is: 'records'; readonly board: BoardId; readonly now: number; readonly removal: number }
  | { readonly is: 'moments'; readonly board: BoardId }
  | { readonly is: 'moment'; readonly board: BoardId; readonly seq: number }

export interface PastAnswer {
  readonly isThere: boolean
}

/** Looks back at boards, one after another, each by a process of its own: unpacking takes memory and time. */
export interface Pasts {
  /** JSON; nothing where what is asked for is not there any more. Rejects with a sentence where too many wait, and once its asker has gone. */
  ask(asked: Asked, asker: Asker): Promise<Uint8Array | undefined>
}

/** MiB. */
const mostMemory = 512

export function createPasts(dataDir: string, started?: () => void): Pasts {
  const processes = createProcesses({ entry: new URL('./past-process.ts', import.meta.url), heap: mostMemory, full: tooManyPasts, tooMuch: boardTooLarge, ...(started && { started }) })
  return {
    async ask(asked, asker) {
      const { parts } = await processes.ask<PastAnswer>([dataDir, JSON.stringify(asked)], asker)
      return parts[0]
    },
  }
}
