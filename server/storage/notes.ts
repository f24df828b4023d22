/* When and through whom an entry came, as it lies beside its bytes. Part of the store for ever. */

export interface Note {
  /** Milliseconds since 1970; 0 where nobody knows. */
  readonly at: number
  /** Ids of the people it came through; nobody where the server wrote it. */
  readonly by: readonly string[]
}

export const noteOf = ({ at, by = [] }: { readonly at?: number; readonly by?: readonly string[] }): string | undefined => (at === undefined ? undefined : [Math.round(at).toString(36), ...by].join(' '))

const unknown: Note = { at: 0, by: [] }

export function readNote(note: string | undefined): Note {
  if (note === undefined || note === '') return unknown
  const [when = '', ...by] = note.split(' ')
  const at = Number.parseInt(when, 36)
  return Number.isSafeInteger(at) ? { at, by } : unknown
}
