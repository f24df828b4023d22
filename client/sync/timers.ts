/** Timers by name, one of each: what waits is easily replaced, and none is forgotten. */
export interface Timers<Name extends string> {
  /** In place of one that waits. */
  set(name: Name, ms: number, run: () => void): void
  /** Unless one waits already. */
  keep(name: Name, ms: number, run: () => void): void
  clear(...names: readonly Name[]): void
  clearAll(): void
}

/** Browsers run a timer that waits longer than this at once. */
const longest = 2 ** 31 - 1

export function createTimers<Name extends string>(): Timers<Name> {
  const waiting = new Map<Name, ReturnType<typeof setTimeout>>()
  const timers: Timers<Name> = {
    set(name, ms, run) {
      clearTimeout(waiting.get(name))
      waiting.set(
        name,
        setTimeout(() => {
          waiting.delete(name)
          run()
        }, Math.min(ms, longest)),
      )
    },
    keep: (name, ms, run) => void (waiting.has(name) || timers.set(name, ms, run)),
    clear(...names) {
      for (const name of names) {
        clearTimeout(waiting.get(name))
        waiting.delete(name)
      }
    },
    clearAll: () => timers.clear(...waiting.keys()),
  }
  return timers
}
