/** What lib0's observables keep, and how they tell. */
interface Observable {
  readonly _observers: Map<string, Set<(...args: never[]) => void>>
  emit(name: never, args: never): void
}

/**
 * Lets each listener of a document, a provider or of who is here stand for itself: what one throws is reported, and all others hear.
 * As lib0 tells them, one that throws keeps those behind it from hearing, and leaves whoever tells them with half its work done.
 */
export function tellApart<T extends object>(observable: T): T {
  const { _observers: observers } = observable as unknown as Observable
  ;(observable as unknown as { emit(name: string, args: never[]): void }).emit = (name, args) => {
    for (const listen of [...(observers.get(name) ?? [])]) {
      try {
        listen(...args)
      } catch (error) {
        reportError(error)
      }
    }
  }
  return observable
}
