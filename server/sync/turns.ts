/**
 * Who may keep the processor next. Everything here that takes longer than a moment is done in pieces, and asks before each; one piece is
 * done between two looks at the network, and those who wait take turns by where they come from: however much one of them asks for, the
 * others wait for one piece of it.
 */
export interface Turns {
  /** Resolves when it is this one's turn. */
  next(who: string): Promise<void>
}

/** `later` calls back after the network was looked at. */
export function createTurns(later: (work: () => void) => unknown = setImmediate): Turns {
  /** Those who wait, by where they come from; the first of the first is next. */
  const waiting = new Map<string, (() => void)[]>()
  let isSet = false

  const goOn = (): void => {
    isSet = false
    const [first] = waiting
    if (!first) return
    const [who, queue] = first
    const next = queue.shift()
    waiting.delete(who)
    // Its next one stands behind everybody else's first.
    if (queue.length) waiting.set(who, queue)
    set()
    next?.()
  }
  const set = (): void => {
    if (isSet || waiting.size === 0) return
    isSet = true
    later(goOn)
  }

  return {
    next: who =>
      new Promise(done => {
        const queue = waiting.get(who)
        if (queue) queue.push(done)
        else waiting.set(who, [done])
        set()
      }),
  }
}

/** Does something that yields between its pieces, and lets others have their turn in between. */
export async function inTurns<T>(work: Generator<unknown, T>, turns: Turns, who: string): Promise<T> {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
    await turns.next(who)
  }
}
