/** What a document's log weighs, and when that is worth a snapshot. */
export interface Uncompacted {
  /** Bytes written to the log that no snapshot holds yet. */
  readonly bytes: number
  wrote(bytes: number): void
  compactWhereDue(): void
}

interface Needs {
  /** Bytes of the snapshot and of what was written after it, as the document was opened. */
  readonly snapshot: number
  readonly written: number
  readonly now: () => number
  /** Compacts the log into a snapshot; resolves to the snapshot's bytes, or to nothing where it was left as it is. */
  readonly compact: (() => Promise<number | undefined>) | undefined
}

/** Bytes of log that are not worth a snapshot, however small the one before. */
const leastLog = 64 * 1024
/** Compacting takes at most about this share of a processor for one document, and is not begun more often than once a second. */
const share = 0.1

/** Compacts once the log weighs as much as the snapshot before it: so that costs a part of what was written, and the disk holds twice the board at most. */
export function createUncompacted({ snapshot, written, now, compact }: Needs): Uncompacted {
  let snapshotBytes = snapshot
  let bytes = written
  let isAtWork = false
  let next = -Infinity
  return {
    get bytes() {
      return bytes
    },
    wrote(more) {
      bytes += more
    },
    compactWhereDue() {
      if (!compact || isAtWork || now() < next || bytes <= Math.max(leastLog, snapshotBytes)) return
      isAtWork = true
      const before = bytes
      const begun = now()
      void compact().then(compacted => {
        isAtWork = false
        next = now() + Math.max(1_000, (now() - begun) / share)
        // What came meanwhile may be in it already; counting it again only compacts a little earlier. Where it failed, the next time is as far away.
        bytes -= before
        if (compacted !== undefined) snapshotBytes = compacted
      })
    },
  }
}
