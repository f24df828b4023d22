import type { Role } from '../shared/protocol.ts'

/** The documents of a board. Only the server writes `session`. */
export type DocKind = 'canvas' | 'session'

/** The one rule for who may change what; asked for every frame, not only when somebody connects. */
export function canWrite(role: Role, doc: DocKind): boolean {
  return doc === 'canvas' && role !== 'observer'
}

/** Who may make and close links, run the session, and save the board as a template. */
export const canLead = (role: Role): boolean => role === 'facilitator'
