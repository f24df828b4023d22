import type { DatabaseSync } from 'node:sqlite'
import type { DocId, Seq } from './log.ts'

/** How far documents have come, without reading them. */
export interface Heads {
  /** The position of a document’s last entry; 0 for a new one. It changes with every entry, and with nothing else. */
  of(doc: DocId): Promise<Seq>
}

export function headsOn(db: DatabaseSync): Heads {
  const head = db.prepare(`
    SELECT max(coalesce((SELECT max(seq) FROM entry WHERE doc = :doc), 0), coalesce((SELECT seq FROM snapshot WHERE doc = :doc), 0)) AS seq
  `)
  return { of: async doc => (head.get({ doc }) as { seq: number }).seq }
}
