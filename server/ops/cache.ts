/** What was worked out, kept as long as there is room: what was asked for longest ago goes first. */
export interface Cache<V> {
  get(key: string): V | undefined
  /** Keeps a value of so many bytes; one larger than all the room there is, is not kept. */
  set(key: string, value: V, bytes: number): void
  delete(key: string): void
  /** Bytes in it. */
  readonly bytes: number
}

export function createCache<V>(mostBytes: number): Cache<V> {
  const kept = new Map<string, { readonly value: V; readonly bytes: number }>()
  let held = 0
  const drop = (key: string): void => {
    held -= kept.get(key)?.bytes ?? 0
    kept.delete(key)
  }
  return {
    get(key) {
      const entry = kept.get(key)
      if (!entry) return undefined
      kept.delete(key)
      kept.set(key, entry)
      return entry.value
    },
    set(key, value, bytes) {
      drop(key)
      if (bytes > mostBytes) return
      kept.set(key, { value, bytes })
      held += bytes
      while (held > mostBytes) drop(kept.keys().next().value as string)
    },
    delete: drop,
    get bytes() {
      return held
    },
  }
}
