import { type Admission, Refused } from '../api.ts'
import { tryAgainIn } from './waits.ts'

/*
 * A ticket opens connections for minutes only. The next one is asked for after a part of its span, by no clock that anybody sets;
 * what is not the server's own last word is waited out, as long as it says.
 */

/** As long as a ticket lasts where the server does not say. */
const usualSeconds = 600

/** Milliseconds until the next ticket is asked for: before this one is over, and not all of a room at once. */
export const renewIn = (seconds: number | undefined, random: () => number): number => (seconds !== undefined && seconds >= 1 ? seconds : usualSeconds) * 1_000 * (0.6 + 0.2 * random())

export interface Renewing {
  readonly ticket: string
  /** A ticket that came otherwise: from joining. */
  take(admission: Admission): void
  /** Asks for the next one, once for all who ask; at once, unless the server said when it may be. */
  renew(): Promise<string>
  /** The present ticket did not open a connection: the next one is asked for, at once the first time, later where that goes on. */
  turnedAway(): void
  /** It did. */
  letIn(): void
  /** The network may be back: what was not told to wait waits no longer. */
  hurry(): void
  stop(): void
}

interface Needs {
  readonly ask: (ticket: string) => Promise<Admission>
  readonly took: (admission: Admission) => void
  /** The server will let nobody in as this person any more. */
  readonly over: (sentence: string) => void
  /** The server could not be asked, or asks to come back later. */
  readonly delayed: (refusal: Refused) => void
  /** Runs something once, later; in place of what waits. */
  readonly later: (run: () => void, ms: number) => void
  /** Milliseconds of a clock that nobody sets. */
  readonly now: () => number
  readonly random?: () => number
}

export function createRenewing({ ask, took, over, delayed, later, now, random = Math.random }: Needs): Renewing {
  let ticket = ''
  let failed = 0
  let turned = 0
  let asking: Promise<string> | undefined
  let waiting: { readonly until: number; readonly refusal: Refused } | undefined
  let stopped = false

  const take = (admission: Admission): void => {
    ticket = admission.ticket
    failed = 0
    waiting = undefined
    later(again, renewIn(admission.seconds, random))
    took(admission)
  }

  const attempt = async (): Promise<string> => {
    try {
      const admission = await ask(ticket)
      if (!stopped) take(admission)
      return admission.ticket
    } catch (error) {
      if (stopped) throw error
      const refusal = error instanceof Refused ? error : new Refused(0, 'The server could not be understood.')
      if (refusal.isFinal) {
        stopped = true
        over(refusal.message)
      } else {
        const wait = tryAgainIn(failed++, refusal.retryAfter, random)
        waiting = { until: now() + wait, refusal }
        later(again, wait)
        delayed(refusal)
      }
      throw refusal
    }
  }

  const again = (): void => {
    waiting = undefined
    renewing.renew().catch(() => undefined) // It has been told, and is tried again.
  }

  const renewing: Renewing = {
    get ticket() {
      return ticket
    },
    take,
    renew() {
      if (stopped) return Promise.reject(new Refused(401, 'The board is closed here. Reload the page.'))
      if (waiting && now() < waiting.until) return Promise.reject(waiting.refusal)
      return (asking ??= attempt().finally(() => (asking = undefined)))
    },
    turnedAway() {
      if (stopped || asking || (waiting && now() < waiting.until)) return
      if (turned++ === 0) return again()
      later(again, tryAgainIn(turned - 2, undefined, random))
    },
    letIn: () => void (turned = 0),
    hurry() {
      if (!waiting || waiting.refusal.retryAfter !== undefined) return
      failed = 0
      again()
    },
    stop: () => void (stopped = true),
  }
  return renewing
}
