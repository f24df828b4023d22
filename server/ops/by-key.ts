/** Pieces of work under one key one after another, under different keys beside one another. */
export interface TurnsByKey {
  /** Does the work once everything that came before under this key is done, however that went. */
  after<T>(key: string, work: () => Promise<T>): Promise<T>
  /** Keys under which something is to be done. */
  readonly size: number
}

export function createTurnsByKey(): TurnsByKey {
  const last = new Map<string, Promise<unknown>>()
  return {
    after(key, work) {
      const mine = (last.get(key) ?? Promise.resolve()).then(work, work)
      last.set(key, mine)
      const forget = (): void => {
        if (last.get(key) === mine) last.delete(key)
      }
      mine.then(forget, forget)
      return mine
    },
    get size() {
      return last.size
    },
  }
}
