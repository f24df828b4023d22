/* When and through whom an entry came, as it lies beside its bytes. Part of the store for ever. */

export interface Note {
  /** Milliseconds since 1970; 0 where nobody knows. */
  readonly at: number
  /** Ids of the people it came through; nobody where the server wrote it. */
  readonly by: readonly string[]
}

/** Entries of one commit came in the same moment: the text of a time is made once for all of them. */
let last = { at: Number.NaN, text: '' }

export function noteOf({ at, by }: { readonly at?: number; readonly by?: readonly string[] }): string | undefined {
  if (at === undefined) return undefined
  if (at !== last.at) last = { at, text: Math.round(at).toString(36) }
  if (!by?.length) return last.text
  return by.length === 1 ? `${last.text} ${by[0]}` : `${last.text} ${by.join(' ')}`
}

const unknown: Note = { at: 0, by: [] }

export function readNote(note: string | undefined): Note {
  if (note === undefined || note === '') return unknown
  const [when = '', ...by] = note.split(' ')
  const at = Number.parseInt(when, 36)
  return Number.isSafeInteger(at) ? { at, by } : unknown
}

/** The time alone, in milliseconds since 1970; 0 where nobody knows. */
export function timeOfNote(note: string | undefined): number {
  // What stands after the blank is no digit, and ends the number.
  const at = note === undefined ? 0 : Number.parseInt(note, 36)
  return Number.isSafeInteger(at) ? at : 0
}
