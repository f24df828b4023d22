import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Which document keeps the processor just now, for whoever looks from outside: the watchdog, and the next start where this one ended badly. */
export interface Serving {
  /** Notes it before it is served, and that none is afterwards. */
  note(doc: string | undefined): void
  /** For the watchdog: the document, as bytes of text with zeros after it, and how often the server was heard of. */
  readonly shared: SharedArrayBuffer
  close(): void
}

const noteFile = 'serving'
/** Bytes for the name of a document, and before them those of the count of beats. */
export const nameBytes = 124
export const countBytes = 4

/**
 * What an earlier server noted and never took back: the document it was serving when it ended. Nothing where it ended well, or where that
 * cannot be told.
 */
export function lastServed(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, noteFile), 'utf8').split('\0')[0] || undefined
  } catch {
    return undefined // There is no note: nothing was being served, or it is a new store.
  }
}

/** How long a note stays after nothing is served any more: writing it costs more than reading one too many. */
const clearAfterMs = 100

/** Notes are written without waiting for the disk: they outlive this process, which is what they are for, and not a power cut. */
export function noteServing(folder: string): Serving {
  const shared = new SharedArrayBuffer(countBytes + nameBytes)
  const name = new Uint8Array(shared, countBytes)
  const file = openSync(join(folder, noteFile), 'w', 0o600)
  const bytes = Buffer.alloc(nameBytes)
  let noted: string | undefined
  let current: string | undefined
  let clearing: NodeJS.Timeout | undefined
  /** Whether anything was noted since it was last looked whether to take the note back. */
  let isAtWork = false

  const write = (doc: string | undefined): void => {
    noted = doc
    bytes.fill(0)
    if (doc !== undefined) bytes.write(doc.slice(0, nameBytes - 1), 'latin1')
    name.set(bytes)
    writeSync(file, bytes, 0, nameBytes, 0)
  }
  const clear = (): void => {
    clearing = isAtWork ? setTimeout(clear, clearAfterMs).unref() : undefined
    if (!isAtWork && current === undefined && noted !== undefined) write(undefined)
    isAtWork = false
  }

  return {
    shared,
    note(doc) {
      current = doc
      isAtWork ||= doc !== undefined
      if (doc === undefined) clearing ??= setTimeout(clear, clearAfterMs).unref()
      else if (doc !== noted) write(doc)
    },
    close() {
      clearTimeout(clearing)
      write(undefined)
      closeSync(file)
    },
  }
}
