import { unsentOf, waitingOf, type Whereabouts } from './whereabouts.ts'

/** What somebody's work on a board is worth right now. Nothing here says more than is true. */
export type Standing =
  | { readonly is: 'opening' }
  /** Away from the server for a moment; too short to worry anybody with. */
  | { readonly is: 'connecting' }
  /** Everything done here is on the server's disk. `kept` says whether this device keeps what is done next, too. */
  | { readonly is: 'saved'; readonly kept: boolean }
  | { readonly is: 'saving'; readonly kept: boolean }
  /** `unsent` changes wait; `kept` says whether this device keeps them when the page is closed. */
  | { readonly is: 'offline'; readonly unsent: number; readonly kept: boolean }
  /** The server is there and cannot take it; the sentence says why. It is tried again until it can. */
  | { readonly is: 'stuck'; readonly sentence: string; readonly unsent: number; readonly kept: boolean }
  /** It cannot go on; the sentence says why. */
  | { readonly is: 'ended'; readonly sentence: string; readonly unsent: number; readonly kept: boolean }

/** How it stands with the server. */
export interface Line {
  readonly opened: boolean
  /** Why it is over. */
  readonly ended: string | undefined
  /** Why the server asked to come back later. */
  readonly trouble: string | undefined
  /** In step with the server. */
  readonly synced: boolean
  /** Out of step for longer than a moment. */
  readonly away: boolean
  /** Something was done on the map that has not been written yet. */
  readonly held: boolean
}

const notRead = 'This device holds changes from before that it does not give out just now. They are sent once it does.'
const notTaken = 'You are watching this board now: the server takes no changes from you.'

export function standingOf(now: Whereabouts, { opened, ended, trouble, synced, away, held }: Line): Standing {
  const waiting = waitingOf(now)
  if (ended !== undefined) return { is: 'ended', sentence: ended, ...waiting }
  if (!opened) return { is: 'opening' }
  const sentence = now.refused ? notTaken : trouble
  if (sentence !== undefined && (now.refused || unsentOf(now) > 0 || (!synced && away))) return { is: 'stuck', sentence, ...waiting }
  if (!synced) return away ? { is: 'offline', ...waiting } : { is: 'connecting' }
  if (now.unread) return { is: 'stuck', sentence: notRead, ...waiting }
  return { is: unsentOf(now) || held ? 'saving' : 'saved', kept: now.keeps }
}
