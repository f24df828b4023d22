declare const brand: unique symbol

/** A Yjs document on disk: a board's name, or a board's name and which of its documents. */
export type DocId = string & { readonly [brand]: 'document' }
/** Position of an entry in the log of its document: the first has 1, and each the one after the one before it. */
export type Seq = number

export interface Entry {
  readonly doc: DocId
  /** A Yjs update, V1. */
  readonly data: Uint8Array
  /** When it came, in milliseconds since 1970, and through whom; nothing where nobody knows. */
  readonly at?: number
  readonly by?: readonly string[]
}

export interface Stored {
  readonly snapshot: Uint8Array | undefined
  /** The snapshot's state vector; nothing where an earlier version wrote it. */
  readonly vector: Uint8Array | undefined
  /** How many records are in the snapshot; nothing where nobody counted them. */
  readonly records: number | undefined
  readonly entries: readonly Uint8Array[]
  /** When and through whom each entry came, as `notes.ts` has it. */
  readonly notes?: readonly (string | undefined)[]
  /** The last entry in here; 0 where there is none. */
  readonly upTo: Seq
}

/** What a fold replaces, packed: `server/history/pack.ts` knows how. */
export interface Packed {
  /** Position of the last entry of the snapshot before; the strip begins after it. */
  readonly since: Seq
  /** When its first and last entries came. */
  readonly began: number
  readonly ended: number
  readonly steps: number
  /** When there may be something in it to thin. */
  readonly due: number
  /** The snapshot before, where the strips before it are not to be relied on. */
  readonly base?: Uint8Array
  readonly data: Uint8Array
  /** Records that were removed meanwhile, as they were. */
  readonly gone?: Uint8Array
  /** Bytes that all of a document's history may take. */
  readonly most: number
}

/**
 * Where boards live: an append-only log of Yjs updates per document. What it gives is exactly what was written; where it cannot be,
 * because it was damaged on disk, it rejects with a StoreError that says so, for that document and for no other.
 */
export interface BoardLog {
  /** Resolves to the position of each entry once every one would survive a power cut; all or none. */
  append(entries: readonly Entry[]): Promise<readonly Seq[]>
  /** The newest snapshot and all entries after it; nothing for a new document. */
  load(doc: DocId): Promise<Stored>
  /** Bytes of the newest snapshot and of all entries after it, without reading them; 0 for a new document. */
  weigh(doc: DocId): Promise<number>
  /** A version of a document: another one after every entry and every fold. Cheap; nothing for a new document. */
  head(doc: DocId): Promise<string | undefined>
  /**
   * Swaps exactly the entries up to one position for a snapshot of them, or changes nothing; an older one never replaces a newer. What is
   * replaced is kept as packed as it comes, in the same moment.
   */
  compact(doc: DocId, upTo: Seq, snapshot: Uint8Array, vector: Uint8Array, records?: number, packed?: Packed): Promise<void>
}
