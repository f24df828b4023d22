import type { TLStore } from 'tldraw'

const merging = new WeakSet<TLStore>()

/** Whether peers' edits are being put on a canvas right now: what it does in reply is nobody's edit. */
export const isMerging = (store: TLStore): boolean => merging.has(store)

/** Runs a merge; `isMerging` holds meanwhile. */
export function whileMerging(store: TLStore, work: () => void): void {
  merging.add(store)
  try {
    work()
  } finally {
    merging.delete(store)
  }
}
