import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import type { DocumentKind } from '../../shared/document/stored.ts'
import type { Stored } from '../storage/log.ts'
import { type Hydrated, hydrate } from './hydrate.ts'
import { joined, lengthsIn, missingFrom } from './joined-updates.ts'
import { inTurns, type Turns } from './turns.ts'

/** How many changes of each client, by client id: what a state vector says. */
export type Lengths = ReadonlyMap<number, number>

/**
 * What a room holds of its document: what is on disk, as bytes, and a live document once somebody changes something. Whoever comes to look
 * is answered with the bytes: forty people who open a large board cost no more than the sending.
 */
export interface DocumentCache {
  /** The live document, if there is one. */
  readonly live: Y.Doc | undefined
  /** The live document, built if need be; in pieces, in the turn of whoever needs it. */
  hydrate(who: string): Promise<Y.Doc>
  /** How far a client's changes go, those included that are not on disk yet. */
  lengthOf(client: number): number
  /** The same of every client. */
  lengths(): Lengths
  /** A state vector of that. */
  vector(): Uint8Array
  /** What somebody lacks of what is on disk who has so many changes of each client, as one update. */
  missing(has: Lengths, who: string): Promise<Uint8Array>
  /** A change of the document is on disk. */
  committed(update: Uint8Array, position: number): void
  /** The log was compacted: a snapshot holds all up to a position. */
  compacted(snapshot: Uint8Array, position: number): void
  /** Bytes that are held, the live document not counted. */
  readonly bytes: number
  destroy(): void
}

interface Needs {
  readonly kind: DocumentKind
  readonly stored: Stored
  readonly turns: Turns
  /** Told of every change of the live document, encoded. */
  readonly changed: (update: Uint8Array) => void
  /** Told where something stored could not be taken up as it is. */
  readonly mended: (what: Omit<Hydrated, 'doc'>) => void
}

/** Updates smaller than this are put together before they are sent, so that whoever comes gets few frames. */
const smallChunk = 32 * 1024
/** Structs of a live document that is encoded anew for whoever asks: that takes a few milliseconds, and leaves out what was overwritten since the last snapshot. */
const smallDocument = 5_000

interface Chunk {
  readonly bytes: Uint8Array
  /** Whether it is a snapshot that is made of what was judged. */
  readonly isJudged?: boolean
  /** The last position it holds. */
  readonly position: number
}

const nobody: Lengths = new Map()

const sizeOf = (chunks: readonly Chunk[]): number => chunks.reduce((sum, { bytes }) => sum + bytes.length, 0)

const bytesOf = (chunks: readonly Chunk[]): readonly Uint8Array[] => chunks.map(({ bytes }) => bytes)

/** Reads how far what is stored goes, which takes a pass over its bytes where nothing says so. */
export async function cacheDocument({ kind, stored, turns, changed, mended }: Needs, who: string): Promise<DocumentCache> {
  let chunks: Chunk[] = stored.entries.map(bytes => ({ bytes, position: stored.upTo }))
  if (stored.snapshot) chunks.unshift({ bytes: stored.snapshot, position: stored.upTo, isJudged: stored.records !== undefined })
  const known = stored.vector && stored.entries.length === 0 ? Y.decodeStateVector(stored.vector) : await inTurns(lengthsIn(bytesOf(chunks)), turns, who)
  let size = sizeOf(chunks)
  let live: Y.Doc | undefined
  /** All of it, put together once for all who come while nothing changes. */
  let encoded: Uint8Array | undefined

  const isSmall = (doc: Y.Doc): boolean => {
    let structs = 0
    for (const of of doc.store.clients.values()) structs += of.length
    return structs <= smallDocument
  }

  const whole = async (who: string): Promise<Uint8Array> => {
    if (live && isSmall(live)) return (encoded ??= Y.encodeStateAsUpdate(live))
    tidy()
    const [first] = chunks
    if (first && chunks.length === 1) return first.bytes
    return (encoded ??= await inTurns(missingFrom(bytesOf(chunks), nobody), turns, who))
  }

  /** Small ones that follow one another become one; each is put together with others a few times only, as it grows. */
  const tidy = (): void => {
    const tidied: Chunk[] = []
    let small: Chunk[] = []
    let bytes = 0
    const close = (): void => {
      const last = small.at(-1)
      if (last) tidied.push({ bytes: joined(bytesOf(small)), position: last.position })
      small = []
      bytes = 0
    }
    for (const chunk of chunks) {
      if (chunk.isJudged || chunk.bytes.length >= smallChunk) {
        close()
        tidied.push(chunk)
        continue
      }
      small.push(chunk)
      bytes += chunk.bytes.length
      if (bytes >= smallChunk) close()
    }
    close()
    chunks = tidied
    size = sizeOf(chunks)
  }

  let building: Promise<Y.Doc> | undefined
  const build = async (who: string): Promise<Y.Doc> => {
    const [first] = chunks
    const judgedSnapshot = first?.isJudged ? first.bytes : undefined
    const { doc, ...what } = await inTurns(hydrate(kind, { judgedSnapshot, updates: bytesOf(chunks.slice(judgedSnapshot ? 1 : 0)) }), turns, who)
    if (what.leftOut || what.madeHarmless) mended(what)
    doc.on('update', (update: Uint8Array) => {
      encoded = undefined
      changed(update)
    })
    live = doc
    return doc
  }

  const lengths = (): Lengths => (live ? Y.decodeStateVector(Y.encodeStateVector(live)) : known)

  return {
    get live() {
      return live
    },
    hydrate: async who => live ?? (building ??= build(who)),
    lengthOf: client => (live ? Y.getState(live.store, client) : (known.get(client) ?? 0)),
    lengths,
    vector: () => (live ? Y.encodeStateVector(live) : stateVectorOf(known)),
    async missing(has, who) {
      const own = lengths()
      const theirs = new Map([...has].filter(([client, length]) => length > 0 && own.has(client)))
      if (theirs.size === 0) return whole(who)
      if (live && isSmall(live)) return Y.encodeStateAsUpdate(live, stateVectorOf(theirs))
      tidy()
      return inTurns(missingFrom(bytesOf(chunks), theirs), turns, who)
    },
    committed(bytes, position) {
      encoded = undefined
      chunks.push({ bytes, position })
      size += bytes.length
    },
    compacted(snapshot, position) {
      chunks = [{ bytes: snapshot, position, isJudged: true }, ...chunks.filter(chunk => chunk.position > position)]
      size = sizeOf(chunks)
    },
    get bytes() {
      return size
    },
    destroy() {
      live?.destroy()
      live = encoded = undefined
      chunks = []
      size = 0
    },
  }
}

function stateVectorOf(lengths: Lengths): Uint8Array {
  return encoding.encode(encoder => {
    encoding.writeVarUint(encoder, lengths.size)
    for (const [client, length] of lengths) {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, length)
    }
  })
}
