/** What lib0's observables keep, and how they tell. */
interface Observable {
  readonly _observers: Map<string, Set<(...args: unknown[]) => void>>
  emit: (name: string, args: readonly unknown[]) => void
}

/**
 * Lets each listener of a document, a provider or of who is here stand for itself: what one throws is reported, and all others hear.
 * As lib0 tells them, one that throws keeps those behind it from hearing, and leaves whoever tells them with half its work done.
 */
export function tellApart<T extends object>(observable: T): T {
  const told = observable as unknown as Observable
  told.emit = (name, args) => {
    // Another map once it is destroyed.
    const { _observers: listeners } = told
    for (const listen of [...(listeners.get(name) ?? [])]) {
      try {
        listen(...args)
      } catch (error) {
        reportError(error)
      }
    }
  }
  return observable
}
