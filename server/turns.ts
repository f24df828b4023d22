/** For whom something is done: whose turn it takes, and whether they are still there. */
export interface Asker {
  readonly address: string
  /** Aborted once nobody waits for it any more. */
  readonly gone: AbortSignal
  /** Counts the bytes of an answer before they are in memory; throws where that is more than may be kept for them. */
  holdAnswer?(bytes: number): void
}

/** The server itself, or a program that runs by itself. */
export const anybody: Asker = { address: '', gone: new AbortController().signal }

/** Work done one piece after another. Addresses take turns: however much one of them asks for, others wait for one piece of it only. */
export interface Turns {
  /**
   * Resolves to what the work does; rejects with `full` where too much waits, and with the signal’s reason once nobody waits for it. The
   * next turn comes `restMs` after it.
   */
  take<T>(asker: Asker, work: () => Promise<T>, restMs?: number): Promise<T>
  /** Pieces that wait for their turn. */
  readonly waiting: number
}

interface Limits {
  /** What is said to whoever cannot wait here. */
  readonly full: () => Error
  /** Pieces that wait at once: in all, and of one address. */
  readonly most?: number
  readonly mostOfAddress?: number
  /** Longest wait for a turn, in milliseconds. */
  readonly longestMs?: number
}

interface Waiting {
  start(): Promise<unknown>
  refuse(error: unknown): void
}

export function createTurns({ full, most = 32, mostOfAddress = 16, longestMs = 120_000 }: Limits): Turns {
  /** By address, in the order of their turns. */
  const queues = new Map<string, Waiting[]>()
  let count = 0
  let isBusy = false

  const next = (): void => {
    const [address, queue] = queues.entries().next().value ?? []
    if (isBusy || address === undefined || !queue) return
    const mine = queue.shift() as Waiting
    // Whoever has more waiting comes again after everybody else.
    queues.delete(address)
    if (queue.length) queues.set(address, queue)
    count--
    isBusy = true
    void mine.start().finally(() => {
      isBusy = false
      next()
    })
  }

  const leave = (address: string, waiting: Waiting): boolean => {
    const queue = queues.get(address)
    const at = queue?.indexOf(waiting) ?? -1
    if (!queue || at < 0) return false
    queue.splice(at, 1)
    if (queue.length === 0) queues.delete(address)
    count--
    return true
  }

  /** Where everything is taken, whoever holds most of it gives a place to somebody who has far less. */
  const makeRoom = (address: string): boolean => {
    const its = queues.get(address)?.length ?? 0
    if (its >= mostOfAddress) return false
    if (count < most) return true
    const [crowd, queue] = [...queues].reduce((a, b) => (b[1].length > a[1].length ? b : a))
    const last = queue.at(-1)
    if (queue.length < its + 2 || !last || !leave(crowd, last)) return false
    last.refuse(full())
    return true
  }

  return {
    take: <T>({ address, gone }: Asker, work: () => Promise<T>, restMs = 0) =>
      new Promise<T>((done, failed) => {
        if (gone.aborted) return failed(gone.reason as Error)
        if (!makeRoom(address)) return failed(full())
        const settle = (): void => {
          clearTimeout(tooLong)
          gone.removeEventListener('abort', onGone)
        }
        const waiting: Waiting = {
          start() {
            settle()
            return work().then(done, failed).then(() => (restMs > 0 ? rest(restMs) : undefined))
          },
          refuse(error) {
            settle()
            failed(error as Error)
          },
        }
        const onGone = (): void => {
          if (leave(address, waiting)) waiting.refuse(gone.reason)
        }
        const tooLong = setTimeout(() => {
          if (leave(address, waiting)) waiting.refuse(full())
        }, longestMs)
        gone.addEventListener('abort', onGone, { once: true })
        queues.set(address, [...(queues.get(address) ?? []), waiting])
        count++
        next()
      }),
    get waiting() {
      return count
    },
  }
}

const rest = (ms: number): Promise<void> => new Promise(done => void setTimeout(done, ms).unref())
