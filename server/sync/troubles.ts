import type { DocId } from '../storage/log.ts'

/*
 * Documents that something went wrong with. One that threw, hung or ended the server while it was served is served by a process of its
 * own for an hour; one that cannot even be opened there is closed, and tried again once in ten minutes, however many knock.
 */

/** A document that is served by a process of its own. */
export interface Isolation {
  readonly doc: DocId
  /** Milliseconds since 1970. */
  readonly since: number
  readonly until: number
  readonly faults: number
  /** What went wrong last, in a few words. */
  readonly cause: string
}

/** Where isolations are kept, through restarts of the server. */
export interface Isolations {
  all(): Promise<readonly Isolation[]>
  set(isolation: Isolation): Promise<void>
  release(doc: DocId): Promise<void>
}

export type Way = 'beside others' | 'by itself' | 'not at all'

export interface Troubles {
  /** How a document is to be opened now. One that is tried again counts as closed until it is known how that went. */
  way(doc: DocId): Way
  /** It threw, hung or ended a process while it was served, or could not be opened. */
  failed(doc: DocId, cause: string): void
  /** It was opened. */
  opened(doc: DocId): void
  /** What is kept of them, by what was said from elsewhere meanwhile. */
  refresh(): Promise<void>
  readonly size: number
}

interface Needs {
  readonly isolations: Isolations
  /** Milliseconds since 1970. */
  readonly date: () => number
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  readonly failed: (error: unknown) => void
}

const isolatedMs = 3_600_000
const closedMs = 600_000
/** Failures in a row after which it is closed. */
const mostFailures = 2
/** How long it must have gone well for its failures to be forgotten. */
const wellMs = 60_000

interface Trouble {
  readonly doc: DocId
  readonly since: number
  /** On the clock that never goes back. */
  until: number
  faults: number
  cause: string
  /** Failures in a row, when it was opened last, and until when nobody tries again. */
  failures: number
  openedAt: number
  closedUntil: number
}

/** Reads what is known of earlier; resolves once it is. */
export async function createTroubles({ isolations, date, now, failed }: Needs): Promise<Troubles> {
  const troubles = new Map<DocId, Trouble>()
  /** Not yet on disk: what is read meanwhile is older. */
  const writing = new Set<DocId>()

  const keep = (trouble: Trouble): void => {
    const { doc, since, faults, cause } = trouble
    writing.add(doc)
    isolations
      .set({ doc, since, until: Math.round(date() + trouble.until - now()), faults, cause })
      .catch(failed)
      .finally(() => writing.delete(doc))
  }

  const refresh = async (): Promise<void> => {
    const kept = new Map((await isolations.all()).map(each => [each.doc, each]))
    for (const doc of troubles.keys()) if (!kept.has(doc) && !writing.has(doc)) troubles.delete(doc)
    for (const [doc, { since, until, faults, cause }] of kept) {
      if (until <= date()) void isolations.release(doc).catch(failed)
      else if (!troubles.has(doc)) troubles.set(doc, { doc, since, until: now() + until - date(), faults, cause, failures: 0, closedUntil: 0, openedAt: Infinity })
    }
  }
  await refresh()

  return {
    way(doc) {
      const trouble = troubles.get(doc)
      if (!trouble) return 'beside others'
      if (trouble.until <= now()) {
        troubles.delete(doc)
        void isolations.release(doc).catch(failed)
        return 'beside others'
      }
      if (trouble.failures < mostFailures) return 'by itself'
      if (trouble.closedUntil > now()) return 'not at all'
      trouble.closedUntil = now() + closedMs
      return 'by itself'
    },
    failed(doc, cause) {
      const known = troubles.get(doc)
      const trouble = known ?? { doc, since: date(), until: 0, faults: 0, cause, failures: -1, closedUntil: 0, openedAt: Infinity }
      troubles.set(doc, trouble)
      trouble.until = now() + isolatedMs
      if (now() - trouble.openedAt > wellMs) trouble.failures = Math.min(trouble.failures, 0)
      trouble.faults++
      trouble.cause = cause.slice(0, 300)
      // The first time it failed beside others: by itself it may go well.
      if (++trouble.failures >= mostFailures) trouble.closedUntil = now() + closedMs
      keep(trouble)
    },
    opened(doc) {
      const trouble = troubles.get(doc)
      if (trouble) trouble.openedAt = now()
    },
    refresh,
    get size() {
      return troubles.size
    },
  }
}
