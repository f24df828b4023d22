/** What a document's log weighs, and when that is worth a snapshot. */
export interface Unfolded {
  /** Bytes written to the log that no snapshot holds yet. */
  readonly bytes: number
  wrote(bytes: number): void
  foldWhereDue(): void
}

interface Needs {
  /** Bytes of the snapshot and of what was written after it, as the document was opened. */
  readonly snapshot: number
  readonly written: number
  readonly now: () => number
  /** Folds the log into a snapshot; resolves to the snapshot's bytes, or to nothing where it was left as it is. */
  readonly fold: (() => Promise<number | undefined>) | undefined
}

/** Bytes of log that are not worth folding, however small the snapshot. */
const leastFold = 64 * 1024
/** Folding takes at most about this share of a processor for one document, and is not begun more often than once a second. */
const foldShare = 0.1

/** Folds once the log weighs as much as the snapshot before it: so folding costs a part of what was written, and the disk holds twice the board at most. */
export function createUnfolded({ snapshot, written, now, fold }: Needs): Unfolded {
  let snapshotBytes = snapshot
  let bytes = written
  let folding = false
  let next = 0
  return {
    get bytes() {
      return bytes
    },
    wrote(more) {
      bytes += more
    },
    foldWhereDue() {
      if (!fold || folding || now() < next || bytes <= Math.max(leastFold, snapshotBytes)) return
      folding = true
      const before = bytes
      const begun = now()
      void fold().then(folded => {
        folding = false
        next = now() + Math.max(1_000, (now() - begun) / foldShare)
        // What came meanwhile may be in it already; counting it again only folds a little earlier. Where it failed, the next time is as far away.
        bytes -= before
        if (folded !== undefined) snapshotBytes = folded
      })
    },
  }
}
